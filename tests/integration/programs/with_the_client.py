"""What the other two programs do, written with Fleaglass's own client."""

import os
from contextlib import suppress
from decimal import Decimal

import fleaglass
from fleaglass.venue import InsufficientMarginError
from fleaglass.venue.sync import PurpleFlea

agent = fleaglass.init(os.environ["NAME"])
with PurpleFlea(os.environ["PF_KEY"], base_url=os.environ["PF_URL"]) as flea:
    flea.wallet.balance(os.environ["WALLET"])
    flea.trading.execute("BTC", "buy", Decimal("0.01"), reference=False)
    flea.trading.positions()
    flea.trading.close(asset="BTC")
    with suppress(InsufficientMarginError):
        flea.trading.execute("BTC", "buy", 100_000, reference=False)
    flea.casino.bet("coin_flip", 1, side="heads")
agent.shutdown()
