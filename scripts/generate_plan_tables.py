"""Writes what docs/scaling.md says of plans: an example, a table of fleets, and the figures that plans are made of.

python -m scripts.generate_plan_tables            writes them
python -m scripts.generate_plan_tables --check    exits 1 when they are stale
"""

import argparse
import sys
from fractions import Fraction
from pathlib import Path
from typing import Final

from fleaglass.alerts.rules import default_rules
from fleaglass.cli._plan.figures import ALL, Figure
from fleaglass.cli._plan.fleet import Fleet, Machines
from fleaglass.cli._plan.load import DAY_S, spans_per_s
from fleaglass.cli._plan.plan import Plan, make_plan
from fleaglass.cli._plan.telling import as_text, bytes_text, count_text
from fleaglass.hub.keep import Keep
from scripts.verdict import verdict

__all__ = ["main", "usual_plan", "with_tables"]

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs/scaling.md"
AGENTS: Final = (10, 100, 1_000, 10_000, 100_000)


def usual_plan(agents: int) -> Plan:
    """That of `fleaglass plan --agents … --cycles-per-minute 2`, which a test holds against the command."""
    rules = len(default_rules().rules)
    fleet = Fleet(agents, Fraction(2), Fraction(8), Fraction("0.9"), Fraction("0.1"), Fraction(1), rules)
    return make_plan(fleet, Keep(), Machines(2, 8, Fraction(2 * 10**12), 1))


def with_tables(page: str) -> str:
    """The page with everything in its place. Raises ValueError if something has none."""
    blocks = {
        "An example": f"```text\n{as_text(usual_plan(20_000))}\n```",
        "Fleets": _table(
            ("agents", "spans a day", "telemetry", "state", "runs on", "first to break there", "does not hold"),
            [_fleet(usual_plan(agents)) for agents in AGENTS],
        ),
        "Figures": _table(("figure", "is", "where", "measured"), [_figure(figure) for figure in ALL]),
    }
    for name, text in blocks.items():
        begin = f"<!-- {name}: written by scripts/generate_plan_tables.py. Do not edit. -->\n"
        end = f"<!-- {name} ends. -->\n"
        before, found, rest = page.partition(begin)
        _, found_too, after = rest.partition(end)
        if not found or not found_too:
            raise ValueError(f"{PAGE.name} has no place for it, between\n{begin}and\n{end}")
        page = f"{before}{begin}\n{text}\n\n{end}{after}"
    return page


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *rows))


def _fleet(plan: Plan) -> tuple[str, ...]:
    sizes, here = plan.sizes, plan.here
    assert sizes.store_bytes is not None
    return (
        f"{plan.fleet.agents:,}",
        count_text(spans_per_s(plan.fleet) * DAY_S),
        bytes_text(sizes.store_bytes),
        bytes_text(sizes.state_bytes),
        here.setup if not sizes.shards else f"{sizes.hubs} hub, {here.setup}",
        f"{here.first.what}, at {here.first.breaks_at:,}",
        "; ".join(each.what for each in plan.broken) or "nothing",
    )


def _figure(figure: Figure) -> tuple[str, ...]:
    value = f"{float(figure.value):,.12g} {figure.unit}".strip()
    return figure.what, value, _where(figure.where), figure.when


def _where(where: str) -> str:
    """A page as a link from docs/, by its title; a bench as code."""
    if where.startswith("bench/"):
        bench, _, key = where.partition(", ")
        return f"`{bench}`, {key}"
    if where == "assumed":
        return where
    path, _, anchor = where.partition("#")
    title = (ROOT / path).read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
    return f"[{title}]({path.removeprefix('docs/') if path.startswith('docs/') else '../' + path}#{anchor})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when docs/scaling.md is stale")
    arguments = parser.parse_args()
    page = PAGE.read_text(encoding="utf-8")
    new = with_tables(page)
    if arguments.check:
        complaints = ["docs/scaling.md does not say what the plan says"] if page != new else []
        return verdict(complaints, all_well="docs/scaling.md says what the plan says", remedy="run `make generate`")
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
