"""`fleaglass demo`: a sandbox, a hub and three agents that trade, to be watched or to be counted."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click
import httpx
import msgspec
from click.core import ParameterSource

from fleaglass.cli._demo.play import Addresses, Options, play
from fleaglass.cli._demo.ports import usual_or_free
from fleaglass.cli._demo.processes import ChildEnded
from fleaglass.cli._demo.report import Report, Unreadable, make_report
from fleaglass.cli._demo.signals import on_signals
from fleaglass.cli._demo.status import StatusLine

__all__ = ["command"]

_PORT: Final = click.IntRange(0, 65535)
_INTERRUPTED: Final = 130
_MISUSE: Final = 2
_LINE_OF_MISUSE: Final = re.compile(r".*?fleaglass(?:\.cli)?(?: \w+)?: (.*?)(?: \(see .* --help\))?")


@click.command("demo", epilog="Example: fleaglass demo --cycles 40 --exit --json")
@click.option("--cycles", type=click.IntRange(1), help="Decisions of each trading agent.  [default: until stopped]")
@click.option("--exit", "exit_", is_flag=True, help="Decide without pauses, end after --cycles, then count.")
@click.option("--json", "as_json", is_flag=True, help="Count at the end, and print one line of JSON.")
@click.option("--http-port", type=_PORT, default=4318, help="UI and OTLP over HTTP.  [default: 4318 or a free one]")
@click.option("--grpc-port", type=_PORT, default=4317, help="OTLP over gRPC.  [default: 4317 or a free one]")
@click.option("--sandbox-port", type=_PORT, default=0, help="The venue.  [default: a free one]")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="A new or empty folder for store and logs, which is kept.  [default: a temporary one]",
)
@click.option(
    "--faults/--no-faults", default=True, show_default=True, help="Have about 2 % of the venue's answers go wrong."
)
@click.option("--seed", type=int, default=7, show_default=True, help="Prices, fills and faults repeat under one seed.")
@click.pass_context
def command(
    context: click.Context,
    cycles: int | None,
    exit_: bool,
    as_json: bool,
    http_port: int,
    grpc_port: int,
    sandbox_port: int,
    data: Path | None,
    faults: bool,
    seed: int,
) -> int:
    """Start a sandbox, a hub and three agents that trade, and say where to watch them.

    Ctrl-C stops everything. Of what --json prints, spans_recorded is the agents' own count and spans_stored is read
    from the store after the hub has stopped; the exit code is 1 when they differ by a single span.
    """
    if exit_ and cycles is None:
        raise click.UsageError("--exit needs --cycles")
    with _folder(data) as folder:
        options = Options(
            folder=folder,
            http_port=usual_or_free(http_port, insist=_given(context, "http_port")),
            grpc_port=usual_or_free(grpc_port, insist=_given(context, "grpc_port")),
            sandbox_port=sandbox_port,
            cycles=cycles,
            exit=exit_,
            faults=faults,
            seed=seed,
        )
        try:
            return asyncio.run(_run(options, as_json))
        except asyncio.CancelledError:
            return _INTERRUPTED
        except ChildEnded as error:
            raise _refused(error) or _failed(str(error), options) from None
        except (Unreadable, httpx.HTTPError, TimeoutError, OSError) as error:
            raise _failed(f"{type(error).__name__}: {error}", options) from None


async def _run(options: Options, as_json: bool) -> int:
    ending = await play(options, os.environ, lambda addresses: _announce(addresses, options), StatusLine(sys.stderr))
    if ending.ui is not None and (options.exit or as_json):
        this = asyncio.current_task()
        assert this is not None, "BUG: not in a task"
        with on_signals(this.cancel):
            report, problem = await make_report(options.folder, options.span_logs, options.home, ending.ui, os.environ)
        click.echo(msgspec.json.encode(report) if as_json else _table(report))
        if problem:
            raise _failed(problem, options)
    # To stop a demo that would go on for ever is how it ends; to stop one that would have ended is not.
    return _INTERRUPTED if ending.interrupted and (options.exit or ending.ui is None) else 0


def _announce(addresses: Addresses, options: Options) -> None:
    for line in (
        "",
        "  Three agents are trading. Watch them decide:",
        "",
        click.style(f"      {addresses.ui}", bold=True),
        "",
        f"  OTLP HTTP {addresses.ui}   OTLP gRPC {addresses.otlp_grpc}   venue {addresses.venue}",
        f"  logs      {options.own_folder}   (Ctrl-C stops everything)",
        f"  ledgers   {options.home / 'ledger'}",
        "",
    ):
        click.echo(line, err=True)


def _table(report: Report) -> str:
    return "\n".join(f"{name:20} {value}" for name, value in msgspec.structs.asdict(report).items())


@contextmanager
def _folder(chosen: Path | None) -> Iterator[Path]:
    """The folder of a demo. A temporary one is removed at the end, except after a failure: its logs say why."""
    if chosen is not None:
        yield _empty(chosen)
        return
    folder = Path(tempfile.mkdtemp(prefix="fleaglass-demo-"))
    try:
        yield folder
    except click.UsageError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)


def _empty(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise click.UsageError(f"{folder} is not empty, and a demo counts spans: give it a folder of its own")
    except OSError as error:
        raise click.UsageError(f"the folder {folder} cannot be used: {error.strerror}") from None
    return folder.resolve()


def _given(context: click.Context, option: str) -> bool:
    return context.get_parameter_source(option) is not ParameterSource.DEFAULT


def _refused(error: ChildEnded) -> click.UsageError | None:
    """A service that took an option of ours for misuse: its one line, said as ours."""
    lines = error.child.last_lines()
    said = _LINE_OF_MISUSE.fullmatch(lines[-1]) if error.code == _MISUSE and lines else None
    return click.UsageError(said[1]) if said else None


def _failed(why: str, options: Options) -> click.ClickException:
    return click.ClickException(f"{why}\nThe demo's logs are in {options.own_folder}")
