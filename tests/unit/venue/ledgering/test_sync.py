"""The client without ``async`` leaves the same in the ledger."""

from __future__ import annotations

from decimal import Decimal

import httpx
import pytest

from fleaglass.venue.sync import PurpleFlea
from tests.unit.venue.fake import API_KEY, BASE_URL, order
from tests.unit.venue.ledgering.pages import Pages


@pytest.mark.parametrize("mode", ["on", "strict"])
def test_an_order_is_an_intent_and_an_outcome(pages: Pages) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=order()))
    with PurpleFlea(API_KEY, base_url=BASE_URL, transport=transport) as flea:
        flea.trading.execute("BTC", "buy", Decimal("0.01"))
    intent, outcome = pages.read()
    assert (intent.op, intent.attributes["quantity"]) == ("trading.order", "0.01")
    assert (outcome.ref, outcome.attributes["state"]) == (intent.id, "filled")
