"""Everything the schema names is produced, with the right type; and no secret leaves the process.

1. A sandbox, a hub and a Sentry server, with a proxy before each that writes down every byte.
2. Two programs as processes of their own: one does all there is to do in both profiles, the other plants secrets
   wherever an agent might put one.
3. What came of it is read back from the hub, and held against the registry.
4. The secrets, those of the program and the real keys of its accounts, are searched for in the bytes on every socket,
   in every file, in what the programs said and in every table of the hub's store.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from fleaglass import semconv
from fleaglass.hub.store.engine import Engine
from tests.support.canaries import CANARIES, Canary, leaks
from tests.support.indiscreet_venue import indiscreet_venue
from tests.support.processes import FLEAGLASS, Hub, dismiss_shipper, eventually, start_hub
from tests.support.proxy import RecordingProxy, plain, requests
from tests.support.registry import check_spans
from tests.support.sentry_server import KEY, SentryServer

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]

PROGRAMS = Path(__file__).parent / "programs"
TYPES = {"string": "string", "int": "int", "double": "double", "boolean": "bool", "string[]": "array"}
"""Types of the registry, as the hub's API names them."""
SENTRY_SECRET = "5ecretCanaryHalfOfTheDsn"
HUB_TOKEN = "hubCanaryToken-3141"


@dataclass
class World:
    """Everything there was to see."""

    said: dict[str, str] = field(default_factory=dict)
    """What each program wrote to stdout and stderr."""
    traces: list[dict[str, Any]] = field(default_factory=list)
    points: list[dict[str, Any]] = field(default_factory=list)
    """Metric points, as the hub's API tells them."""
    canaries: dict[str, Canary] = field(default_factory=dict)
    """Those that were planted, and the real keys."""
    streams: dict[str, list[bytes]] = field(default_factory=dict)
    """Raw bytes by direction and destination."""
    tables: dict[str, bytes] = field(default_factory=dict)
    """Every row of the hub's store, as text."""
    events: list[dict[str, Any]] = field(default_factory=list)
    folder: Path = Path()

    @property
    def spans(self) -> list[dict[str, Any]]:
        return [span for trace in self.traces for span in trace["spans"]]


