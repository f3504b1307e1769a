"""`--keep-days`, `--keep-money-days`, `--keep-idle-days`: the same in every command that takes them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar

import click

from fleaglass.hub.keep import Keep

__all__ = ["keep_options"]

R = TypeVar("R")

_USUAL: Final = Keep()
_DAYS: Final = click.IntRange(0, 36_500)
_OPTIONS: Final[tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...]] = (
    click.option(
        "--keep-days",
        type=_DAYS,
        default=_USUAL.days,
        show_default=True,
        help="Days to keep ordinary traces, logs and metrics; 0 for ever.",
    ),
    click.option(
        "--keep-money-days",
        type=_DAYS,
        default=_USUAL.money_days,
        show_default=True,
        help="Days to keep traces with money, orders, escrows or errors; 0 for ever.",
    ),
    click.option(
        "--keep-idle-days",
        type=_DAYS,
        default=_USUAL.idle_days,
        show_default=True,
        help="Days to keep cycles that only skipped; 0 for ever.",
    ),
)


def keep_options(command: Callable[..., R]) -> Callable[..., R]:
    """The options, handed to the command as one `keep`."""

    @wraps(command)
    def with_keep(*args: Any, keep_days: int, keep_money_days: int, keep_idle_days: int, **rest: Any) -> R:
        try:
            keep = Keep(keep_days, keep_money_days, keep_idle_days)
        except ValueError as error:
            raise click.UsageError(str(error)) from None
        return command(*args, keep=keep, **rest)

    wrapped: Callable[..., R] = with_keep
    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped
