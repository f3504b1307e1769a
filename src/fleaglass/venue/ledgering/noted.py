"""The entries of one spend."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from fleaglass import semconv
from fleaglass.ledger.entry import Kind
from fleaglass.ledger.errors import LedgerError
from fleaglass.recorder import Core, Operation, Span, guard
from fleaglass.venue.body import Body
from fleaglass.venue.clocks import Ahead
from fleaglass.venue.errors import Rejected, Unreachable, VenueError
from fleaglass.venue.ledgering.book import LedgerBook, book_of
from fleaglass.venue.ledgering.waiting import Wait
from fleaglass.venue.ledgering.words import asked, of_order, state_of, told
from fleaglass.venue.models import Order
from fleaglass.venue.models.trading import SETTLED
from fleaglass.venue.observe.operation import Fields, Observed
from fleaglass.venue.profile import Profile

__all__ = ["NOT_KEPT", "Noted", "intend", "note_settled", "resolved"]

_STRICT_WAIT_S: Final = 10.0
"""How long what must be recorded waits for a slow disk."""
_LONGEST_DELAY_S: Final = 1.0
"""How long all else does, such as a stop-loss."""
_SETTLED: Final = SETTLED | {semconv.PF_ORDER_STATE_DONE}


class Noted:
    """What is told of a spend after its intent. No method raises."""

    def __init__(self, book: LedgerBook | None, span: Operation | None, op: str, intent: str) -> None:
        self._book = book
        self._span = span
        self._op = op
        self.intent = intent
        """The entry's ``id``; empty if there is none."""

    @property
    def finds_leftovers(self) -> bool:
        """Whether an earlier process left something open that nobody has taken on."""
        return self._book is not None and bool(self._book.leftovers)

    def answered(self, observed: Observed, body: Body, profile: Profile, more: Mapping[str, str] | None = None) -> None:
        """The venue accepted it.

        Args:
            observed: the operation.
            body: the answer.
            profile: how it is to be read.
            more: what was asked for and could not be said before.
        """
        if self._book is None:
            return
        with guard("writing an outcome into the ledger"):
            state, said = state_of(observed, body, profile), told(observed, body, profile)
            said["state"] = state
            _follow(self._book, self._op, self.intent, said)
            self._write({**(more or {}), **said})

    def failed(self, error: BaseException, more: Mapping[str, str] | None = None) -> None:
        """The venue refused it, it was never sent, or its answer is lost."""
        if self._book is None:
            return
        with guard("writing an outcome into the ledger"):
            state = semconv.PF_ORDER_STATE_UNKNOWN
            if isinstance(error, Rejected):
                state = semconv.PF_ORDER_STATE_REJECTED
            elif isinstance(error, Unreachable):
                state = semconv.PF_ORDER_STATE_NOT_PLACED
            said = {**(more or {}), "state": state, "error": type(error).__name__}
            if isinstance(error, VenueError):
                about = {"http_status": error.status, "error_code": error.code}
                said |= {name: str(value) for name, value in about.items() if value is not None}
            self._write(said)

    def withdrawn(self) -> None:
        """It is not sent after all."""
        with guard("writing an outcome into the ledger"):
            self._write({"state": semconv.PF_ORDER_STATE_NOT_PLACED})

    def _write(self, attributes: Mapping[str, str]) -> None:
        if self._book is not None and self._span is not None and self.intent:
            self._book.write("outcome", self._op, self._span, attributes, ref=self.intent)
            if self._op.startswith("escrow."):
                self._book.traded_with_others()


NOT_KEPT: Final = Noted(None, None, "", "")
"""Of a spend of which nothing is recorded."""


