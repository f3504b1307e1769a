"""Whatever a venue answers and whatever a watched program asked, recording it never raises."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleaglass.testing import Recording, recording
from fleaglass.venue import GUIDE, LIVE
from fleaglass.venue.body import Body, encode
from fleaglass.venue.observe import OPERATIONS, begin
from fleaglass.venue.profile import Profile

NAMES = st.sampled_from(
    sorted(
        {
            part
            for profile in (GUIDE, LIVE)
            for endpoint in profile.endpoints.values()
            for table in (endpoint.receives, endpoint.sends)
            for theirs in (*table, *table.values())
            for part in theirs.split(".")
        }
        | {"error", "code", "message", "native", "usd_value", "trace_context"}
    )
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["9e999999", "2026-11-20T10:00:00Z", "refunded", "released", "filled"])
)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=8
)
OBJECTS = st.dictionaries(NAMES, JSON, max_size=8)


@pytest.fixture(scope="module")
def record() -> Any:
    with recording("any-answer") as record:
        yield record


SERVED = [
    pytest.param(profile, name, id=f"{profile.name} {name}") for profile in (GUIDE, LIVE) for name in profile.endpoints
]


@pytest.mark.parametrize(("profile", "name"), SERVED)
def test_any_answer_is_recorded(record: Recording, profile: Profile, name: str) -> None:
    observed, endpoint = OPERATIONS[name], profile.endpoints[name]

    @settings(max_examples=10, deadline=None)
    @given(OBJECTS, OBJECTS)
    def check(fields: dict[str, Any], answer: dict[str, Any]) -> None:
        body = Body.parse(encode(answer), endpoint)
        observed.implied(fields, profile)
        with begin(observed, fields, profile) as span:
            observed.answered(span, fields, body, profile)

    check()
