"""A person or a program compares a ledger with the venue, and sees what is to be done."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec import structs

from fleaglass.cli import cli
from fleaglass.ledger.log import Draft, Ledger, Seams
from fleaglass.ledger.reconcile import Reach, VenueLine, encode
from fleaglass.ledger.reconcile.saved import SavedDifference, decode_report
from tests.support.ledger_folder import write_ledger
from tests.unit.ledger.reconcile.book import ASKED, T0_NS, TOLD, Log, history, order
from tests.unit.sandbox.desk import Desk


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Of one order."""
    log = Log()
    log.did("trading.order", ASKED, TOLD)
    write_ledger(tmp_path / "vol-arb-1", log.entries)
    return tmp_path / "vol-arb-1"


def venue(folder: Path, *lines: VenueLine) -> Path:
    path = folder / "history.jsonl"
    path.write_bytes(b"".join(encode(history(*lines, reaches=(Reach(kind="order"),)))))
    return path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, ["ledger", "reconcile", *map(str, arguments)])


def test_where_both_say_the_same_there_is_one_line_and_exit_code_0(ledger: Path, tmp_path: Path) -> None:
    result = run(ledger, "--venue", venue(tmp_path, order()))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "       1  matched         both say the same",
        "",
        "The venue's lists:",
        "  order           everything",
    ]


def test_what_is_wrong_comes_with_what_to_do(ledger: Path, tmp_path: Path) -> None:
    path = venue(tmp_path, order(fee_usd=Decimal("0.4")), order("ord_\x1b[31m2", T0_NS + 1_500_000_000))
    result = run(ledger, "--venue", path)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:10] == [
        "       1  venue_only      at the venue only, never logged",
        "       1  mismatched      both have it, and a field differs",
        "",
        "venue_only: at the venue only, never logged",
        "  → Somebody used the account without the ledger: another program with this key, or a person; or its log is"
        " not among those named here; or entries are gone, which fleaglass ledger verify finds.",
        "  2026-11-18T11:06:41.500Z  order buy 0.01 BTC  ord_\\x1b[31m2",
        "",
        "mismatched: both have it, and a field differs",
        "  → Trust neither side. Ask the venue for its record of this id, and look at the trace of the entry.",
        "  2026-11-18T11:06:40.000Z  trading.order buy 0.01 BTC  ord_1  (entry 0 of vol-arb-1)",
    ]
    assert "    fee_usd: 0.3646907 in the log, 0.4 at the venue\n" in result.stdout


def test_of_very_many_the_first_are_shown(ledger: Path, tmp_path: Path) -> None:
    lines = [order(f"ord_{number}") for number in range(2, 62)]
    shown = run(ledger, "--venue", venue(tmp_path, order(), *lines)).stdout
    assert shown.count("order buy 0.01 BTC") == 50
    assert "  … and 10 more; --json and --csv have them all\n" in shown


def test_programs_get_everything(ledger: Path, tmp_path: Path) -> None:
    result = run(ledger, "--venue", venue(tmp_path, order(fee_usd=Decimal("0.40"))), "--json")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["clean"], told["counts"], told["troubles"]) == (1, False, {"mismatched": 1}, [])
    (finding,) = told["findings"]
    assert finding["differences"] == [{"field": "fee_usd", "ours": "0.3646907", "venues": "0.40"}]
    assert finding["lines"][0]["fee_usd"] == "0.40"
    assert finding["intents"][0]["entries"] == [0, 1]


def test_a_spreadsheet_gets_a_row_for_each_field_and_no_formula(ledger: Path, tmp_path: Path) -> None:
    lines = (order(fee_usd=Decimal("0.4"), side="sell"), order("=1+1", T0_NS))
    rows = list(csv.DictReader(run(ledger, "--venue", venue(tmp_path, *lines), "--csv").stdout.splitlines()))
    assert [(row["verdict"], row["id"], row["field"], row["venues"]) for row in rows] == [
        ("venue_only", "'=1+1", "", ""),
        ("mismatched", "ord_1", "side", "sell"),
        ("mismatched", "ord_1", "fee_usd", "0.4"),
    ]


def test_what_is_older_than_asked_about_is_only_counted(ledger: Path, tmp_path: Path) -> None:
    path = venue(tmp_path, order(), order("ord_2", T0_NS - 1))
    assert run(ledger, "--venue", path, "--since", "2026-11-18T11:06:40Z").exit_code == 0
    assert run(ledger, "--venue", path, "--since", "2026-11-18").exit_code == 1


