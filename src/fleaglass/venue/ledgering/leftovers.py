"""What an earlier process of the agent left without an outcome: killed, or never told.

Its log says what it sent for which account and when, and what it was told. That is all that looking for a lost answer
goes by (`reading_back`), so what another process has lost is looked for as if this one had, and by the same rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fleaglass.venue.body import Body
from fleaglass.venue.clocks import Ahead, now
from fleaglass.venue.errors import OutcomeUnknown
from fleaglass.venue.memory import Memory
from fleaglass.venue.money import optional_decimal
from fleaglass.venue.observe import OPERATIONS
from fleaglass.venue.sending import LONGEST_DELAY_S, Sending
from fleaglass.venue.spends import Spend

if TYPE_CHECKING:  # what an agent that never spends need not load
    from fleaglass.ledger.entry import Entry
    from fleaglass.ledger.log import Ledger
    from fleaglass.ledger.storage.layout import Layout

__all__ = ["Leftover", "leftovers_of", "remember"]

_LOOKED_AROUND: Final = 512
"""Entries before the oldest that is open: what was sent about then may be what looks like it."""
_LONGEST_DELAY: Final = dt.timedelta(seconds=LONGEST_DELAY_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """One spend of an earlier process.

    Attributes:
        intent: the entry's ``id``.
        op: the operation.
        trace: it was sent in.
        at: when, by that machine's clock.
        account: the mark of the account it was sent for; None if that was erased.
        fields: what was asked for, as far as it was not erased.
        ahead: how far the venue's clock was ahead.
        told: what the log says of it later.
        is_open: whether it is not known what came of it.
    """

    intent: str
    op: str
    trace: str
    at: dt.datetime
    account: str | None
    fields: Mapping[str, str]
    ahead: Ahead | None
    told: dict[str, str] = field(default_factory=dict)
    is_open: bool


def leftovers_of(ledger: Ledger, layout: Layout) -> tuple[Leftover, ...]:
    """What is open in a log that was just opened, and all that was sent about then; empty if nothing is open.

    Raises:
        LedgerError: the log cannot be read.
        OSError: a file of it cannot.
    """
    from fleaglass.ledger.storage.disclosures import disclosures_in
    from fleaglass.ledger.storage.recovery import entries_in_tiles

    intents = ledger.open_intents()
    if not intents:
        return ()
    size = int(ledger.checkpoint().split(b"\n")[1])  # all of it is in tiles now, and what it commits to in its file
    first = max(0, min(int(entry.seq) for entry in intents) - _LOOKED_AROUND)
    entries = list(entries_in_tiles(layout.log, range(first, size), size))
    wanted = {entry.id for entry in entries} | {entry.attributes.get("account_as", "") for entry in entries}
    secrets: dict[str, dict[str, str]] = {}
    for line in disclosures_in(_bytes(layout.disclosures), str(layout.disclosures)):
        if line.entry in wanted:
            secrets.setdefault(line.entry, {})[line.name] = line.value
    return tuple(_spends(entries, secrets, {entry.id for entry in intents}))


def remember(memory: Memory, left: Iterable[Leftover]) -> tuple[OutcomeUnknown, ...]:
    """Have the account's memory know what an earlier process sent for it; the errors of what it lost."""
    lost: list[tuple[Spend, OutcomeUnknown]] = []
    for one in left:
        spend = Spend(OPERATIONS[one.op], one.fields, _sending(one, memory.account))
        if one.is_open:
            lost.append((spend, _error(one, spend.sending)))
        elif one.told:
            memory.own(spend, Body(one.told, {}))
    for spend, error in (*lost, *lost):  # once more, so that the first knows of the last that may be taken for it
        memory.lose(spend, error, None)
    return tuple(error for _, error in lost)


def _sending(one: Leftover, account: str) -> Sending:
    return Sending(
        id=one.intent,
        account=account,
        at=one.at,
        known_since=one.at - _LONGEST_DELAY,
        ahead=one.ahead,
        lost_at=min(now(), one.at + _LONGEST_DELAY),
        entry=one.intent,
    )


def _spends(
    entries: Iterable[Entry], secrets: Mapping[str, Mapping[str, str]], open_: Collection[str]
) -> Iterator[Leftover]:
    found: dict[str, Leftover] = {}
    for entry in entries:
        if entry.kind == "intent" and entry.op in OPERATIONS:
            found[entry.id] = _spend(entry, secrets, is_open=entry.id in open_)
        elif entry.ref in found:
            found[entry.ref].told.update(entry.attributes)
    yield from found.values()


def _spend(entry: Entry, secrets: Mapping[str, Mapping[str, str]], *, is_open: bool) -> Leftover:
    hidden = dict(secrets.get(entry.id, {}))
    known_as = entry.attributes.get("account_as", entry.id)
    account = secrets.get(known_as, {}).get("account")
    hidden.pop("account", None)
    least_s, most_s = (optional_decimal(entry.attributes.get(f"venue_ahead_{end}_s")) for end in ("least", "most"))
    return Leftover(
        intent=entry.id,
        op=entry.op,
        trace=entry.trace,
        at=dt.datetime.fromtimestamp(int(entry.t) / 1e9, dt.UTC),
        account=account,
        fields={**entry.attributes, **hidden},
        ahead=None if least_s is None or most_s is None else Ahead(float(least_s), float(most_s)),
        is_open=is_open,
    )


def _error(one: Leftover, sending: Sending) -> OutcomeUnknown:
    observed = OPERATIONS[one.op]
    error = OutcomeUnknown(
        "an earlier run of the agent ended before it knew",
        operation=one.op,
        service=observed.service,
        phase=observed.phase,
        asset=one.fields.get("asset"),
        order_id=one.told.get("order_id") or one.fields.get("order_id"),
        intent=one.fields,
        trace_id=one.trace or "0" * 32,
    )
    error.sending = sending
    return error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
