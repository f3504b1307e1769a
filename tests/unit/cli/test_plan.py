"""`fleaglass plan`: what it prints, what it refuses, and that the docs say the same."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from math import ceil
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.cli._plan.figures import (
    ALERT_ROUND,
    ALL,
    CHECK_IN_DAYS,
    CHECKPOINT_DAYS,
    CHECKPOINTS_KEPT,
    EVENT_BYTES,
    EVENTS,
    HUB_MEMORY,
    INGEST_CPU,
    ROUND_EVERY,
    SPAN_BYTES,
    STATE_WRITES,
    Figure,
)
from fleaglass.cli._plan.limits import NEXT
from fleaglass.cli.plan import command
from scripts.generate_plan_tables import usual_plan, with_tables
from scripts.markdown import Page

ROOT = Path(__file__).parents[3]
SCALING = ROOT / "docs/scaling.md"
USUAL = ["--agents", "20000", "--cycles-per-minute", "2"]


def told(*arguments: str) -> str:
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 0, done.output
    return done.output


def test_what_it_prints_is_the_docs_example() -> None:
    """Nothing else: the page is written from the same plan."""
    assert f"```text\n{told(*USUAL)}```\n" in SCALING.read_text()


def test_with_a_price_it_says_what_a_month_of_disk_costs() -> None:
    usual, priced = told(*USUAL).splitlines(), told(*USUAL, "--usd-per-tb-month", "80").splitlines()
    [(before, after)] = [lines for lines in zip(usual, priced, strict=True) if lines[0] != lines[1]]
    usd = usual_disk(20_000) / 10**12 * 80
    assert after == f"{before}; {usd:,.2f} USD a month"


def usual_disk(agents: int) -> float:
    disk = usual_plan(agents).disk_bytes
    assert disk is not None
    return float(disk)


def test_a_desk_has_its_engine_in_the_hub_and_no_price_is_made_up() -> None:
    text = told("--agents", "10", "--cycles-per-minute", "2")
    assert "store          in the hub: no server\nstate          477 MB, SQLite beside it\n" in text
    assert "one more lets one fail" not in text
    assert "USD" not in text
    assert "DOES NOT HOLD" not in text


def test_what_is_kept_for_ever_is_said_to_grow() -> None:
    text = told(*USUAL, "--keep-money-days", "0", "--usd-per-tb-month", "80")
    assert re.search(r"^money +\S+ GB  for ever  grows for ever$", text, re.MULTILINE)
    assert "disk           grows for ever\n" in text
    assert "USD" not in text


def test_the_same_for_programs() -> None:
    found = json.loads(told(*USUAL, "--alert-rules", "19", "--usd-per-tb-month", "80", "--replicas", "2", "--json"))
    span, event = float(SPAN_BYTES.value), float(EVENT_BYTES.value)
    a_day = 460_800_000 * span
    kept = [
        {"class": "idle cycles", "bytes_per_day": 0.9 * a_day, "days": 7, "bytes": 0.9 * a_day * 8},
        {"class": "ordinary", "bytes_per_day": 0, "days": 30, "bytes": 0},
        {"class": "money", "bytes_per_day": 0.1 * a_day, "days": 400, "bytes": 0.1 * a_day * 401},
        {"class": "error events", "bytes_per_day": 20_000 * event, "days": 400, "bytes": 20_000 * event * 401},
    ]
    assert [each | {"bytes": pytest.approx(each["bytes"])} for each in kept] == [
        each | {"bytes_per_day": pytest.approx(each["bytes_per_day"])} for each in found.pop("kept")
    ]
    stored = found.pop("store_bytes")
    disk = found.pop("disk_bytes")
    assert stored == pytest.approx(sum(float(each["bytes"]) for each in kept))
    assert disk == pytest.approx((2 * stored + found.pop("state_bytes")) / 0.8)
    assert float(found.pop("usd_per_month")) == pytest.approx(disk / 10**12 * 80, abs=0.005)
    limits = found.pop("limits")
    assert limits[0].keys() == {"setup", "what", "breaks_at_agents"}
    assert found.pop("shards") == max(1, ceil(stored / 1.6e12))
    assert found == {
        "spans_per_s": 16_000 / 3,
        "spans_per_day": 460_800_000,
        "events_per_s": 20_000 / 86_400,
        "state_writes_per_s": 20_000 * (1_440 + 288 + 1) / 86_400,
        "alert_round_s": 20_000 * 19 * float(ALERT_ROUND.value) / 10**6,
        "bytes_per_span": span,
        "setup": "cluster",
        "hubs": 1,
        "replicas": 2,
        "hub_memory_bytes": int(HUB_MEMORY.value),
        "does_not_hold": ["alert round of 5 s"],
    }


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--agents", "0", "--cycles-per-minute", "2"], "0 is not in the range"),
        (["--agents", "1", "--cycles-per-minute", "nan"], "'nan' is not a number from 0 to 1,000,000 like 0.25"),
        (["--agents", "1", "--cycles-per-minute", "1e9"], "'1e9' is not a number"),
        (["--agents", "1", "--cycles-per-minute", "-1"], "'-1' is not a number"),
        ([*USUAL, "--idle", "1.1"], "'1.1' is not a number from 0 to 1 like 0.25"),
        (
            [*USUAL, "--money", "0.2"],
            "cycles that do nothing (0.9) and those with money (0.2) are more than all cycles",
        ),
        ([*USUAL, "--keep-days", "3"], "idle cycles (7 days) may not be kept longer than ordinary traces (3)"),
        ([*USUAL, "--disk-tb", "0"], "a disk of 0 TB holds nothing"),
    ],
)
def test_nonsense_is_refused_in_words(arguments: list[str], complaint: str) -> None:
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 2
    assert complaint in done.output


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    done = CliRunner().invoke(command, ["--agents", "1", f"--cycles-per-minute={text}"])
    assert done.exit_code in (0, 2)
    assert (done.exit_code == 0) == bool(re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text) and float(text) <= 1_000_000)


def test_planning_loads_nothing_of_the_hub() -> None:
    """It answers where only the agent's part is installed, and at once."""
    heavy = "{'chdb', 'clickhouse_connect', 'fastapi', 'grpc', 'sqlalchemy', 'uvicorn'}"
    program = f"import sys, fleaglass.cli.plan; print({heavy} & {{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


