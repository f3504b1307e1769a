"""From an operation to an answer or a typed error: when to try again, and when never to.

read    nothing can happen by asking twice: tried up to three times, with short waits
spend   money may have moved before the answer was lost: sent once, and then `OutcomeUnknown`
"""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, Final, TypeAlias

from fleaglass import semconv
from fleaglass.recorder import Breaker, Core, Operation, current_core
from fleaglass.venue.attempt import Attempt
from fleaglass.venue.body import Body
from fleaglass.venue.clocks import now
from fleaglass.venue.errors import BreakerOpen, NotRecorded, OutcomeUnknown, RateLimitedError, Rejected, Unreachable
from fleaglass.venue.ledgering import Beside, Noted, Wait, book_of, intend
from fleaglass.venue.meaning import Asked
from fleaglass.venue.memory import Memory
from fleaglass.venue.observe import OPERATIONS
from fleaglass.venue.observe.operation import Fields, Observed, begin
from fleaglass.venue.profile import Profile
from fleaglass.venue.sending import acts_for_s
from fleaglass.venue.spends import Spend
from fleaglass.venue.wire import Wire

__all__ = ["Calls", "at_stake", "mark_unknown"]

_READ_ATTEMPTS: Final = 3
_WAITS_S: Final = (0.1, 0.3)
_LONGEST_WAIT_S: Final = 2.0


Recover: TypeAlias = "Callable[[Calls, Operation, Spend, OutcomeUnknown], Awaitable[Body]]"
"""Finds what stands for a lost answer, or raises what is known instead (`reading_back`)."""

CatchUp: TypeAlias = "Callable[[Calls], Coroutine[Any, Any, None]]"


