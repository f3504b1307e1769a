"""Whether the owner is safe, in one word and the reasons for it. Pure rules.

    no          an agent is gone without an end, or its session broke, or it ended and left money open; a ledger was
                tampered with
    unsure      money whose fate is unknown, an answer that does not come, an agent that is late or not known enough,
                cycles that all fail, a monitor that failed, an issue that came back, a ledger with an alarm
    yes         none of this, as far as is known
    unknown     no agent was heard at all

Reasons stand in the order of the money at risk. An agent that has been gone for longer than a day and left nothing open
is no reason any more; how many there are is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from fleaglass.hub.api.match import DAY_NS, MINUTE_NS
from fleaglass.hub.api.money import decimal_text
from fleaglass.hub.api.safety_alive import CheckIn, Life, Session
from fleaglass.hub.api.safety_words import lasting, listed, plural, usd
from fleaglass.hub.ledgers.trouble import Trouble

__all__ = ["AgentFacts", "Answer", "Fate", "OpenItem", "Position", "Reason", "Severity", "Verdict", "verdict"]

Answer = Literal["yes", "unsure", "no", "unknown"]
Severity = Literal["danger", "doubt"]
ReasonKind = Literal[
    "gone", "broke", "left_open", "late", "unclear", "unknown", "slow", "failing", "monitor", "regressed", "ledger"
]
Fate = Literal["unknown", "in_flight", "waiting", "held"]
"""Of money that is out: its answer was lost; no answer yet; accepted and not filled; held in escrow."""

SLOW_NS: Final = MINUTE_NS
"""A spend without an answer for this long is a reason to look."""

FEWEST_FAILING: Final = 3
"""Cycles that failed one after the other: one is bad luck, and the errors of the day tell of it."""

_SAYS: Final[dict[Fate, str]] = {"unknown": "unknown", "in_flight": "in flight", "waiting": "waiting", "held": "open"}
_ZERO: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An order or an escrow that is not settled; `usd` is None where no price is known."""

    kind: Literal["order", "escrow"]
    fate: Fate
    id: str | None
    usd: Decimal | None
    since_ns: int
    trace_id: str


@dataclass(frozen=True, slots=True)
class Position:
    """What an agent's fills leave of an asset: negative when more was sold. `price_usd` is that of the latest fill."""

    asset: str
    quantity: Decimal
    price_usd: Decimal | None
    since_ns: int
    trace_id: str

    @property
    def value_usd(self) -> Decimal | None:
        """What it was worth at the latest fill, without a sign."""
        return None if self.price_usd is None else abs(self.quantity * self.price_usd)


@dataclass(frozen=True, slots=True)
class AgentFacts:
    """All that the verdict needs of one agent.

    `regressed` are the titles of its issues that came back today; `failing` the ends of its latest cycles, newest
    first, back to the last one that did not fail.
    """

    agent: str
    life: Life
    session: Session | None = None
    check_ins: Sequence[CheckIn] = ()
    items: Sequence[OpenItem] = ()
    positions: Sequence[Position] = ()
    regressed: Sequence[str] = ()
    failing: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not yes. `kind` is to decide by, `says` to read; `since_ns` is None where nothing began.

    `ledger` is the name of the ledger that it is about, if the hub can read that.
    """

    severity: Severity
    kind: ReasonKind
    agent: str
    says: str
    at_risk_usd: Decimal
    since_ns: int | None
    ledger: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, the sentence for the top of the page, and the reasons."""

    answer: Answer
    says: str
    reasons: Sequence[Reason]


def verdict(agents: Sequence[AgentFacts], now_ns: int, ledgers: Sequence[Trouble] = ()) -> Verdict:
    """The verdict on all agents, and on ledgers that are not as they should be."""
    if not agents and not ledgers:
        return Verdict("unknown", "Nothing is known: no agent was heard.", ())
    reasons = sorted(
        [*(reason for each in agents for reason in _reasons(each, now_ns)), *map(_of_ledger, ledgers)],
        key=lambda reason: (-reason.at_risk_usd, reason.severity != "danger", reason.agent),
    )
    for severity, answer, word in _WORST_FIRST:
        worst = [reason for reason in reasons if reason.severity == severity]
        if worst:
            others = len(reasons) - 1
            more = f", and {plural(others, 'more reason')}" if others else ""
            return Verdict(answer, f"{word}: {worst[0].says}{more}.", reasons)
    return Verdict("yes", f"Yes, as far as is known: {_all_well(agents, now_ns)}.", ())


_WORST_FIRST: Final[tuple[tuple[Severity, Answer, str], ...]] = (
    ("danger", "no", "No"),
    ("doubt", "unsure", "Not sure"),
)


