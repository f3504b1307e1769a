"""What an answer means, and that an address is told to nobody."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.alerting.notify.senders.post import post_json, retry_after
from fleaglass.hub.alerting.notify.senders.sender import Refused, Unreachable

URL = "https://hooks.example/services/private-path?key=alsoprivate"
NOW = datetime(2026, 11, 30, 12, 0, 0, tzinfo=UTC)


async def post(answer: httpx.Response | Exception, url: str = URL, secrets: tuple[str, ...] = ()) -> None:
    def serve(_: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    async with httpx.AsyncClient(transport=httpx.MockTransport(serve)) as client:
        await post_json(client, url, b"{}", {}, secrets=secrets)


@pytest.mark.parametrize("status", [200, 202, 204])
async def test_two_hundred_and_something_is_taken(status: int) -> None:
    await post(httpx.Response(status))


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
async def test_what_may_pass_is_tried_again(status: int) -> None:
    with pytest.raises(Unreachable, match=f"it answered {status}"):
        await post(httpx.Response(status))


@pytest.mark.parametrize("status", [301, 302, 400, 401, 403, 404, 410, 413, 422])
async def test_what_will_not_pass_is_refused(status: int) -> None:
    with pytest.raises(Refused, match=f"it answered {status}"):
        await post(httpx.Response(status))


async def test_a_reason_is_told_without_secrets_and_in_one_line() -> None:
    with pytest.raises(Refused) as refused:
        await post(httpx.Response(400, text=f"invalid_blocks\n at {URL} for r0uting"), secrets=("r0uting",))
    assert str(refused.value) == "it answered 400: invalid_blocks at [scrubbed] for [scrubbed]"


async def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    async def endless() -> object:
        while True:
            yield b"no. " * 100

    with pytest.raises(Refused, match=r"^it answered 400: (no\. )+no\.…$"):
        await post(httpx.Response(400, content=endless()))


@pytest.mark.parametrize(
    "error", [httpx.ConnectError(f"no way to {URL}"), httpx.ReadTimeout("slow"), OSError(f"no {URL}")]
)
async def test_a_failure_is_told_by_its_kind_only(error: Exception) -> None:
    with pytest.raises(Unreachable) as unreachable:
        await post(error)
    assert str(unreachable.value) == type(error).__name__


@pytest.mark.parametrize("url", ["", "hooks.example", "ftp://me:private@host/", "https://", "http://[private", "/x"])
async def test_what_is_no_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(Refused, match=r"^its address is none: expected https://host/path$"):
        await post(httpx.Response(200), url)


@pytest.mark.parametrize(
    ("header", "wait_s"),
    [
        ("30", 30.0),
        (" 0 ", 0.0),
        ("999999", 3600.0),
        ("Mon, 30 Nov 2026 12:01:30 GMT", 90.0),
        ("Mon, 30 Nov 2026 11:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
    ],
)
def test_a_receiver_says_when_to_come_back_in_seconds_or_by_date(header: str, wait_s: float | None) -> None:
    assert retry_after(header, NOW) == wait_s


@given(st.text(max_size=60) | st.from_regex(r"\A\w{3}, \d{1,3} \w{3} \d{1,6} \d+:\d+:\d+ [+-]?\w+\Z"))
def test_no_retry_after_breaks_anything(header: str) -> None:
    wait_s = retry_after(header, NOW)
    assert wait_s is None or 0 <= wait_s <= 3600
