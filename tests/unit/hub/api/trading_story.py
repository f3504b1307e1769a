"""An afternoon of random trading in which everything that could be counted twice is told twice, and its true books.

Two agents trade at venues of their own, which start anew and give the same ids again; `reader` has the account of the
first, and reads its orders too; either may release what was put into escrow.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from tests.support.otlp import T0, traces
from tests.unit.hub.api.conftest import MINUTE

__all__ = ["AGENTS", "MINUTES", "Story"]

AGENTS = ("a", "b", "reader")
MINUTES = 240
ASSETS = ("BTC", "ETH", None)


class Story:
    """Spans by agent, and what each agent truly earned and paid."""

    def __init__(self, seed: int) -> None:
        self.spans: list[tuple[str, dict[str, Any]]] = []
        self.earned = dict.fromkeys(AGENTS, Decimal(0))
        self.paid = dict.fromkeys(AGENTS, Decimal(0))
        self.orders = dict.fromkeys(AGENTS, 0)
        self._chance = random.Random(seed)
        self._trace = 0
        for opening in (0, MINUTES // 2):  # the venues start anew at half-time
            numbers = dict.fromkeys(AGENTS, 0)
            for _ in range(40):
                who = self._chance.choice("ab")
                numbers[who] += 1
                self._something(who, opening + self._chance.uniform(0, MINUTES / 2 - 20), numbers[who])

    def requests(self, times: int = 1) -> Iterator[Any]:
        """All of it, so often, in random order."""
        told = self.spans * times
        self._chance.shuffle(told)
        for who in AGENTS:
            mine = [span for name, span in told if name == who]
            resource = {"pf.agent_id": who, "pf.strategy": f"strategy {who}", "pf.release": "1.0.0"}
            for part in (mine[::2], mine[1::2]):
                yield traces(*part, resource=resource)

    def _something(self, who: str, minute: float, number: int) -> None:
        chances = (self._market, self._limit, self._in_parts, self._close, self._escrow, self._bets, self._cycles)
        self._chance.choice(chances)(who, minute, f"id_{number}")

    def _market(self, who: str, minute: float, order_id: str) -> None:
        """An order that is filled at once, perhaps within a span of its author's own, perhaps read again."""
        told = self._fill(who, order_id)
        self.orders[who] += 1
        cycle = self._cycle(who, minute, pnl_usd=told.get("pnl_usd"))
        order = self._told(who, "pf.trade.execute", minute, cycle, **told)
        if self._chance.random() < 0.3:
            self._told(who, "pf.trade.execute", minute + 0.01, order, **told)
        self._read_later(who, minute, order_id, told, self._chance.choice([0, 0, 2]))

    def _limit(self, who: str, minute: float, order_id: str) -> None:
        """An order that waits; what it came to is learned by reading it, which may happen several times, or never."""
        asset, side = self._chance.choice(ASSETS), self._chance.choice(["buy", "sell"])
        sent = {"order_id": order_id, "side": side, "quantity": 1.0} | ({"asset": asset} if asset else {})
        cycle = self._cycle(who, minute)
        self._told(who, "pf.trade.execute", minute, cycle, **sent, **{"order.state": "open"})
        self.orders[who] += 1
        times = self._chance.choice([0, 1, 3])
        if times:
            told = self._fill(who, order_id, self._reader_of(who) if self._chance.random() < 0.3 else None)
            self._read_later(who, minute, order_id, told, times)

    def _in_parts(self, who: str, minute: float, order_id: str) -> None:
        """A part is filled at once, the rest is found later: by the agent, then by the one that shares its account."""
        fees, pnls = [self._cents(), self._cents()], [self._cents(), -self._cents()]
        self.orders[who] += 1
        self.paid[who] += sum(fees)
        self.earned[who] += sum(pnls)
        about = {
            "order_id": order_id,
            "side": "buy",
            "expected_price": 100.0,
            "slippage_bps": 100.0,
            "fill_price": 101.0,
        }
        part = {"order.state": "partially_filled", "fill_quantity": 0.25, "quantity": 1.0}
        cycle = self._cycle(who, minute, pnl_usd=float(pnls[0]))
        told = {"fee_usd": float(fees[0]), "pnl_usd": float(pnls[0])}
        self._told(who, "pf.trade.execute", minute, cycle, **about, **part, **told)
        whole = {"order.state": "filled", "fill_quantity": 1.0, "fee_usd": float(sum(fees))}
        for by, pnl in ((who, pnls[1]), (self._reader_of(who), sum(pnls))):
            minute += self._chance.uniform(0.1, 5)
            self._told(
                by,
                "pf.trade.read",
                minute,
                self._cycle(by, minute, pnl_usd=float(pnl)),
                **about,
                **whole,
                pnl_usd=float(pnl),
            )

    def _close(self, who: str, minute: float, order_id: str) -> None:
        told = self._fill(who, order_id, closes=True)
        cycle = self._cycle(who, minute, pnl_usd=told["pnl_usd"])
        self._told(who, "pf.trade.close", minute, cycle, **told)
        self._read_later(who, minute, order_id, told, self._chance.choice([0, 1]))

    def _escrow(self, who: str, minute: float, escrow_id: str) -> None:
        """Created by one, released by anyone, and read afterwards."""
        fee = self._cents()
        self.paid[who] += fee
        told = {"escrow_id": escrow_id, "fee_usd": float(fee)}
        self._told(who, "pf.escrow.create", minute, self._cycle(who, minute), **told)
        others = (who, self._reader_of(who))
        for step, name in enumerate(("pf.escrow.release", "pf.escrow.read"), start=1):
            later, by = minute + step * self._chance.uniform(0, 5), self._chance.choice(others)
            self._told(by, name, later, self._cycle(by, later), **told)

    def _bets(self, who: str, minute: float, _: str) -> None:
        """A batch, which repeats its bets."""
        amounts = [self._cents(), -self._cents()]
        self.earned[who] += sum(amounts)
        both = float(sum(amounts))
        batch = self._told(who, "pf.casino.batch", minute, self._cycle(who, minute, pnl_usd=both), pnl_usd=both)
        for amount in amounts:
            self._told(who, "pf.casino.bet", minute, batch, pnl_usd=float(amount))

    def _cycles(self, who: str, minute: float, _: str) -> None:
        """Below one root: one that closes through stages, one that says by itself what it earned, and an idle one."""
        amounts = [self._cents(), -self._cents()]
        self.earned[who] += sum(amounts)
        root = self._new_trace(who, minute, "main")
        first = self._child_cycle(who, minute, root, pnl_usd=float(amounts[0]))
        stage = self._told(who, "step", minute + 0.02, self._told(who, "step", minute + 0.01, first))
        self._child_cycle(who, minute + 0.02, root, pnl_usd=float(amounts[1]))
        self._told(who, "pf.trade.close", minute + 0.03, stage, pnl_usd=float(amounts[0]))
        self._child_cycle(who, minute + 0.04, root)

    def _fill(self, who: str, order_id: str, reader: str | None = None, *, closes: bool = False) -> dict[str, Any]:
        """What an order came to, in the books of whoever tells of it first."""
        fee, pnl = self._cents(), self._cents() - self._cents()
        told = {"order_id": order_id, "order.state": "filled", "fee_usd": float(fee), "fill_quantity": 1.0}
        self.paid[reader or who] += fee
        if closes or self._chance.random() < 0.5:
            told["pnl_usd"] = float(pnl)
            self.earned[reader or who] += pnl
        if reader is None:
            told |= {"slippage_bps": self._chance.uniform(-5, 5), "fill_price": 100.0, "quantity": 1.0, "side": "buy"}
        self._first_reader = reader
        return told

    def _read_later(self, who: str, minute: float, order_id: str, told: Mapping[str, Any], times: int) -> None:
        """By the agent, or by the one that shares its account."""
        reads = {name: told[name] for name in ("order.state", "fee_usd", "pnl_usd") if name in told}
        for step in range(1, times + 1):
            later = minute + step * self._chance.uniform(0.1, 5)
            by = self._first_reader or who if step == 1 else self._chance.choice((who, self._reader_of(who)))
            cycle = self._cycle(by, later, pnl_usd=reads.get("pnl_usd"))
            self._told(by, "pf.trade.read", later, cycle, order_id=order_id, **reads)
            minute = later

    def _reader_of(self, who: str) -> str:
        return "reader" if who == "a" else who

    def _cents(self) -> Decimal:
        return Decimal(self._chance.randrange(1, 10**10)).scaleb(-8)

    def _cycle(self, who: str, minute: float, **tells: Any) -> dict[str, Any]:
        return self._new_trace(who, minute - 0.001, "agent.decision_cycle", cycle_outcome="completed", **tells)

    def _child_cycle(self, who: str, minute: float, root: dict[str, Any], **tells: Any) -> dict[str, Any]:
        return self._told(who, "agent.decision_cycle", minute, root, cycle_outcome="completed", **tells)

    def _new_trace(self, who: str, minute: float, name: str, **tells: Any) -> dict[str, Any]:
        self._trace += 1
        return self._told(who, name, minute, {"trace": self._trace, "id": 0}, **tells)

    def _told(self, who: str, name: str, minute: float, parent: dict[str, Any], **tells: Any) -> dict[str, Any]:
        start = T0 + round(minute * MINUTE)
        span = {
            "name": name,
            "trace": parent["trace"],
            "id": len(self.spans) + 1,
            "parent": parent["id"],
            "start_time_unix_nano": start,
            "end_time_unix_nano": start + 1000,
            "attributes": {f"pf.{key}": value for key, value in tells.items() if value is not None},
        }
        self.spans.append((who, span))
        return span
