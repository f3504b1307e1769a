"""Every intent and every line of the venue is accounted for once, by exactly what is known of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from fleaglass.ledger.reconcile import Reach, VenueLine, claims_of, reconcile
from tests.unit.ledger.reconcile.book import (
    ASKED,
    SECOND_NS,
    T0_NS,
    TOLD,
    Log,
    found,
    history,
    only,
    order,
    verdicts,
)


def bought(**told: str) -> Log:
    """A log of one order."""
    log = Log()
    log.did("trading.order", ASKED, {**TOLD, **told})
    return log


def lost(op: str = "trading.order", **asked: str) -> Log:
    """A log of an intent without an outcome."""
    log = Log()
    log.intent(op, None, **(asked or ASKED))
    return log


def test_an_order_that_both_sides_know_matches_in_every_field_that_both_say() -> None:
    finding = only(bought(), history(order()))
    assert finding.verdict == "matched"
    assert finding.compared == (*("state", "asset", "side", "quantity", "fee_usd", "fill_price", "filled_quantity"),)


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("asset", "ETH"),
        ("side", "sell"),
        ("quantity", Decimal("0.010000001")),
        ("filled_quantity", Decimal("0.009")),
        ("fill_price", Decimal("66307.41")),
        ("fee_usd", Decimal("0.3646908")),
        ("state", "cancelled"),
    ],
)
def test_a_field_that_differs_by_its_last_digit_is_named_with_both_values(name: str, theirs: Decimal | str) -> None:
    finding = only(bought(), history(order(**{name: theirs})))
    assert finding.verdict == "mismatched"
    (difference,) = finding.differences
    assert (difference.field, difference.ours, difference.venues) == (name, TOLD[name], str(theirs))


def test_amounts_are_compared_as_numbers_and_not_as_text() -> None:
    assert verdicts(bought(fill_price="66307.4000"), history(order())) == ["matched"]


def test_an_amount_in_the_log_that_is_no_number_differs() -> None:
    (difference,) = only(bought(fee_usd="free"), history(order())).differences
    assert (difference.field, difference.ours) == ("fee_usd", "free")


def test_an_order_that_was_never_logged_is_the_worst_and_comes_first() -> None:
    result = found(bought(), history(order(), order("ord_2", T0_NS + SECOND_NS)))
    assert [(one.verdict, one.lines[0].id) for one in result.findings] == [
        ("venue_only", "ord_2"),
        ("matched", "ord_1"),
    ]
    assert not result.is_clean


def test_an_order_that_the_venues_list_lacks_is_in_the_ledger_only() -> None:
    result = found(bought(), history())
    assert result.counts == {"ledger_only": 1}
    assert not result.is_clean


@pytest.mark.parametrize("lines", [(order(), order()), (order(), order(fee_usd=Decimal(1)))])
def test_two_lines_for_one_intent_are_a_duplicate(lines: tuple[VenueLine, ...]) -> None:
    finding = only(bought(), history(*lines))
    assert (finding.verdict, len(finding.lines), len(finding.claims)) == ("duplicate", 2, 1)


def test_two_intents_for_one_line_are_a_duplicate() -> None:
    log = bought()
    log.did("trading.order", ASKED, TOLD)
    finding = only(log, history(order()))
    assert (finding.verdict, len(finding.lines), len(finding.claims)) == ("duplicate", 1, 2)


def test_two_lines_with_the_agents_own_id_are_a_duplicate_also_under_two_ids_of_the_venue() -> None:
    log = Log()
    log.did("trading.order", {**ASKED, "client_order_id": "mine"}, TOLD)
    twice = (order(client_id="mine"), order("ord_2", client_id="mine"))
    assert verdicts(log, history(*twice)) == ["duplicate"]


def test_the_agents_own_id_makes_sure_what_the_venues_id_cannot() -> None:
    assert verdicts(lost(**ASKED, client_order_id="mine"), history(order(client_id="mine"))) == ["matched"]


def test_without_an_id_what_looks_the_same_is_probable_and_never_more() -> None:
    result = found(lost(), history(order()))
    assert result.counts == {"probable": 1}
    assert result.is_clean


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (order(asset="ETH"), "another asset"),
        (order(side="sell"), "another side"),
        (order(quantity=Decimal("0.0100001")), "another quantity"),
        (order(at_ns=T0_NS - 601 * SECOND_NS), "before it was sent"),
        (order(at_ns=T0_NS + 1201 * SECOND_NS), "long after it was sent"),
        (order(by="venue"), "the venue's own doing"),
    ],
)
def test_what_does_not_look_the_same_is_not_probable(line: VenueLine, why: str) -> None:
    expected = "not_ours" if line.by == "venue" else "venue_only"
    assert sorted(verdicts(lost(), history(line))) == sorted([expected, "unresolved"]), why


@pytest.mark.parametrize(
    "ahead_s", [0, 300, -300], ids=["clocks agree", "the venue's is ahead", "the venue's is behind"]
)
def test_an_order_that_is_in_no_log_is_named_and_not_the_one_like_it_whose_answer_was_lost(ahead_s: int) -> None:
    log = Log()
    times_ns = [T0_NS + second * SECOND_NS for second in (0, 10, 20, 30)]
    for number in (0, 3):
        known = log.intent("trading.order", times_ns[number], **ASKED)
        log.outcome(known, **{**TOLD, "order_id": f"ord_{number}"})
    log.outcome(log.intent("trading.order", times_ns[2], **ASKED), state="unknown")
    venue = [order(f"ord_{number}", at_ns + ahead_s * SECOND_NS) for number, at_ns in enumerate(times_ns)]
    result = found(log, history(*venue))
    assert {finding.lines[0].id: finding.verdict for finding in result.findings} == {
        "ord_0": "matched",
        "ord_1": "venue_only",
        "ord_2": "probable",
        "ord_3": "matched",
    }


def test_an_id_found_by_likeness_stays_probable() -> None:
    log = lost()
    log.resolution(log.entries[0].id, "probable", order_id="ord_1", state="filled")
    assert verdicts(log, history(order())) == ["probable"]


def test_an_intent_that_was_found_at_the_venue_is_compared_like_any_other() -> None:
    log = lost()
    log.resolution(log.entries[0].id, "found", **{**TOLD, "fee_usd": "1"})
    assert verdicts(log, history(order())) == ["mismatched"]


def test_the_latest_entry_about_an_intent_counts() -> None:
    log = bought(state="unknown", fee_usd="0")
    log.resolution(log.entries[0].id, "found", **TOLD)
    assert verdicts(log, history(order())) == ["matched"]


def test_of_two_lost_orders_each_has_a_line_and_a_third_line_is_the_venues_only() -> None:
    log = lost()
    log.intent("trading.order", None, **ASKED)
    lines = [order(f"ord_{number}", T0_NS + number * SECOND_NS) for number in (3, 1, 2)]
    result = found(log, history(*lines))
    assert [(one.verdict, one.lines[0].id, [claim.entries for claim in one.claims]) for one in result.findings] == [
        ("venue_only", "ord_3", []),
        ("probable", "ord_1", [(0,)]),
        ("probable", "ord_2", [(1,)]),
    ]


def test_who_says_more_of_what_was_asked_for_chooses_first() -> None:
    log = Log()
    log.intent("trading.order", T0_NS, asset="BTC", side="buy")
    log.intent("trading.order", T0_NS + SECOND_NS, **ASKED)
    lines = (order("ord_1"), order("ord_2", quantity=Decimal(2)))
    assert verdicts(log, history(*lines)) == ["probable", "probable"]


@pytest.mark.parametrize(
    "told", [{"state": "rejected"}, {"state": "not_placed"}, {"state": "unknown", "how": "absent"}]
)
def test_what_came_to_nothing_is_well_when_the_venue_has_nothing(told: dict[str, str]) -> None:
    log = Log()
    log.did("trading.order", ASKED, told)
    assert found(log, history()).counts == {"nothing": 1}


def test_what_came_to_nothing_by_the_log_does_not_excuse_a_line_that_looks_like_it() -> None:
    log = Log()
    log.did("trading.order", ASKED, {"state": "not_placed"})
    worst, nothing = found(log, history(order())).findings
    assert (worst.verdict, nothing.verdict) == ("venue_only", "nothing")
    assert worst.why == "entry 0 asked for the like, and by the log nothing came of it"


def test_an_order_that_could_still_fill_when_it_was_logged_may_have_gone_on() -> None:
    log = Log()
    log.did("trading.limit", {**ASKED, "limit_price": "60000"}, {"order_id": "ord_1", "state": "open", "fee_usd": "0"})
    finding = only(log, history(order(limit_price=Decimal(60000))))
    assert finding.verdict == "matched"
    assert finding.why == "the log does not have its end; at the venue it is filled"
    assert finding.compared == ("asset", "side", "quantity", "limit_price")


def test_an_order_sized_in_usd_is_compared_by_what_it_came_to() -> None:
    asked = {"asset": "BTC", "side": "buy", "quantity": "0.01", "size_usd": "663.07"}
    filled = order(quantity=Decimal("0.00999"), size_usd=Decimal("662.99"), filled_quantity=None)
    log = Log()
    log.did("trading.order", asked, {"order_id": "ord_1", "state": "filled", "size_usd": "662.99"})
    assert only(log, history(filled)).compared == ("state", "asset", "side", "size_usd")
    assert verdicts(lost(**asked), history(filled)) == ["probable"]
    assert sorted(verdicts(lost(**asked), history(order(size_usd=Decimal(600))))) == ["unresolved", "venue_only"]


@pytest.mark.parametrize(
    ("reach", "verdict"),
    [
        (Reach(kind="order", since_ns=T0_NS + 1), "outside_window"),
        (Reach(kind="order", until_ns=T0_NS - 1), "outside_window"),
        (Reach(kind="order", since_ns=T0_NS, until_ns=T0_NS), "unresolved"),
        (Reach(kind="order", named_only=True), "not_listed"),
        (Reach(kind="bet"), "not_listed"),
    ],
)
def test_a_list_says_nothing_about_what_it_does_not_reach(reach: Reach, verdict: str) -> None:
    assert verdicts(lost(), history(reaches=(reach,))) == [verdict]


def test_what_was_not_asked_about_is_only_counted() -> None:
    log = bought()
    late = order("ord_2", T0_NS + 9 * SECOND_NS)
    result = found(log, history(order("ord_0"), late), since_ns=T0_NS + 5 * SECOND_NS)
    assert result.counts == {"venue_only": 1, "outside_window": 2}


@pytest.mark.parametrize("op", ["complete", "release", "dispute"])
def test_a_change_of_an_escrow_is_matched_by_the_escrows_id(op: str) -> None:
    log = Log()
    log.did(f"escrow.{op}", {"escrow_id": "esc_1"}, {"state": "done"})
    done = VenueLine(kind=f"escrow_{op}", id="esc_1", at_ns=T0_NS)  # type: ignore[arg-type]
    assert verdicts(log, history(done)) == ["matched"]
    assert verdicts(log, history()) == ["ledger_only"]
    assert verdicts(Log(), history(done)) == ["venue_only"]


def test_a_change_whose_answer_was_lost_is_probable_where_it_is_done() -> None:
    log = lost("escrow.release", escrow_id="esc_1")
    assert verdicts(log, history(VenueLine(kind="escrow_release", id="esc_1"))) == ["probable"]
    assert verdicts(log, history()) == ["unresolved"]


def test_a_change_that_was_refused_the_second_time_happened_once() -> None:
    log = Log()
    log.did("escrow.release", {"escrow_id": "esc_1"}, {"state": "done"})
    log.did("escrow.release", {"escrow_id": "esc_1"}, {"state": "rejected"})
    log.intent("escrow.release", None, escrow_id="esc_1")
    done = VenueLine(kind="escrow_release", id="esc_1")
    assert verdicts(log, history(done)) == ["unresolved", "nothing", "matched"]


def test_an_order_that_had_filled_before_it_was_to_be_cancelled_is_not_cancelled() -> None:
    log = bought()
    log.did("trading.cancel", {"order_id": "ord_1"}, {"order_id": "ord_1", "state": "filled"})
    assert verdicts(log, history(order())) == ["unresolved", "matched"]


def test_what_others_may_have_done_needs_no_entry() -> None:
    lines = (order(by="venue"), VenueLine(kind="escrow_dispute", id="esc_1", by="unknown"))
    result = found(Log(), history(*lines))
    assert result.counts == {"not_ours": 2}
    assert result.is_clean


def test_a_swap_is_found_among_the_orders_where_the_venue_lists_it_there() -> None:
    log = Log()
    log.did(
        "wallet.swap", {"asset": "USDC", "to_asset": "BTC", "amount": "700"}, {"swap_id": "ord_1", "fee_usd": "0.3"}
    )
    orders = (Reach(kind="order"),)
    assert only(log, history(order(fee_usd=Decimal("0.3")), reaches=orders)).compared == ("fee_usd",)
    assert verdicts(log, history(order(), reaches=orders)) == ["mismatched"]
    assert verdicts(log, history(order("ord_2"), reaches=orders)) == ["probable"]
    assert verdicts(log, history(reaches=orders)) == ["not_listed"]


def test_a_closed_position_is_the_order_that_closed_it() -> None:
    log = Log()
    told = {"order_id": "ord_1", "exit_price": "66307.4", "side": "long", "realized_pnl_usd": "-1", "state": "done"}
    log.did("trading.close", {"position_id": "pos_1"}, told)
    closing = order(side="sell", realized_pnl_usd=Decimal(-1))
    assert only(log, history(closing)).compared == ("state", "realized_pnl_usd", "fill_price")
    assert verdicts(lost("trading.close", position_id="pos_1"), history(closing)) == ["probable"]


@pytest.mark.parametrize(
    ("op", "asked", "told", "line", "compared"),
    [
        (
            *("escrow.create", {"amount_usd": "50", "counterparty_id": "ag_2"}),
            {"escrow_id": "e", "fee_usd": "0.5", "state": "done"},
            VenueLine(
                kind="escrow",
                id="e",
                amount_usd=Decimal(50),
                fee_usd=Decimal("0.5"),
                counterparty_id="ag_2",
                at_ns=T0_NS,
            ),
            ("amount_usd", "fee_usd", "counterparty_id"),
        ),
        (
            *("casino.bet", {"game": "coin_flip", "amount_usd": "1"}, {"bet_id": "b", "payout_usd": "1.99"}),
            VenueLine(kind="bet", id="b", asset="coin_flip", amount_usd=Decimal(1), payout_usd=Decimal("1.99")),
            ("amount_usd", "payout_usd", "asset"),
        ),
        (
            *("domains.register", {"domain": "a.com"}, {"domain_id": "d", "cost_usd": "12"}),
            VenueLine(kind="domain", id="d", asset="A.com", amount_usd=Decimal(12)),
            ("asset", "amount_usd"),
        ),
        (
            *("domains.bid", {"auction_id": "au", "amount_usd": "20"}, {"bid_id": "bid", "domain": "a.com"}),
            VenueLine(kind="bid", id="bid", asset="a.com", amount_usd=Decimal(20)),
            ("amount_usd", "asset"),
        ),
        (
            *("wallet.send", {"asset": "USDC", "amount": "5", "to": "0x1"}, {"tx_hash": "0xabc"}),
            VenueLine(kind="transfer", id="0xabc", asset="USDC", quantity=Decimal(5), counterparty_id="0x1"),
            ("asset", "quantity", "counterparty_id"),
        ),
        (
            *("faucet.claim", {"agent_id": "ag_1"}, {"claim_id": "c", "credited_usd": "10"}),
            VenueLine(kind="claim", id="c", amount_usd=Decimal(10)),
            ("amount_usd",),
        ),
    ],
)
def test_what_of_each_operation_is_compared(
    op: str, asked: dict[str, str], told: dict[str, str], line: VenueLine, compared: tuple[str, ...]
) -> None:
    log = Log()
    log.did(op, asked, told)
    finding = only(log, history(line))
    assert (finding.verdict, finding.compared) == ("matched", compared)


def test_a_domain_that_was_won_in_an_auction_is_probably_the_bids() -> None:
    log = Log()
    log.did("domains.bid", {"auction_id": "au", "amount_usd": "20"}, {"bid_id": "bid", "domain": "a.com"})
    domains = (Reach(kind="domain"),)
    won = VenueLine(kind="domain", id="d", asset="a.com", amount_usd=Decimal(12), at_ns=1)
    assert verdicts(log, history(won, reaches=domains)) == ["probable"]
    assert verdicts(log, history(reaches=domains)) == ["not_listed"]


@pytest.mark.parametrize("row", ["9" * 5_000, "\u0663", "-1", "1_0"])
def test_a_row_of_a_batch_that_has_no_plain_number_is_none(row: str) -> None:
    log = Log()
    log.did("casino.batch", {f"bets.{row}.game": "dice"}, {})
    assert claims_of(log.entries) == ()


def test_each_bet_of_a_batch_is_accounted_for() -> None:
    log = Log()
    asked = {
        f"bets.{row}.{name}": value for row in (0, 1, 2) for name, value in (("game", "dice"), ("amount_usd", "1"))
    }
    told = {"state": "done", "results.0.bet_id": "b0", "results.0.payout_usd": "0", "results.1.state": "rejected"}
    log.did("casino.batch", asked, told)
    bet = VenueLine(kind="bet", id="b0", asset="dice", amount_usd=Decimal(1), payout_usd=Decimal(0))
    assert verdicts(log, history(bet)) == ["ledger_only", "nothing", "matched"]


def test_the_logs_of_several_agents_share_one_account() -> None:
    first, second = bought(), Log("vol-arb-2")
    second.did("trading.order", ASKED, {**TOLD, "order_id": "ord_2"})
    claims = (*claims_of(first.entries), *claims_of(second.entries))
    assert reconcile(claims, history(order(), order("ord_2"))).counts == {"matched": 2}


def test_registering_leaves_nothing_that_a_list_could_have() -> None:
    log = Log()
    log.did("faucet.register", {}, {"agent_id": "ag_1", "state": "done"})
    assert verdicts(log, history()) == []
