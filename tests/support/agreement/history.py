"""An agent's work as a seeded generator tells it: quiet and bad spells in turn. And time, which goes by in steps."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any, Final

from fleaglass.alerts.judge.row import Row

__all__ = ["AGENT", "ENVIRONMENT", "ORDER_ERRORS", "STEP_NS", "STEP_S", "history"]

AGENT: Final = "vol-arb-1"
ENVIRONMENT: Final = "production"
STEP_S: Final = 5
"""From one evaluation to the next: the exported rules' interval."""
STEP_NS: Final = STEP_S * 1_000_000_000
ORDER_ERRORS: Final = ("OrderRejectedError", "InsufficientMarginError")


def history(seed: int, steps: int) -> list[Row]:
    """Spans of so many steps, by their end, in spells of half a minute to two, each of its own kind.

    A longer history of the same seed begins with a shorter one.
    """
    dice = random.Random(seed)
    rows: list[Row] = []
    now_s = 7.3
    while now_s < steps * STEP_S:
        until_s, every_s, slow = now_s + dice.uniform(30, 120), dice.uniform(1.5, 30), dice.random() ** 3
        bad = dice.choice((0.0, 0.0, 0.04, 0.15, 0.6))
        while now_s < until_s:
            # Off the steps: whether a window holds what ended at its very edge is nobody's promise.
            if 0.1 < now_s % STEP_S < STEP_S - 0.1:
                rows += _cycle(dice, round(now_s * 1e9), slow, bad)
            now_s += dice.uniform(0.5, 1.5) * every_s
    return rows


def _cycle(dice: random.Random, end_ns: int, slow: float, bad: float) -> Iterator[Row]:
    def ended(name: str, ms: float, error: str = "", **attributes: Any) -> Row:
        named = {f"pf.{key.replace('__', '.')}": value for key, value in attributes.items()}
        ids = {"trace_id": f"{dice.getrandbits(128):032x}", "span_id": f"{dice.getrandbits(64):016x}"}
        about = {"agent": AGENT, "environment": ENVIRONMENT, "attributes": named}
        took_ns = round(ms * 1e6)
        return Row(name=name, end_ns=end_ns, duration_ns=took_ns, failed=bool(error), error_type=error, **ids, **about)

    def ms() -> float:
        return dice.uniform(600, 4000) if dice.random() < slow else dice.uniform(5, 450)

    error = dice.choice((*ORDER_ERRORS, "Timeout")) if dice.random() < bad else ""
    passed = dice.random() > bad
    # Each kind of span has its own threshold, which some must be below and some beyond.
    yield ended("pf.wallet.balance_check", ms())
    yield ended("pf.signal.analysis", ms() / 5)
    yield ended("pf.escrow.create", ms())
    yield ended("risk.check", 1, risk__check="net_vega", risk__passed=passed)
    if passed:
        yield ended("pf.trade.execute", ms(), error, asset=dice.choice(("BTC", "ETH")), side="buy", order_type="market")
        yield ended("order.pipeline", ms(), error)
    yield ended("agent.decision_cycle", ms(), error, cycle_outcome="failed" if error else "completed")
