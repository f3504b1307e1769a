"""Writes the table of docs/alerts.md: which system can say which of the default rules, exactly, nearly or not at all.

::

    histories ──▶ hub and promtool ──▶ docs/alerts-agreement.json ──┐
    verdicts of what translates the rules ─────────────────────────┴──▶ the table

    python -m scripts.generate_alerts_table             write the table by what was measured
    python -m scripts.generate_alerts_table --measure   measure anew before: needs promtool, takes a minute
    python -m scripts.generate_alerts_table --check     write nothing; fail when the table is stale

A rule that is called exact and was not measured to be is a failure, and leaves the table as it was.
"""

import argparse
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from fleaglass.alerts.rules import default_rules
from fleaglass.alerts.rules.model import RuleBook
from fleaglass.provision.losses import VERDICTS
from fleaglass.provision.verdict import BACKENDS, Approximate, Exact, Impossible, Verdict
from scripts import agreement
from scripts.agreement import Agreement
from scripts.verdict import verdict

__all__ = ["complaints", "main", "table", "with_table"]

PAGE: Final = Path(__file__).resolve().parent.parent / "docs/alerts.md"
BEGIN: Final = "<!-- The table: written by scripts/generate_alerts_table.py. Do not edit. -->\n"
END: Final = "<!-- The table ends. -->\n"


def complaints(book: RuleBook, measured: Mapping[str, Agreement]) -> Iterator[str]:
    """A line for each rule that is called exact and was not measured to be."""
    for rule in book.rules:
        if not isinstance(VERDICTS["prometheus"](rule), Exact):
            continue
        found = measured.get(rule.name)
        if found is None:
            yield f"{rule.name} is called exact for Prometheus, and was not measured"
        elif not found.is_exact:
            yield f"{rule.name} is called exact for Prometheus, and was measured to agree in {found}"


def table(book: RuleBook, measured: Mapping[str, Agreement]) -> str:
    """Markdown: a row for each rule, enabled or not, a column for each system, and below it the reasons by number."""
    reasons: dict[str, int] = {}

    def cell(found: Verdict) -> str:
        match found:
            case Exact():
                return "exact"
            case Approximate(why) | Impossible(why):
                numbers = (reasons.setdefault(reason, len(reasons) + 1) for reason in why.split("; "))
                word = "approximate" if isinstance(found, Approximate) else "impossible"
                return f"{word} ({', '.join(map(str, numbers))})"

    head = ("rule", *(backend.capitalize() for backend in BACKENDS))
    rows = []
    for rule in book.rules:
        prometheus, *others = (cell(VERDICTS[backend](rule)) for backend in BACKENDS)
        evidence = f": {measured[rule.name]}" if rule.name in measured else ""
        rows.append((f"`{rule.name}`", prometheus + evidence, *others))
    lines = (f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *rows))
    return "\n".join((*lines, "", *(f"{number}. {why}" for why, number in reasons.items()), ""))


def with_table(page: str, new: str) -> str:
    """The page with this table in the place of its own. Raises ValueError if it has no place for one."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{PAGE.name} has no place for the table, between\n{BEGIN}and\n{END}")
    return f"{before}{begin}\n{new}\n{end}{after}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--measure", action="store_true", help="measure anew before, and write what was found")
    what.add_argument("--check", action="store_true", help="write nothing; exit 1 when the table is stale")
    arguments = parser.parse_args()
    if arguments.measure:
        if shutil.which("promtool") is None:
            print("promtool is not installed. It comes with Prometheus: apt install prometheus", file=sys.stderr)
            return 1
        _measure()
    book, measured, page = default_rules(), agreement.read(), PAGE.read_text(encoding="utf-8")
    found, new = list(complaints(book, measured)), with_table(page, table(book, measured))
    if arguments.check and page != new:
        found.append("docs/alerts.md does not say what was measured and what the rules' verdicts say")
    if found or arguments.check:
        return verdict(found, all_well="the table of docs/alerts.md is current", remedy="run `make alerts-table`")
    PAGE.write_text(new, encoding="utf-8")
    return 0


def _measure() -> None:
    from tests.support.agreement.measure import measured  # not for --check, which is to be quick

    agreement.write(measured())


if __name__ == "__main__":
    sys.exit(main())
