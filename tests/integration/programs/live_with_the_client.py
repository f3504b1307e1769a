"""What the other two programs do on `live`, written with Fleaglass's own client."""

import json
import os
from contextlib import suppress
from decimal import Decimal

import fleaglass
from fleaglass.venue import LIVE, Access, VenueError
from fleaglass.venue.sync import PurpleFlea

services = {name: Access(**each) for name, each in json.loads(os.environ["LIVE"]).items()}
agent = fleaglass.init(os.environ["NAME"])
with PurpleFlea(profile=LIVE, services=services) as flea:
    flea.wallet.balance(os.environ["WALLET"], network="base")
    price = flea.trading.market("BTC").price
    flea.trading.execute("BTC", "buy", Decimal("0.01"), expected_price=price)
    (held,) = flea.trading.positions()
    flea.trading.close(position_id=held.position_id, reference=False)
    with suppress(VenueError):
        flea.trading.execute("BTC", "buy", 100_000, expected_price=price)
    limit = flea.trading.limit("ETH", "buy", Decimal("0.01"), limit_price=100)
    flea.trading.cancel(limit.order_id or "")
    flea.casino.bet("coin_flip", 1, side="heads")
    flea.casino.history()
    made = flea.escrow.create(5, os.environ["HIRED"], "a report")
    flea.escrow.release(made.escrow_id or "", reason="accepted")
    flea.domains.check("flea.ai")
    flea.domains.list()
agent.shutdown()
