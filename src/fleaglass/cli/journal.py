"""`fleaglass journal`: look into journals, also while they are written, and into copies from elsewhere."""

from __future__ import annotations

import datetime as dt
import errno
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import click
import msgspec

from fleaglass.cli._home import home_option
from fleaglass.journal.format import FormatError
from fleaglass.journal.layout import journal_folders, segments_in
from fleaglass.journal.reader import RawRecord
from fleaglass.journal.records import decode, name_of
from fleaglass.shipper.by_hand import InUse, Recovery, recover_by_hand
from fleaglass.shipper.survey import Survey, everything, survey
from fleaglass.shipper.tail import Tail, Trouble

__all__ = ["command"]

_TIMES = ("end_ns", "time_ns", "start_ns", "started_ns")
_IDS = ("trace_id", "span_id", "parent_id")
_NO_WRITING = (errno.EROFS, errno.EACCES, errno.EPERM)


@click.group("journal")
def command() -> None:
    """Look into the journals that agents leave: what is there, what has not arrived yet, what an agent left open."""


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


@command.command("recover")
@click.argument("journal", required=False)
@click.option("--all", "all_", is_flag=True, help="Recover every journal of the home whose process has died.")
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print what came of each journal as one line of JSON.")
def recover(journal: str | None, all_: bool, home: Path, as_json: bool) -> None:
    """Close what an agent left open when it died, and tell what that was.

    A shipper does this by itself; this is for where none runs, and for a folder that was copied from another machine.
    JOURNAL is as in `fleaglass journal show`. Spans that were open end as interrupted, orders in flight are named, and
    both are sent when the journal is. Exit code 1: some of it could not be done, or not be read.

    Example: fleaglass journal recover ./20261130T004553-8f3a21c0
    """
    if (journal is None) is not all_:
        raise click.UsageError("name one journal, or --all")
    is_whole = True
    for folder in [_folder(journal, home)] if journal is not None else list(journal_folders(home)):
        try:
            found = recover_by_hand(folder, now_ns=time.time_ns(), new_id=lambda: uuid4().hex)
        except InUse as reason:
            is_whole &= all_  # of all journals, those that are in use are not meant
            click.echo(f"{folder.name}: {reason}", err=True)
        except FormatError as error:
            is_whole = False
            click.echo(f"{folder.name}: {error}", err=True)
        except OSError as error:
            is_whole = False
            hint = "; copy the folder, and name the copy" if error.errno in _NO_WRITING else ""
            click.echo(f"{folder.name}: it cannot be recovered, because {error}{hint}", err=True)
        else:
            is_whole &= not found.troubles
            click.echo(msgspec.json.encode(found).decode() if as_json else "\n".join(_told(found)))
            for trouble in found.troubles:
                click.echo(f"{folder.name}: {trouble}", err=True)
    if not is_whole:
        raise click.exceptions.Exit(1)


def _told(found: Recovery) -> Iterator[str]:
    """What came of it, in words."""
    whose = f"{found.name} of {found.agent_id or 'an agent without a name'}"
    if found.end != "died":
        how = "ended by itself" if found.end == "clean" else "was recovered before"
        yield f"{whose} {how}; nothing is to be done"
        return
    in_flight = sum(span.in_flight for span in found.open)
    yield (
        f"{whose} died; {_counted(len(found.open), 'span was', 'spans were')} open, "
        f"{_counted(in_flight, 'spend', 'spends')} in flight. The last thing recorded: "
        f"{_time(found.last_ns).strip() if found.last_ns else 'nothing'}"
    )
    for span in found.open:
        what = "in flight, its outcome unknown" if span.in_flight else "open"
        ids = {"trace_id": span.trace_id, "span_id": span.span_id}
        yield f"  {_time(span.start_ns)} {span.name}: {what} {' '.join(_pairs({**span.attributes, **ids}))}"
    if found.session is not None:
        yield f"  session {found.session} ends as abnormal"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


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
    if name == "counts":
        return {name_of(key) if isinstance(key, int) else key: count for key, count in value.items()}
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
