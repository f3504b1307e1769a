"""`--since`: a moment, the same in every command that takes it."""

from __future__ import annotations

import datetime as dt

import click

from fleaglass.venue.times import certain_instant

__all__ = ["since_option"]

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def _since(_: click.Context, __: click.Parameter, text: str | None) -> int | None:
    if text is None:
        return None
    moment = certain_instant(f"{text}T00:00:00Z" if len(text) == len("2026-11-30") else text)
    if moment is None:
        raise click.BadParameter(f"{text!r} is no day and no moment with its zone, such as 2026-11-30T08:00:00Z")
    return (moment - _EPOCH) // dt.timedelta(microseconds=1) * 1_000


since_option = click.option(
    "--since",
    "since_ns",
    metavar="WHEN",
    callback=_since,
    help="Nothing older: a day in UTC, 2026-11-30, or a moment with its zone, 2026-11-30T08:00:00Z.",
)