# --- docs/scaling.md --------------------------------------------------------------------------------------------------


def test_the_page_says_what_the_plan_says() -> None:
    page = SCALING.read_text()
    assert with_tables(page) == page, "run `make generate`"


def test_a_page_without_a_place_for_a_table_is_told() -> None:
    with pytest.raises(ValueError, match="Fleets: written by"):
        with_tables(SCALING.read_text().replace("<!-- Fleets:", "<!-- Fleet:"))


@pytest.mark.parametrize("figure", ALL, ids=lambda figure: figure.what)
def test_every_figure_is_where_it_says(figure: Figure) -> None:
    path, _, place = re.split("(, |#)", figure.where, maxsplit=1) if figure.where != "assumed" else ("", "", "")
    if path.startswith("bench/"):
        assert place.split(" (")[0] in (ROOT / path).read_text()
    elif path:
        assert place in Page.read(ROOT / path).anchors()


@pytest.mark.parametrize(
    ("figure", "page", "said"),
    [
        (INGEST_CPU, "README.md", "1,024,000 spans, with more to merge, came in at 56,000\nspans/s and {} s"),
        (EVENTS, "docs/performance.md", "| eight connections | {} events/s;"),
        (STATE_WRITES, "docs/performance.md", "| eight connections | {} events/s;"),
        (ROUND_EVERY, "docs/alerts.md", "It is judged every {} s"),
        (CHECK_IN_DAYS, "docs/schedules-and-sessions.md", "Check-ins are kept for {} days"),
        (CHECKPOINTS_KEPT, "docs/ledger.md", "of those before it {}, for 400 days"),
        (CHECKPOINT_DAYS, "docs/ledger.md", "of those before it 10,000, for {} days"),
    ],
    ids=lambda value: value.what if isinstance(value, Figure) else "",
)
def test_a_page_says_the_figure_that_is_taken_from_it(figure: Figure, page: str, said: str) -> None:
    assert said.format(f"{float(figure.value):,g}") in (ROOT / page).read_text()


def test_every_next_step_is_a_heading_of_the_docs() -> None:
    assert {section for _, section in NEXT.values()} <= set(Page.read(SCALING).anchors())