async def intend(
    core: Core,
    span: Operation,
    observed: Observed,
    fields: Fields,
    *,
    account: str | None,
    ahead: Ahead | None,
    wait: Wait,
    refusal: Callable[[str], Exception],
) -> Noted:
    """Write down what is about to be sent.

    Args:
        core: the agent.
        span: the operation's.
        observed: the operation.
        fields: by our names.
        account: the mark of the account, if it is known.
        ahead: how far the venue's clock is ahead, if it is known.
        wait: for the disk.
        refusal: makes the error that is raised in its place where nothing is to be sent unrecorded.
    """
    book = book_of(core)
    if book is None:
        return NOT_KEPT
    noted = Noted(book, span, observed.name, "")
    is_recorded = False
    with guard("writing an intent into the ledger"):
        is_recorded = await _written(book, noted, span, observed, fields, account, ahead, wait)
    if not is_recorded and book.is_strict and not observed.eases:
        noted.withdrawn()
        raise refusal("it could not be recorded in the ledger before it was sent")
    return noted


async def _written(
    book: LedgerBook,
    noted: Noted,
    span: Operation,
    observed: Observed,
    fields: Fields,
    account: str | None,
    ahead: Ahead | None,
    wait: Wait,
) -> bool:
    """Whether it is, as the mode asks for."""
    patience_s = _STRICT_WAIT_S if book.is_strict and not observed.eases else _LONGEST_DELAY_S
    clock = span.core.clock
    began_ns = clock.monotonic_ns()
    await book.ready(wait, to_spend=True, patience_s=patience_s)
    clear, committed = asked(fields)
    known_as = None if account is None else book.accounts.get(account)
    if known_as is not None:
        clear["account_as"] = known_as
    elif account is not None:
        committed["account"] = account
    if ahead is not None:
        clear |= {"venue_ahead_least_s": f"{ahead.least_s:.3f}", "venue_ahead_most_s": f"{ahead.most_s:.3f}"}
    receipt = book.write("intent", observed.name, span, clear, committed)
    if receipt is None:
        return False
    noted.intent = receipt.id
    if account is not None:
        book.accounts.setdefault(account, receipt.id)
    span.record(
        {
            semconv.PF_LEDGER_INDEX: receipt.index,
            semconv.PF_LEDGER_LEAF_HASH: receipt.leaf_hash.hex(),
            semconv.PF_LEDGER_ORIGIN: book.origin,
        }
    )
    if book.is_strict:
        try:
            await wait(receipt.durable, max(0.0, patience_s - (clock.monotonic_ns() - began_ns) / 1e9))
        except (LedgerError, TimeoutError) as error:
            book.fail(error)
            return False
        except BaseException:  # cancelled: nothing is sent
            noted.withdrawn()
            raise
    return True


def resolved(core: Core, span: Span | None, op: str, intent: str, how: str, said: Mapping[str, str]) -> None:
    """What looking for a lost answer told. Never raises.

    Args:
        core: the agent.
        span: during which it was found out, if any.
        op: the operation that was looked for.
        intent: the ``id`` of its intent; empty if there is none.
        how: ``found``, ``absent``, ``probable`` or ``unknown``.
        said: what was found.
    """
    book = book_of(core)
    if book is not None and intent:
        with guard("writing a resolution into the ledger"):
            _learned(book, span, op, intent, said, how)
            _follow(book, op, intent, said)


def _learned(book: LedgerBook, span: Span | None, op: str, intent: str, said: Mapping[str, str], how: str) -> None:
    """What closes an intent is its resolution; all else that is learned of it is observed."""
    kind: Kind = "resolution" if book.is_open(intent) else "observe"
    book.write(kind, op, span, {**said, "how": how} if kind == "resolution" else said, ref=intent)


def _follow(book: LedgerBook, op: str, intent: str, said: Mapping[str, str]) -> None:
    """An order that may still fill is known by its id from now on."""
    order_id = said.get("order_id")
    if order_id is not None and said["state"] not in _SETTLED:
        book.follow(order_id, op, intent)


def note_settled(span: Operation, order: Order) -> None:
    """An order that was pending is settled: what the log did not know yet. Never raises."""
    book = book_of(span.core)
    if book is None or order.order_id is None or not book.following:
        return
    with guard("writing a fill into the ledger"):
        op, intent = book.following.pop(order.order_id, ("", ""))
        if intent:
            _learned(book, span, op, intent, of_order(order), "found")
