"""A request is recognised by its method and address, for every operation of both profiles."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.venue import GUIDE, LIVE, Profile, live_at
from fleaglass.venue.access import routes
from fleaglass.venue.body import encode
from fleaglass.venue.fields import path_names, sent
from fleaglass.venue.instrument.deployment import Deployment, Known, Recognised
from fleaglass.venue.observe import OPERATIONS

BOTH = Known([Deployment(GUIDE), Deployment(LIVE)])
EVERY = [(profile, name) for profile in (GUIDE, LIVE) for name in profile.endpoints]


@pytest.mark.parametrize(("profile", "name"), EVERY, ids=[f"{profile.name}-{name}" for profile, name in EVERY])
def test_every_operation_is_recognised_from_its_request(profile: Profile, name: str) -> None:
    """Method and path say which; of two operations with one request, either will do."""
    endpoint = profile.endpoints[name]
    fields = {field: f"{field}-1" for field in path_names(endpoint)}
    path = endpoint.path.format_map(fields)
    address = routes(profile, api_key=None, base_url=None, services={})[endpoint.at or OPERATIONS[name].service].address
    found = BOTH.recognise(endpoint.method, f"{address}{path}?q=1")
    assert found is not None
    assert found.profile is profile
    assert (found.endpoint.method, found.endpoint.path) == (endpoint.method, endpoint.path)
    assert found.observed.span == OPERATIONS[name].span
    assert dict(found.path) == fields


def test_the_fields_of_a_request_are_those_it_was_made_from() -> None:
    asked = {"asset": "BTC", "side": "sell", "quantity": 3, "order_type": "market"}
    request = sent(GUIDE.endpoints["trading.order"], asked)
    found = BOTH.recognise("POST", "https://api.purpleflea.com/v1/trading/order")
    assert found is not None
    assert found.fields(encode(request.body)) == asked


def test_the_sentry_guides_order_says_the_same_in_other_words() -> None:
    found = BOTH.recognise("post", "https://api.purpleflea.com:443/v1/orders/spot")
    assert found is not None
    assert found.fields(b'{"asset": "BTC", "direction": "buy", "quantity": 0.25}')["side"] == "buy"


def test_a_game_has_one_name_however_its_address_spells_it() -> None:
    found = BOTH.recognise("POST", "https://casino.purpleflea.com/api/v1/games/video-poker")
    assert found is not None
    assert found.fields(b'{"amount": 1, "hold": [0]}') == {
        "game": "video_poker",
        "amount_usd": 1,
        "params": {"hold": [0]},
    }


def test_query_values_are_fields_of_a_read() -> None:
    found = BOTH.recognise(
        "GET", f"https://api.purpleflea.com/v1/trading/orders?{urlencode({'since': '2026-11-20T10:00:00Z'})}"
    )
    assert found is not None
    assert found.fields(None) == {"since": "2026-11-20T10:00:00Z"}


def test_credentials_and_query_never_get_into_the_address() -> None:
    found = BOTH.recognise(
        "GET", "https://user:pf_live_secret@api.purpleflea.com/v1/wallet/w%2F1/balance?key=pf_live_x"
    )
    assert found is not None
    assert found.address == "https://api.purpleflea.com/v1/wallet/w%2F1/balance"
    assert dict(found.path) == {"wallet_id": "w/1"}


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.com/v1/trading/order",
        "https://api.purpleflea.com/v2/trading/order",
        "https://api.purpleflea.com:8443/v1/trading/order",
        "https://api.purpleflea.com.example.com/v1/trading/order",
        "https://api.purpleflea.com/v1/trading/order/extra/segment",
        "ftp://api.purpleflea.com/v1/trading/order",
        "/v1/trading/order",
        "",
    ],
)
def test_requests_to_anybody_else_are_not(url: str) -> None:
    assert BOTH.recognise("POST", url) is None


def test_services_may_be_elsewhere() -> None:
    known = Known(
        [
            Deployment(GUIDE, base_url="http://127.0.0.1:8400/v1"),
            Deployment(LIVE, services=live_at("http://127.0.0.1:8400/live")),
        ]
    )
    guide = known.recognise("POST", "http://127.0.0.1:8400/v1/trading/order")
    live = known.recognise("POST", "http://127.0.0.1:8400/live/trading/v1/trade/open")
    assert guide is not None
    assert live is not None
    assert (guide.profile.name, live.profile.name) == ("guide", "live")


def anything(name: str) -> Recognised:
    """A request for this operation of the profile ``guide``."""
    endpoint = GUIDE.endpoints[name]
    path = endpoint.path.format_map(dict.fromkeys(path_names(endpoint), "x"))
    address = routes(GUIDE, api_key=None, base_url=None, services={})[endpoint.at or OPERATIONS[name].service].address
    found = BOTH.recognise(endpoint.method, address + path)
    assert found is not None
    return found


OPERATION = st.sampled_from(sorted(GUIDE.endpoints))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@given(OPERATION, st.binary(max_size=200))
def test_any_body_gives_fields(name: str, body: bytes) -> None:
    assert isinstance(anything(name).fields(body), dict)


@given(OPERATION, JSON)
def test_any_json_gives_fields_and_attributes(name: str, value: object) -> None:
    found = anything(name)
    body = dict.fromkeys(found.endpoint.sends.values(), value)
    fields = found.fields(json.dumps(body).encode())
    assert isinstance(found.observed.asked(fields), dict)
