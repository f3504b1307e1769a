"""The ledger of one agent, as its spends know it: opened at the first of them, and never in their way.

What goes wrong with it is told at once and once: in the log as an error, as an issue, and by ``pf.ledger.failed``,
which counts the entries that could not be written. Half a minute later it is tried again.

From the first spend on its checkpoints go to others (`fleaglass.ledger.anchoring`), by threads that nothing waits for.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fleaglass._forks import Lock, in_forked_children
from fleaglass.ledger.errors import LedgerBusy, LedgerClosed, LedgerError
from fleaglass.recorder import Core, Span, guard
from fleaglass.recorder.guard import logger
from fleaglass.venue.ledgering.places import places_of
from fleaglass.venue.ledgering.received import Received
from fleaglass.venue.ledgering.telling import Telling, say
from fleaglass.venue.ledgering.waiting import Wait

if TYPE_CHECKING:  # what an agent that never spends need not load
    from fleaglass.ledger.anchoring import Anchoring
    from fleaglass.ledger.entry import Entry, Kind
    from fleaglass.ledger.log import Draft, Ledger, Receipt
    from fleaglass.ledger.storage.layout import Layout
    from fleaglass.venue.ledgering.leftovers import Leftover

__all__ = ["LedgerBook", "book_of"]

_PATIENCE_S: Final = 5.0
_TRIED_AGAIN_NS: Final = 30 * 10**9
_MOST_FOLLOWED: Final = 4_096
_LONGEST_END_S: Final = 0.3
"""How long the end of an agent waits for those who get the last checkpoint."""
_LONGEST_SIGNING_S: Final = 0.25
"""How long an escrow waits for its checkpoint; then the newest there is goes with it."""
_NOTHING: Final[Mapping[str, str]] = {}


class LedgerBook:
    """Of one agent. No method raises for a reason of the ledger's.

    Args:
        core: the agent.
    """

    def __init__(self, core: Core) -> None:
        self._core = core
        self._terms = core.bookkeeping
        self._lock = Lock()
        self._telling = Telling(core)
        self.origin = ""
        """The ledger's name, once it was open."""
        self.following: OrderedDict[str, tuple[str, str]] = OrderedDict()
        """Orders that may still fill, by id: the operation, and the ``id`` of the intent."""
        self.accounts: dict[str, str] = {}
        """By the mark of each account, the ``id`` of the entry that commits to it; others refer to that one."""
        self.leftovers: tuple[Leftover, ...] = ()
        """What an earlier process left open, and what it sent about then, that nobody has taken on yet."""
        self.received = Received()
        """Checkpoints of others, which came with escrows."""
        self._draft: type[Draft]
        self._layout: Layout
        self._begin()
        in_forked_children(self._begin)

    def _begin(self) -> None:
        """Also in a forked child, whose parent goes on writing the log that was opened there."""
        self._ledger: Ledger | None = None
        self._anchoring: Anchoring | None = None
        self._opening: Future[None] | None = None
        self._resting: threading.Thread | None = None
        self._tried_ns: int | None = None
        self._is_closed = self._has_spent = self._is_late = False

    @property
    def is_strict(self) -> bool:
        """Whether what cannot be recorded is not to be sent."""
        return self._terms.mode == "strict"

    @property
    def home(self) -> Path | None:
        """The folder of all that is kept for agents here."""
        return None if self._terms.home is None else Path(self._terms.home)

    async def ready(self, wait: Wait, *, to_spend: bool, patience_s: float = _PATIENCE_S) -> None:
        """Have it open, if that can be. It is opened by a thread of its own, since the disk may take its time.

        Args:
            wait: for that thread.
            to_spend: whether something is about to be sent; else it is all right if another process writes it.
            patience_s: how long to wait, in seconds.
        """
        if not self._has_spent:
            with self._lock:  # `rest` lets go of it no more once this is true
                self._has_spent |= to_spend
        if (ledger := self._ledger) is not None and ledger.failure is None:
            self._anchor()
            return
        with self._lock:
            now_ns = self._core.clock.monotonic_ns()
            rested = self._tried_ns is None or now_ns - self._tried_ns >= _TRIED_AGAIN_NS
            if self._opening is None and rested and not self._is_closed:
                self._tried_ns = now_ns
                opening: Future[None] = Future()
                opening.set_running_or_notify_cancel()  # who waits may be cancelled; the opening is not
                name = "fleaglass-ledger-open"
                threading.Thread(target=self._open, args=(opening,), name=name, daemon=True).start()
                self._opening = opening  # last, since there may be no more threads to be had
            opening_now = self._opening
        if opening_now is not None:
            try:
                await wait(opening_now, 0.0 if self._is_late else patience_s)
            except TimeoutError:
                self._is_late = True  # nobody waits as long again
                self._telling.tell(LedgerError(f"it could not be opened within {patience_s:.0f} seconds"))

    def write(
        self,
        kind: Kind,
        op: str,
        span: Span | None,
        attributes: Mapping[str, str],
        secrets: Mapping[str, str] = _NOTHING,
        *,
        ref: str = "",
    ) -> Receipt | None:
        """Write an entry; None if that cannot be done, which is told.

        Args:
            kind: of the entry.
            op: the operation.
            span: during which, if any.
            attributes: what is clear.
            secrets: what is committed to.
            ref: the ``id`` of the intent that it is about.
        """
        ledger = self._ledger
        if ledger is None:
            self._terms.failed += 1
            return None
        clock = self._core.clock
        trace, own, parent = _ids(span)
        try:
            receipt = ledger.append(
                self._draft(
                    kind=kind,
                    t=str(clock.wall_ns()),
                    mono=str(clock.monotonic_ns()),
                    agent=self._core.agent_id,
                    ref=ref,
                    op=op,
                    trace=trace,
                    span=own,
                    parent=parent,
                    strategy=self._terms.strategy,
                    release=self._terms.release,
                    environment=self._terms.environment,
                    attributes=attributes,
                ),
                secrets,
            )
        except Exception as error:  # whatever it is, the spend goes on
            self.fail(error)
            return None
        self._telling.wrote()
        return receipt

    def open_intents(self) -> tuple[Entry, ...]:
        """What has no outcome, by the log."""
        return () if self._ledger is None else self._ledger.open_intents()

    def is_open(self, intent: str) -> bool:
        """Whether it is not known of this intent what came of it."""
        return any(entry.id == intent for entry in self.open_intents())

    def follow(self, order_id: str, op: str, intent: str) -> None:
        """An order may still fill."""
        with self._lock:
            self.following[order_id] = op, intent
            while len(self.following) > _MOST_FOLLOWED:
                self.following.popitem(last=False)

    def take_leftovers(self, account: str) -> tuple[Leftover, ...]:
        """What an earlier process left of this account; once."""
        with self._lock:
            found = tuple(one for one in self.leftovers if one.account == account)
            self.leftovers = tuple(one for one in self.leftovers if one.account != account)
            return found

    def may_be_left_open(self) -> bool:
        """Whether an earlier process may have left something open, by the files of a log that is not open yet."""
        if self._ledger is not None or self.home is None:
            return bool(self.leftovers)
        from fleaglass.ledger.storage.layout import layout_of
        from fleaglass.ledger.storage.open_intents import read_note
        from fleaglass.ledger.storage.wal import replay

        try:
            layout = layout_of(self.home, self._core.agent_id)
            size, open_ = read_note(layout.open_intents)
            return bool(open_) or any(record.seq >= size for record in replay(layout.state, size).records)
        except FileNotFoundError:
            return False
        except (OSError, LedgerError):
            return True  # opening it tells what is wrong

    async def newest_checkpoint(self, wait: Wait) -> bytes:
        """Over all that was written before, if that can be signed in a moment; empty if there is none."""
        if (ledger := self._ledger) is None:
            return b""
        signed: Future[None] = Future()
        signed.set_running_or_notify_cancel()  # as with the opening
        threading.Thread(target=_sign, args=(ledger, signed), name="fleaglass-ledger-sign", daemon=True).start()
        with suppress(TimeoutError):
            await wait(signed, _LONGEST_SIGNING_S)
        try:
            return self._layout.checkpoint.read_bytes()
        except FileNotFoundError:
            return b""

    def traded_with_others(self) -> None:
        """An escrow was begun or changed: have others hold the checkpoint now, and hold theirs."""
        if (anchoring := self._anchoring) is not None:
            anchoring.soon()
        if self._ledger is not None and self.received:
            threading.Thread(target=self._keep_received, name="fleaglass-ledger-receive", daemon=True).start()

    def rest(self) -> None:
        """Let another process write, as long as this one has not spent anything. Returns at once."""
        with self._lock:
            if self._ledger is not None and not self._has_spent:
                self._resting = threading.Thread(target=self._ledger.close, name="fleaglass-ledger-rest", daemon=True)
                self._resting.start()
                self._ledger = self._tried_ns = None

    def _wait_for_rest(self) -> None:
        """Until what was let go of can be opened again, also by this process."""
        if (resting := self._resting) is not None:
            resting.join()

    def close(self) -> None:
        """The agent ends."""
        with self._lock:
            self._is_closed = True
            ledger, self._ledger = self._ledger, None
            anchoring, self._anchoring = self._anchoring, None
        self._wait_for_rest()
        if ledger is None:
            return
        with guard("handing the last checkpoint over"):
            self._keep_received()
            if anchoring is not None:
                anchoring.end(_LONGEST_END_S)
        ledger.close()

    def fail(self, error: Exception) -> None:
        """An entry is not in the log, or not on the disk."""
        self._terms.failed += 1
        if not (self._is_closed and isinstance(error, LedgerClosed)):
            self._telling.tell(error)

    def _open(self, opening: Future[None]) -> None:
        try:
            import fleaglass.ledger.anchoring  # noqa: F401  # here, so that no spend waits for it
            from fleaglass.ledger.log import Draft, Ledger, Seams
            from fleaglass.ledger.storage.layout import layout_of
            from fleaglass.venue.ledgering.leftovers import leftovers_of

            with self._lock:
                previous, self._ledger = self._ledger, None
                anchoring, self._anchoring = self._anchoring, None
            if previous is not None:
                with guard("closing a ledger that failed"):
                    if anchoring is not None:
                        anchoring.end(0.0)
                    previous.close()
            if self.home is None:
                raise LedgerError("there is no folder for the ledger: set FLEAGLASS_HOME")
            clock = self._core.clock
            seams = Seams(wall_ns=clock.wall_ns, mono_ns=clock.monotonic_ns, say=say)
            self._wait_for_rest()
            layout = layout_of(self.home, self._core.agent_id)
            is_new = not layout.folder.exists()
            ledger = Ledger.open_at(layout, self._core.agent_id, seams=seams)
            self._draft, self._layout, self.origin = Draft, layout, layout.origin
            left: tuple[Leftover, ...] = ()
            if previous is None:  # before anything of this process is in it
                with guard.theirs("reading what earlier runs left in the ledger"):
                    left = leftovers_of(ledger, layout)
            self._take(ledger, left)
            if is_new:
                about = f"the ledger of {self._core.agent_id} is begun in {layout.folder}"
                logger.info("%s: what the agent spends is recorded there; FLEAGLASS_LEDGER=off keeps none", about)
        except LedgerBusy as error:
            if self._has_spent:
                self._telling.tell(error)
            else:
                self._tried_ns = None
        except Exception as error:
            self._telling.tell(error)
        finally:
            with self._lock:
                self._opening, self._is_late = None, False
            opening.set_result(None)

    def _take(self, ledger: Ledger, left: tuple[Leftover, ...]) -> None:
        with self._lock:
            is_late = self._is_closed
            if not is_late:
                self.leftovers += left
                self._telling.opened()
                self.accounts.clear()
                self._ledger = ledger
        if is_late:
            ledger.close()
            return
        self._anchor()
        self._keep_received()

    def _anchor(self) -> None:
        """From the first spend on; a process that only reads lets go of the log again."""
        if self._anchoring is not None or not self._has_spent or not (terms := self._terms.anchors).lines:
            return
        from fleaglass.ledger.anchoring import Anchoring, AnchoringSeams

        def say_whose(sentence: str) -> None:
            say(f"the ledger of {self._core.agent_id}: {sentence}")

        with guard("anchoring the ledger"), self._lock:
            if self._ledger is not None and self._anchoring is None:
                places = places_of(terms, say_whose)
                self._anchoring = Anchoring(self._ledger, self._layout, places, AnchoringSeams(say_whose))

    def _keep_received(self) -> None:
        with guard("keeping a counterparty's checkpoint"):
            self.received.keep(self._layout)


def _sign(ledger: Ledger, signed: Future[None]) -> None:
    with suppress(LedgerError):  # the ledger has said why
        ledger.checkpoint()
    signed.set_result(None)


def _ids(span: Span | None) -> tuple[str, str, str]:
    """Of the trace, the span and its parent, in hexadecimal digits; empty for what there is not."""
    if span is None:
        return "", "", ""
    trace, own = span.ids
    return trace.hex(), own.hex(), "" if span.parent is None else span.parent.ids[1].hex()


def book_of(core: Core) -> LedgerBook | None:
    """The agent's; None if it keeps none."""
    return None if core.bookkeeping.mode == "off" else core.bookkeeping.book(lambda: LedgerBook(core))