class Calls:
    """All calls of one client.

    Args:
        profile: how HTTP says it.
        wire: where it goes.
        memories: what the process knows of the account at each service.
        core: the agent it is for; None for the one that is at work.
        monotonic: a clock in seconds that never goes back.
        sleep: how to wait, in seconds.
        resolve_timeout_s: how long to look for what became of a spend whose answer was lost; 0 to not look.
        recover: how to look.
        wait: how to wait for the ledger's disk.
        beside: how to do something that nobody waits for.
        catch_up: asks about what earlier runs of the agent left open in the ledger.
    """

    def __init__(
        self,
        profile: Profile,
        wire: Wire,
        *,
        memories: Mapping[str, Memory],
        core: Core | None = None,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[object]],
        resolve_timeout_s: float,
        recover: Recover,
        wait: Wait,
        beside: Beside,
        catch_up: CatchUp,
    ) -> None:
        self.profile = profile
        self._core = core
        self.monotonic = monotonic
        self.sleep = sleep
        self.on_spend: Callable[[], None] = lambda: None
        """Called before anything is sent that may change what is owned, and again after."""
        self._moving: set[str] = set()
        self.resolve_timeout_s = resolve_timeout_s
        self._memories = memories
        self._recover = recover
        self.wait = wait
        self._beside = beside
        self._catch_up = catch_up
        self._is_catching_up = False
        self.wire = wire

    @property
    def core(self) -> Core:
        """The agent that its operations are recorded for."""
        return self._core or current_core()

    async def ready_ledger(self) -> None:
        """Have the agent's ledger open, if it keeps one and that can be."""
        if (book := book_of(self.core)) is not None:
            await book.ready(self.wait, to_spend=False)

    def look_back(self) -> None:
        """Have the venue asked about what an earlier run of the agent left open in its ledger, if it may have."""
        book = book_of(self.core)
        if book is not None and book.may_be_left_open():
            self._begin_to_catch_up()

    def _begin_to_catch_up(self) -> None:
        if not self._is_catching_up:
            self._is_catching_up = True
            calls = copy.copy(self)
            calls._core = self.core  # where it is done, no agent is at work
            self._beside.begin(lambda: self._catch_up(calls))

    async def close(self) -> None:
        """End all connections, and what is done beside."""
        await self._beside.end()
        await self.wire.close()

    def has(self, name: str) -> bool:
        """Whether the profile has this operation."""
        return name in self.profile.endpoints

    async def perform(self, name: str, fields: Fields, *, more: Mapping[str, object] | None = None) -> Any:
        """An operation from beginning to end: its span, its request, and the model of its answer.

        Args:
            name: the operation.
            fields: its fields, by our names; those that are ``None`` are not sent.
            more: further attributes of the span.
        """
        observed = OPERATIONS[name]
        with self.begin(observed, fields, more=more) as span:
            body = await self.ask(span, observed, fields)
            return observed.answered(span, fields, body, self.profile)

    def begin(
        self, observed: Observed, fields: Fields, *, more: Mapping[str, object] | None = None
    ) -> AbstractContextManager[Operation]:
        """The span of an operation that takes more than one request, for ``with``. `BreakerOpen`."""
        return begin(
            observed,
            fields,
            self.profile,
            core=self.core,
            account_id=self.wire.account_id(observed.service),
            more=more,
            refusal=partial(self._stopped, observed, fields),
        )

    def _stopped(self, observed: Observed, fields: Fields, breaker: Breaker) -> BreakerOpen:
        asked = Asked(observed=observed, profile=self.profile, fields=fields)
        error = asked.error(BreakerOpen, f"{breaker.name}: {breaker.reason}")
        error.phase = None  # it was not at it yet, so this is no failure of trading
        return error

    def asked(self, span: Operation, observed: Observed, fields: Fields) -> Asked:
        """What its errors tell."""
        return Asked(observed=observed, profile=self.profile, fields=fields, trace_id=span.trace_id)

    def memory(self, service: str) -> Memory:
        """What the process knows of the account at a service."""
        return self._memories[service]

    @property
    def memories(self) -> tuple[Memory, ...]:
        """What it knows of all accounts of this client."""
        return tuple({id(memory): memory for memory in self._memories.values()}.values())

    def unresolved(self) -> tuple[OutcomeUnknown, ...]:
        """The errors of what was sent for these accounts and is not known the outcome of; service by service."""
        return tuple(error for memory in self.memories for error in memory.unresolved())

    @property
    def moving(self) -> bool:
        """Whether something of this client's may change what is owned at any moment.

        That is an order that may still fill, or what was lost a short while ago.
        """
        return bool(self._moving) or any(memory.may_happen(now()) for memory in self.memories)

    def follow(self, order_id: str | None, *, settled: bool) -> None:
        """Note what is known of an order, since one that may still fill makes any balance old at any moment."""
        if order_id is None:
            return
        if not settled:
            self._moving.add(order_id)
        elif order_id in self._moving:
            self._moving.discard(order_id)
            self.on_spend()

    async def ask(self, span: Operation, observed: Observed, fields: Fields) -> Body:
        """Read or spend, whichever the operation is."""
        return await (self.spend if observed.spends else self.read)(span, observed, fields)

    async def read(
        self,
        span: Operation,
        observed: Observed,
        fields: Fields,
        *,
        attempts: int = _READ_ATTEMPTS,
        timeout_s: float | None = None,
    ) -> Body:
        """Ask, again if need be. `Rejected` or `Unreachable`; ``timeout_s`` bounds each attempt.

        The wait that the venue asks for is kept, and one that is too long is left to the agent.
        """
        attempt = Attempt(self.wire, span, self.asked(span, observed, fields))
        for resend in range(attempts):
            try:
                body = await attempt.once(resend, timeout_s)
                self.memory(observed.service).see(body)
                return body
            except (Unreachable, RateLimitedError) as error:
                wait_s = error.retry_after_s or _WAITS_S[min(resend, len(_WAITS_S) - 1)]
                if resend == attempts - 1 or wait_s > _LONGEST_WAIT_S:
                    raise
                await self.sleep(wait_s)
        raise AssertionError("BUG: nothing is read in no attempt")

    async def spend(self, span: Operation, observed: Observed, fields: Fields) -> Body:
        """Send once. `Rejected`, `Unreachable` if it certainly was not sent, else it is looked for (`reading_back`).

        Before it is sent it is in the agent's ledger, or in mode ``strict`` not sent at all: `NotRecorded`.

        What is then known of the outcome is on the span: ``unknown`` also when the task is cancelled meanwhile.
        """
        # What would be raised before sending is raised here, where nothing is at stake yet.
        asked = self.asked(span, observed, fields)
        attempt = Attempt(self.wire, span, asked)
        memory, ahead = self.memory(observed.service), self.wire.ahead(observed.service)
        noted = await intend(
            self.core,
            span,
            observed,
            fields,
            account=memory.account,
            ahead=ahead,
            wait=self.wait,
            refusal=partial(asked.error, NotRecorded),
        )
        if noted.finds_leftovers:
            self._begin_to_catch_up()
        spend = memory.begin(observed, fields, ahead, noted.intent)
        try:
            with at_stake(span, observed):
                return await self._sent(span, attempt, spend, noted)
        except BaseException as error:
            self._note_lost(span, spend, error)
            raise
        finally:
            memory.end(spend)
            self.on_spend()  # what was read meanwhile may be from before

    def lose_sight(self, sent: Fields, observed: Observed, fields: Fields, error: OutcomeUnknown) -> None:
        """Keep as lost what was accepted, and of which it is not known any more what becomes of it.

        Args:
            sent: the fields of the request, the same that ``spend`` was given.
            observed: what is lost: all of it or a part, such as one bet of a batch.
            fields: the fields of that, with the order's id if it is known.
            error: what the agent gets for it, or would get.
        """
        self._lose(self.memory(observed.service).accepted(sent, observed, fields), error)

    async def _sent(self, span: Operation, attempt: Attempt, spend: Spend, noted: Noted) -> Body:
        span.sent = True
        self.on_spend()
        try:
            body = await self._answered(attempt, spend.observed, noted)
        except OutcomeUnknown as error:
            error.sending = replace(
                spend.sending, lost_at=now(), acts_for_s=acts_for_s(error.__cause__, error.status, error.code)
            )
            return await self._recover(self, span, spend, error)
        except Rejected:
            span.record(spend.observed.refused)
            raise
        self.memory(spend.observed.service).own(spend, body)
        return body

    async def _answered(self, attempt: Attempt, observed: Observed, noted: Noted) -> Body:
        """The answer, which the ledger has before anybody else."""
        try:
            body = await attempt.once(0)
        except BaseException as error:
            noted.failed(error)
            raise
        noted.answered(observed, body, self.profile)
        return body

    def _note_lost(self, span: Operation, spend: Spend, error: BaseException) -> None:
        """Keep what is not known, also when the agent gets another error than ours: a cancellation."""
        if isinstance(error, Rejected | Unreachable) or not span.sent:
            return
        if not isinstance(error, OutcomeUnknown):
            error = self.asked(span, spend.observed, spend.fields).error(OutcomeUnknown, type(error).__name__)
        self._lose(spend, error)

    def _lose(self, spend: Spend, error: OutcomeUnknown) -> None:
        service = spend.observed.service
        self.memory(service).lose(spend, error, self.wire.ahead(service))


@contextmanager
def at_stake(span: Operation, observed: Observed) -> Iterator[None]:
    """Around a spend: when its answer is lost in whatever way, the span and the cycle above it say ``unknown``.

    That includes the task being cancelled while the request was under way.
    """
    try:
        yield
    except (Rejected, Unreachable):
        raise
    except BaseException:
        if span.sent:
            mark_unknown(span, observed.state, observed.lost)
        raise


def mark_unknown(
    span: Operation, state: str, event: str | None = None, about: Mapping[str, object] | None = None
) -> None:
    """Say that something may have happened that the agent does not know of.

    Args:
        span: the operation.
        state: the attribute of the service's own that says so, besides ``pf.order.state``.
        event: to add.
        about: what goes into the event.
    """
    span.record({semconv.PF_ORDER_STATE: semconv.PF_ORDER_STATE_UNKNOWN, state: semconv.PF_ORDER_STATE_UNKNOWN})
    if event is not None:
        span.event(event, about)
    span.tell(lambda story: story.lose_answer())
