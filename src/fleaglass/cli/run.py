"""`fleaglass run`: an agent's own program, unchanged, with its calls to Purple Flea recorded."""

from __future__ import annotations

import os
import runpy
import signal
import sys
import traceback
from pathlib import Path

import click

import fleaglass
from fleaglass.settings import Settings
from fleaglass.venue.instrument import instrument

__all__ = ["command"]


@click.command("run", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.option("--agent-id", help="Name of the agent.  [default: FLEAGLASS_AGENT_ID, else the program's name]")
@click.option("--strategy", help="Name of the strategy.")
@click.option("--release", help="Release of the agent, such as agent-vol-arb@2.1.0.")
@click.option("--guide-url", help="Where the profile guide is served, if not in production.")
@click.option("--live-url", help="Root of the services of the profile live, if not in production.")
@click.option("-m", "--module", is_flag=True, help="PROGRAM is a module, as for python -m.")
@click.argument("program")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(
    agent_id: str | None,
    strategy: str | None,
    release: str | None,
    guide_url: str | None,
    live_url: str | None,
    module: bool,
    program: str,
    arguments: tuple[str, ...],
) -> None:
    """Run a Python program and record its calls to Purple Flea, made with httpx, requests or aiohttp.

    The program is not changed: it gets its arguments, its exit code is this command's, and its traceback its own. A
    session lasts as long as it runs. Example: fleaglass run --strategy momentum my_agent.py --asset BTC
    """
    if not module and not Path(program).is_file():
        raise click.UsageError(f"there is no file {program}")
    agent = fleaglass.init(_agent_id(agent_id, program), strategy=strategy, release=release)
    instrument(guide_url=guide_url, live_url=live_url)
    sys.argv = [program, *arguments]
    try:
        with agent.session():
            _run(program, module)
    except KeyboardInterrupt:
        agent.shutdown()
        # Ended by the signal, so that whoever started it can tell.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    except Exception as error:
        _print_own(error)
        agent.shutdown()
        sys.exit(1)


def _agent_id(given: str | None, program: str) -> str:
    """The name that was given in whatever way, else the program's."""
    configured = Settings.read({"agent_id": given}).agent_id
    return Path(program).stem.replace("_", "-") if configured == Settings.load().agent_id else configured


def _run(program: str, module: bool) -> None:
    if module:
        sys.path.insert(0, str(Path.cwd()))
        runpy.run_module(program, run_name="__main__", alter_sys=True)
    else:
        sys.path.insert(0, str(Path(program).resolve().parent))
        runpy.run_path(program, run_name="__main__")


def _print_own(error: Exception) -> None:
    """The traceback as Python would print it, from the program's first line on."""
    frame = error.__traceback__
    while frame is not None and _is_ours(frame.tb_frame.f_code.co_filename):
        frame = frame.tb_next
    traceback.print_exception(type(error), error, frame or error.__traceback__)


def _is_ours(filename: str) -> bool:
    return filename == __file__ or "runpy" in filename
