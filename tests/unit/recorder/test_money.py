"""What an agent holds and has earned is what its operations told, and a drawdown is measured from the window's peak."""

from decimal import Decimal

from fleaglass.recorder.money import Money
from fleaglass.testing import TickingClock


def test_nothing_is_known_at_first() -> None:
    money = Money(TickingClock())
    assert (money.realized, money.unrealized, money.balances(), money.drawdowns()) == (None, None, {}, {})


def test_a_wallet_that_is_read_again_replaces_what_was_known_of_it() -> None:
    money = Money(TickingClock())
    money.holds("w_1", Decimal(10), {"USD": Decimal(10)}, "custodial")
    money.holds("w_1", Decimal(7), {"USD": Decimal(4), "BTC": Decimal("0.1")}, "custodial")
    money.holds("w_2", Decimal(1), {"USD": Decimal(1)})
    assert money.balances() == {
        ("USD", "custodial"): Decimal(4),
        ("BTC", "custodial"): Decimal("0.1"),
        ("USD", None): Decimal(1),
    }


def test_the_peak_leaves_the_window_after_its_length_and_lower_ones_take_its_place() -> None:
    clock = TickingClock()
    money = Money(clock)
    for worth in (100, 80, 90):
        money.holds("w", Decimal(worth), {})
        clock.advance(1800)
    assert money.drawdowns() == {"1h": Decimal(0), "24h": Decimal("0.1")}
    clock.advance(86_400)
    assert money.drawdowns() == {"1h": Decimal(0), "24h": Decimal(0)}
    money.holds("w", Decimal(45), {})
    assert money.drawdowns()["24h"] == Decimal(0)


def test_a_peak_within_the_same_minute_counts() -> None:
    money = Money(TickingClock())
    money.holds("w", Decimal(100), {})
    money.holds("w", Decimal(50), {})
    assert money.drawdowns() == {"1h": Decimal("0.5"), "24h": Decimal("0.5")}


def test_nothing_falls_from_nothing() -> None:
    money = Money(TickingClock())
    money.holds("w", Decimal(0), {})
    assert set(money.drawdowns().values()) == {Decimal(0)}


def test_a_year_of_reads_is_a_day_of_peaks() -> None:
    clock = TickingClock()
    money = Money(clock)
    for number in range(5_000):
        money.holds("w", Decimal(number), {})
        clock.advance(30)
    assert len(money._peaks) <= 1_442
