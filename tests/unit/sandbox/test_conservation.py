"""Money is conserved: whatever agents do, in whatever order, while prices jump and time passes.

The recipe: three agents trade, hire, pay, swap, bet, buy domains and bid for them at random, in the words of either
face; after every step the books are audited from the raw postings. It does not matter here whether an operation
succeeds, only that a refused one leaves no trace.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from fleaglass.sandbox import ledger
from fleaglass.sandbox.errors import ApiError
from fleaglass.sandbox.market import ASSETS
from fleaglass.sandbox.trading.fills import FillStyle
from fleaglass.sandbox.trading.matching import settle_until_now
from tests.unit.sandbox.desk import Desk, Trader

agents = st.sampled_from(["ada", "bob", "eve"])
assets = st.sampled_from(sorted(ASSETS))
sides = st.sampled_from(["buy", "sell"])
dollars = st.decimals("0.1", 6_000, places=2)
names = st.sampled_from(["mine.com", "mine.io", "hers.ai", "taken.com"])
factors = st.sampled_from([0.2, 0.7, 0.9, 0.99, 1.01, 1.1, 1.5, 4.0])


BETS: dict[str, dict[str, object]] = {
    "coin_flip": {"side": "heads"},
    "dice": {"target": 33.3},
    "crash": {"cashout": 2.5},
    "roulette": {"bet": "red"},
    "wheel": {},
    "zork": {},
}


class Books(RuleBasedStateMachine):
    orders = Bundle("orders")
    escrows = Bundle("escrows")
    sales = Bundle("sales")

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk(fills=FillStyle(at_once=0.3, in_parts=0.4))
        self.traders = {name: self.desk.trader(name) for name in ("ada", "bob", "eve")}

    def teardown(self) -> None:
        self.desk.venue.db.close()

    def attempt(self, act: Callable[[], Any]) -> Any:
        settle_until_now(self.desk.venue)
        before = self.traces()
        try:
            return act()
        except ApiError:
            assert self.traces() == before
            return {}

    def traces(self) -> list[tuple[Any, ...]]:
        """What any operation that does something changes."""
        tables = ("entry", "trade_order", "planned_fill", "escrow", "position", "bet", "domain", "auction", "bid")
        counts = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
        return self.desk.rows(f"SELECT {counts}, (SELECT sum(actions) FROM agent)")

    def units(self, agent: str, asset: str, value: Any) -> Any:
        return round(value * 10**8 / self.desk.market.price(asset), 8)

    @rule(target=orders, name=agents, asset=assets, side=sides, value=dollars)
    def trade(self, name: str, asset: str, side: str, value: Any) -> Any:
        quantity = self.units(name, asset, value)
        order = self.attempt(lambda: self.traders[name].order(asset, side, quantity))
        return name, order.get("order_id", "none")

    @rule(target=orders, name=agents, asset=assets, side=sides, value=dollars, factor=factors)
    def wait(self, name: str, asset: str, side: str, value: Any, factor: float) -> Any:
        price = round(self.desk.market.price(asset) / 10**8 * factor, 2)
        quantity = self.units(name, asset, value)
        order = self.attempt(lambda: self.traders[name].limit(asset, side, quantity, price))
        return name, order.get("order_id", "none")

    @rule(order=orders)
    def cancel(self, order: tuple[str, str]) -> None:
        self.attempt(lambda: self.traders[order[0]].do("trading.cancel", order_id=order[1]))

    @rule(name=agents, asset=assets)
    def close(self, name: str, asset: str) -> None:
        self.attempt(lambda: self.traders[name].close(asset))

    @rule(target=escrows, creator=agents, counterparty=agents, amount=dollars, hours=st.sampled_from([1, 24]))
    def hire(self, creator: str, counterparty: str, amount: Any, hours: int) -> Any:
        escrow = self.attempt(lambda: self.traders[creator].hire(counterparty, amount, timeout_hours=hours))
        return creator, counterparty, escrow.get("escrow_id", "none")

    @rule(escrow=escrows, party=st.booleans(), step=st.sampled_from(["complete", "release", "release", "dispute"]))
    def move_escrow(self, escrow: tuple[str, str, str], party: bool, step: str) -> None:
        self.attempt(lambda: self.traders[escrow[party]].do(f"escrow.{step}", escrow_id=escrow[2]))

    @rule(name=agents, to=agents, amount=dollars)
    def send(self, name: str, to: str, amount: Any) -> None:
        trader, payee = self.traders[name], self.traders[to].agent.wallet_id
        body = {"asset": "USDC", "amount": amount, "to": payee}
        self.attempt(lambda: trader.do("wallet.send", body, wallet_id=trader.agent.wallet_id))

    @rule(name=agents, asset=assets, amount=dollars, back=st.booleans())
    def swap(self, name: str, asset: str, amount: Any, back: bool) -> None:
        trader: Trader = self.traders[name]
        pair = (asset, "USDC") if back else ("USDC", asset)
        body = {"from": pair[0], "to": pair[1], "amount": self.units(name, asset, amount) if back else amount}
        self.attempt(lambda: trader.do("wallet.swap", body, wallet_id=trader.agent.wallet_id))

    @rule(name=agents, asset=assets, side=st.sampled_from(["long", "short"]), size=dollars)
    def open_live(self, name: str, asset: str, side: str, size: Any) -> None:
        self.attempt(lambda: self.traders[name].live("trading.order", {"coin": asset, "side": side, "size_usd": size}))

    @rule(target=orders, name=agents, asset=assets, side=st.sampled_from(["long", "short"]), size=dollars, at=factors)
    def wait_live(self, name: str, asset: str, side: str, size: Any, at: float) -> Any:
        price = round(self.desk.market.price(asset) / 10**8 * at, 2)
        body = {"coin": asset, "side": side, "size_usd": size, "limit_price": price}
        order = self.attempt(lambda: self.traders[name].live("trading.limit", body))
        return name, order.get("order_id", "none")

    @rule(name=agents)
    def check_limits(self, name: str) -> None:
        self.attempt(lambda: self.traders[name].live("trading.check_limits"))

    @rule(name=agents, amount=st.decimals("0.01", 1_500, places=4), game=st.sampled_from(sorted(BETS)))
    def bet(self, name: str, amount: Any, game: str) -> None:
        bet = {"game": game, "amount_usd": amount, "params": BETS[game]}
        settled = self.attempt(lambda: self.traders[name].do("casino.bet", bet))
        if settled:
            assert settled["balance_usd"] == self.traders[name].dollars()

    @rule(name=agents, amounts=st.lists(st.decimals("0", 1_500, places=4), min_size=1, max_size=4))
    def bet_often(self, name: str, amounts: list[Any]) -> None:
        bets = [{"game": "coin-flip", "amount": amount, "side": "tails"} for amount in amounts]
        before = self.traders[name].dollars()
        answer = self.attempt(lambda: self.traders[name].live("casino.batch", {"bets": bets}))
        pnl = sum(one["amount_won"] - one["amount_bet"] for one in answer["results"] if "bet_id" in one)
        assert self.traders[name].dollars() == max(0, before + pnl)

    @rule(name=agents, domain=names, years=st.integers(0, 3))
    def buy_domain(self, name: str, domain: str, years: int) -> None:
        self.attempt(lambda: self.traders[name].do("domains.register", {"domain": domain, "years": years}))

    @rule(target=sales, name=agents, domain=names, start=dollars, hours=st.sampled_from([1, 24]))
    def sell_domain(self, name: str, domain: str, start: Any, hours: int) -> Any:
        body = {"domain": domain, "start_usd": start, "hours": hours}
        return self.attempt(lambda: self.traders[name].do("domains.auction", body)).get("auction_id", "none")

    @rule(sale=sales, name=agents, amount=dollars)
    def bid(self, sale: str, name: str, amount: Any) -> None:
        self.attempt(lambda: self.traders[name].live("domains.bid", {"bid_usd": amount}, auction_id=sale))

    @rule(seconds=st.sampled_from([0.1, 0.3, 5, 3600, 100_000]))
    def time_passes(self, seconds: float) -> None:
        self.desk.clock.advance(seconds)

    @rule(asset=assets, factor=factors)
    def price_jumps(self, asset: str, factor: float) -> None:
        price = max(1.0, min(1e6, round(self.desk.market.price(asset) / 10**8 * factor, 2)))
        self.desk.market.set(asset, str(price))

    @invariant()
    def every_entry_balances(self) -> None:
        query = "SELECT entry_id FROM posting GROUP BY entry_id, unit HAVING sum(amount) != 0"
        assert self.desk.rows(query) == []

    @invariant()
    def nothing_is_made_or_lost(self) -> None:
        assert set(ledger.trial_balance(self.desk.venue.db).values()) <= {0}

    @invariant()
    def balances_are_the_sum_of_their_postings(self) -> None:
        query = (
            "SELECT account FROM account LEFT JOIN posting USING (account, unit) "
            "GROUP BY account, unit HAVING balance != coalesce(sum(amount), 0)"
        )
        assert self.desk.rows(query) == []

    @invariant()
    def nobody_owes_what_may_not_be_owed(self) -> None:
        owing = self.desk.rows("SELECT account FROM account WHERE balance < 0")
        assert {account.partition("/")[0] for (account,) in owing} <= {
            "position",
            "venue",
            "casino",
            "insurance",
            "faucet",
            "outside",
        }

    @invariant()
    def escrow_accounts_hold_exactly_what_is_in_escrow(self) -> None:
        query = (
            "SELECT escrow_id FROM escrow e JOIN account a ON a.account = 'escrow/' || e.escrow_id WHERE a.balance != "
            "CASE WHEN status IN ('funded', 'completed', 'disputed') THEN e.amount ELSE 0 END"
        )
        assert self.desk.rows(query) == []

    @invariant()
    def auction_accounts_hold_exactly_the_leading_bids(self) -> None:
        query = (
            "SELECT auction.auction_id FROM auction LEFT JOIN bid ON bid.auction_id = auction.auction_id "
            "AND bid.status = 'leading' LEFT JOIN account a ON a.account = 'auction/' || auction.auction_id "
            "WHERE coalesce(a.balance, 0) != coalesce(bid.amount, 0)"
        )
        assert self.desk.rows(query) == []

    @invariant()
    def the_casino_has_what_bettors_lost_and_the_registrar_what_domains_cost(self) -> None:
        (sums,) = self.desk.rows(
            "SELECT (SELECT coalesce(sum(amount - payout), 0) FROM bet), (SELECT coalesce(sum(cost), 0) FROM domain)"
        )
        assert sums == (ledger.balance(self.desk.venue.db, "casino"), ledger.balance(self.desk.venue.db, "registrar"))

    @invariant()
    def positions_are_what_the_ledger_says(self) -> None:
        held = self.desk.rows("SELECT 'position/' || agent_id, asset, quantity FROM position WHERE closed_ns IS NULL")
        booked = self.desk.rows(
            "SELECT account, unit, balance FROM account WHERE account LIKE 'position/%' AND balance != 0"
        )
        assert sorted(held) == sorted(booked)

    @invariant()
    def margin_is_held_behind_shorts_only(self) -> None:
        shorts = self.desk.rows("SELECT agent_id, asset FROM position WHERE closed_ns IS NULL AND quantity < 0")
        margins = self.desk.rows("SELECT account FROM account WHERE account LIKE 'margin/%' AND balance != 0")
        assert {account for (account,) in margins} <= {f"margin/{agent}/{asset}" for agent, asset in shorts}

    @invariant()
    def fees_are_those_of_trades_and_ended_escrows(self) -> None:
        (fees,) = self.desk.rows(
            "SELECT (SELECT coalesce(sum(fee), 0) FROM trade_order) + "
            "(SELECT coalesce(sum(fee), 0) FROM escrow WHERE status IN ('released', 'refunded'))"
        )
        assert fees[0] == ledger.balance(self.desk.venue.db, "fees")

    @invariant()
    def what_is_planned_is_what_living_orders_still_lack(self) -> None:
        query = (
            "SELECT order_id FROM trade_order o LEFT JOIN planned_fill f USING (order_id) WHERE order_type = 'market' "
            "GROUP BY order_id HAVING coalesce(sum(f.quantity), 0) != "
            "CASE WHEN status IN ('open', 'partially_filled') THEN o.quantity - o.filled ELSE 0 END"
        )
        assert self.desk.rows(query) == []

    @invariant()
    def realised_pnl_is_what_trading_brought(self) -> None:
        """Realised P&L minus fees, plus what open positions cost, is exactly what trading did to the agents' money."""
        (traded,) = self.desk.rows(
            "SELECT coalesce(sum(amount), 0) FROM posting JOIN entry USING (entry_id) WHERE kind = 'fill' "
            "AND unit = 'USD' AND (account LIKE 'cash/%' OR account LIKE 'margin/%')"
        )
        (insured,) = self.desk.rows("SELECT coalesce(-sum(balance), 0) FROM account WHERE account = 'insurance'")
        (gains,) = self.desk.rows("SELECT coalesce(sum(realized - fee), 0) FROM trade_order")
        (costs,) = self.desk.rows(
            "SELECT coalesce(sum(CASE WHEN quantity > 0 THEN cost ELSE -cost END), 0) FROM position "
            "WHERE closed_ns IS NULL"
        )
        assert traded[0] == gains[0] - costs[0] + insured[0]


TestBooks = Books.TestCase
TestBooks.settings = settings(max_examples=50, stateful_step_count=40, deadline=None)