def _reasons(facts: AgentFacts, now_ns: int) -> Iterator[Reason]:
    name = facts.agent
    absent = _absence(facts, now_ns)
    if absent is not None:
        yield absent
    unknown = [item for item in facts.items if item.fate == "unknown"]
    if unknown:
        since_ns = min(item.since_ns for item in unknown)
        oldest = ", the oldest" if len(unknown) > 1 else ""
        says = f"{name} has {_tell(unknown)}{oldest} for {lasting(now_ns - since_ns)}"
        yield Reason("doubt", "unknown", name, says, _sum(unknown), since_ns)
    slow = [item for item in facts.items if item.fate == "in_flight" and now_ns - item.since_ns > SLOW_NS]
    if slow:
        since_ns = min(item.since_ns for item in slow)
        says = f"{name} has {_tell(slow)} without an answer for {lasting(now_ns - since_ns)}"
        yield Reason("doubt", "slow", name, says, _sum(slow), since_ns)
    if len(facts.failing) >= FEWEST_FAILING:
        since_ns = facts.failing[-1]
        says = f"{name}: its last {len(facts.failing)} cycles failed, for {lasting(now_ns - since_ns)}"
        yield Reason("doubt", "failing", name, says, _at_risk(facts), since_ns)
    for check_in in facts.check_ins:
        if check_in.status == "error" and not check_in.muted:
            says = f"{name}: monitor {check_in.slug} failed or was missed"
            yield Reason("doubt", "monitor", name, says, _ZERO, check_in.last_ns)
    if facts.regressed:
        first, others = facts.regressed[0], len(facts.regressed) - 1
        says = f"{name}: {first}{f' and {others} more' if others else ''} came back"
        yield Reason("doubt", "regressed", name, says, _ZERO, None)


def _of_ledger(trouble: Trouble) -> Reason:
    return Reason(trouble.severity, "ledger", trouble.agent, trouble.says, _ZERO, trouble.since_ns, trouble.ledger)


def _absence(facts: AgentFacts, now_ns: int) -> Reason | None:
    """Why nobody may be minding what is open; or, at least, why that is not known."""
    life, name = facts.life, facts.agent
    heard_ns = life.last_heard_ns
    gone = heard_ns is None or now_ns - heard_ns > DAY_NS
    if life.alive == "alive" or (gone and not (facts.items or facts.positions)):
        return None
    risk = _at_risk(facts)
    left = f", with {_everything(facts)}" if facts.items or facts.positions else ""
    if life.alive == "silent":
        return Reason("danger", "gone", name, f"{name} is silent, {life.reason}{left}", risk, heard_ns)
    if life.alive == "ended":
        broke = facts.session is not None and facts.session.status != "exited"
        if not broke and not left:
            return None
        return Reason("danger", "broke" if broke else "left_open", name, f"{name}: {life.reason}{left}", risk, heard_ns)
    if life.alive == "late":
        return Reason("doubt", "late", name, f"{name} is late, {life.reason}{left}", risk, life.last_cycle_ns)
    return Reason("doubt", "unclear", name, f"{name} is not known to be alive, {life.reason}{left}", risk, heard_ns)


def _at_risk(facts: AgentFacts) -> Decimal:
    return _sum(facts.items) + sum((position.value_usd or _ZERO for position in facts.positions), _ZERO)


def _sum(items: Sequence[OpenItem]) -> Decimal:
    return sum((item.usd or _ZERO for item in items), _ZERO)


def _tell(items: Sequence[OpenItem]) -> str:
    """`2 orders unknown ($1,204.10)`; all are of one fate."""
    kinds = {item.kind for item in items}
    things = plural(len(items), kinds.pop() if len(kinds) == 1 else "spend")
    priced = [item for item in items if item.usd is not None]
    amount = usd(_sum(priced)) if priced else "amount unknown"
    return f"{things} {_SAYS[items[0].fate]} ({amount})"


def _by_fate(items: Sequence[OpenItem]) -> list[str]:
    return [_tell(found) for fate in _SAYS if (found := [item for item in items if item.fate == fate])]


def _everything(facts: AgentFacts) -> str:
    held = [f"{decimal_text(position.quantity)} {position.asset}" for position in facts.positions]
    return listed([*_by_fate(facts.items), *held])


def _all_well(agents: Sequence[AgentFacts], now_ns: int) -> str:
    alive = sum(each.life.alive == "alive" for each in agents)
    lost = [each for each in agents if each.life.alive in ("silent", "late", "unknown")]
    out = [item for each in agents for item in each.items]
    running = plural(alive, "agent") + " alive" if alive else "no agent runs"
    told = _by_fate(out)
    if not any(item.fate == "in_flight" for item in out):
        told.insert(0, "no order in flight" if told else "nothing in flight")
    gone = [f"{len(lost)} not heard for more than a day"] if lost else []
    return ", ".join([running, *told, *gone])
