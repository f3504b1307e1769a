"""Asking a running hub for something; what it says no to is one line on stderr, and exit code 1."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar

import click
import httpx
import msgspec

__all__ = ["get", "hub_option", "post", "token_option"]

LOCAL: Final = "http://127.0.0.1:4318"
T = TypeVar("T")

hub_option = click.option(
    "--hub", metavar="URL", envvar="FLEAGLASS_HUB", default=LOCAL, show_default=True, show_envvar=True, help="The hub."
)
token_option = click.option(
    "--token",
    envvar="FLEAGLASS_HUB_TOKEN",
    show_envvar=True,
    help="A token, where the hub asks for one: with the scope write to change something, read to see it.",
)


class _Refusal(msgspec.Struct):
    """What it answers when it says no."""

    error: dict[str, str]


def post(hub: str, path: str, body: Mapping[str, Any], token: str | None, answer: type[T]) -> T:
    """What the hub at this address answers to a POST, however long that takes. Raises click.ClickException."""
    return _ask("POST", hub, path, token, answer, json=body)


def get(hub: str, path: str, parameters: Mapping[str, str], token: str | None, answer: type[T]) -> T:
    """The same for a GET."""
    return _ask("GET", hub, path, token, answer, params=parameters)


def _ask(method: str, hub: str, path: str, token: str | None, answer: type[T], **more: Any) -> T:
    hub, _, _ = hub.partition(",")  # FLEAGLASS_HUB may name several, and each knows all that the others do
    try:
        response = httpx.request(
            method,
            hub.rstrip("/") + path,
            headers={"authorization": f"Bearer {token}"} if token else {},
            timeout=httpx.Timeout(10, read=None),
            **more,
        )
        if response.is_success:
            return msgspec.json.decode(response.content, type=answer)
        refusal = msgspec.json.decode(response.content, type=_Refusal).error["message"]
    except (httpx.HTTPError, httpx.InvalidURL, msgspec.DecodeError, KeyError) as error:
        raise click.ClickException(f"no hub answered at {hub}: {error}") from None
    raise click.ClickException(refusal)
