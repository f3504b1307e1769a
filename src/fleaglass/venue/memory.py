"""What this process sent for one account and knows by its id: the memory that keeps two alike requests apart.

Shared by all clients of the account. What turns up after an answer was lost is ours only if it is nobody else's, so
this remembers whose everything is::

    another's   its id came as the answer to another request, or was read before ours was sent
    claimed     a request whose effect is not known either may have led to it
    old         it is from before the memory begins: somebody else, such as an earlier run, may have sent it

Requests of other processes at the same time are not known here. What they leave in a list gives them away.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from fleaglass._forks import Lock
from fleaglass.recorder import Clock
from fleaglass.recorder.scrub import secret_name
from fleaglass.recorder.seams import SystemClock
from fleaglass.venue.access import Route
from fleaglass.venue.body import Body
from fleaglass.venue.clocks import UNHEARD, Ahead, now
from fleaglass.venue.errors import OutcomeUnknown
from fleaglass.venue.observe.operation import Fields, Observed
from fleaglass.venue.sending import LONGEST_DELAY_S, Sending
from fleaglass.venue.spends import Spend, effect

__all__ = ["Memory", "account_mark", "memory_of"]

T = TypeVar("T")

_lock: Final = Lock()
_BEGAN: Final = dt.datetime.now(dt.UTC)
"""Before this was loaded, this process has sent nothing."""
_LONG_AGO: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_IDS: Final = ("order_id", "escrow_id", "bet_id", "domain_id")
_LISTS: Final = ("items", "executed", "pending", "filled", "cancelled")
_MAX_ACCOUNTS: Final = 1_024
_MAX_IDS: Final = 8_192
_MAX_SPENDS: Final = 1_024
_MAX_LOST: Final = 256
_LONGEST_DELAY: Final = dt.timedelta(seconds=LONGEST_DELAY_S)
_MARGIN_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Owner:
    """The request that led to something, and when that was known, by this machine's clock."""

    spend: Spend
    known_at: dt.datetime


