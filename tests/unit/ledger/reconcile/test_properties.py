"""Whatever an agent did: a history that belongs to its log is clean, and one damage gives one finding of its sort."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.ledger.entry import Entry
from fleaglass.ledger.reconcile import (
    History,
    Reach,
    Reconciliation,
    UnusableEntry,
    UnusableHistory,
    VenueLine,
    claims_of,
    decode,
    encode,
    reconcile,
)
from fleaglass.ledger.reconcile.acts import ACTS
from fleaglass.ledger.reconcile.history import AMOUNTS
from fleaglass.ledger.reconcile.report import as_json, as_rows, as_text
from tests.unit.ledger.reconcile.book import KINDS, T0_NS, Log, found, history

CREATES = ("trading.order", "trading.close", "escrow.create", "casino.bet", "domains.register", "wallet.send")
amounts = st.decimals(Decimal("0.00000001"), Decimal(10) ** 9, places=8)


@dataclass(frozen=True)
class Past:
    """A log and the lines that belong to it, in the order of what was done."""

    log: Log
    lines: tuple[VenueLine, ...]

    def finds(self, *lines: VenueLine, log: Log | None = None) -> Reconciliation:
        return found(log or self.log, history(*lines))


@st.composite
def pasts(draw: st.DrawFn) -> Past:
    log, lines = Log(), []
    for number, op in enumerate(draw(st.lists(st.sampled_from(CREATES), min_size=1, max_size=8))):
        act = ACTS[op]
        told: dict[str, str] = {act.id_name: f"id-{number}", "state": "done"}
        line: dict[str, Any] = {"kind": act.kinds[0], "id": f"id-{number}", "at_ns": T0_NS + number}
        for name, our_name in act.compares.items():
            value = draw(amounts) if name in AMOUNTS else draw(st.text("ab", min_size=1))
            line[name], told[our_name] = value, str(value)
        log.did(op, {name: value for name, value in told.items() if name not in {"state", act.id_name}}, told)
        lines.append(VenueLine(**line))
    return Past(log, tuple(lines))


def one_of(past: Past) -> st.SearchStrategy[int]:
    return st.integers(0, len(past.lines) - 1)


@given(pasts(), st.randoms(use_true_random=False))
def test_what_belongs_together_is_clean_in_whatever_order_it_is_listed(past: Past, rng: random.Random) -> None:
    shuffled = rng.sample(past.lines, len(past.lines))
    result = past.finds(*shuffled)
    assert result.counts == {"matched": len(past.lines)}
    assert as_json(result) == as_json(past.finds(*past.lines))


@given(pasts(), st.data())
def test_a_line_that_is_gone_leaves_its_intent_in_the_ledger_only(past: Past, data: st.DataObject) -> None:
    gone = data.draw(one_of(past))
    result = past.finds(*past.lines[:gone], *past.lines[gone + 1 :])
    assert result.counts == counts(past, "ledger_only")
    assert result.findings[0].claims[0].entries == (2 * gone, 2 * gone + 1)


@given(pasts(), st.data())
def test_entries_that_are_gone_leave_their_line_at_the_venue_only(past: Past, data: st.DataObject) -> None:
    gone = data.draw(one_of(past))
    log = Log()
    log.entries = past.log.entries[: 2 * gone] + past.log.entries[2 * gone + 2 :]
    result = past.finds(*past.lines, log=log)
    assert result.counts == counts(past, "venue_only")
    assert result.findings[0].lines == (past.lines[gone],)


@given(pasts(), st.data())
def test_an_outcome_that_is_gone_leaves_a_pair_that_is_probable(past: Past, data: st.DataObject) -> None:
    gone = data.draw(one_of(past))
    log = Log()
    log.entries = past.log.entries[: 2 * gone + 1] + past.log.entries[2 * gone + 2 :]
    result = past.finds(*past.lines, log=log)
    assert result.counts == counts(past, "probable")
    assert result.findings[0].lines == (past.lines[gone],)


@given(pasts(), st.data())
def test_one_line_more_is_at_the_venue_only(past: Past, data: st.DataObject) -> None:
    more = msgspec.structs.replace(past.lines[data.draw(one_of(past))], id="another")
    result = past.finds(*past.lines, more)
    assert result.counts == {"venue_only": 1, "matched": len(past.lines)}
    assert result.findings[0].lines == (more,)


@given(pasts(), st.data())
def test_a_line_that_is_listed_twice_is_a_duplicate(past: Past, data: st.DataObject) -> None:
    again = past.lines[data.draw(one_of(past))]
    result = past.finds(*past.lines, again)
    assert result.counts == counts(past, "duplicate")
    assert result.findings[0].lines == (again, again)


@given(pasts(), st.data())
def test_the_last_digit_of_any_amount_is_a_mismatch_of_that_field_alone(past: Past, data: st.DataObject) -> None:
    index = data.draw(one_of(past))
    line = past.lines[index]
    name = data.draw(st.sampled_from([name for name in AMOUNTS if getattr(line, name) is not None] or ["asset"]))
    value = getattr(line, name)
    wrong = value + Decimal("0.00000001") if isinstance(value, Decimal) else f"{value}c"
    changed = msgspec.structs.replace(line, **{name: wrong})
    result = past.finds(*past.lines[:index], changed, *past.lines[index + 1 :])
    assert result.counts == counts(past, "mismatched")
    assert [difference.field for difference in result.findings[0].differences] == [name]


def counts(past: Past, verdict: str) -> dict[str, int]:
    """One of this, and the rest matched."""
    rest = len(past.lines) - 1
    return {verdict: 1, "matched": rest} if rest else {verdict: 1}


texts = st.none() | st.text("ab\x1b=-", min_size=1, max_size=3)
any_line = st.builds(
    VenueLine,
    kind=st.sampled_from(KINDS),
    id=texts,
    client_id=texts,
    at_ns=st.none() | st.integers(-(10**20), 10**20) | st.integers(T0_NS - 10**13, T0_NS + 10**13),
    by=st.sampled_from(["agent", "venue", "unknown"]),
    asset=texts,
    side=texts,
    state=texts | st.sampled_from(["open", "filled", "done", "rejected", "unknown"]),
    counterparty_id=texts,
    **{name: st.none() | st.decimals(-9, 9, places=8) for name in AMOUNTS},
)
any_reaches = st.lists(
    st.builds(Reach, kind=st.sampled_from(KINDS), since_ns=st.none() | st.integers(T0_NS - 9, T0_NS + 9)),
    unique_by=lambda reach: reach.kind,
)
fields = {name for act in ACTS.values() for name in (act.id_name, *act.compares.values())}
names = st.sampled_from([*sorted(fields), "state", "how", "client_order_id"])
words = ("open", "filled", "done", "rejected", "unknown", "absent", "found", "probable")
values = st.sampled_from([*words, "a", "b", "0", "1", "nan"])
any_fields = st.dictionaries(names, values, max_size=5)
any_entry = st.tuples(
    st.sampled_from(["intent", "outcome", "resolution", "observe", "key"]),
    st.sampled_from([*ACTS, "casino.batch", "faucet.register", ""]),
    any_fields,
    st.integers(0, 5),
)


@st.composite
def any_logs(draw: st.DrawFn) -> list[Entry]:
    log = Log()
    for kind, op, fields, ref in draw(st.lists(any_entry, max_size=8)):
        log._append(kind, op, f"{ref:032x}" if kind != "intent" else "", fields, None)  # type: ignore[arg-type]
    return log.entries


@given(any_logs(), st.lists(any_line, max_size=8), any_reaches, st.none() | st.just(T0_NS))
def test_everything_is_accounted_for_exactly_once_whatever_either_side_says(
    entries: list[Entry], lines: list[VenueLine], reaches: list[Reach], since_ns: int | None
) -> None:
    claims = claims_of(entries)
    result = reconcile(claims, History(lines, reaches), since_ns=since_ns)
    assert Counter(map(id, claims)) == Counter(id(claim) for one in result.findings for claim in one.claims)
    assert Counter(map(id, lines)) == Counter(id(line) for one in result.findings for line in one.lines)
    assert sum(result.counts.values()) == len(result.findings)
    printed = "".join(as_text(result)) + "".join("".join(row) for row in as_rows(result))
    assert printed.isprintable()
    msgspec.json.encode(as_json(result))


@given(st.lists(any_line), any_reaches)
def test_a_history_is_the_same_after_a_file(lines: list[VenueLine], reaches: list[Reach]) -> None:
    kinds = {reach.kind for reach in reaches}
    whole = History(tuple(line for line in lines if line.kind in kinds), tuple(reaches))
    assert decode(b"".join(encode(whole))) == whole


rows = st.lists(st.sampled_from([b'{"list":"order"}', b'{"kind":"order"}', b'{"kind":"bet","id":"1"}', b"", b"{"]))


@given(st.binary(max_size=60) | rows.map(b"\n".join))
def test_any_bytes_are_a_history_or_are_refused_by_their_row(content: bytes) -> None:
    with suppress(UnusableHistory):
        past = decode(content)
        assert {line.kind for line in past.lines} <= {reach.kind for reach in past.reaches}


@given(st.text(max_size=25), st.text(max_size=25))
def test_a_number_of_an_entry_is_one_or_is_refused(seq: str, moment: str) -> None:
    log = Log()
    log.intent("trading.order")
    entry = msgspec.structs.replace(log.entries[0], seq=seq, t=moment)
    with suppress(UnusableEntry):
        (claim,) = claims_of([entry])
        assert (claim.entries, claim.t_ns) == ((int(seq),), int(moment))
