"""The registry in schema/ is the one source of names, and what is generated from it is current."""

import importlib
import pkgutil
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fleaglass import semconv
from scripts.semconv_registry import load_registry, render_markdown, render_python

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "schema"

GUIDE_TABLE = {
    "pf.agent_id": "string",
    "pf.asset": "string",
    "pf.side": "string",
    "pf.quantity": "double",
    "pf.fill_price": "double",
    "pf.slippage_bps": "double",
    "pf.fee_usd": "double",
    "pf.order_id": "string",
    "pf.wallet_id": "string",
    "pf.balance_usd": "double",
    "pf.escrow_id": "string",
    "pf.amount_usd": "double",
    "pf.counterparty": "string",
    "pf.signal_confidence": "double",
    "pf.api_latency_ms": "double",
    "pf.cache_hit": "boolean",
    "pf.pnl_usd": "double",
    "pf.http_status": "int",
}
"""The OpenTelemetry integration guide's attribute table; its float is a double, its bool a boolean."""

GUIDE_UNDECLARED = [
    "pf.environment",
    "pf.services",
    "pf.order_type",
    "pf.fill_quantity",
    "pf.status",
    "pf.conditions",
    "pf.timeout_hours",
    "pf.fee_pct",
    "pf.escrow_status",
    "pf.release_reason",
    "pf.hold_duration_s",
    "pf.released_amount",
    "pf.assets_count",
    "pf.cycle_id",
    "pf.market",
    "pf.timestamp",
    "pf.signal_type",
    "pf.confidence",
    "pf.action",
    "pf.model_latency_ms",
    "pf.cycle_outcome",
    "pf.requester_agent_id",
    "pf.task",
]
"""What that guide's code writes beside its table."""


# What is generated ----------------------------------------------------------------------------------------------------


