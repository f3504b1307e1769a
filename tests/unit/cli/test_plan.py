"""`fleaglass plan`: what it prints, what it refuses, and that the docs say the same."""

from __future__ import annotations

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from fleaglass.alerts.rules import default_rules
from fleaglass.cli._plan.figures import ALL, Figure
from fleaglass.cli._plan.fleet import Fleet, Machines
from fleaglass.cli._plan.limits import NEXT
from fleaglass.cli._plan.load import DAY_S, spans_per_s
from fleaglass.cli._plan.plan import Plan, make_plan
from fleaglass.cli._plan.telling import bytes_text, count_text
from fleaglass.cli.plan import command
from fleaglass.hub.keep import Keep
from scripts.markdown import Page

ROOT = Path(__file__).parents[3]
SCALING = ROOT / "docs/scaling.md"
USUAL = ["--agents", "20000", "--cycles-per-minute", "2"]


def told(*arguments: str) -> str:
    done = CliRunner().invoke(command, arguments)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_plan_at_a_glance() -> None:
    assert told(*USUAL, "--alert-rules", "19", "--usd-per-tb-month", "80") == (
        """\
spans          5,333 a second, 460,800,000 a day
error events   0.231 a second, 20,000 a day
state writes   400 a second
alert round    8.06 s, by 19 rules for each agent
spans on disk  130 B each, 59.9 GB a day

kept            a day  days  once settled
idle cycles   53.9 GB     7        431 GB
ordinary          0 B    30           0 B
money         5.99 GB   400        2.4 TB
error events   160 MB   400       64.2 GB
one copy                           2.9 TB

hubs           1 of 2 cores and 700 MB of memory; one more lets one fail
store          ClickHouse, 2 shards of 1 server, each 8 cores and more than 700 MB of memory
state          PostgreSQL, 953 GB
disk           4.81 TB in all, a fifth of it free; 385.08 USD a month
DOES NOT HOLD  alert round of 5 s: 12,414 agents are too many

too many agents          one hub  one server  cluster of 2
disk                      *8,310     *11,044        22,088
alert round of 5 s        12,414      12,414       *12,414
writes to the state       31,432      31,432        31,432
CPU to take spans in     163,044     652,174     1,304,348
events grouped        54,345,601           -             -
disk of the state              -      33,572        33,572

* one hub, one server: disk breaks first.
  Next: a larger disk, fewer days, or the next step: a server, then shards; docs/scaling.md#on-a-server
* cluster of 2: alert round of 5 s breaks first.
  Next: fewer rules, rules by strategy, or two installations; docs/scaling.md#when-more-machines-do-not-help

Not in it: the network, what people query, other tenants, copying between replicas, a server's own memory, logs and \
metrics, agents that are not alike.
"""
    )


def test_a_desk_has_its_engine_in_the_hub_and_no_price_is_made_up() -> None:
    text = told("--agents", "10", "--cycles-per-minute", "2")
    assert "hubs           1 of 2 cores and 700 MB of memory\n" in text
    assert "store          in the hub: no server\nstate          477 MB, SQLite beside it\n" in text
    assert "USD" not in text
    assert "DOES NOT HOLD" not in text


def test_what_is_kept_for_ever_is_said_to_grow() -> None:
    text = told(*USUAL, "--keep-money-days", "0", "--usd-per-tb-month", "80")
    assert "money         5.99 GB  for ever  grows for ever\n" in text
    assert "disk           grows for ever\n" in text
    assert "USD" not in text


