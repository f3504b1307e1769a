"""Am I safe? The answer and its reasons, from what is known of each agent."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fleaglass.hub.api.safety_alive import Alive, CheckIn, Life, Session
from fleaglass.hub.api.safety_verdict import AgentFacts, Fate, OpenItem, Position, Verdict, verdict

S = 1_000_000_000
DAY = 86_400 * S
NOW = 1_000_000 * S


def life(alive: Alive, heard_s: int = 5, reason: str = "so it is") -> Life:
    return Life(alive, reason, NOW - heard_s * S, 5 * S, NOW - heard_s * S)


def spend(fate: Fate, usd: str | None, age_s: int = 240, kind: str = "order") -> OpenItem:
    amount = None if usd is None else Decimal(usd)
    return OpenItem("order" if kind == "order" else "escrow", fate, "ord_1", amount, NOW - age_s * S, "0" * 32)


def session(status: str) -> Session:
    return Session(status, 0, NOW, "a@1", "production", 0, inferred=False)


BTC = Position("BTC", Decimal("-0.5"), Decimal(60_000), NOW, "0" * 32)
FAILED = CheckIn("nightly", "production", "error", NOW - S, None, muted=False, alive=False)


def on(*agents: AgentFacts) -> Verdict:
    return verdict(agents, NOW)


def test_all_alive_and_nothing_open_is_a_yes_as_far_as_is_known() -> None:
    found = on(*(AgentFacts(name, life("alive")) for name in "abc"))
    assert found == Verdict("yes", "Yes, as far as is known: 3 agents alive, nothing in flight.", ())


def test_what_is_open_and_minded_is_told_beside_the_yes() -> None:
    items = [spend("held", "25", kind="escrow"), spend("waiting", "100.5"), spend("in_flight", "10", age_s=2)]
    found = on(AgentFacts("a", life("alive"), items=items, positions=[BTC]))
    says = "1 order in flight ($10.00), 1 order waiting ($100.50), 1 escrow open ($25.00)"
    assert (found.answer, found.says) == ("yes", f"Yes, as far as is known: 1 agent alive, {says}.")
    only_held = on(AgentFacts("a", life("alive"), items=items[:1]))
    assert only_held.says == "Yes, as far as is known: 1 agent alive, no order in flight, 1 escrow open ($25.00)."


def test_an_order_whose_answer_was_lost_makes_it_unsure_with_its_amount_and_age() -> None:
    found = on(AgentFacts("a", life("alive"), items=[spend("unknown", "1204.1")]))
    assert (found.answer, found.says) == ("unsure", "Not sure: a has 1 order unknown ($1,204.10) for 4 min.")


def test_an_amount_that_nobody_knows_is_not_called_nothing() -> None:
    found = on(AgentFacts("a", life("alive"), items=[spend("unknown", None)]))
    assert found.says == "Not sure: a has 1 order unknown (amount unknown) for 4 min."


def test_several_are_told_together_by_the_oldest() -> None:
    items = [spend("unknown", "1"), spend("unknown", "2.5", age_s=7200, kind="escrow")]
    found = on(AgentFacts("a", life("alive"), items=items))
    assert found.says == "Not sure: a has 2 spends unknown ($3.50), the oldest for 2 h."


def test_an_answer_that_does_not_come_is_a_doubt_after_a_minute() -> None:
    assert on(AgentFacts("a", life("alive"), items=[spend("in_flight", "5", age_s=60)])).answer == "yes"
    found = on(AgentFacts("a", life("alive"), items=[spend("in_flight", "5", age_s=61)]))
    assert found.says == "Not sure: a has 1 order in flight ($5.00) without an answer for 1 min."


@pytest.mark.parametrize(
    ("facts", "answer", "says"),
    [
        (AgentFacts("a", life("silent")), "no", "No: a is silent, so it is."),
        (
            AgentFacts("a", life("silent"), items=[spend("held", "25", kind="escrow")], positions=[BTC]),
            "no",
            "No: a is silent, so it is, with 1 escrow open ($25.00) and -0.5 BTC.",
        ),
        (AgentFacts("a", life("ended"), session("crashed")), "no", "No: a: so it is."),
        (AgentFacts("a", life("ended"), session("abnormal")), "no", "No: a: so it is."),
        (AgentFacts("a", life("ended"), session("exited"), positions=[BTC]), "no", "No: a: so it is, with -0.5 BTC."),
        (
            AgentFacts("a", life("ended"), session("exited")),
            "yes",
            "Yes, as far as is known: no agent runs, nothing in flight.",
        ),
        (AgentFacts("a", life("late")), "unsure", "Not sure: a is late, so it is."),
        (AgentFacts("a", life("unknown")), "unsure", "Not sure: a is not known to be alive, so it is."),
        (
            AgentFacts("a", life("alive"), check_ins=[FAILED]),
            "unsure",
            "Not sure: a: monitor nightly failed or was missed.",
        ),
        (
            AgentFacts("a", life("alive"), regressed=["TimeoutError", "KeyError"]),
            "unsure",
            "Not sure: a: TimeoutError and 1 more came back.",
        ),
    ],
)
def test_each_reason_in_words(facts: AgentFacts, answer: str, says: str) -> None:
    found = on(facts)
    assert (found.answer, found.says) == (answer, says)


def test_a_muted_monitor_is_no_reason() -> None:
    muted = CheckIn("nightly", "production", "error", NOW, None, muted=True, alive=False)
    assert on(AgentFacts("a", life("alive"), check_ins=[muted])).answer == "yes"


@pytest.mark.parametrize("alive", ["silent", "late", "unknown", "ended"])
def test_gone_for_a_day_it_counts_only_for_what_it_left_open(alive: Alive) -> None:
    gone = life(alive, heard_s=86_401)
    assert on(AgentFacts("a", gone, session("crashed"))).answer == "yes"
    assert on(AgentFacts("a", gone, session("crashed"), positions=[BTC])).answer != "yes"


def test_how_many_are_gone_is_said() -> None:
    found = on(AgentFacts("a", life("alive")), AgentFacts("b", life("silent", heard_s=2 * 86_400)))
    assert found.says == ("Yes, as far as is known: 1 agent alive, nothing in flight, 1 not heard for more than a day.")


def test_reasons_stand_in_the_order_of_the_money_at_risk_and_danger_decides_the_answer() -> None:
    found = on(
        AgentFacts("a", life("silent")),
        AgentFacts("b", life("alive"), items=[spend("unknown", "50")]),
        AgentFacts("c", life("late"), positions=[BTC]),
    )
    assert [(reason.agent, str(reason.at_risk_usd)) for reason in found.reasons] == [
        ("c", "30000.0"),
        ("b", "50"),
        ("a", "0"),
    ]
    assert (found.answer, found.says) == ("no", "No: a is silent, so it is, and 2 more reasons.")


def test_without_any_agent_nothing_is_known() -> None:
    assert on().answer == "unknown"


def test_an_agent_whose_cycles_all_fail_is_a_reason_with_what_it_holds() -> None:
    found = on(AgentFacts("a", life("alive"), positions=[BTC], failing=[NOW - 1 * S, NOW - 2 * S, NOW - 90 * S]))
    assert (found.answer, found.says) == ("unsure", "Not sure: a: its last 3 cycles failed, for 1 min.")
    assert found.reasons[0].at_risk_usd == BTC.value_usd


def test_two_failed_cycles_are_bad_luck() -> None:
    assert on(AgentFacts("a", life("alive"), failing=[NOW - 1 * S, NOW - 2 * S])).answer == "yes"
