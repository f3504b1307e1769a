"""What becomes of an order is told once, and many orders take bounded room."""

from __future__ import annotations

from decimal import Decimal

from fleaglass.recorder.open_orders import OpenOrders


def test_an_order_that_waited_is_settled_once() -> None:
    orders = OpenOrders()
    orders.waits("ord_1")
    assert orders.settle("ord_1") == 0
    assert orders.settle("ord_1") is None


def test_an_order_that_never_waited_has_nothing_to_tell() -> None:
    assert OpenOrders().settle("ord_1") is None


def test_what_was_told_of_it_is_remembered() -> None:
    orders = OpenOrders()
    assert orders.tell("ord_1", Decimal("2.5")) == 0
    orders.waits("ord_1")
    assert orders.tell("ord_1", Decimal("4")) == Decimal("2.5")
    assert orders.settle("ord_1") == 4


def test_of_many_the_oldest_are_forgotten() -> None:
    orders = OpenOrders()
    for number in range(4_097):
        orders.waits(f"ord_{number}")
    assert orders.settle("ord_0") is None
    assert orders.settle("ord_1") == orders.settle("ord_4096") == 0
