"""A program that asks the venue by its own means is never stopped; it asks the breaker, which learns from its calls."""

from __future__ import annotations

import httpx

from fleaglass.testing import Recording
from tests.unit.venue.fake import BASE_URL, order


def test_its_calls_are_let_through_and_decide_when_the_breaker_closes(watched: Recording) -> None:
    answers = [httpx.Response(200, json=order()), httpx.Response(503), httpx.Response(200, json=order())]
    transport = httpx.MockTransport(lambda _: answers.pop(0))
    breaker = watched.agent.breaker("trading", half_open_after_s=60)
    breaker.open()
    states = []
    with httpx.Client(base_url=BASE_URL, transport=transport) as http:
        for pause_s in (0, 60, 60):
            watched.clock.advance(pause_s)
            http.post("/trading/order", json={"asset": "BTC", "side": "buy", "quantity": 0.01})
            states.append(breaker.state)
    assert (answers, states) == ([], ["open", "open", "closed"])