def run_generator(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/generate_semconv.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_generated_files_are_current() -> None:
    """Change schema/, and the module and the page follow or this fails."""
    result = run_generator("--check")
    assert result.returncode == 0, result.stderr


def test_check_names_what_is_stale_and_writes_nothing(tmp_path: Path) -> None:
    shutil.copytree(SCHEMA, tmp_path / "schema")
    assert run_generator("--root", str(tmp_path)).returncode == 0
    page = tmp_path / "docs/attributes.md"
    page.write_text("edited by hand")
    result = run_generator("--root", str(tmp_path), "--check")
    assert result.returncode == 1
    assert result.stderr == "docs/attributes.md does not match schema/; run: python scripts/generate_semconv.py\n"
    assert page.read_text() == "edited by hand"


def test_the_command_lists_the_faults(tmp_path: Path) -> None:
    shutil.copytree(SCHEMA, tmp_path / "schema")
    (tmp_path / "schema/events.yaml").write_text("groups: 3")
    result = run_generator("--root", str(tmp_path))
    assert result.returncode == 1
    assert "\n  events.yaml: expected a list called groups\n" in result.stderr
    assert not (tmp_path / "src").exists()


def test_generating_twice_gives_the_same() -> None:
    registry = load_registry(SCHEMA)
    assert render_python(registry) == render_python(load_registry(SCHEMA))
    assert re.findall(r"@[A-Z_]+@", render_markdown(registry) + render_python(registry)) == []


def test_generated_module_is_formatted_and_clean() -> None:
    """It is generated the way the formatter would leave it, so that lint and the generator never disagree."""
    ruff = [sys.executable, "-m", "ruff"]
    for arguments in (["format", "--check"], ["check"]):
        result = subprocess.run(
            [*ruff, *arguments, "src/fleaglass/semconv.py"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stdout + result.stderr


def test_generated_module_needs_the_standard_library_only() -> None:
    """It loads in an interpreter that sees no installed package, ours included."""
    subprocess.run([sys.executable, "-I", "-S", "src/fleaglass/semconv.py"], cwd=ROOT, check=True)


def test_every_public_name_is_exported() -> None:
    own = {name for name in vars(semconv) if not name.startswith("_")} - {"Iterable", "Mapping", "MappingProxyType"}
    own -= {"Final", "Literal", "NamedTuple", "Protocol", "TypeVar"}
    assert own == set(semconv.__all__)


def test_every_name_is_on_the_page() -> None:
    page = (ROOT / "docs/attributes.md").read_text("utf-8")
    names = [*semconv.ATTRIBUTES, *semconv.SPANS, *semconv.EVENTS, *semconv.METRICS]
    assert [name for name in names if f"`{name}`" not in page] == []


# What is in it --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "kind"), GUIDE_TABLE.items())
def test_the_guides_table_is_there_with_its_types(name: str, kind: str) -> None:
    attribute = semconv.ATTRIBUTES[name]
    assert (attribute.type, attribute.column, attribute.deprecated) == (kind, True, None)


def test_everything_the_guides_code_writes_is_declared() -> None:
    assert len(GUIDE_TABLE) == 18
    assert len(GUIDE_UNDECLARED) == 23
    assert [name for name in GUIDE_UNDECLARED if name not in semconv.ATTRIBUTES] == []


def test_two_names_for_one_thing_have_one_that_is_right() -> None:
    assert semconv.ALIASES == {
        "pf.confidence": "pf.signal_confidence",
        "pf.status": "pf.order.state",
        "deployment.region": "cloud.region",
    }


def test_money_says_its_unit_and_precision() -> None:
    money = [a for a in semconv.ATTRIBUTES.values() if a.unit == "USD"]
    assert {a.name for a in money} >= {"pf.fee_usd", "pf.pnl_usd", "pf.amount_usd", "pf.fill_price", "pf.balance_usd"}
    assert {(a.type, a.decimal_places) for a in money} == {("double", 8)}


def test_free_text_is_never_asked_for() -> None:
    """Conditions and task texts may hold anything: no span requires or recommends them."""
    free = {a.name for a in semconv.ATTRIBUTES.values() if a.free_text}
    assert free == {"pf.conditions", "pf.task"}
    for span in semconv.SPANS.values():
        assert free.isdisjoint(span.required + span.conditionally_required + span.recommended)


def test_both_guides_stages_are_one_tree() -> None:
    def path(name: str) -> list[str]:
        parent = semconv.SPANS[name].parents[0]
        return [name] if parent == semconv.ROOT else [*path(parent), name]

    assert path("pf.trade.confirmation_poll") == [
        "agent.decision_cycle",
        "order.pipeline",
        "pf.trade.execute",
        "pf.trade.confirmation_poll",
    ]
    assert path("pf.wallet.balance_check") == ["agent.decision_cycle", "pf.wallet.balance_check"]
    assert semconv.SPANS["agent_a.create_task"].kind == "producer"
    assert semconv.SPANS["agent_b.task_execution"].kind == "consumer"


def test_metrics_are_in_seconds_and_of_low_cardinality() -> None:
    for metric in semconv.METRICS.values():
        dimensions = metric.required + metric.recommended + metric.conditionally_required + metric.opt_in
        assert not [name for name in dimensions if name.endswith(("order_id", "escrow_id", "wallet_id", "cycle_id"))]
        if metric.name.endswith("duration"):
            assert (metric.instrument, metric.unit) == ("histogram", "s")


def test_metrics_have_the_names_that_dashboards_look_for() -> None:
    aliases = {metric.prometheus for metric in semconv.METRICS.values()} - {None}
    assert aliases >= {"pf_trade_pnl_usdc", "pf_wallet_balance", "pf_drawdown_fraction", "pf_api_errors_total"}
    latency = semconv.METRICS["pf.api.duration"]
    assert latency.prometheus_buckets == (5, 10, 25, 50, 100, 250, 500, 1000)
    assert [label for label, _ in latency.labels] == ["agent_id", "endpoint", "order_type"]


def test_upstream_names_are_opentelemetrys() -> None:
    """otel-subset.json is a copy; the installed conventions say whether it is a true one."""
    known: set[str] = set()
    for package in ("attributes", "_incubating.attributes"):
        parent = importlib.import_module(f"opentelemetry.semconv.{package}")
        for module in pkgutil.iter_modules(parent.__path__, f"{parent.__name__}."):
            known |= {value for value in vars(importlib.import_module(module.name)).values() if isinstance(value, str)}
    assert set(semconv.UPSTREAM) - known == set()