class Sandbox:
    """A sandbox process, and accounts on it whose addresses lead through a proxy."""

    def __init__(self) -> None:
        command = [*FLEAGLASS, "sandbox", "--port", "0", "--json", "--rate-limit", "0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout is not None
        self.url = json.loads(self.process.stdout.readline())["url"]

    def post(self, path: str, body: Any, key: str | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        answer = httpx.post(self.url + path, json=body, headers=headers, timeout=10)
        assert answer.is_success, answer.text
        return dict(answer.json())

    def account(self, name: str, proxy: str) -> dict[str, Any]:
        made = self.post("/_sandbox/accounts", {"agent_id": name, "credit_usd": 100_000})
        chain = self.post("/live/wallet/v1/wallet/create", {}, made["live"]["wallet"]["api_key"])
        account: dict[str, Any] = json.loads(json.dumps(made).replace(self.url, proxy))
        return {**account, "chain": chain}

    def auction(self, key: str, domain: str) -> str:
        self.post("/v1/domains/register", {"domain": domain}, key)
        return str(self.post("/v1/domains/auctions", {"domain": domain, "start_usd": 20}, key)["auction_id"])

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


def keys_of(name: str, account: Mapping[str, Any]) -> dict[str, Canary]:
    """The real secrets of an account. Its key at the venue is in every request; nothing else may show it."""
    chain = account["chain"]
    found = {f"{name}'s key": account["api_key"], f"{name}'s mnemonic": chain["mnemonic"]}
    found |= {f"{name}'s {service} key": each["api_key"] for service, each in account["live"].items()}
    found |= {f"{name}'s private key on {network}": key for network, key in chain["private_keys"].items()}
    return {what: Canary(secret, secret) for what, secret in found.items() if secret}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    seen = World(folder=tmp_path_factory.mktemp("everything"))
    data, work = seen.folder / "hub", seen.folder / "work"
    work.mkdir()
    with ExitStack() as stack:
        stack.callback(dismiss_shipper, work / "home")
        hub = start_hub(data)
        stack.callback(lambda: hub.process.poll() is None and hub.stop())
        sandbox = Sandbox()
        stack.callback(sandbox.stop)
        sentry = stack.enter_context(SentryServer())
        proxies = {
            name: stack.enter_context(RecordingProxy(url))
            for name, url in {"hub": hub.url, "sentry": sentry.url, "venue": sandbox.url}.items()
        }
        leaky = stack.enter_context(indiscreet_venue([each.planted for each in CANARIES.values()]))
        run(seen, work, sandbox, leaky, proxies)
        read_back(seen, hub)
        assert hub.stop() == 0
        seen.events = sentry.events
        for name, proxy in proxies.items():
            seen.streams[f"to the {name}"], seen.streams[f"from the {name}"] = proxy.sent, proxy.received
    dump(seen, data)
    return seen


def run(seen: World, work: Path, sandbox: Sandbox, leaky: str, proxies: Mapping[str, RecordingProxy]) -> None:
    """All programs, side by side, to their ends."""
    venue = proxies["venue"].url
    accounts = {name: sandbox.account(name, venue) for name in ("ada", "bob")}
    bobs_key = accounts["bob"]["api_key"]
    setup = {
        **accounts,
        "control": sandbox.url,
        "live_root": f"{venue}/live",
        "auctions": {profile: sandbox.auction(bobs_key, f"sold-{profile}.io") for profile in ("guide", "live")},
        "canaries": {name: [each.secret, each.planted] for name, each in CANARIES.items()},
        "leaky": leaky,
    }
    seen.canaries = {
        "half of the DSN": Canary(SENTRY_SECRET, SENTRY_SECRET),
        **CANARIES,
        **keys_of("ada", accounts["ada"]),
        **keys_of("bob", accounts["bob"]),
    }
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("FLEAGLASS_", "OTEL_", "SENTRY_"))
    }
    environ = {
        **kept,
        "EVERYTHING": json.dumps(setup),
        "FLEAGLASS_ENDPOINT": proxies["hub"].url,
        "FLEAGLASS_SERVICES": "trading,wallet,escrow,casino,faucet,domains",
        "FLEAGLASS_SPAN_LOG": str(work / "spans.log"),
        "FLEAGLASS_HOME": str(work / "home"),
        "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "true",
        "OTEL_RESOURCE_ATTRIBUTES": f"team=quant,api_key={CANARIES['casino key'].secret}",
        "OTEL_EXPORTER_OTLP_HEADERS": f"x-hub-token={HUB_TOKEN}",
        "SENTRY_DSN": proxies["sentry"].url.replace("://", f"://{KEY}:{SENTRY_SECRET}@") + "/7",
        "SENTRY_AUTH_TOKEN": CANARIES["sentry token"].secret,
    }
    programs = {
        name: subprocess.Popen(
            [sys.executable, str(PROGRAMS / f"{name}.py")],
            cwd=work,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for name in ("everything", "leaky", "dying")
    }
    for name, program in programs.items():
        seen.said[name], _ = program.communicate(timeout=120)
        assert program.returncode == (-signal.SIGKILL if name == "dying" else 0), seen.said[name]


def read_back(seen: World, hub: Hub) -> None:
    """What the hub's API tells, once it knows of the one that died."""
    eventually(lambda: hub.get("/api/v1/traces", agent="ada", outcome="interrupted")["traces"], timeout=20)
    ids: set[str] = set()
    for agent in ("ada", "bob"):
        page = hub.get("/api/v1/traces", agent=agent, limit=200)
        ids |= {each["trace_id"] for each in page["traces"]}
        for which in ({}, *({"name": name} for name in semconv.METRICS)):
            seen.points += hub.get("/api/v1/metrics", agent=agent, limit=200, **which)["points"]
    seen.traces = [hub.get(f"/api/v1/traces/{trace_id}") for trace_id in ids]


def dump(seen: World, data: Path) -> None:
    """Every table, by the engine itself, when the hub has let go of it."""
    engine = Engine(f"chdb://{data / 'store'}")
    for row in engine.query("SELECT name FROM system.tables WHERE database = currentDatabase() AND total_rows > 0"):
        rows = engine.query(f"SELECT * FROM {row['name']}")
        seen.tables[row["name"]] = repr(rows).encode() + b"\n" + b"\n".join(_raw(rows))
    engine.close()


def _raw(value: Any) -> Iterator[bytes]:
    """All bytes and texts in the rows, as they are."""
    if isinstance(value, bytes):
        yield value
    elif isinstance(value, str):
        yield value.encode(errors="surrogateescape")
    elif isinstance(value, Mapping):
        for each in value.items():
            yield from _raw(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _raw(each)


# What the schema names ------------------------------------------------------------------------------------------------


def told(seen: World) -> dict[str, set[str]]:
    """Types of the values of each attribute, on spans, their events and links, resources and metric points."""
    found: dict[str, set[str]] = defaultdict(set)
    parts = [part for span in seen.spans for part in (*span["events"], *span["links"])]
    holders = [*seen.spans, *parts, *seen.points]
    entries = [entry for holder in holders for entry in holder["attributes"]]
    entries += [entry for trace in seen.traces for resource in trace["resources"] for entry in resource]
    for entry in entries:
        found[entry["key"]].add(entry["value"]["type"])
    return found


def values(seen: World, attribute: str) -> set[str]:
    return {entry["value"]["value"] for span in seen.spans for entry in span["attributes"] if entry["key"] == attribute}


def test_every_attribute_is_told_and_of_its_type(world: World) -> None:
    found = told(world)
    names = {**semconv.UPSTREAM, **semconv.ATTRIBUTES, **semconv.EVENT_FIELDS}
    deprecated = {name for name in names if names[name].deprecated} - {semconv.DEPLOYMENT_REGION}
    assert sorted(set(names) - set(found)) == sorted(deprecated), "told are all that are not deprecated, and no others"
    odd = {name: found[name] for name in found.keys() & names.keys() if found[name] != {TYPES[names[name].type]}}
    assert odd == {}


def test_every_span_and_event_is_told_where_and_as_the_schema_says(world: World) -> None:
    names = {span["name"] for span in world.spans}
    for name in semconv.SPANS:
        pattern = "[A-Z]+ /" if name == semconv.SPAN_PF_HTTP_CLIENT else re.sub(r"\\{.*\\}", ".+", re.escape(name))
        assert any(re.match(pattern, each) for each in names), name
    assert {event["name"] for span in world.spans for event in span["events"]} == set(semconv.EVENTS)
    assert [fault for trace in world.traces for fault in check_spans(trace["spans"])] == []


def test_cycles_and_pipelines_end_in_every_way(world: World) -> None:
    for attribute in (semconv.PF_CYCLE_OUTCOME, semconv.PF_PIPELINE_OUTCOME):
        assert values(world, attribute) == set(semconv.ATTRIBUTES[attribute].values)


def test_every_metric_is_one_of_the_schema(world: World) -> None:
    names = {point["name"] for point in world.points}
    assert names <= set(semconv.METRICS)
    assert {semconv.METRIC_PF_TRADE_PNL, semconv.METRIC_PF_WALLET_BALANCE, semconv.METRIC_PF_API_DURATION} <= names


def test_both_worlds_were_told(world: World) -> None:
    """Of the program that does everything; so that what follows is no search of nothing."""
    events = Counter(event["tags"]["agent_id"] for event in world.events)
    assert events["ada"] > 5
    assert events["mallory"] > 10 * len(CANARIES)
    assert world.said["everything"] == ""
    for table in ("spans", "logs", "metrics"):
        assert b"mallory" in world.tables[table]
    assert world.tables["spans"].count(b"[scrubbed]") > 100 * len(CANARIES)


# Secrets --------------------------------------------------------------------------------------------------------------


def test_the_search_finds_what_there_is() -> None:
    for name, canary in CANARIES.items():
        for spelling in (
            canary.planted,
            repr(f"\n{canary.planted}"),
            quote(canary.planted),
            f"x{canary.secret}x".upper(),
        ):
            assert [line.partition(":")[0] for line in leaks(f"({spelling})".encode())] == [name]
        assert leaks(plain(b"..." + gzip.compress(canary.planted.encode()))), name


def test_no_secret_is_in_the_bytes_on_the_sockets(world: World) -> None:
    for where in ("to the hub", "from the hub", "to the sentry", "from the sentry"):
        assert world.streams[where]
        token = {"the hub's token": Canary(HUB_TOKEN, HUB_TOKEN)} if where == "to the hub" else {}
        for stream in world.streams[where]:
            sent = stream.replace(f"x-hub-token: {HUB_TOKEN}".encode(), b"") if token else stream
            assert leaks(plain(sent), {**world.canaries, **token}) == [], where


def test_the_venue_gets_a_key_where_it_belongs_and_nowhere_else(world: World) -> None:
    seen = 0
    for request in requests(world.streams["to the venue"]):
        headers = {name: value for name, value in request.headers.items() if name != "authorization"}
        body = request.body
        if request.line.startswith("POST /live/wallet/v1/wallet/send "):
            sent = json.loads(body)
            assert sent.pop("private_key")
            body = json.dumps(sent).encode()
        assert leaks(f"{request.line} {headers}".encode() + body, world.canaries) == []
        seen += "authorization" in request.headers
    assert seen > 100


def test_no_secret_is_in_any_file(world: World) -> None:
    files = [path for path in world.folder.rglob("*") if path.is_file()]
    assert {"spans.log"} < {path.name for path in files}
    for path in files:
        assert leaks(path.name.encode() + b"\n" + plain(path.read_bytes()), world.canaries) == [], path


def test_no_secret_is_in_what_the_programs_said(world: World) -> None:
    assert "[scrubbed]" in world.said["leaky"]
    for said in world.said.values():
        assert leaks(said.encode(), world.canaries) == []


def test_no_secret_is_in_the_hubs_store(world: World) -> None:
    for table, rows in world.tables.items():
        assert leaks(rows, world.canaries) == [], table


def test_what_is_no_secret_is_left_alone(world: World) -> None:
    """Ids, hashes, addresses, prices: the program that plants nothing finds nothing scrubbed but one attribute."""
    scrubbed = {
        entry["key"]
        for trace in world.traces
        for entries in (*trace["resources"], *(span["attributes"] for span in trace["spans"]))
        for entry in entries
        if "[scrubbed]" in str(entry["value"]["value"])
    }
    assert scrubbed == {"api_key"}, "what OTEL_RESOURCE_ATTRIBUTES says"
    assert all(re.fullmatch("0x[0-9a-f]{64}|[0-9a-z_]+", tx_hash) for tx_hash in values(world, semconv.PF_TX_HASH))
