"""From the engine's rows to figures: whole numbers become decimals here, and nothing is rounded on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fleaglass.hub.api.money import basis_points, from_fixed
from fleaglass.hub.api.performance_shapes import Drawdown, Figures
from fleaglass.hub.store import Row

__all__ = ["FINE", "figures"]

FINE = 100_000_000
"""How many 10^-16 USD make 10^-8: the cost of slippage is a price times a quantity, so it has twice the places."""


def figures(row: Row, course: Mapping[int, Row], steps: Sequence[int], from_ns: int) -> Figures:
    """The figures of one row of sums, with its course by step; `steps` are the steps' numbers."""
    pnl, fees, cost = row["earned"], row["paid"], row["slipped_by"]
    return {
        "net_usd": from_fixed(pnl - fees),
        "pnl_usd": from_fixed(pnl),
        "fees_usd": from_fixed(fees),
        "slippage_cost_usd": from_fixed(cost, 16),
        "expected_usd": from_fixed(pnl * FINE + cost, 16),
        "closed": row["closed"],
        "bets": row["bets"],
        "won": row["won"],
        "lost": row["lost"],
        "win_rate": _share(row["won"], row["won"] + row["lost"]),
        "orders": row["orders"],
        "filled": row["filled"],
        "partly_filled": row["partly_filled"],
        "refused": row["refused"],
        "in_doubt": row["in_doubt"],
        "fill_rate": _share(row["filled_shares"], row["told"]) if row["told"] else None,
        "slipped": row["slipped"],
        "slippage_mean_bps": basis_points(row["sum_bps"] / row["slipped"]) if row["slipped"] else None,
        "slippage_p95_bps": basis_points(row["p95_bps"]) if row["slipped"] else None,
        "drawdown": _drawdown(course, from_ns),
        "cycles": row["cycles"],
        "equity_usd": _equity(course, steps),
        "drawdown_usd": _falls(course, steps),
    }


def _share(part: float, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def _drawdown(course: Mapping[int, Row], from_ns: int) -> Drawdown | None:
    """The deepest fall of all steps; of several as deep, the first."""
    if not course:
        return None
    worst = max(course.values(), key=lambda row: (row["fall"], -row["low_ns"]))
    return {
        "usd": from_fixed(worst["fall"]),
        "fraction": round(worst["fall"] / worst["high"], 6) if worst["high"] else None,
        "from_ns": str(worst["high_ns"] or from_ns),
        "to_ns": str(worst["low_ns"]),
    }


def _equity(course: Mapping[int, Row], steps: Sequence[int]) -> list[str]:
    """The sum at the end of each step; one in which nothing happened ends as the one before."""
    sums, so_far = [], 0
    for step in steps:
        so_far = course[step]["equity"] if step in course else so_far
        sums.append(from_fixed(so_far))
    return sums


def _falls(course: Mapping[int, Row], steps: Sequence[int]) -> list[str]:
    """How far below its highest point the sum was at worst; one in which nothing happened stays where it was."""
    falls, now = [], 0
    for step in steps:
        falls.append(from_fixed(max(now, course[step]["fall"]) if step in course else now))
        now = course[step]["below"] if step in course else now
    return falls