def test_the_same_for_programs() -> None:
    plan = json.loads(told(*USUAL, "--alert-rules", "19", "--usd-per-tb-month", "80", "--replicas", "2", "--json"))
    limits = plan.pop("limits")
    assert plan == {
        "spans_per_s": 16_000 / 3,
        "spans_per_day": 460_800_000,
        "events_per_s": 20_000 / 86_400,
        "state_writes_per_s": 20_000 * (1_440 + 288 + 1) / 86_400,
        "alert_round_s": 8.056,
        "bytes_per_span": 130,
        "kept": [
            {"class": "idle cycles", "bytes_per_day": 53_913_600_000, "days": 7, "bytes": 431_308_800_000},
            {"class": "ordinary", "bytes_per_day": 0, "days": 30, "bytes": 0},
            {"class": "money", "bytes_per_day": 5_990_400_000, "days": 400, "bytes": 2_402_150_400_000},
            {"class": "error events", "bytes_per_day": 160_000_000, "days": 400, "bytes": 64_160_000_000},
        ],
        "setup": "cluster",
        "hubs": 1,
        "shards": 2,
        "replicas": 2,
        "hub_memory_bytes": 700_000_000,
        "store_bytes": 2_897_619_200_000,
        "state_bytes": 953_176_000_000,
        "disk_bytes": 8_435_518_000_000,
        "usd_per_month": "674.84",
        "does_not_hold": ["alert round of 5 s"],
    }
    assert limits[0] == {"setup": "one hub", "what": "disk", "breaks_at_agents": 8_310}
    assert {limit["setup"] for limit in limits} == {"one hub", "one server", "cluster of 2"}


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


def test_planning_loads_nothing_of_the_hub() -> None:
    """It answers where only the agent's part is installed, and at once."""
    heavy = "{'chdb', 'clickhouse_connect', 'fastapi', 'grpc', 'sqlalchemy', 'uvicorn'}"
    program = f"import sys, fleaglass.cli.plan; print({heavy} & {{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


# --- docs/scaling.md --------------------------------------------------------------------------------------------------


def plan_of(agents: int) -> Plan:
    rules = len(default_rules().rules)
    fleet = Fleet(agents, Fraction(2), Fraction(8), Fraction("0.9"), Fraction("0.1"), Fraction(1), rules)
    return make_plan(fleet, Keep(), Machines(2, 8, 2 * 10**12, 1))


def row(plan: Plan) -> str:
    sizes = plan.sizes
    assert sizes.store_bytes is not None
    [here] = [step for step in plan.steps if step.setup.startswith(sizes.setup)]
    cells = (
        f"{plan.fleet.agents:,}",
        count_text(spans_per_s(plan.fleet) * DAY_S),
        bytes_text(sizes.store_bytes),
        bytes_text(sizes.state_bytes),
        here.setup if sizes.setup == "one hub" else f"{sizes.hubs} hub, {here.setup}",
        f"{here.first.what}, at {here.first.breaks_at:,}",
        "; ".join(each.what for each in plan.broken) or "nothing",
    )
    return f"| {' | '.join(cells)} |"


@pytest.mark.parametrize("agents", [10, 100, 1_000, 10_000, 100_000])
def test_the_docs_have_the_plan_of_each_size(agents: int) -> None:
    assert row(plan_of(agents)) in SCALING.read_text().splitlines()


@pytest.mark.parametrize("figure", ALL, ids=lambda figure: figure.what)
def test_the_docs_have_every_figure(figure: Figure) -> None:
    value = f"{float(figure.value):,.12g} {figure.unit}".strip()
    where = figure.where if figure.where == "assumed" else shown(figure.where)
    assert f"| {figure.what} | {value} | {where} | {figure.when} |" in SCALING.read_text().splitlines()


def shown(where: str) -> str:
    """A page as a link from docs/, a bench as code."""
    if where.startswith("bench/"):
        bench, _, key = where.partition(", ")
        assert (ROOT / bench).is_file()
        assert key.split(" (")[0] in (ROOT / bench).read_text()
        return f"`{bench}`, {key}"
    page, _, anchor = where.partition("#")
    found = Page.read(ROOT / page)
    assert anchor in found.anchors()
    title = found.path.read_text().partition("\n")[0].removeprefix("# ")
    return f"[{title}]({page.removeprefix('docs/') if page.startswith('docs/') else '../' + page}#{anchor})"


def test_every_next_step_is_a_heading_of_the_docs() -> None:
    assert {section for _, section in NEXT.values()} <= set(Page.read(SCALING).anchors())
