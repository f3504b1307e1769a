"""A profile is data: complete, consistent, and read by our names."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass import semconv
from fleaglass.venue import GUIDE, LIVE, Endpoint, Profile
from fleaglass.venue.body import Body, encode
from fleaglass.venue.fields import fields_of, path_names, sent
from fleaglass.venue.observe import OPERATIONS

STATES = set(semconv.ATTRIBUTES[semconv.PF_ORDER_STATE].values)
ENDPOINTS = [
    pytest.param(name, endpoint, id=f"{profile.name} {name}")
    for profile in (GUIDE, LIVE)
    for name, endpoint in profile.endpoints.items()
]


def test_every_spend_is_confirmed_by_something_that_both_profiles_can_read() -> None:
    for profile in (GUIDE, LIVE):
        for name in profile.endpoints:
            observed = OPERATIONS[name]
            if observed.spends:
                assert observed.confirms, name
                wrong = {theirs: {"unexpected": True} for theirs in profile.endpoints[name].receives.values()}
                body = Body.parse(encode(wrong), profile.endpoints[name])
                assert [read(body, field) for field, read in observed.confirms.items()] == [None] * len(
                    observed.confirms
                )


def test_every_list_that_is_read_says_what_its_lines_must_have() -> None:
    """Else a line that cannot be read would be one that is not there."""
    for name, observed in OPERATIONS.items():
        assert bool(observed.lines) == (not observed.spends and Body.listed in observed.confirms.values()), name


@pytest.mark.parametrize(("name", "endpoint"), ENDPOINTS)
def test_an_endpoint_makes_sense(name: str, endpoint: Endpoint) -> None:
    assert endpoint.path.startswith("/")
    assert endpoint.spends or endpoint.method in {"GET", "POST"}
    assert endpoint.spends == OPERATIONS[name].spends
    assert name.partition(".")[0] == OPERATIONS[name].service
    assert endpoint.receives
    assert endpoint.success <= {200, 201}
    assert endpoint.spreads | endpoint.texts | endpoint.rows.keys() <= {
        *endpoint.sends,
        *(field for row in endpoint.rows.values() for field in row),
    }


@pytest.mark.parametrize("profile", [GUIDE, LIVE], ids=lambda profile: profile.name)
def test_a_profile_makes_sense(profile: Profile) -> None:
    assert set(profile.order_states.values()) <= STATES
    assert set(profile.services) == set(semconv.ATTRIBUTES[semconv.PF_SERVICE].values)
    for service in profile.services.values():
        assert service.base_url.startswith("https://")
        assert service.key_of is None or service.key_of in profile.services


def test_every_operation_is_in_some_profile() -> None:
    assert set(OPERATIONS) == {*GUIDE.endpoints, *LIVE.endpoints}


SCALARS = st.booleans() | st.integers(-(2**53), 2**53) | st.text()
BODIES = st.dictionaries(st.sampled_from(["bets", "game", "side", "amount", "coin", "x"]) | st.text(), SCALARS)


@given(endpoint=st.sampled_from([*GUIDE.endpoints.values(), *LIVE.endpoints.values()]), data=st.data())
def test_what_is_sent_can_be_read_back(endpoint: Endpoint, data: st.DataObject) -> None:
    """Our client and a program that is watched record the same because both see the same fields."""
    plain = {*endpoint.sends} - {*endpoint.rows, *endpoint.spreads, *endpoint.texts}
    if endpoint.spreads or not plain:
        return
    text = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1)
    fields = {field: data.draw(text, label=field) for field in (*plain, *path_names(endpoint))}
    request = sent(endpoint, fields)
    assert fields_of(endpoint, request.path, request.query, request.body) == fields


@given(
    named=st.sampled_from([*GUIDE.endpoints.items(), *LIVE.endpoints.items()]),
    body=BODIES,
    query=BODIES,
    rows=st.lists(BODIES | SCALARS),
)
def test_no_request_of_somebody_elses_raises(
    named: tuple[str, Endpoint], body: dict[str, Any], query: dict[str, Any], rows: list[Any]
) -> None:
    name, endpoint = named
    fields = fields_of(endpoint, {}, query, {**body, **dict.fromkeys(endpoint.rows, rows)})
    OPERATIONS[name].asked(fields)


def test_a_field_of_the_path_must_be_given() -> None:
    with pytest.raises(ValueError, match="order_id must be given"):
        sent(GUIDE.endpoints["trading.poll"], {"order_id": None})


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_decimal_survives_the_way_there_and_back(value: Decimal) -> None:
    endpoint = GUIDE.endpoints["trading.poll"]
    sent = encode({"fill_price": value})
    assert Body.parse(sent, endpoint).decimal("fill_price") == value


@given(st.binary())
def test_no_answer_raises_anything_but_value_error(content: bytes) -> None:
    endpoint = GUIDE.endpoints["trading.poll"]
    try:
        body = Body.parse(content, endpoint)
    except ValueError:
        return
    for name in endpoint.receives:
        body.text(name), body.decimal(name), body.decimals(name)


def test_a_deeply_nested_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON"):
        Body.parse(b'{"a":' * 100_000, GUIDE.endpoints["trading.poll"])
