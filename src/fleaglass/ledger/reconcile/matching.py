"""Which intent belongs to which of the venue's lines.

::

    1  by the venue's id, else by the agent's own      certain: then the fields are compared
    2  by likeness, of intents whose id is not known   never more than probable
    3  what is left on either side

In the second step, the intents that say most choose first, the earliest first, and take the line that is as much later
as those of the first step are, or as near to that as there is; the earliest if the first step has none. So the same two
sides always give the same findings, and an order that is in no log does not pass for one whose answer was lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias

from fleaglass.ledger.reconcile.claims import Claim
from fleaglass.ledger.reconcile.comparing import compare, went_on
from fleaglass.ledger.reconcile.findings import VERDICTS, Finding, Reconciliation
from fleaglass.ledger.reconcile.history import History, VenueLine
from fleaglass.ledger.reconcile.likeness import Likenesses, says_how_much

__all__ = ["reconcile"]

_Key: TypeAlias = tuple[str, str]
_WENT_ON: Final = "the log does not have its end"


def reconcile(claims: Sequence[Claim], history: History, *, since_ns: int | None = None) -> Reconciliation:
    """All findings.

    Args:
        claims: of one log, or of the logs of all agents that share the account.
        history: what the venue lists of that account.
        since_ns: what is older is not asked about, and only counted. Unix nanoseconds.
    """
    left = _Sides()
    claims = sorted(claims, key=lambda claim: (claim.t_ns, claim.agent, claim.entries))
    lines = sorted(history.lines, key=_time_and_id)
    findings = [finding for group in _groups(claims, lines) for finding in _certain(group, left)]
    delay_ns = _delay_ns(findings)
    findings += _probable(left, history, delay_ns)
    findings += (_unmatched_claim(claim, history) for claim in left.claims)
    findings += _unmatched_lines(left.lines, claims, delay_ns)
    if since_ns is not None:
        findings = [_no_older(finding, since_ns) for finding in findings]
    return Reconciliation(tuple(sorted(findings, key=_order)), tuple(sorted(history.reaches, key=lambda one: one.kind)))


@dataclass(slots=True)
class _Sides:
    """Some of the log beside some of the history: what names one id, or what no id has brought together yet."""

    claims: list[Claim] = field(default_factory=list)
    lines: list[VenueLine] = field(default_factory=list)


def _groups(claims: Iterable[Claim], lines: Iterable[VenueLine]) -> Iterable[_Sides]:
    """By id; a line that no intent names by its id, by the agent's own id; and each of the rest by itself."""
    listed = {(line.kind, line.id) for line in lines}
    groups: dict[_Key, _Sides] = {}
    by_client_id: dict[_Key, _Sides] = {}
    alone: list[_Sides] = []
    for claim in claims:
        if claim.id is not None:
            kind = next((kind for kind in claim.act.kinds if (kind, claim.id) in listed), claim.act.kinds[0])
            group = groups.setdefault((kind, claim.id), _Sides())
        elif claim.client_id is not None:
            group = by_client_id.setdefault((claim.act.kinds[0], claim.client_id), _Sides())
        else:
            alone.append(group := _Sides())
        group.claims.append(claim)
        if claim.client_id is not None:
            by_client_id.setdefault((claim.act.kinds[0], claim.client_id), group)
    for line in lines:
        named = groups.get((line.kind, line.id or "")) or by_client_id.get((line.kind, line.client_id or ""))
        if named is None:
            alone.append(named := _Sides())
        named.lines.append(line)
    every = (*groups.values(), *by_client_id.values(), *alone)
    return {id(group): group for group in every}.values()


def _certain(group: _Sides, left: _Sides) -> Iterator[Finding]:
    """What the ids alone say; the rest of the group is left."""
    happened = [claim for claim in group.claims if claim.fate == "happened"]
    unknown = [claim for claim in group.claims if claim.fate == "unknown"]
    changes = any(claim.act.changes for claim in group.claims)
    # A change that was refused says nothing about one that happened; of two that may have, one did.
    claimants = happened or unknown[: 1 if changes else None] or ([] if changes else group.claims)
    if not claimants or not group.lines:
        left.claims += group.claims
        left.lines += group.lines
        return
    left.claims += (claim for claim in group.claims if claim not in claimants)
    claim, line = claimants[0], group.lines[0]
    if len(claimants) > 1 or len(group.lines) > 1:
        yield Finding(verdict="duplicate", claims=tuple(claimants), lines=tuple(group.lines), why=_double(group))
    elif claim.guessed or (changes and not happened):
        yield Finding(verdict="probable", claims=(claim,), lines=(line,), why="its answer was lost")
    else:
        yield _compared(claim, line)


