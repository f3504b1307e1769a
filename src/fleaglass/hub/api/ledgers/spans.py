"""GET /ledger/spans: which spans of some traces name an entry of a ledger, and whether it is there as they say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fleaglass import semconv
from fleaglass.hub.api.alerting.span_sql import text_of
from fleaglass.hub.api.ledgers.shapes import LedgerSpan
from fleaglass.hub.api.open_work import still_open
from fleaglass.hub.api.sql import Bindings, trace_ids
from fleaglass.hub.ledgers import Book, Ledgers
from fleaglass.hub.ledgers.checking import Claim, Judged, judge
from fleaglass.hub.store import Row, Store

__all__ = ["ledger_spans"]

_MOST: Final = 500
"""Spans that are checked for one answer."""


async def ledger_spans(store: Store, ledgers: Ledgers, traces: Sequence[str]) -> list[LedgerSpan]:
    """The spans of these traces (32 hex digits each). Raises EngineError, OSError."""
    if not traces:
        return []
    bind = Bindings()
    these = trace_ids(bind, traces)
    said = {
        "index": semconv.PF_LEDGER_INDEX,
        "leaf_hash": semconv.PF_LEDGER_LEAF_HASH,
        "origin": semconv.PF_LEDGER_ORIGIN,
    }
    told = ", ".join(f"{text_of(bind, name)} AS {key}" for key, name in said.items())
    ids = "lower(hex(s.trace_id)) AS trace_id, lower(hex(s.span_id)) AS span_id"
    ended, open_ = f"spans AS s FINAL WHERE {these}", still_open(these)
    both = " UNION ALL ".join(f"SELECT {ids}, {told} FROM {each}" for each in (ended, open_))
    rows = await store.query(
        f"SELECT * FROM ({both}) WHERE index != '' AND origin != '' ORDER BY trace_id, span_id LIMIT {_MOST}",
        bind.values,
    )
    claims = [claim for row in rows if (claim := _claim(row)) is not None]
    return await ledgers.reading(lambda: _judged(ledgers, claims)) if claims else []


def _claim(row: Row) -> Claim | None:
    """What a row says, if its index can be one."""
    index: str = row["index"]
    if not (index.isascii() and index.isdigit() and len(index) < 19):
        return None
    return Claim(row["trace_id"], row["span_id"], row["origin"], int(index), row["leaf_hash"])


def _judged(ledgers: Ledgers, claims: Sequence[Claim]) -> list[LedgerSpan]:
    books = ledgers.by_origin()
    return [_seen(claim, books.get(claim.origin), ledgers) for claim in claims]


def _seen(claim: Claim, book: Book | None, ledgers: Ledgers) -> LedgerSpan:
    if book is None:
        judged = Judged("no_log", f"the hub has no log of {claim.origin}; fleaglass up --ledger names its folder")
    else:
        judged = judge(book.place, claim, ledgers.keys)
    return {
        "trace_id": claim.trace_id,
        "span_id": claim.span_id,
        "origin": claim.origin,
        "index": claim.index,
        "leaf_hash": claim.leaf_hash,
        "ledger": book.place.name if book else None,
        "state": judged.state,
        "says": judged.says,
        "signed": judged.is_signed,
    }
