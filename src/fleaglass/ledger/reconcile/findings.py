"""What comparing gave: one finding for each thing that one side or both know of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias, get_args

from fleaglass.ledger.reconcile.claims import Claim
from fleaglass.ledger.reconcile.history import Reach, VenueLine

__all__ = ["CONTRADICTIONS", "VERDICTS", "Difference", "Finding", "Reconciliation", "Verdict"]

Verdict: TypeAlias = Literal[
    "venue_only",
    "mismatched",
    "duplicate",
    "ledger_only",
    "unresolved",
    "probable",
    "outside_window",
    "not_listed",
    "not_ours",
    "nothing",
    "matched",
]
"""From the worst to the best.

``venue_only``      it happened, and was never logged
``mismatched``      a field differs
``duplicate``       two lines for one intent, or two intents for one line
``ledger_only``     by the log it happened; the venue's list, which would have it, does not
``unresolved``      the log does not know what came of it, and nothing at the venue is like it
``probable``        no id says so, but operation, asset, side, quantity and time fit
``outside_window``  the venue's list does not reach to when it was sent, or it is older than what was asked about
``not_listed``      the venue has no list of such things
``not_ours``        the venue did it by itself, or the other party of an escrow may have
``nothing``         by the log nothing happened, and the venue has nothing
``matched``         both say the same, as far as both say it
"""

VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)
CONTRADICTIONS: Final[frozenset[Verdict]] = frozenset({"venue_only", "mismatched", "duplicate", "ledger_only"})
"""Where log and venue cannot both be right."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field, by the venue's line's name for it, and what either says."""

    field: str
    ours: str
    venues: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding.

    Attributes:
        verdict: what it is.
        claims: the intents that it is about.
        lines: the venue's lines that it is about.
        differences: what differs, of ``mismatched``.
        compared: the fields that both sides say, of ``matched`` and ``mismatched``.
        why: what a reader should know besides, in words.
    """

    verdict: Verdict
    claims: tuple[Claim, ...] = ()
    lines: tuple[VenueLine, ...] = ()
    differences: tuple[Difference, ...] = ()
    compared: tuple[str, ...] = ()
    why: str = ""

    @property
    def at_ns(self) -> int | None:
        """When: by the log if that knows of it, else by the venue if that says."""
        if self.claims:
            return self.claims[0].t_ns
        return self.lines[0].at_ns


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """All findings, the worst first and then by time; and how far the venue's lists reached."""

    findings: tuple[Finding, ...]
    reaches: tuple[Reach, ...] = field(default=())

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many there are of each verdict, the worst first; none of what there is none of."""
        count = Counter(finding.verdict for finding in self.findings)
        return {verdict: count[verdict] for verdict in VERDICTS if count[verdict]}

    @property
    def is_clean(self) -> bool:
        """Whether log and venue can both be right."""
        return CONTRADICTIONS.isdisjoint(self.counts)
