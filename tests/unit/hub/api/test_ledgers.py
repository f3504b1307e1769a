"""The ledgers' endpoints over logs that the real writer wrote."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, cast

import httpx
import msgspec
import pytest
from fastapi import FastAPI

from fleaglass.hub.api.ledgers import ledger_routes
from fleaglass.hub.ledgers import Ledgers
from fleaglass.hub.ledgers.keys import Keys
from fleaglass.hub.state import State
from fleaglass.hub.store import Store
from fleaglass.ledger.prove import check_proof
from fleaglass.ledger.reading import LogFiles
from fleaglass.ledger.reconcile.saved import SavedDifference, SavedFinding, SavedReport
from fleaglass.ledger.tree.merkle import leaf_hash
from fleaglass.ledger.tree.proof import TlogProof
from tests.support.ledger_logs import entries, entry, write_log
from tests.support.ledger_story import AGENT, T0_NS, TRACE, Writer, tampered_copy, write_story
from tests.support.otlp import traces
from tests.unit.hub.api.promised import faults

NOW = T0_NS + 60_000_000_000
ORIGIN = f"fleaglass.ledger/{AGENT}"


class Api:
    """Asks; every answer is held against what OpenAPI promises."""

    def __init__(self, store: Store, ledgers: Ledgers, state: State | None = None) -> None:
        app = FastAPI(openapi_url="/api/v1/openapi.json")
        app.include_router(ledger_routes(store, cast(State, state), ledgers, lambda: NOW))
        self.ledgers = ledgers
        self._document = app.openapi()
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub/api/v1/")

    async def __call__(self, path: str, expected: int = 200, **query: Any) -> Any:
        response = await self._client.get(path, params=query)
        assert response.status_code == expected, response.text
        promised = self._document["paths"][_template(path)]["get"]["responses"][str(expected)]
        schema = promised["content"]["application/json"]["schema"]
        assert list(faults(response.json(), schema, self._document)) == []
        return response.json()

    async def raw(self, path: str) -> httpx.Response:
        return await self._client.get(path)


def _template(path: str) -> str:
    match path.split("/"):
        case ["ledgers", _]:
            path = "ledgers/{ledger}"
        case ["ledgers", _, "entries" | "reports" as below]:
            path = f"ledgers/{{ledger}}/{below}"
        case ["ledgers", _, "entries", _, *rest]:
            path = "/".join(["ledgers/{ledger}/entries/{index}", *rest])
    return f"/api/v1/{path}"


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    return write_story(tmp_path)


@pytest.fixture
def api(store: Store, tmp_path: Path, writer: Writer) -> Api:
    return Api(store, Ledgers((tmp_path,), Keys([writer.key])))


async def test_each_log_is_listed_with_its_size_its_last_entry_and_what_is_open(api: Api, tmp_path: Path) -> None:
    answer = await api("ledgers")
    (ledger,) = answer["ledgers"]
    assert answer["folders"] == [str(tmp_path)]
    assert ledger | {"root": ...} == {
        "ledger": AGENT,
        "agent": AGENT,
        "origin": ORIGIN,
        "size": 9,
        "root": ...,
        "kinds": {"intent": 5, "outcome": 4},
        "last_ns": str(T0_NS + 8_000_000_000),
        "open": 2,
        "read": 9,
        "problem": None,
        "verified": None,
    }


async def test_what_was_verified_is_told_with_whether_the_signature_was(api: Api) -> None:
    assert len(list(api.ledgers.verify(lambda: NOW))) == 1
    verified = (await api(f"ledgers/{AGENT}"))["ledger"]["verified"]
    assert verified == {
        "at_ns": str(NOW),
        "took_ns": 0,
        "result": "whole",
        "signed": True,
        "size": 9,
        "first_bad": None,
        "cosigned": None,
        "newer": 0,
        "problems": [],
        "why": None,
    }


async def test_intents_without_an_end_are_told_and_whether_their_answer_was_lost(api: Api) -> None:
    answer = await api(f"ledgers/{AGENT}")
    assert [(each["entry"]["index"], each["entry"]["op"], each["lost"]) for each in answer["open"]] == [
        (4, "trading.order", True),
        (8, "escrow.create", False),
    ]


async def test_entries_come_newest_first_page_by_page(api: Api) -> None:
    first = await api(f"ledgers/{AGENT}/entries", limit=5)
    second = await api(f"ledgers/{AGENT}/entries", limit=5, before=first["next_before"])
    assert [each["index"] for each in first["entries"]] == [8, 7, 6, 5, 4]
    assert [each["index"] for each in second["entries"]] == [3, 2, 1, 0]
    assert (first["size"], second["next_before"]) == (9, None)
    assert first["entries"][0] | {"id": ...} == {
        "index": 8,
        "kind": "intent",
        "id": ...,
        "ref": None,
        "op": "escrow.create",
        "at_ns": str(T0_NS + 8_000_000_000),
        "agent": AGENT,
        "strategy": "vol-arb-btc",
        "release": "vol-arb@2.1.0",
        "environment": "live",
        "trace_id": TRACE,
        "span_id": None,
        "attributes": {"amount_usd": "250", "timeout_hours": "24"},
        "committed": ["counterparty_id"],
        "problem": None,
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "outcome"}, [7, 5, 3, 1]),
        ({"op": "escrow.create"}, [8]),
        ({"order": "o-1"}, [3]),
        ({"trace": "e" * 32}, [7, 6]),
        ({"trace": "e" * 32, "kind": "intent"}, [6]),
        ({"order": "o-9"}, []),
    ],
)
async def test_entries_are_found_by_kind_operation_order_and_trace(
    api: Api, query: dict[str, str], found: list[int]
) -> None:
    answer = await api(f"ledgers/{AGENT}/entries", **query)
    assert [each["index"] for each in answer["entries"]] == found


async def test_an_entry_is_told_byte_for_byte_and_proved_there_and_then(api: Api) -> None:
    answer = await api(f"ledgers/{AGENT}/entries/5")
    assert answer["leaf_hash"] == leaf_hash(answer["raw"].encode()).hex()
    assert (answer["proved"], answer["signed"], answer["size"], answer["problem"]) == (True, True, 9, None)
    assert answer["checked_ns"] == str(NOW)
    assert [each["index"] for each in answer["related"]] == [4]


async def test_a_proof_is_a_file_that_anyone_with_the_key_can_check(api: Api, writer: Writer) -> None:
    response = await api.raw(f"ledgers/{AGENT}/entries/3/proof")
    assert response.headers["content-disposition"] == f'attachment; filename="{AGENT}-3.tlog-proof"'
    assert check_proof(TlogProof.parse(response.content), [writer.key]).index == 3


async def test_a_changed_entry_is_found_by_verifying_and_by_looking_at_it(
    store: Store, writer: Writer, tmp_path: Path
) -> None:
    copy = tampered_copy(tmp_path, tmp_path / "copies")
    api = Api(store, Ledgers((copy,), Keys([writer.key])))
    list(api.ledgers.verify(lambda: NOW))
    verified = (await api(f"ledgers/{copy.name}"))["ledger"]["verified"]
    assert (verified["result"], verified["first_bad"]) == ("tampered", 2)
    entry = await api(f"ledgers/{copy.name}/entries/2")
    assert (entry["proved"], entry["entry"]["attributes"]["quantity"]) == (False, "9.91")
    assert entry["problem"]
    refused = await api(f"ledgers/{copy.name}/entries/2/proof", 409)
    assert refused["error"]["code"] == "not_provable"


async def test_what_is_told_of_a_log_is_bounded_however_much_is_wrong_or_open(store: Store, tmp_path: Path) -> None:
    intents = [entry(index, kind="intent", ref="") for index in range(250)]
    write_log(tmp_path / "log", intents)
    for number in range(150):
        (tmp_path / f"log/tile/stray-{number}").touch()
    api = Api(store, Ledgers((tmp_path,)))
    list(api.ledgers.verify(lambda: NOW))
    answer = await api(f"ledgers/{tmp_path.name}")
    assert (answer["ledger"]["open"], len(answer["open"])) == (250, 200)
    assert len(answer["ledger"]["verified"]["problems"]) == 100


async def test_what_is_shown_of_a_proved_entry_are_the_bytes_that_were_proved(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were they read a second time, they could be others."""
    monkeypatch.setattr(LogFiles, "entry", _once(LogFiles.entry))
    answer = await api(f"ledgers/{AGENT}/entries/2")
    assert (answer["proved"], leaf_hash(answer["raw"].encode()).hex()) == (True, answer["leaf_hash"])


