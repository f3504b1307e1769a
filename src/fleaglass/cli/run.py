"""`fleaglass run`: an agent's own program, unchanged, with its calls to Purple Flea recorded."""

from __future__ import annotations

import atexit
import logging
import os
import signal
import sys
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

import click

import fleaglass
from fleaglass.cli import _program
from fleaglass.settings import Settings
from fleaglass.venue.instrument import instrument

__all__ = ["command"]


@click.command("run", context_settings={"allow_interspersed_args": False})
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
    interruption = _Interruption()
    agent = fleaglass.init(_agent_id(agent_id, program, module), strategy=strategy, release=release)
    instrument(guide_url=guide_url, live_url=live_url)
    session = ExitStack()
    session.enter_context(agent.session())
    atexit.register(session.close)  # Python waits for the program's threads before
    try:
        (_program.run_module if module else _program.run_file)(program, arguments)
    except (Exception, KeyboardInterrupt) as error:
        error.__traceback__ = _own_part(error.__traceback__)
        session.__exit__(type(error), error, error.__traceback__)
        sys.excepthook(type(error), error, error.__traceback__)
        interruption.happened = isinstance(error, KeyboardInterrupt)
        sys.exit(1)


class _Interruption:
    """Ends the process by SIGINT, after all else, if it was interrupted: whoever started it can tell, as from Python.

    Made before anything else is registered to be done at the exit, so that this is done last.
    """

    def __init__(self) -> None:
        self.happened = False
        atexit.register(self._end)

    def _end(self) -> None:
        if self.happened:
            logging.shutdown()  # registered before us, so it would come too late
            sys.stdout.flush()
            sys.stderr.flush()
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGINT)


def _agent_id(given: str | None, program: str, module: bool) -> str:
    """The name that was given in whatever way, else the program's."""
    configured = Settings.read({"agent_id": given}).agent_id
    name = program.removesuffix(".__main__") if module else Path(program).stem
    return name.replace("_", "-") if configured == Settings.load().agent_id else configured


def _own_part(trace: TracebackType | None) -> TracebackType | None:
    """The traceback from the program's first line on; nothing of one that did not get so far."""
    while trace is not None and trace.tb_frame.f_code.co_filename in {__file__, _program.__file__}:
        trace = trace.tb_next
    return trace