@dataclass(slots=True)
class Memory:
    """The memory of one account. May be used from several threads; holds a bounded number of everything.

    Args:
        account: the mark of the account.
        began: since when it knows what this process sends for the account, by this machine's clock.
    """

    account: str
    began: dt.datetime
    lock: Lock = _lock
    """Hold it to conclude something once. One for all: no memory keeps it for long."""
    _turn: int = 0
    _recent: deque[Spend] = field(default_factory=lambda: deque(maxlen=_MAX_SPENDS))
    _nameless: deque[Spend] = field(default_factory=lambda: deque(maxlen=_MAX_SPENDS))
    _under_way: OrderedDict[str, Spend] = field(default_factory=OrderedDict)
    _lost: OrderedDict[str, tuple[Spend, OutcomeUnknown]] = field(default_factory=OrderedDict)
    _settled: OrderedDict[str, Callable[[], Any]] = field(default_factory=OrderedDict)
    _owners: OrderedDict[str, Owner] = field(default_factory=OrderedDict)
    _seen: OrderedDict[str, int] = field(default_factory=OrderedDict)

    # What is sent and answered ----------------------------------------------------------------------------------------

    def begin(self, observed: Observed, fields: Fields, ahead: Ahead | None, entry: str = "") -> Spend:
        """This is about to be sent, to a service whose clock is ahead by as much; ``entry`` is its intent's."""
        with self.lock:
            self._turn += 1
            if any(secret_name(name) for name in fields):
                fields = {name: value for name, value in fields.items() if not secret_name(name)}
            spend = Spend(observed, fields, self._sending(ahead, entry), self._turn)
            self._note_company(spend)
            self._recent.append(spend)
            _put(self._under_way, spend.sending.id, spend, _MAX_SPENDS)
            return spend

    def end(self, spend: Spend) -> None:
        """It is answered, or given up."""
        with self.lock:
            self._under_way.pop(spend.sending.id, None)

    def accepted(self, sent: Fields, observed: Observed, fields: Fields) -> Spend:
        """A part of what was sent with these fields, and accepted, that is to be looked for by itself."""
        with self.lock:
            whole = next((spend for spend in reversed(self._recent) if spend.fields is sent), None)
            if whole is None:  # so much was sent meanwhile that it is forgotten
                return Spend(observed, fields, self._sending(None), self._turn)
            if whole in self._nameless:
                self._nameless.remove(whole)
            return Spend(observed, fields, replace(whole.sending, id=_new_id(), acts_for_s=0.0), whole.turn)

    def own(self, spend: Spend, body: Body) -> None:
        """This is its answer, or was found to be what it led to."""
        with self.lock:
            effects = spend.effects(body)
            for one in effects:
                self._owners.setdefault(one, Owner(spend, now()))
                _bound(self._owners, _MAX_IDS)
            if spend.leaves_a_line and not effects:
                self._nameless.append(spend)

    def see(self, body: Body) -> None:
        """This was read at the venue."""
        with self.lock:
            self._turn += 1
            for one in (body, *(item for listed in _LISTS for item in body.items(listed))):
                for name in _effects_in(one):
                    self._seen.setdefault(name, self._turn)
                    _bound(self._seen, _MAX_IDS)

    # Whose something is -----------------------------------------------------------------------------------------------

    def is_anothers(self, name: str, spend: Spend) -> bool:
        """Whether what has this name (`spends.effect`) is certainly not what the spend led to."""
        with self.lock:
            owner, seen = self._owners.get(name), self._seen.get(name)
            if owner is not None and owner.spend.sending.id != spend.sending.id:
                return True
            return seen is not None and spend.turn is not None and seen < spend.turn

    def owner(self, name: str) -> Owner | None:
        """What led to this, if that is known."""
        with self.lock:
            return self._owners.get(name)

    def claimants(self, spend: Spend) -> tuple[Spend, ...]:
        """The other requests whose effect is not known either."""
        with self.lock:
            others = (*self._under_way.values(), *(lost for lost, _ in self._lost.values()), *self._nameless)
        return tuple(one for one in others if one.known_id is None and one.sending.id != spend.sending.id)

    # What is lost -----------------------------------------------------------------------------------------------------

    def lose(self, spend: Spend, error: OutcomeUnknown, ahead: Ahead | None) -> None:
        """Its answer is lost, and what it led to was not found. The error is completed by what may help to find it.

        Args:
            spend: what was sent.
            error: what the agent gets, or would have got.
            ahead: how far the service's clock is ahead, as far as it is known by now.
        """
        with self.lock:
            sending = replace(error.sending or spend.sending, ahead=spend.sending.ahead or ahead)
            sending = replace(sending, lost_at=sending.lost_at or now())
            error.sending = replace(sending, alone=self._is_alone(spend, sending))
            self._lost[sending.id] = spend, error
            while len(self._lost) > _MAX_LOST:  # no longer told, but its effect may still be mistaken for another's
                self._nameless.append(self._lost.popitem(last=False)[1][0])

    def unresolved(self) -> tuple[OutcomeUnknown, ...]:
        """The errors of what is lost, oldest first."""
        with self.lock:
            return tuple(error for _, error in self._lost.values())

    def may_happen(self, at: dt.datetime) -> bool:
        """Whether something that was lost may still take effect."""
        with self.lock:
            return any(at - spend.sending.at < _LONGEST_DELAY for spend, _ in self._lost.values())

    def lost(self, sending: Sending) -> Spend | None:
        """The request that was sent like this, if it is lost."""
        with self.lock:
            spend, error = self._lost.get(sending.id, (None, None))
            if spend is None or error is None or spend.turn is not None or error.sending is None:
                return spend
            return replace(spend, sending=error.sending)  # of what another process sent, that is all there is to go by

    def settle(self, sending: Sending, outcome: Callable[[], Any]) -> None:
        """It is known now what became of it: ``outcome`` returns that, or raises it."""
        with self.lock:
            self._lost.pop(sending.id, None)
            _put(self._settled, sending.id, outcome, _MAX_SPENDS)

    def forget(self, sending: Sending, *, happened: bool) -> None:
        """The author knows what became of it. What happened may still turn up, and then is nobody else's."""
        with self.lock:
            spend, _ = self._lost.pop(sending.id, (None, None))
            if spend is not None and happened and spend.leaves_a_line:
                self._nameless.append(spend)

    def settled(self, sending: Sending) -> Callable[[], Any] | None:
        """What became of it, if that is known."""
        with self.lock:
            return self._settled.get(sending.id)

    # What another process may go by -----------------------------------------------------------------------------------

    def _sending(self, ahead: Ahead | None, entry: str = "") -> Sending:
        return Sending(id=_new_id(), account=self.account, at=now(), known_since=self.began, ahead=ahead, entry=entry)

    def _is_alone(self, spend: Spend, sending: Sending) -> bool:
        """Whether nothing else that is like it was sent about then, as far back as could be mistaken for it."""
        return not any(
            other.may_be_taken_for(spend) and other.sending.at >= sending.at - within
            for others, within in ((self._recent, _near(sending)), (self.claimants(spend), _LONGEST_DELAY))
            for other in others
            if other is not spend
        )

    def _note_company(self, spend: Spend) -> None:
        """What was lost just before is not alone any more if this is like it."""
        for lost, error in self._lost.values():
            sending = error.sending
            if sending is None or sending.lost_at is None or not spend.may_be_taken_for(lost):
                continue
            if spend.sending.at <= sending.lost_at + _near(sending):
                error.sending = replace(sending, alone=False)


def memory_of(route: Route, clock: Clock) -> Memory:
    """The memory of the account that a route leads to; without key and account it is nobody's, and not shared.

    Args:
        route: the service's address, with its key.
        clock: the agent's.
    """
    # Moments by different clocks cannot be compared; and nobody was there before a test that has a clock of its own.
    own_clock, began = (None, _BEGAN) if isinstance(clock, SystemClock) else (clock, _LONG_AGO)
    mark = account_mark(route)
    if mark is None:
        return Memory(_new_id(), began)
    place = own_clock, mark
    with _lock:
        memory = _memories.get(place) or Memory(mark, began)
        _put(_memories, place, memory, _MAX_ACCOUNTS)
        _memories.move_to_end(place)
        return memory


_memories: Final[OrderedDict[tuple[Clock | None, str], Memory]] = OrderedDict()


def _new_id() -> str:
    return uuid.uuid4().hex


def account_mark(route: Route) -> str | None:
    """What is the same for all clients of an account, and tells nobody its key; None without key and account."""
    if route.api_key is None and route.account_id is None:
        return None
    who = f"key {route.api_key}" if route.api_key is not None else f"account {route.account_id}"
    return hashlib.sha256(f"{route.address} {who}".encode()).hexdigest()[:32]


def _near(sending: Sending) -> dt.timedelta:
    """How far apart two requests must be for their effects to be told apart by the venue's clock."""
    ahead = sending.ahead or UNHEARD
    return dt.timedelta(seconds=ahead.most_s - ahead.least_s + _MARGIN_S)


def _effects_in(body: Body) -> Iterator[str]:
    return (effect(name, found) for name in _IDS if (found := body.text(name)) is not None)


def _put(into: OrderedDict[Any, T], key: object, value: T, most: int) -> None:
    into[key] = value
    _bound(into, most)


def _bound(what: OrderedDict[Any, Any], most: int) -> None:
    while len(what) > most:
        what.popitem(last=False)
