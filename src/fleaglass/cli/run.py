"""`fleaglass run`: an agent's own program, unchanged, with its calls to Purple Flea recorded."""

from __future__ import annotations

import atexit
import logging
import os
import signal
import sys
from pathlib import Path
from types import TracebackType

import click

from fleaglass.cli import _program
from fleaglass.cli._agent_of_run import AgentOfRun
from fleaglass.recorder import surrounded_by
from fleaglass.venue.instrument import instrument

__all__ = ["command"]


@click.command("run", context_settings={"allow_interspersed_args": False})
@click.option(
    "--agent-id",
    help="Name of the agent, if the program gives none.  [default: FLEAGLASS_AGENT_ID, else the program's name]",
)
@click.option("--strategy", help="Name of the strategy.")
@click.option("--release", help="Release of the agent, such as agent-vol-arb@2.1.0.")
@click.option("--hub", metavar="URL", help="A hub on another machine; its token is FLEAGLASS_HUB_TOKEN.")
@click.option("--guide-url", help="Where the profile guide is served, if not in production.")
@click.option("--live-url", help="Root of the services of the profile live, if not in production.")
@click.option("-m", "--module", is_flag=True, help="PROGRAM is a module, as for python -m.")
@click.argument("program")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(
    agent_id: str | None,
    strategy: str | None,
    release: str | None,
    hub: str | None,
    guide_url: str | None,
    live_url: str | None,
    module: bool,
    program: str,
    arguments: tuple[str, ...],
) -> None:
    """Run a Python program and record its calls to Purple Flea, made with httpx, requests or aiohttp.

    The program is not changed: it gets its arguments, its exit code is this command's, and its traceback its own. The
    run is a session of the agent that the program makes, else of one that stands in for it.

    Example: fleaglass run --strategy momentum my_agent.py --asset BTC
    """
    if not module and not Path(program).is_file():
        raise click.UsageError(f"there is no file {program}")
    interruption = _Interruption()
    options = {"agent_id": agent_id, "strategy": strategy, "release": release, "hub": hub}
    agent = AgentOfRun(_name(program, module), options)
    instrument(guide_url=guide_url, live_url=live_url)
    with surrounded_by(agent):
        agent.begin()
        try:
            (_program.run_module if module else _program.run_file)(program, arguments)
        except (Exception, KeyboardInterrupt) as error:
            error.__traceback__ = _own_part(error.__traceback__)
            agent.crashed(error, error.__traceback__)
            sys.excepthook(type(error), error, error.__traceback__)
            interruption.happened = isinstance(error, KeyboardInterrupt)
            sys.exit(1)
        finally:
            agent.stand_in()


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


def _name(program: str, module: bool) -> str:
    """What the program is called, as an agent is."""
    return (program.removesuffix(".__main__") if module else Path(program).stem).replace("_", "-")


def _own_part(trace: TracebackType | None) -> TracebackType | None:
    """The traceback from the program's first line on; nothing of one that did not get so far."""
    while trace is not None and trace.tb_frame.f_code.co_filename in {__file__, _program.__file__}:
        trace = trace.tb_next
    return trace
