"""`fleaglass plan`: what a fleet of agents takes, worked out on paper."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from typing import Any

import click

from fleaglass.alerts.rules import default_rules
from fleaglass.cli._keep import keep_options
from fleaglass.cli._plan.fleet import Fleet, Machines
from fleaglass.cli._plan.plan import make_plan
from fleaglass.cli._plan.telling import as_json, as_text
from fleaglass.hub.keep import Keep

__all__ = ["command"]


class _Number(click.ParamType[Fraction]):
    """A decimal number from 0 to `most`, exactly as it is typed."""

    name = "number"

    def __init__(self, most: int) -> None:
        self._most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Fraction:
        """Its value."""
        if not _DECIMAL.fullmatch(value) or Fraction(value) > self._most:
            self.fail(f"{value!r} is not a number from 0 to {self._most:,} like 0.25", param, ctx)
        return Fraction(value)


_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_SHARE = _Number(1)
_RATE = _Number(1_000_000)
_CORES = click.IntRange(1, 1_024)


@click.command("plan")
@click.option("--agents", type=click.IntRange(1, 10**9), required=True, help="How many agents there are.")
@click.option("--cycles-per-minute", type=_RATE, required=True, help="Decision cycles of one agent in a minute.")
@click.option("--spans-per-cycle", type=_RATE, default="8", show_default=True, help="Spans of a cycle, on average.")
@click.option("--idle", type=_SHARE, default="0.9", show_default=True, help="Share of the cycles that do nothing.")
@click.option(
    "--money",
    type=_SHARE,
    help="Share of the cycles that trade, spend or fail; what is neither is ordinary.  [default: all not idle]",
)
@click.option(
    "--errors-per-day", type=_RATE, default="1", show_default=True, help="Error events of one agent in a day."
)
@click.option(
    "--alert-rules",
    type=click.IntRange(0, 10_000),
    default=lambda: len(default_rules().rules),
    show_default="as many as the default rules file has",
    help="Alert rules, each of which looks at every agent apart.",
)
@keep_options
@click.option("--replicas", type=click.IntRange(1, 10), default=1, show_default=True, help="Copies of each shard.")
@click.option("--cores-per-hub", type=_CORES, default=2, show_default=True, help="Cores of a hub.")
@click.option("--cores-per-server", type=_CORES, default=8, show_default=True, help="Cores of a ClickHouse server.")
@click.option(
    "--disk-tb", type=_Number(100_000), default="2", show_default=True, help="Disk of one machine, in 10^12 bytes."
)
@click.option(
    "--usd-per-tb-month", type=_RATE, help="What such a terabyte costs you in a month.  [default: no cost is told]"
)
@click.option("--json", "as_json_", is_flag=True, help="Print one line of JSON.")
def command(
    agents: int,
    cycles_per_minute: Fraction,
    spans_per_cycle: Fraction,
    idle: Fraction,
    money: Fraction | None,
    errors_per_day: Fraction,
    alert_rules: int,
    keep: Keep,
    replicas: int,
    cores_per_hub: int,
    cores_per_server: int,
    disk_tb: Fraction,
    usd_per_tb_month: Fraction | None,
    as_json_: bool,
) -> None:
    """Work out what a fleet of agents takes: disk, hubs, shards, and what breaks first.

    Arithmetic over what was measured, listed in docs/scaling.md; nothing is asked of a hub.

    Example: fleaglass plan --agents 1000 --cycles-per-minute 2
    """
    if money is None:
        money = 1 - idle
    try:
        fleet = Fleet(agents, cycles_per_minute, spans_per_cycle, idle, money, errors_per_day, alert_rules)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if disk_tb == 0:
        raise click.UsageError("a disk of 0 TB holds nothing")
    machines = Machines(cores_per_hub, cores_per_server, disk_tb * 10**12, replicas)
    plan = make_plan(fleet, keep, machines, usd_per_tb_month)
    click.echo(json.dumps(as_json(plan)) if as_json_ else as_text(plan))
