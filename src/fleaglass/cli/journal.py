"""`fleaglass journal`: look into journals, also while they are written, and into copies from elsewhere."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import msgspec

from fleaglass.cli._home import home_option
from fleaglass.journal.format import FormatError
from fleaglass.journal.layout import journal_folders, segments_in
from fleaglass.journal.reader import RawRecord
from fleaglass.journal.records import decode, name_of
from fleaglass.shipper.survey import Survey, everything, survey
from fleaglass.shipper.tail import Tail, Trouble

__all__ = ["command"]

_TIMES = ("end_ns", "time_ns", "start_ns", "started_ns")
_IDS = ("trace_id", "span_id", "parent_id")


@click.group("journal")
def command() -> None:
    """Look into the journals that agents leave: what is there, and what has not arrived yet."""


@command.command("list")
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print each journal as one line of JSON.")
def list_(home: Path, as_json: bool) -> None:
    """List the journals: whose they are, how their process ended, and what waits for which destination.

    Example: fleaglass journal list
    """
    for folder in journal_folders(home):
        try:
            found = survey(folder)
        except FileNotFoundError:  # it has just arrived
            continue
        except (FormatError, OSError) as error:
            click.echo(f"{folder.name}: {error}", err=True)
            continue
        click.echo(json.dumps(msgspec.to_builtins(found)) if as_json else _line(found))


@command.command("show")
@click.argument("journal")
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print each record as one line of JSON.")
def show(journal: str, home: Path, as_json: bool) -> None:
    """Print what a journal says, record by record.

    JOURNAL is a name from `fleaglass journal list`, the beginning of one, or a folder. Exit code 1: some of it cannot
    be read; what that is stands on standard error.

    Example: fleaglass journal show 20261130T004553-8f3a21c0
    """
    folder = _folder(journal, home)
    troubles: list[Trouble] = []
    is_whole = True
    try:
        for each in everything(Tail(folder, report=troubles.append), troubles):
            if isinstance(each, Trouble):
                is_whole = False
                click.echo(f"{folder.name}: {each}", err=True)
            else:
                click.echo(_json(*each) if as_json else _text(*each))
    except (FormatError, OSError) as error:
        raise click.ClickException(str(error)) from None
    if not is_whole:
        raise click.exceptions.Exit(1)


def _folder(journal: str, home: Path) -> Path:
    """The folder that is meant."""
    path = Path(journal)
    if path.is_dir() and segments_in(path):
        return path.absolute()
    meant = [folder for folder in journal_folders(home) if folder.name.startswith(journal)]
    if len(meant) != 1:
        raise click.UsageError(f"{len(meant)} journals in {home} begin with {journal}; name one, or a folder")
    return meant[0]


def _line(found: Survey) -> str:
    parts = [found.name, f"{found.agent_id:20}", f"{found.end:9}", f"{found.records} records"]
    parts += (f"{count} wait for {name}" for name, count in found.waiting.items() if count)
    parts += (f"{name} is down ({why})" for name, why in found.down.items())
    parts += (f"{count} lost on the way to {name}" for name, count in found.lost.items())
    if found.troubles:
        parts.append(f"damaged in {found.troubles} places")
    return "  ".join(parts)


def _fields(record: RawRecord) -> dict[str, Any]:
    """What a record says, as it can be printed."""
    try:
        decoded = decode(record.kind, record.payload)
    except msgspec.MsgspecError as error:
        return {"unreadable": str(error)}
    if decoded is None:
        return {"unknown": len(record.payload)}
    return {name: _printed(name, getattr(decoded, name)) for name in decoded.__struct_fields__}


def _printed(name: str, value: Any) -> Any:
    if isinstance(value, bytes):
        if name in _IDS:
            return value.hex()
        try:
            return msgspec.json.decode(value)
        except msgspec.MsgspecError:
            return value.decode("utf-8", "replace")
    if isinstance(value, msgspec.Struct):
        return {field: _printed(field, getattr(value, field)) for field in value.__struct_fields__}
    return [_printed(name, each) for each in value] if isinstance(value, list | tuple) else value


def _json(segment: int, record: RawRecord) -> str:
    where = {"kind": name_of(record.kind), "segment": segment, "offset": record.offset}
    return json.dumps({**where, **_fields(record)}, ensure_ascii=False)


def _text(segment: int, record: RawRecord) -> str:
    fields = _fields(record)
    time_ns = next((fields.pop(name) for name in _TIMES if name in fields), None)
    return f"{_time(time_ns)} {name_of(record.kind):11} {' '.join(_pairs(fields))}"


def _time(time_ns: int | None) -> str:
    if time_ns is None:
        return " " * 27
    moment = dt.datetime.fromtimestamp(time_ns // 1_000_000_000, dt.UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{time_ns % 1_000_000_000 // 1_000:06d}Z"


def _pairs(fields: dict[str, Any]) -> Iterator[str]:
    for name, value in fields.items():
        if value not in (None, "", 0, [], {}):
            shown = value if isinstance(value, str) and value.isprintable() else json.dumps(value, ensure_ascii=False)
            yield f"{name}={shown}"
