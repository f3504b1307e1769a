"""Whatever is sent by whatever client, answered or not, in whatever order: what the agent is told is true.

The line knows of every request whether the venue acted on it, and what came of it. An agent may be left in the dark; it
is never told that something happened that did not, nor that nothing did where something has or still will, nor is it
given the order, bet, escrow or domain of another request.
"""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from fleaglass.testing import Recording
from fleaglass.venue import BatchResult, Order, OutcomeUnknown, PurpleFlea, Rejected, Unreachable, memory
from fleaglass.venue.clocks import now
from fleaglass.venue.sending import LONGEST_DELAY_S
from tests.unit.venue.faults.fate import FATES, Call, Fate, FatefulLine, fated
from tests.unit.venue.faults.scene import Scene, open_scene
from tests.unit.venue.town import PROFILES, Profile

ASKED: dict[str, Callable[[PurpleFlea, Scene], Any]] = {
    "buy": lambda flea, scene: flea.trading.execute("ETH", "buy", Decimal("0.1"), confirm_timeout=0),
    "buy a little more": lambda flea, scene: flea.trading.execute("ETH", "buy", Decimal("0.103"), confirm_timeout=0),
    "sell": lambda flea, scene: flea.trading.execute("ETH", "sell", Decimal("0.01"), confirm_timeout=0),
    "limit": lambda flea, scene: flea.trading.limit("ETH", "buy", Decimal("0.1"), limit_price=2_000),
    "close": lambda flea, scene: flea.trading.close(asset="ETH"),
    "close the other": lambda flea, scene: flea.trading.close(asset="BTC"),
    "bet": lambda flea, scene: flea.casino.bet("coin_flip", 1, side="heads"),
    "batch": lambda flea, scene: flea.casino.batch([{"game": "coin_flip", "amount_usd": 1, "side": "heads"}] * 2),
    "domain": lambda flea, scene: flea.domains.register(scene.known["domain"]),
    "escrow": lambda flea, scene: flea.escrow.create(25, scene.known["bob"], "a report"),
    "release": lambda flea, scene: flea.escrow.release(scene.known["escrow_id"]),
    "swap": lambda flea, scene: flea.wallet.swap(scene.known["wallet"], "USDC", "ETH", 30),
}

ALIKE: tuple[tuple[str, ...], ...] = (
    *(("buy", "buy a little more"), ("buy", "swap"), ("sell", "close"), ("limit",), ("close the other",)),
    *(("bet", "batch"), ("bet",), ("domain",), ("escrow",), ("release",)),
    tuple(ASKED),
)


def _steps(kinds: tuple[str, ...]) -> st.SearchStrategy[list[tuple[str, Any]]]:
    """What happens one after the other; mostly requests that are easily mistaken for each other."""
    spend = st.tuples(st.integers(0, 1), st.sampled_from(kinds), st.sampled_from(FATES))
    step = st.one_of(
        spend.map(lambda one: ("spend", [one])),
        st.lists(spend, min_size=2, max_size=2).map(lambda both: ("spend", both)),  # at the same time
        st.sampled_from([("pass", seconds) for seconds in (1, 5, 30, LONGEST_DELAY_S + 1)]),
        st.sampled_from([(what, None) for what in ("land", "resolve", "look around", "restart", "blind")]),
    )
    return st.lists(step, min_size=2, max_size=10)


