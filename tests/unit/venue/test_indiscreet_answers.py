"""A venue that repeats a secret in its error codes, or an id that is one: what is cut of it is scrubbed first."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from fleaglass.testing import Recording
from fleaglass.venue import VenueError
from tests.unit.venue.fake import FakeVenue

MNEMONIC = "legal winner thank year wave sausage worth useful legal winner thank yellow"
HEX = "8b4ec0ffee31d7a9" * 4


@pytest.mark.parametrize("secret", [MNEMONIC, HEX])
async def test_an_error_code_that_is_a_sentence(record: Recording, venue: FakeVenue, secret: str) -> None:
    complaint = {"code": f"BAD KEY {secret}", "message": "no"}
    venue.answers = {"GET /escrow/esc_1": [httpx.Response(404, json=complaint)]}
    async with venue.client() as flea:
        with record.agent.cycle(), pytest.raises(VenueError) as caught:
            await flea.escrow.read("esc_1")
    assert caught.value.code == "BAD KEY [scrubbed]"
    assert secret[:20] not in repr(record.spans)


async def test_a_bet_that_is_refused_with_one(record: Recording, venue: FakeVenue) -> None:
    refused: dict[str, Any] = {"results": [{"code": f"BAD KEY {MNEMONIC}", "message": "no"}]}
    venue.answers = {"POST /casino/bets": [refused]}
    async with venue.client() as flea:
        with record.agent.cycle():
            await flea.casino.batch([{"game": "dice", "amount_usd": 1}])
    (failed,) = (event for event in record.one("pf.casino.batch").events if event.name == "bet_failed")
    assert failed.attributes["pf.error.code"] == "BAD KEY [scrubbed]"


async def test_an_id_that_is_far_too_long(venue: FakeVenue) -> None:
    async with venue.client() as flea:
        with pytest.raises(ValueError, match="must be an id") as caught:
            await flea.escrow.read(HEX * 20)
    assert "c0ffee" not in str(caught.value)