def _once(entry: Callable[[LogFiles, int, int], bytes]) -> Callable[[LogFiles, int, int], bytes]:
    times = count()
    return lambda files, index, size: entry(files, index, size) if next(times) == 0 else b"another"


async def test_a_folder_that_cannot_be_read_is_said_on_a_trace_too(
    api: Api, put: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    put(traces(_span(1, TRACE, 0, "0" * 64)))

    def unreadable(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("fleaglass.hub.ledgers.shelf.places_in", unreadable)
    assert (await api("ledger/spans", 503, trace=TRACE))["error"]["code"] == "ledger_unreadable"


async def test_the_file_of_a_proof_has_a_plain_name_whatever_the_log_is_called(store: Store, tmp_path: Path) -> None:
    write_log(tmp_path / 'a "b" é/log', entries(2))
    api = Api(store, Ledgers((tmp_path,)))
    response = await api.raw("ledgers/a%20%22b%22%20%C3%A9/entries/1/proof")
    assert response.headers["content-disposition"] == 'attachment; filename="a__b___-1.tlog-proof"'


async def test_what_somebody_should_look_at_is_told_without_a_look_at_the_disk(
    store: Store, state: State, tmp_path: Path
) -> None:
    write_story(tmp_path)
    copy = tampered_copy(tmp_path, tmp_path / "copies")
    api = Api(store, Ledgers((tmp_path, copy)), state)
    assert await api("ledger/troubles") == {"troubles": []}
    list(api.ledgers.verify(lambda: NOW))
    shutil.rmtree(tmp_path / "copies")
    says = f"{copy.name}'s ledger was tampered with: entry 2 is the first that cannot be believed"
    assert await api("ledger/troubles") == {
        "troubles": [
            {
                "severity": "danger",
                "kind": "tampered",
                "agent": copy.name,
                "ledger": copy.name,
                "says": says,
                "since_ns": str(NOW),
            }
        ]
    }


@pytest.mark.parametrize(
    ("path", "query", "status", "code"),
    [
        ("ledgers/nobody", {}, 404, "ledger_not_found"),
        ("ledgers/..", {}, 404, "ledger_not_found"),
        (f"ledgers/{AGENT}/entries/9", {}, 404, "entry_not_found"),
        (f"ledgers/{AGENT}/entries/-1", {}, 404, "entry_not_found"),
        (f"ledgers/{AGENT}/entries", {"kind": "guess"}, 400, "bad_filter"),
        (f"ledgers/{AGENT}/entries", {"before": "x"}, 400, "bad_filter"),
        (f"ledgers/{AGENT}/entries", {"colour": "red"}, 400, "unknown_parameter"),
        ("ledger/spans", {"trace": "zz"}, 400, "bad_filter"),
        ("ledger/spans", {"trace": ["a"] * 51}, 400, "bad_filter"),
    ],
)
async def test_what_is_not_there_or_makes_no_sense_is_refused_in_words(
    api: Api, path: str, query: dict[str, Any], status: int, code: str
) -> None:
    if ".." in path:
        path = path.replace("..", "%2e%2e")
        assert (await api.raw(path)).status_code == status
        return
    answer = await api(path, status, **query)
    assert answer["error"]["code"] == code


async def test_a_log_without_a_checkpoint_yet_is_listed_and_says_so(store: Store, tmp_path: Path) -> None:
    (tmp_path / "ledger/new-1/log").mkdir(parents=True)
    api = Api(store, Ledgers((tmp_path,)))
    (ledger,) = (await api("ledgers"))["ledgers"]
    assert (ledger["ledger"], ledger["size"]) == ("new-1", None)
    assert "checkpoint" in ledger["problem"]
    assert (await api("ledgers/new-1/entries", 503))["error"]["code"] == "ledger_unreadable"


async def test_saved_reports_are_told_newest_first_and_what_is_none_says_why(api: Api, tmp_path: Path) -> None:
    assert await api(f"ledgers/{AGENT}/reports") == {"reports": []}
    folder = tmp_path / "ledger" / AGENT / "reports"
    folder.mkdir()
    difference = SavedDifference("fee_usd", "0.36", "0.4")
    finding = SavedFinding(
        verdict="mismatched",
        agent=AGENT,
        what="trading.order",
        entries=(2, 3),
        ids=("o-1",),
        at_ns=7,
        differences=(difference,),
    )
    report = SavedReport(at_ns=9, venue="live", clean=False, counts={"mismatched": 1}, findings=(finding,))
    (folder / "9.json").write_bytes(msgspec.json.encode(report))
    (folder / "10.json").write_bytes(b"{}")
    (folder / "notes.txt").write_bytes(b"")
    newer, older = (await api(f"ledgers/{AGENT}/reports"))["reports"]
    assert (newer["name"], newer["at_ns"]) == ("10.json", None)
    assert "at_ns" in newer["problem"]
    assert older == {
        "name": "9.json",
        "problem": None,
        "at_ns": "9",
        "venue": "live",
        "clean": False,
        "counts": {"mismatched": 1},
        "findings": [
            {
                "verdict": "mismatched",
                "agent": AGENT,
                "what": "trading.order",
                "entries": [2, 3],
                "ids": ["o-1"],
                "at_ns": "7",
                "why": "",
                "differences": [{"field": "fee_usd", "ours": "0.36", "venues": "0.4"}],
            }
        ],
        "left_out": 0,
        "troubles": [],
    }


def _span(number: int, trace: str, index: int | str, leaf: str, origin: str = ORIGIN) -> dict[str, Any]:
    said = {"pf.ledger.index": index, "pf.ledger.leaf_hash": leaf, "pf.ledger.origin": origin}
    return {"name": "pf.trade.execute", "id": number, "trace": int(trace, 16), "attributes": said}


async def test_spans_are_checked_against_the_entries_that_they_name(
    api: Api, put: Callable[..., None], writer: Writer, tmp_path: Path
) -> None:
    leaves = [(await api(f"ledgers/{AGENT}/entries/{index}"))["leaf_hash"] for index in range(9)]
    put(
        traces(
            _span(1, TRACE, 0, leaves[0]),
            _span(2, TRACE, 2, leaves[0]),
            _span(3, TRACE, 6, leaves[6]),
            _span(4, TRACE, 40, leaves[0]),
            _span(5, TRACE, 0, leaves[0], "fleaglass.ledger/elsewhere"),
            {"name": "pf.wallet.balance", "id": 6, "trace": int(TRACE, 16)},
        )
    )
    answer = await api("ledger/spans", trace=[TRACE, TRACE.upper()])
    assert [(each["span_id"][-1], each["state"], each["ledger"]) for each in answer["spans"]] == [
        ("1", "in", AGENT),
        ("2", "differs", AGENT),
        ("3", "differs", AGENT),
        ("4", "waiting", AGENT),
        ("5", "no_log", None),
    ]
    assert answer["spans"][0]["says"] == "in the ledger at 0, leaf hash matches"


async def test_a_span_whose_log_cannot_prove_its_entry_is_told_so(
    store: Store, put: Callable[..., None], writer: Writer, tmp_path: Path
) -> None:
    whole = Api(store, Ledgers((tmp_path,)))
    leaf = (await whole(f"ledgers/{AGENT}/entries/2"))["leaf_hash"]
    put(traces(_span(1, TRACE, "2", leaf)))
    api = Api(store, Ledgers((tampered_copy(tmp_path, tmp_path / "copies"),)))
    (span,) = (await api("ledger/spans", trace=TRACE))["spans"]
    assert span["state"] == "broken"
    shutil.rmtree(tmp_path / "copies")
    (span,) = (await api("ledger/spans", trace=TRACE))["spans"]
    assert span["state"] == "no_log"
