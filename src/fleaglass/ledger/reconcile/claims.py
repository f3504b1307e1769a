"""What the log says: each intent with everything that later entries tell of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias

from fleaglass import semconv
from fleaglass.ledger.entry import Entry
from fleaglass.ledger.reconcile.acts import ACTS, BATCH, Act

__all__ = ["Claim", "Disclosed", "Fate", "UnusableEntry", "claims_of"]

Fate: TypeAlias = Literal["happened", "nothing", "unknown"]
Disclosed: TypeAlias = Mapping[str, Mapping[str, str]]
"""An entry's ``id`` → its committed fields, as far as their disclosures are there."""

_NOTHING: Final = frozenset({semconv.PF_ORDER_STATE_REJECTED, semconv.PF_ORDER_STATE_NOT_PLACED})
_CHANGED: Final = frozenset({semconv.PF_ORDER_STATE_DONE, semconv.PF_ORDER_STATE_CANCELLED})
"""What is left unsaid, or another state, says nothing of a change: an order may have filled before it was cancelled."""
_UNSAID: Final = frozenset({None, semconv.PF_ORDER_STATE_UNKNOWN})
_STATE: Final = "state"
_ROW: Final = re.compile("[0-9]{1,9}")


class UnusableEntry(ValueError):
    """An entry that cannot be what its form says."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Claim:
    """One intent: what was asked for, and what was told of it later.

    Attributes:
        agent: whose log it is in.
        op: the operation: ``trading.order``.
        entries: the indices in the log of all that is about it, the intent's first.
        t_ns: when it was about to be sent, by the agent's clock: Unix nanoseconds.
        asked: the intent's fields, by our names.
        told: what outcome, resolution and observations say, the latest counting.
        committed: names of fields that are only in the log as commitments, and not disclosed.
    """

    agent: str
    op: str
    entries: tuple[int, ...]
    t_ns: int
    asked: Mapping[str, str]
    told: Mapping[str, str] = field(default_factory=dict)
    committed: frozenset[str] = frozenset()

    @property
    def act(self) -> Act:
        """What the operation leaves at the venue."""
        return ACTS[self.op]

    @property
    def id(self) -> str | None:
        """The venue's id of what it led to, or of what it changes."""
        name = self.act.id_name
        return self.told.get(name) or self.asked.get(name) or None

    @property
    def client_id(self) -> str | None:
        """The agent's own id for it."""
        return self.asked.get("client_order_id") or None

    @property
    def state(self) -> str | None:
        """What the log says that came of it, as in ``pf.order.state``."""
        return self.told.get(_STATE)

    @property
    def how(self) -> str | None:
        """What the agent found at the venue when the answer was lost: ``found``, ``absent``, ``probable``, …"""
        return self.told.get("how")

    @property
    def fate(self) -> Fate:
        """Whether something happened, by the log. An order with an id was accepted, whatever is known besides."""
        if self.how == "absent" or self.state in _NOTHING:
            return "nothing"
        if self.act.changes:
            return "happened" if self.state in _CHANGED else "unknown"
        return "unknown" if self.id is None and self.how != "found" and self.state in _UNSAID else "happened"

    @property
    def guessed(self) -> bool:
        """Whether its id was found out by likeness, when its answer was lost."""
        return self.how == "probable"

    def says(self, name: str) -> str | None:
        """A field by our name: as it was told, else as it was asked for.

        What an order sized in USD comes to is rarely what was asked for, in USD or in units of the asset.
        """
        told = self.told.get(name)
        if told is not None or (name in {"size_usd", "quantity"} and "size_usd" in self.asked):
            return told
        return self.asked.get(name)


def claims_of(entries: Iterable[Entry], disclosed: Disclosed | None = None) -> tuple[Claim, ...]:
    """The claims of one log, oldest first.

    Args:
        entries: any part of the log, in its order. An answer whose intent is not among them is a claim by itself.
        disclosed: the committed fields that may be used.

    Raises:
        UnusableEntry: a number of an entry is none.
    """
    known = disclosed or {}
    of_intent: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.kind == "intent":
            of_intent[entry.id].append(entry)
        elif entry.kind in {"outcome", "resolution"} or (entry.kind == "observe" and entry.ref in of_intent):
            of_intent[entry.ref].append(entry)
    claims = (_claim(about, known) for about in of_intent.values())
    return tuple(one for claim in claims for one in _single(claim) if one.op in ACTS)


def _claim(about: Sequence[Entry], disclosed: Disclosed) -> Claim:
    first = about[0]
    asked = _fields(first, disclosed) if first.kind == "intent" else {}
    told: dict[str, str] = {}
    for entry in about:
        if entry.kind != "intent":
            told |= _fields(entry, disclosed)
    committed = {name for entry in about for name in entry.commitments}
    return Claim(
        agent=first.agent,
        op=first.op,
        entries=tuple(_number(entry, "seq", entry.seq) for entry in about),
        t_ns=_number(first, "t", first.t),
        asked=asked,
        told=told,
        committed=frozenset(committed - asked.keys() - told.keys()),
    )


def _fields(entry: Entry, disclosed: Disclosed) -> dict[str, str]:
    secret = disclosed.get(entry.id, {})
    return {**entry.attributes, **{name: secret[name] for name in entry.commitments if name in secret}}


def _number(entry: Entry, name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise UnusableEntry(f"entry {entry.seq!r}: {name} is {text!r}, which is no number")
    return int(text)


def _single(claim: Claim) -> Iterator[Claim]:
    """The claim, or one for each bet of a batch: of the first, ``bets.0.game`` was asked, ``results.0.bet_id`` told."""
    if claim.op != BATCH:
        yield claim
        return
    asked, told = _rows(claim.asked, "bets"), _rows(claim.told, "results")
    whole = {name: claim.told[name] for name in (_STATE, "how") if name in claim.told}
    for row in sorted(asked.keys() | told.keys(), key=int):
        yield replace(claim, op="casino.bet", asked=asked.get(row, {}), told={**whole, **told.get(row, {})})


def _rows(fields: Mapping[str, str], name: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for key, value in fields.items():
        parts = key.split(".", 2)
        if len(parts) == 3 and parts[0] == name and _ROW.fullmatch(parts[1]):
            found[parts[1]][parts[2]] = value
    return found
