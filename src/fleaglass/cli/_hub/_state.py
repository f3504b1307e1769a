"""The hub's state database, opened for one command. A hub may run on it meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from fleaglass.cli._data import data_option, state_option
from fleaglass.hub.state import NewerState, State, StateError, open_state, state_url

__all__ = ["json_option", "opened", "state_options", "when"]

F = TypeVar("F", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")


def state_options(function: F) -> F:
    """`--data` and `--state`."""
    return data_option(state_option(function))


@contextmanager
def opened(data: Path, state: str | None) -> Iterator[State]:
    """The database, made if there is none yet: tokens may be there before a hub is."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = open_state(state_url(data, state))
        try:
            yield found
        finally:
            found.close()
    except NewerState as error:
        raise click.UsageError(str(error)) from None
    except OSError as error:
        raise click.UsageError(f"the data directory {data} cannot be used: {error.strerror}") from None
    except StateError as error:
        raise click.ClickException(f"the state database cannot be used: {error}") from None


def when(at_ns: int | None) -> str:
    """A time for people, to the second; a dash for never."""
    return "-" if at_ns is None else f"{datetime.fromtimestamp(at_ns // 1_000_000_000, UTC):%Y-%m-%dT%H:%M:%SZ}"