def _compared(claim: Claim, line: VenueLine) -> Finding:
    compared, differences = compare(claim, line)
    return Finding(
        verdict="mismatched" if differences else "matched",
        claims=(claim,),
        lines=(line,),
        differences=differences,
        compared=compared,
        why=f"{_WENT_ON}; at the venue it is {line.state}" if went_on(claim, line) else "",
    )


def _double(group: _Sides) -> str:
    return "one intent, and several lines" if len(group.lines) > 1 else "several intents, and one line"


def _delay_ns(certain: Iterable[Finding]) -> int | None:
    """How much later the venue's lines are than their intents, as a rule; None if no pair tells."""
    found = sorted(
        line.at_ns - finding.claims[0].t_ns
        for finding in certain
        if finding.verdict in ("matched", "mismatched") and (line := finding.lines[0]).at_ns is not None
    )
    return found[len(found) // 2] if found else None


def _probable(left: _Sides, history: History, delay_ns: int | None) -> list[Finding]:
    """Pairs what is alike, and takes it off what is left."""
    likenesses = Likenesses(line for line in left.lines if line.by != "venue")
    nameless = [claim for claim in left.claims if _may_be_nameless(claim, history)]
    choosing = sorted(nameless, key=lambda one: -says_how_much(one))
    pairs = [(claim, likenesses.take(claim, delay_ns)) for claim in choosing]
    found = [(claim, line) for claim, line in pairs if line is not None]
    taken = {id(one) for pair in found for one in pair}
    left.claims = [claim for claim in left.claims if id(claim) not in taken]
    left.lines = [line for line in left.lines if id(line) not in taken]
    return [Finding(verdict="probable", claims=(claim,), lines=(line,)) for claim, line in found]


def _may_be_nameless(claim: Claim, history: History) -> bool:
    """Whether what it led to may be listed under an id that the log does not know."""
    if claim.fate == "nothing" or claim.act.changes:
        return False
    return claim.id is None or history.reach(claim.act.kinds[0]) is None


def _unmatched_claim(claim: Claim, history: History) -> Finding:
    reach = history.reach(claim.act.kinds[0])
    if claim.fate == "nothing":
        return Finding(verdict="nothing", claims=(claim,))
    if reach is None:
        return Finding(verdict="not_listed", claims=(claim,), why="the venue has no list of these")
    if not reach.covers(claim.t_ns):
        return Finding(verdict="outside_window", claims=(claim,), why=reach.note or "the list does not reach there")
    if reach.may_lack:
        return Finding(verdict="not_listed", claims=(claim,), why=reach.note)
    if reach.named_only and claim.id is None:
        return Finding(verdict="not_listed", claims=(claim,), why="the venue tells only of what has a known id")
    return Finding(verdict="ledger_only" if claim.fate == "happened" else "unresolved", claims=(claim,))


def _unmatched_lines(lines: Sequence[VenueLine], claims: Iterable[Claim], delay_ns: int | None) -> Iterator[Finding]:
    likenesses = Likenesses(lines)
    denied = {id(likenesses.take(claim, delay_ns)): claim for claim in claims if claim.fate == "nothing"}
    for line in lines:
        if line.by == "agent":
            said = denied.get(id(line))
            why = f"entry {said.entries[0]} asked for the like, and by the log nothing came of it" if said else ""
            yield Finding(verdict="venue_only", lines=(line,), why=why)
        else:
            whose = "the venue did it by itself" if line.by == "venue" else "the venue does not say who did it"
            yield Finding(verdict="not_ours", lines=(line,), why=whose)


def _no_older(finding: Finding, since_ns: int) -> Finding:
    if finding.at_ns is None or finding.at_ns >= since_ns:
        return finding
    return replace(finding, verdict="outside_window", why="it is older than what was asked about")


def _time_and_id(line: VenueLine) -> tuple[int, str, str]:
    return (line.at_ns or 0, line.kind, line.id or "")


def _order(finding: Finding) -> tuple[int, int, tuple[int, ...], tuple[tuple[int, str, str], ...]]:
    entries = finding.claims[0].entries if finding.claims else ()
    lines = tuple(_time_and_id(line) for line in finding.lines)
    return VERDICTS.index(finding.verdict), finding.at_ns or 0, entries, lines
