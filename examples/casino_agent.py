"""A casino agent, written without `async`: a small bet on a coin a turn, and an end to it before it hurts.

    PURPLE_FLEA_API_KEY=pf_live_… PURPLE_FLEA_WALLET=w_… python examples/casino_agent.py --cycles 20

The house keeps its edge, so over time this loses; it shows how betting is recorded, and how it is stopped.
"""

from __future__ import annotations

import contextlib
from decimal import ROUND_DOWN, Decimal

from running import every_blocking, read_options, survive

import fleaglass
from fleaglass.venue import AlreadyClaimedError
from fleaglass.venue.sync import PurpleFlea

STAKE_SHARE = Decimal("0.001")  # of the balance
MIN_BALANCE_USD = 10
MAX_LOSS_USD = 25
SIDES = ("heads", "tails")

agent = fleaglass.init("casino-1", strategy="coin", release="agent-casino@1.0.0", services=("casino", "faucet"))


class CasinoAgent:
    def __init__(self, flea: PurpleFlea, wallet_id: str) -> None:
        self.flea = flea
        self.wallet_id = wallet_id
        self.won_usd = Decimal(0)  # below zero for a loss

    def claim(self) -> None:
        """Take the faucet's credit, which there is once for each agent."""
        with agent.cycle() as cycle, contextlib.suppress(AlreadyClaimedError):
            claim = self.flea.faucet.claim(agent.agent_id)
            cycle.set(credited_usd=claim.credited_usd)

    def decide(self, turn: int) -> None:
        with agent.cycle() as cycle:
            wallet = self.flea.wallet.balance(self.wallet_id, max_age=5)
            if wallet.total_usd < MIN_BALANCE_USD:
                cycle.skip("insufficient_balance")
                return
            loss_usd = max(-self.won_usd, Decimal(0))
            if not agent.risk_check("loss", passed=loss_usd < MAX_LOSS_USD, value=loss_usd, limit=MAX_LOSS_USD):
                cycle.reject("loss")
                return
            stake_usd = (wallet.total_usd * STAKE_SHARE).quantize(Decimal("0.01"), ROUND_DOWN)
            bet = self.flea.casino.bet("coin_flip", stake_usd, side=SIDES[turn % len(SIDES)])
            self.won_usd += bet.pnl_usd or 0
            agent.state(won_usd=self.won_usd)


def main() -> None:
    options = read_options("A casino agent.")
    with agent.session(), PurpleFlea(options.api_key, base_url=options.base_url) as flea:
        player = CasinoAgent(flea, options.wallet)
        with survive(0):
            player.claim()
        for turn in every_blocking(options.interval, options.cycles):
            with survive(turn):
                player.decide(turn)


if __name__ == "__main__":
    main()
    agent.shutdown()
