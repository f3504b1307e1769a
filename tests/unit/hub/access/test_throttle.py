"""An address that is wrong again and again has to wait, and thousands of them take no more memory."""

from __future__ import annotations

import pytest

from fleaglass.hub.access.throttle import Throttle


def test_twenty_times_at_once_then_every_three_seconds() -> None:
    throttle = Throttle()
    for _ in range(20):
        assert throttle.wait_s("192.0.2.1", 100.0) == 0
        throttle.failed("192.0.2.1", 100.0)
    assert throttle.wait_s("192.0.2.1", 100.0) == 3
    assert throttle.wait_s("192.0.2.2", 100.0) == 0, "another address"
    assert throttle.wait_s("192.0.2.1", 103.0) == 0
    throttle.failed("192.0.2.1", 103.0)
    assert throttle.wait_s("192.0.2.1", 104.0) == 2
    assert throttle.wait_s("192.0.2.1", 1000.0) == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("", "unix", False),
    ],
)
def test_a_network_of_ipv6_counts_as_one_address(one: str, other: str, same: bool) -> None:
    throttle = Throttle()
    for _ in range(20):
        throttle.failed(one, 0.0)
    assert (throttle.wait_s(other, 0.0) > 0) is same


def test_it_remembers_a_bounded_number_of_addresses() -> None:
    throttle = Throttle(most=2)
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
        for _ in range(20):
            throttle.failed(address, 0.0)
    assert [throttle.wait_s(f"192.0.2.{n}", 0.0) for n in (1, 2, 3)] == [0, 3, 3]
