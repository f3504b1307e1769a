"""`fleaglass store`: look into a store while no hub runs on it."""

from __future__ import annotations

import json
from pathlib import Path

import click

from fleaglass.cli._data import data_option, store_option
from fleaglass.hub.store import EngineError, StoreHeld, WrongSchema, place_of, store_dsn
from fleaglass.hub.store.inspect import StoreFacts, event_ids, inspect, span_ids

__all__ = ["command"]


@click.command("store")
@data_option
@store_option
@click.option("--spans", is_flag=True, help="Print `trace_id span_id` of every span instead, one a line.")
@click.option("--events", is_flag=True, help="Print the id of every error event instead, one a line.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")
def command(data: Path, store: str | None, spans: bool, events: bool, as_json: bool) -> None:
    """Tell what a store holds: spans, traces, logs, metric points, error events, and whether commits are fsynced.

    The hub that owns the store must have stopped, unless a server keeps it. Example: fleaglass store --spans | wc -l
    """
    if spans + events + as_json > 1:
        raise click.UsageError("--spans, --events and --json exclude each other")
    dsn = store_dsn(data, store)
    place = place_of(dsn)
    if place.folder is not None and not place.folder.is_dir():
        raise click.UsageError(f"there is no store in {place.folder.parent}; name its folder with --data")
    try:
        if spans or events:
            for line in span_ids(dsn) if spans else event_ids(dsn):
                click.echo(line)
            return
        facts = inspect(dsn)
    except (StoreHeld, WrongSchema) as error:
        raise click.UsageError(str(error)) from None
    except OSError as error:
        raise click.UsageError(f"the store cannot be used: {error.strerror or error}") from None
    except EngineError as error:
        raise click.ClickException(f"the store {place.shown} cannot be opened: {error}") from None
    click.echo(json.dumps(facts._asdict()) if as_json else _table(facts))


def _table(facts: StoreFacts) -> str:
    return "\n".join(f"{name:8} {value}" for name, value in facts._asdict().items())
