"""From the list of ledgers to one entry's exact bytes and its proof; a copy that somebody changed says so in words."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from fleaglass.ledger.prove import check_proof
from fleaglass.ledger.reconcile.saved import FOLDER, SavedDifference, SavedFinding, SavedReport
from fleaglass.ledger.tree.keys import ED25519, Ed25519Signer, VerifierKey
from fleaglass.ledger.tree.proof import TlogProof
from fleaglass.ledger.witness import AddLog
from tests.e2e.layout import flaws
from tests.support.ledger_story import AGENT, TRACE, Writer, tampered_copy
from tests.support.otlp import traces
from tests.support.processes import Hub, running_hub
from tests.support.witnessed import History

pytestmark = pytest.mark.e2e

ORIGIN = f"fleaglass.ledger/{AGENT}"
COPY = f"{AGENT}-copy"
ORDERS = 140
LAST_INTENT = 2 * (ORDERS - 1)
ESCROW = 2 * ORDERS
ENTRY = re.compile(r"^Entry \d+$")


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Writer:
    """Of a log of 281 entries: the answer to one order was lost, and an escrow has none yet."""
    writer = Writer(tmp_path_factory.mktemp("agents"), start_ns=time.time_ns() - 400_000_000_000)
    for number in range(ORDERS):
        state = "unknown" if number == 133 else "filled"
        writer.order(number, state=state, trace=TRACE if number == ORDERS - 1 else f"{number + 1:032x}")
    writer.say("intent", "escrow.create", amount_usd="250", timeout_hours="24", why="<script>globalThis.ran=1</script>")
    writer.sign()
    return writer


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory, writer: Writer) -> Iterator[Hub]:
    """A hub that has the log, its public key, and a copy in which the order of entry 2 was made larger."""
    folder = tmp_path_factory.mktemp("hub")
    copy = tampered_copy(writer.home, folder / "copies")
    key = VerifierKey(writer.key.name, ED25519, writer.key.public).text
    options = ("--ledger", str(writer.home), "--ledger", str(copy), "--ledger-key", key)
    _save_report(writer.home / "ledger" / AGENT / FOLDER)
    with running_hub(folder / "data", *options) as hub:
        _send(hub, _spans(hub))
        _show_a_fork(hub)
        yield hub


def _show_a_fork(hub: Hub) -> None:
    """A log of another machine, of which the hub has only heard as a witness, shows it two histories."""
    key = Ed25519Signer("fleaglass.ledger/elsewhere", b"e" * 32)
    asked = [("add-log", AddLog(key.public).encode())]
    for history in (History.of("abcd", key), History.of("abXd", key)):
        asked.append(("add-checkpoint", history.request(0 if len(asked) == 1 else 4, 4).encode()))
    for (verb, body), status in zip(asked, (200, 200, 422), strict=True):
        assert httpx.post(f"{hub.url}/witness/{verb}", content=body).status_code == status


def _save_report(folder: Path) -> None:
    """As `fleaglass ledger reconcile --save` does."""
    folder.mkdir()
    finding = SavedFinding(
        verdict="mismatched",
        agent=AGENT,
        what="trading.order",
        entries=(2, 3),
        ids=("o-1",),
        differences=(SavedDifference("fee_usd", "0.36", "0.4"),),
    )
    counts = {"mismatched": 1, "matched": 138}
    report = SavedReport(at_ns=time.time_ns(), venue="live", clean=False, counts=counts, findings=(finding,))
    (folder / f"{report.at_ns}.json").write_bytes(msgspec.json.encode(report))


def _spans(hub: Hub) -> list[dict[str, Any]]:
    """A decision with a trade that is in the ledger, one that is not what it says, and one in a ledger elsewhere."""
    leaf = hub.get(f"/api/v1/ledgers/{AGENT}/entries/{LAST_INTENT}")["leaf_hash"]

    def span(number: int, name: str, index: int | None = None, origin: str = ORIGIN) -> dict[str, Any]:
        at = time.time_ns() - 20_000_000_000
        said = {"pf.ledger.index": index, "pf.ledger.leaf_hash": leaf, "pf.ledger.origin": origin}
        fields: dict[str, Any] = {"name": name, "id": number, "trace": int(TRACE, 16), "start_time_unix_nano": at}
        fields["end_time_unix_nano"] = at + 1_000_000_000
        return fields | ({} if index is None else {"parent": 1, "attributes": said})

    return [
        span(1, "agent.decision_cycle"),
        span(2, "pf.trade.execute", LAST_INTENT),
        span(3, "pf.trade.close", 4),
        span(4, "pf.escrow.create", 7, "fleaglass.ledger/elsewhere"),
    ]


def _send(hub: Hub, spans: list[dict[str, Any]]) -> None:
    body = traces(*spans, resource={"pf.agent_id": AGENT}).SerializeToString()
    kind = {"content-type": "application/x-protobuf"}
    assert httpx.post(f"{hub.url}/v1/traces", content=body, headers=kind).status_code == 200


def _row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


def test_the_list_says_of_each_ledger_whether_it_is_whole_and_what_is_open(page: Page) -> None:
    page.goto("/decisions")
    expect(page.get_by_role("heading", name="Decisions")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("l")
    expect(page).to_have_url(re.compile("/ledger$"))
    expect(_row(page, COPY)).to_contain_text("Tampered with", timeout=15_000)
    expect(_row(page, AGENT)).to_contain_text(re.compile("Whole(?!, signature)"))
    expect(_row(page, AGENT)).to_contain_text("281")
    expect(_row(page, AGENT)).to_contain_text("2 open")
    expect(page.get_by_role("heading", level=2)).to_have_text([COPY, AGENT])


def test_open_intents_stand_on_top_with_what_to_do(page: Page) -> None:
    page.goto(f"/ledger/{AGENT}")
    region = page.get_by_role("region", name="Open intents")
    expect(region).to_contain_text("1 answer was lost, 1 has no answer yet. Start the agent")
    expect(region.get_by_role("listitem")).to_have_count(2)
    region.get_by_role("button", name=str(ESCROW)).click()
    expect(page).to_have_url(re.compile(f"entry={ESCROW}"))
    expect(page.get_by_label("The exact bytes")).to_contain_text("<script>")
    assert page.evaluate("globalThis.ran") is None


def test_an_entry_shows_the_bytes_that_were_hashed_and_hands_out_its_proof(page: Page, writer: Writer) -> None:
    page.goto(f"/ledger/{AGENT}")
    entry = page.get_by_role("button", name=f"Entry {LAST_INTENT}")
    entry.focus()
    page.keyboard.press("Enter")
    expect(entry).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status").filter(has_text="In the ledger, checked now")).to_contain_text(
        "own key has signed"
    )
    raw = page.get_by_label("The exact bytes").inner_text()
    leaf = sha256(b"\0" + raw.encode()).hexdigest()
    expect(page.get_by_text(leaf, exact=True)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download .tlog-proof").click()
    assert download.value.suggested_filename == f"{AGENT}-{LAST_INTENT}.tlog-proof"
    proof = TlogProof.parse(Path(download.value.path()).read_bytes())
    assert check_proof(proof, [writer.key]).entry == raw.encode()
    page.keyboard.press("Escape")
    expect(entry).to_have_attribute("aria-expanded", "false")


def test_what_is_looked_for_is_in_the_address(page: Page) -> None:
    page.goto(f"/ledger/{AGENT}")
    entries = page.get_by_role("region", name="Entries")
    expect(entries.get_by_role("button", name=ENTRY)).to_have_count(100)
    page.keyboard.press("/")
    page.keyboard.type("o-3")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?order=o-3$"))
    expect(entries.get_by_role("button", name=ENTRY)).to_have_text(["Entry 7"])
    page.goto(f"/ledger/{AGENT}?kind=outcome")
    expect(entries.get_by_role("button", name=ENTRY)).to_have_count(100)
    entries.get_by_role("button", name="Search on, before entry 81").click()
    expect(entries.get_by_role("button", name=ENTRY).first).to_have_text("Entry 79")
    page.go_back()
    expect(entries.get_by_role("button", name=ENTRY).first).to_have_text("Entry 279")


def test_a_copy_that_somebody_changed_says_so_in_words(page: Page) -> None:
    page.goto(f"/ledger/{COPY}?entry=2")
    told = page.get_by_role("alert").filter(has_text="Tampered with")
    expect(told).to_contain_text("changed this log after it was signed", timeout=15_000)
    expect(told).to_contain_text("The first entry that cannot be believed is 2.")
    expect(page.get_by_role("alert").filter(has_text="Not proved")).to_contain_text("does not lead to the root")
    expect(page.get_by_label("The exact bytes")).to_contain_text('"quantity":"9.91"')
    expect(page.get_by_role("link", name="Download .tlog-proof")).to_have_count(0)


def test_a_ledger_in_trouble_is_seen_wherever_its_owner_looks(page: Page) -> None:
    page.goto("/safety")
    primary = page.get_by_role("navigation", name="Primary")
    expect(primary.get_by_role("link", name="Ledger")).to_contain_text("2 alarms", timeout=25_000)
    reasons = page.get_by_role("list", name="Reasons")
    expect(reasons).to_contain_text("elsewhere's ledger has signed two different histories", timeout=25_000)
    reasons.get_by_role("link", name=f"{COPY}'s ledger was tampered with").click()
    expect(page).to_have_url(re.compile(f"/ledger/{COPY}$"))
    expect(page.get_by_role("alert").filter(has_text="Tampered with")).to_be_visible()


def test_what_reconcile_found_stands_beside_the_log_and_leads_to_the_entry(page: Page) -> None:
    page.goto(f"/ledger/{AGENT}")
    reports = page.get_by_role("region", name="Reconcile reports")
    expect(reports).to_contain_text("They contradict each other, against live")
    expect(reports).to_contain_text("a field differs: 1; matched: 138")
    expect(reports).to_contain_text("fee_usd: 0.36 in the log, 0.4 at the venue")
    reports.get_by_role("button", name="2", exact=True).click()
    expect(page.get_by_role("region", name="Entry 2")).to_contain_text("In the ledger")


def test_a_trace_says_which_of_its_spans_are_in_the_ledger(page: Page) -> None:
    page.goto(f"/traces/{TRACE}?span={2:016x}")
    details = page.get_by_role("complementary", name="Span details")
    expect(details).to_contain_text(f"In the ledger at {LAST_INTENT}, leaf hash matches")
    rows = page.get_by_role("row")
    expect(rows.filter(has_text="pf.trade.execute")).to_contain_text("In the ledger, leaf hash matches")
    expect(rows.filter(has_text="pf.trade.close")).to_contain_text("The ledger has something else at this entry")
    expect(rows.filter(has_text="pf.escrow.create")).to_contain_text("The hub does not have this ledger")
    rows.filter(has_text="pf.trade.close").click()
    expect(details.get_by_role("alert")).to_contain_text("Entry 4 of the log has another leaf hash than the span says")
    rows.filter(has_text="pf.trade.execute").click()
    details.get_by_role("link", name="Open the entry").click()
    expect(page).to_have_url(re.compile(rf"/ledger/{AGENT}\?entry={LAST_INTENT}"))
    page.get_by_role("link", name=TRACE).first.click()
    expect(page).to_have_url(re.compile(f"/traces/{TRACE}"))


def test_a_hub_without_ledgers_says_where_it_looks(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    with running_hub(tmp_path_factory.mktemp("nothing"), "--ledger", str(tmp_path)) as hub:
        page = chromium.new_page(base_url=hub.url)
        page.goto("/ledger")
        expect(page.get_by_role("heading", name="No ledgers yet")).to_be_visible()
        expect(page.get_by_text(str(tmp_path))).to_be_visible()
        page.close()


@pytest.mark.parametrize("path", ["/ledger", f"/ledger/{AGENT}?entry={LAST_INTENT}", f"/ledger/{COPY}?entry=2"])
def test_the_pages_are_readable_at_every_width(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.get_by_role("main").get_by_role("row").nth(1)).to_be_visible()
    assert [flaw for width in (390, 560, 719, 720, 900, 1100, 1280, 1600) for flaw in flaws(page, width)] == []