@dataclass
class World:
    """An account, its clients in one process after another, and what its agent was told."""

    record: Recording
    scene: Scene
    line: FatefulLine
    clients: list[PurpleFlea] = field(default_factory=list)
    told: list[tuple[Call, Any]] = field(default_factory=list)
    lost: dict[str, Call] = field(default_factory=dict)
    kept: list[OutcomeUnknown] = field(default_factory=list)

    def start(self) -> None:
        """A process begins, which knows nothing of the one before."""
        memory._memories.clear()
        options = {"transport": self.line, **self.scene.options("ada")}

        async def sleep(seconds: float) -> None:
            self.scene.now_s[0] += seconds
            await asyncio.sleep(0)

        self.clients = [
            PurpleFlea(monotonic=lambda: self.scene.now_s[0], sleep=sleep, resolve_timeout=1.0, **options)
            for _ in range(2)
        ]
        for one in self.clients[0]._calls.memories:
            one.began = now()

    async def spend(self, client: int, kind: str, fate: Fate) -> None:
        call = Call(fate)
        try:
            with fated(call):
                end: Any = await ASKED[kind](self.clients[client], self.scene)
        except (Rejected, Unreachable, OutcomeUnknown) as error:
            end = error
        self.told.append((call, end))
        for error in [end] if isinstance(end, OutcomeUnknown) else []:
            assert error.sending is not None
            self.lost[error.sending.id] = call

    async def resolve(self) -> None:
        for error in [*self.clients[0].unresolved(), *self.kept]:
            assert error.sending is not None
            call = self.lost.get(error.sending.id)
            try:
                end = await self.clients[0].resolve(error)
            except (Rejected, OutcomeUnknown) as still:
                end = still
            if call is not None:
                self.told.append((call, end))

    async def look_around(self) -> None:
        for reading in (
            self.clients[1].trading.orders(),
            self.clients[1].casino.history(),
            self.clients[1].domains.list(),
        ):
            try:
                await reading
            except Unreachable:
                continue

    async def do(self, what: str, how: Any) -> None:
        with self.record.agent.cycle():
            match what:
                case "spend":
                    await asyncio.gather(*(self.spend(*one) for one in how))
                case "pass":
                    self.scene.pass_time(how)
                    if how > LONGEST_DELAY_S:
                        self.line.held.clear()  # what was held back for so long does not happen any more
                case "land":
                    await self.line.land()
                case "resolve":
                    await self.resolve()
                case "look around":
                    await self.look_around()
                case "blind":
                    self.line.blind = not self.line.blind
                case "restart":
                    while self.line.held:  # what a former process has under way is nobody's to tell from one's own
                        await self.line.land()
                    self.kept += [pickle.loads(pickle.dumps(one)) for one in self.clients[0].unresolved()]
                    self.scene.pass_time(3)  # a process takes a while to begin, and clocks are as uncertain as that
                    self.start()

    def judge(self) -> None:
        whose: dict[str, Call] = {}
        for call, end in self.told:
            if isinstance(end, Rejected | Unreachable):
                assert not call.done, f"said {end!r} of what has happened: {call}"
            elif not isinstance(end, OutcomeUnknown) and not (isinstance(end, Order) and end.state == "unknown"):
                assert call.done, f"said {end} of what has not happened: {call}"
                for found in _ids(end):
                    assert found in call.ids, f"took {found} for what {call} led to"
                    assert whose.setdefault(found, call) is call


def _ids(end: Any) -> set[str]:
    if isinstance(end, BatchResult):
        return {bet.bet_id for bet in end.bets if bet.bet_id}
    names = ("order_id", "bet_id", "domain_id")
    found = {getattr(end, name, None) for name in names} - {None}
    return found or ({end.escrow_id} if hasattr(end, "escrow_id") else set())


def test_what_the_agent_is_told_is_true(record: Recording) -> None:
    @settings(max_examples=80, deadline=None, derandomize=True)  # thousands more were tried at random
    @given(
        st.sampled_from(PROFILES),
        st.sampled_from([0, -3_600, 3_600, 7]),
        st.sampled_from([0, 0, 4, 20, 300]),
        st.sampled_from([60, 60, 60, 0]),
        st.sampled_from(ALIKE).flatmap(_steps),
    )
    def check(profile: Profile, ahead_s: int, date_off_s: int, age_s: int, steps: list[tuple[str, Any]]) -> None:
        began_ns = record.clock.wall_ns()
        try:
            asyncio.run(_live_through(record, profile, ahead_s, date_off_s, [("pass", age_s), *steps]))
        finally:
            record.clock.sleep((began_ns - record.clock.wall_ns()) / 1e9)  # the next one begins when this one did

    check()


async def _live_through(
    record: Recording, profile: Profile, ahead_s: int, date_off_s: int, steps: list[tuple[str, Any]]
) -> None:
    record.spans.clear()
    async with open_scene(profile, clock_ns=record.clock.wall_ns() + ahead_s * 1_000_000_000) as scene:
        assert scene.line is not None
        world = World(record, scene, FatefulLine(scene.line, date_off_s=date_off_s))
        world.start()
        for step in steps:
            await world.do(*step)
        world.line.blind = False
        await world.do("resolve", None)
        while world.line.held:
            await world.do("land", None)
        await world.do("pass", LONGEST_DELAY_S + 1)
        await world.do("resolve", None)
    world.judge()
