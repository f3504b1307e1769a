"""What comparing gave, kept in the log's home for whoever looks at it later: ``reports/<moment in ns>.json``.

Of what is plainly well only the number is kept, and of whom a thing was for only that they differ: the log itself holds
that as a commitment, and a report would outlive its erasure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from fleaglass.ledger.reconcile.findings import Finding, Reconciliation, Verdict

__all__ = ["FOLDER", "SavedDifference", "SavedFinding", "SavedReport", "UnusableReport", "decode_report", "saved"]

FOLDER: Final = "reports"
"""In the home of a log."""
_MOST: Final = 500
"""Findings of one report; how many were left out is said."""
_COUNTED: Final[frozenset[Verdict]] = frozenset({"matched", "nothing", "not_ours"})
_PRIVATE: Final = "counterparty_id"


class UnusableReport(ValueError):
    """No report; the message says why."""


class SavedDifference(msgspec.Struct, frozen=True):
    """A field, and what either side says; both empty where that is not kept."""

    field: str
    ours: str = ""
    venues: str = ""


class SavedFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One finding; ``entries`` are of the first intent that it is about, ``ids`` what the venue knows it by."""

    verdict: Verdict
    agent: str = ""
    what: str = ""
    entries: tuple[int, ...] = ()
    ids: tuple[str, ...] = ()
    at_ns: int | None = None
    why: str = ""
    differences: tuple[SavedDifference, ...] = ()


class SavedReport(msgspec.Struct, frozen=True, kw_only=True):
    """One comparison.

    Attributes:
        at_ns: when: Unix nanoseconds.
        venue: what the log was held against, as it was named.
        clean: whether log and venue can both be right.
        counts: how many findings there are of each verdict.
        findings: the worst first.
        left_out: how many more there were.
        troubles: what of the venue's lists could not be read, in words.
    """

    at_ns: int
    venue: str
    clean: bool
    counts: Mapping[str, int]
    findings: tuple[SavedFinding, ...] = ()
    left_out: int = 0
    troubles: tuple[str, ...] = ()


_decode: Final = msgspec.json.Decoder(SavedReport).decode


def saved(found: Reconciliation, *, at_ns: int, venue: str, troubles: Sequence[str]) -> SavedReport:
    """A comparison as it is kept."""
    told = [finding for finding in found.findings if finding.verdict not in _COUNTED]
    return SavedReport(
        at_ns=at_ns,
        venue=venue,
        clean=found.is_clean,
        counts={str(verdict): number for verdict, number in found.counts.items()},
        findings=tuple(map(_finding, told[:_MOST])),
        left_out=max(0, len(told) - _MOST),
        troubles=tuple(troubles),
    )


def decode_report(content: bytes) -> SavedReport:
    """The report in a file. Raises `UnusableReport`."""
    try:
        return _decode(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UnusableReport(str(error)) from None


def _finding(finding: Finding) -> SavedFinding:
    claim = finding.claims[0] if finding.claims else None
    ids = [*(each.id for each in finding.claims), *(line.id for line in finding.lines)]
    return SavedFinding(
        verdict=finding.verdict,
        agent=claim.agent if claim else "",
        what=claim.op if claim else finding.lines[0].kind,
        entries=claim.entries if claim else (),
        ids=tuple(dict.fromkeys(filter(None, ids))),
        at_ns=finding.at_ns,
        why=finding.why,
        differences=tuple(
            SavedDifference(each.field)
            if each.field == _PRIVATE
            else SavedDifference(each.field, each.ours, each.venues)
            for each in finding.differences
        ),
    )