def test_a_sandbox_tells_by_its_database(ledger: Path, tmp_path: Path) -> None:
    desk = Desk(tmp_path / "sandbox.db")
    trader = desk.trader("agent-1")
    trader.do("trading.order", {"asset": "BTC", "side": "buy", "quantity": "0.01"})
    desk.venue.close()
    told = json.loads(run(ledger, "--venue", tmp_path / "sandbox.db", "--json").stdout)
    assert told["counts"] == {"venue_only": 2, "ledger_only": 1}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b'{"kind": "order", "id": "1"}\n{"kind": "oder"}\n', "row 2: Invalid enum value 'oder' - at `$.kind`"),
        (b'{"kind": "order", "fee_usd": 1e999}', "row 1: fee_usd is no amount"),
        (b'{"kind": "order", "fee_usd": "NaN"}', "row 1: fee_usd is no amount"),
        (b'{"list": "bet"}\n{"list": "bet"}', "row 2: there is a list of bet already"),
        (b'{"list": "bet"}\n{"kind": "order"}', "there are lines of kind order, and no row that says how far"),
        (b"[]", "row 1: Expected `object`, got `array`"),
    ],
)
def test_a_file_that_is_no_history_is_refused_by_its_row(
    ledger: Path, tmp_path: Path, content: bytes, complaint: str
) -> None:
    (tmp_path / "bad").write_bytes(content)
    result = run(ledger, "--venue", tmp_path / "bad")
    assert result.exit_code == 2
    assert complaint in result.stderr


def test_a_folder_without_a_checkpoint_is_no_ledger(tmp_path: Path) -> None:
    result = run(tmp_path, "--venue", venue(tmp_path))
    assert result.exit_code == 2
    assert "is no log with a checkpoint" in result.stderr


def wrote(log: Ledger, secrets: Mapping[str, str]) -> None:
    """The order of the log above, with these fields as commitments."""
    draft = Draft(kind="intent", t=str(T0_NS), mono="1", agent="vol-arb-1", op="trading.order")
    asked = {name: value for name, value in ASKED.items() if name not in secrets}
    intent = log.append(structs.replace(draft, attributes=asked), secrets)
    told = {name: value for name, value in TOLD.items() if name not in ASKED}
    log.append(structs.replace(draft, kind="outcome", ref=intent.id, op="", attributes=told))


def test_what_is_written_and_in_no_tile_yet_counts(tmp_path: Path) -> None:
    log = Ledger.open(tmp_path, "vol-arb-1", seams=Seams())
    log.append(Draft(kind="observe", t=str(T0_NS), mono="0", agent="vol-arb-1"))
    log.close()
    log = Ledger.open(tmp_path, "vol-arb-1", seams=Seams(checkpoint_within_s=3600))
    wrote(log, {})
    result = run(tmp_path / "ledger/vol-arb-1", "--venue", venue(tmp_path, order()), "--json")
    log.close()
    assert json.loads(result.stdout)["counts"] == {"matched": 1}


def test_a_committed_field_is_compared_as_long_as_its_disclosure_is_there(tmp_path: Path) -> None:
    log = Ledger.open(tmp_path, "vol-arb-1", seams=Seams())
    wrote(log, {"quantity": "0.01"})
    log.close()
    folder = tmp_path / "ledger/vol-arb-1"
    compared = []
    for _ in ("disclosed", "erased"):
        (finding,) = json.loads(run(folder, "--venue", venue(tmp_path, order()), "--json").stdout)["findings"]
        compared.append(("quantity" in finding["compared"], finding["intents"][0]["committed"]))
        (folder / "state/disclosures/all").write_text("")
    assert compared == [(True, []), (False, ["quantity"])]


def test_json_and_csv_exclude_each_other(ledger: Path, tmp_path: Path) -> None:
    assert run(ledger, "--venue", venue(tmp_path), "--json", "--csv").exit_code == 2


def test_a_report_that_is_saved_stands_in_the_home_of_the_log_for_its_owner_alone(ledger: Path, tmp_path: Path) -> None:
    path = venue(tmp_path, order(fee_usd=Decimal("0.4")))
    assert run(ledger, "--venue", path, "--save").exit_code == 1
    (file,) = (ledger / "reports").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    report = decode_report(file.read_bytes())
    assert file.name == f"{report.at_ns}.json"
    assert (report.venue, report.clean, report.counts) == (str(path), False, {"mismatched": 1})
    (finding,) = report.findings
    assert (finding.what, finding.entries[0], finding.ids) == ("trading.order", 0, ("ord_1",))
    assert finding.differences == (SavedDifference("fee_usd", "0.3646907", "0.4"),)
