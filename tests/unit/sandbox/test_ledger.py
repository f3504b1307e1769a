from __future__ import annotations

import pytest

from fleaglass.sandbox import ledger
from fleaglass.sandbox.ledger import USD, Movement, Overdrawn, Unbalanced
from tests.unit.sandbox.desk import Desk


def test_an_entry_moves_money_between_accounts(desk: Desk) -> None:
    ledger.post(desk.venue.db, 1, "gift", "g1", [Movement("faucet", USD, -500), Movement("cash/a", USD, 500)])
    assert ledger.balance(desk.venue.db, "cash/a") == 500
    assert ledger.trial_balance(desk.venue.db) == {USD: 0}


def test_an_entry_that_does_not_balance_is_our_bug_and_writes_nothing(desk: Desk) -> None:
    with pytest.raises(Unbalanced, match="BUG"):
        ledger.post(desk.venue.db, 1, "gift", "g1", [Movement("faucet", USD, -500), Movement("cash/a", USD, 499)])
    assert desk.rows("SELECT * FROM entry") == []


def test_units_are_balanced_apart_so_bitcoin_cannot_pay_for_dollars(desk: Desk) -> None:
    with pytest.raises(Unbalanced):
        ledger.post(desk.venue.db, 1, "swap", "s1", [Movement("venue", "BTC", -1), Movement("venue", USD, 1)])


def test_cash_cannot_go_below_zero_and_the_whole_entry_is_refused(desk: Desk) -> None:
    with pytest.raises(Overdrawn) as refused:
        ledger.post(desk.venue.db, 1, "pay", "p1", [Movement("cash/b", USD, 7), Movement("cash/a", USD, -7)])
    assert (refused.value.account, refused.value.missing) == ("cash/a", 7)
    assert desk.rows("SELECT * FROM posting") == []
    assert ledger.balance(desk.venue.db, "cash/b") == 0


def test_movements_of_one_account_are_added_up_before_they_are_judged(desk: Desk) -> None:
    movements = [Movement("cash/a", USD, -7), Movement("cash/a", USD, 9), Movement("faucet", USD, -2)]
    ledger.post(desk.venue.db, 1, "gift", "g1", movements)
    assert desk.rows("SELECT account, amount FROM posting ORDER BY account") == [("cash/a", 2), ("faucet", -2)]


def test_the_database_itself_refuses_a_negative_balance(desk: Desk) -> None:
    ledger.post(desk.venue.db, 1, "gift", "g1", [Movement("faucet", USD, -5), Movement("cash/a", USD, 5)])
    with pytest.raises(Exception, match="CHECK"):
        desk.venue.db.execute("UPDATE account SET balance = -1 WHERE account = 'cash/a'")
