"""How a hub keeps itself, as options: `--keep-…`, `--disk-cap`, `--ping`."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from typing import Any, Final, TypeVar

import click

from fleaglass.cli._keep import keep_options
from fleaglass.hub.keep import Keep
from fleaglass.hub.ping import Ping
from fleaglass.hub.upkeep import Upkeep

__all__ = ["parse_size", "upkeep_options"]

R = TypeVar("R")

_POWERS: Final = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_SIZE: Final = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)\s*([kmgt]?)(i?)b?", re.IGNORECASE | re.ASCII)


def parse_size(text: str) -> int:
    """Bytes of `50GiB`, `800MB`, `1.5T` or a plain number: 1024 with an i, 1000 without. Raises ValueError."""
    found = _SIZE.fullmatch(text.strip())
    if not found or (found[3] and not found[2]):
        raise ValueError(f"{text!r} is not a size like 50GiB or 800MB")
    size = int(Decimal(found[1]) * (1024 if found[3] else 1000) ** _POWERS[found[2].lower()])
    if size == 0:
        raise ValueError("a size of 0 leaves room for nothing")
    return size


def _size(_: click.Context, __: click.Parameter, text: str | None) -> int | None:
    try:
        return None if text is None else parse_size(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


_OPTIONS: Final[tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...]] = (
    click.option(
        "--disk-cap",
        metavar="SIZE",
        callback=_size,
        help="Most that the store may take, like 50GiB. It warns at 80 %; over it whole days go, the cheapest first, "
        "and the status tells what went.  [default: none]",
    ),
    click.option(
        "--ping",
        metavar="URL",
        help="A URL to GET as long as the hub is well, so that whoever watches it notices a dead hub.",
    ),
    click.option(
        "--ping-every",
        type=click.FloatRange(1, 86_400),
        default=60.0,
        show_default=True,
        help="Seconds between pings.",
    ),
)


def upkeep_options(command: Callable[..., R]) -> Callable[..., R]:
    """The options, handed to the command as one `upkeep`."""

    @wraps(command)
    def with_upkeep(
        *args: Any, keep: Keep, disk_cap: int | None, ping: str | None, ping_every: float, **rest: Any
    ) -> R:
        try:
            plan = Upkeep(keep, disk_cap, Ping(ping, ping_every) if ping else None)
        except ValueError as error:
            raise click.UsageError(str(error)) from None
        return command(*args, upkeep=plan, **rest)

    wrapped: Callable[..., R] = with_upkeep
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return keep_options(wrapped)
