"""A reconciliation for people, as lines of text and as rows of a table, and for programs, as what JSON can hold.

What the venue and the log say is printed with control characters escaped: neither may speak to a terminal.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any, Final

import msgspec

from fleaglass.ledger.reconcile.claims import Claim
from fleaglass.ledger.reconcile.findings import Finding, Reconciliation, Verdict
from fleaglass.ledger.reconcile.history import Reach

__all__ = ["COLUMNS", "as_json", "as_rows", "as_text"]

COLUMNS: Final = ("verdict", "what", "agent", "entries", "id", "at", "field", "ours", "venues", "why")
"""Of ``as_rows``."""

_WORDS: Final[Mapping[Verdict, str]] = {
    "venue_only": "at the venue only, never logged",
    "mismatched": "both have it, and a field differs",
    "duplicate": "one on one side, several on the other",
    "ledger_only": "in the log only",
    "unresolved": "the log does not know what came of it",
    "probable": "probably the same, though no id says so",
    "outside_window": "older than what the venue lists, or than what was asked about",
    "not_listed": "the venue does not list it",
    "not_ours": "not the agent's doing",
    "nothing": "nothing came of it, on either side",
    "matched": "both say the same",
}
_NEXT: Final[Mapping[Verdict, str]] = {
    "venue_only": "Somebody used the account without the ledger: another program with this key, or a person; or its "
    "log is not among those named here; or entries are gone, which fleaglass ledger verify finds.",
    "mismatched": "Trust neither side. Ask the venue for its record of this id, and look at the trace of the entry.",
    "duplicate": "See whether it was sent twice, and whether both were paid for.",
    "ledger_only": "The venue's list would have it. Ask the venue by the id; see that this is the right account.",
    "unresolved": "Start the agent: it asks the venue about every intent without an outcome. Else look by hand.",
    "probable": "Look at both; where they are the same, nothing is to be done.",
    "outside_window": "Export a history that reaches there, and name it with --venue.",
    "not_listed": "Nothing at the venue can confirm or deny these; keep the receipts that the venue sent.",
}
_QUIET: Final[frozenset[Verdict]] = frozenset({"matched", "nothing", "not_ours"})
"""Of these, only how many there are is told to people."""
_MOST_SHOWN: Final = 50
"""Of one verdict, to people."""


def as_text(found: Reconciliation) -> Iterator[str]:
    """Lines for a terminal: how many of what, then what is not plainly well, then how far the lists reached."""
    for verdict, count in found.counts.items():
        yield f"{count:8}  {verdict:16}{_WORDS[verdict]}"
    if not found.findings:
        yield "       0  intents, and as many lines of the venue"
    for verdict, findings in groupby(found.findings, key=lambda finding: finding.verdict):
        if verdict not in _QUIET:
            yield from _section(verdict, list(findings))
    if found.reaches:
        yield ""
        yield "The venue's lists:"
        yield from (f"  {reach.kind:16}{_reach(reach)}" for reach in found.reaches)


def as_rows(found: Reconciliation) -> Iterator[tuple[str, ...]]:
    """Rows of ``COLUMNS``: of a finding one, or one for each field that differs."""
    for finding in found.findings:
        claim = finding.claims[0] if finding.claims else None
        entries = " ".join(str(entry) for one in finding.claims for entry in one.entries)
        told = (finding.verdict, _what(finding), claim.agent if claim else "", entries, _ids(finding), _at(finding))
        for field, ours, venues in [(one.field, one.ours, one.venues) for one in finding.differences] or [("", "", "")]:
            yield tuple(_cell(text) for text in (*told, field, ours, venues, finding.why))


def as_json(found: Reconciliation) -> dict[str, Any]:
    """Everything. Amounts are text, with all their digits; moments are Unix nanoseconds."""
    return {
        "clean": found.is_clean,
        "counts": dict(found.counts),
        "findings": [_facts(finding) for finding in found.findings],
        "lists": msgspec.to_builtins(found.reaches),
    }


def _facts(finding: Finding) -> dict[str, Any]:
    return {
        "verdict": finding.verdict,
        "why": finding.why,
        "intents": [_claim_facts(claim) for claim in finding.claims],
        "lines": msgspec.to_builtins(finding.lines),
        "compared": list(finding.compared),
        "differences": msgspec.to_builtins(finding.differences),
    }


def _claim_facts(claim: Claim) -> dict[str, Any]:
    return {
        "agent": claim.agent,
        "op": claim.op,
        "entries": list(claim.entries),
        "t": claim.t_ns,
        "asked": dict(claim.asked),
        "told": dict(claim.told),
        "committed": sorted(claim.committed),
    }


def _section(verdict: Verdict, findings: Sequence[Finding]) -> Iterator[str]:
    yield ""
    yield f"{verdict}: {_WORDS[verdict]}"
    yield f"  → {_NEXT[verdict]}"
    for finding in findings[:_MOST_SHOWN]:
        yield from _block(finding)
    if len(findings) > _MOST_SHOWN:
        yield f"  … and {len(findings) - _MOST_SHOWN} more; --json and --csv have them all"


def _block(finding: Finding) -> Iterator[str]:
    said = [f"  {_at(finding) or 'at no known time':24}", _what(finding), _ids(finding)]
    if finding.claims:
        said.append(f"(entry {finding.claims[0].entries[0]} of {finding.claims[0].agent})")
    yield _plain("  ".join(filter(None, said)) + (f": {finding.why}" if finding.why else ""))
    for one in finding.differences:
        yield f"    {one.field}: {_plain(one.ours)} in the log, {_plain(one.venues)} at the venue"


def _what(finding: Finding) -> str:
    """What it is about: operation or kind, and what is known of it."""
    if finding.lines:
        line = finding.lines[0]
        name = finding.claims[0].op if finding.claims else line.kind
        usd = line.amount_usd if line.amount_usd is not None else line.size_usd
        said = (line.side, _number(line.quantity), line.asset, _number(usd, " USD"))
        return " ".join(filter(None, (name, *said)))
    claim = finding.claims[0]
    amount = claim.says("quantity") or claim.says("amount")
    usd_text = claim.says("amount_usd") or claim.asked.get("size_usd")
    about = (claim.says("side"), amount, claim.says("asset") or claim.says("game") or claim.says("domain"))
    return " ".join(filter(None, (claim.op, *about, f"{usd_text} USD" if usd_text else None)))


def _number(number: Decimal | None, unit: str = "") -> str | None:
    return None if number is None else f"{number:f}{unit}"


def _ids(finding: Finding) -> str:
    ids = [*(claim.id for claim in finding.claims), *(line.id for line in finding.lines)]
    return " ".join(dict.fromkeys(filter(None, ids)))


def _at(finding: Finding) -> str:
    return "" if finding.at_ns is None else _moment(finding.at_ns)


def _moment(at_ns: int) -> str:
    """RFC 3339 with milliseconds; the number itself where there is no such day."""
    try:
        at = dt.datetime.fromtimestamp(at_ns // 1_000_000_000, dt.UTC)
    except (ValueError, OverflowError, OSError):
        return f"{at_ns} ns"
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at_ns // 1_000_000 % 1_000:03d}Z"


def _reach(reach: Reach) -> str:
    since = "everything" if reach.since_ns is None else f"since {_moment(reach.since_ns)}"
    until = "" if reach.until_ns is None else f", read {_moment(reach.until_ns)}"
    named = ", only what the log names" if reach.named_only else ""
    return f"{since}{until}{named}" + (f"; {_plain(reach.note)}" if reach.note else "")


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def _cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    plain = _plain(text)
    is_negative = plain[:1] == "-" and plain[1:].replace(".", "", 1).isdecimal()
    return f"'{plain}" if plain.startswith(("=", "+", "-", "@")) and not is_negative else plain
