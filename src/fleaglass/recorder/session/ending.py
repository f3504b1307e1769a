"""What the way a run ends makes of its session.

    the block is left, sys.exit(n)       exited     the program chose to end, whatever it tells its parent
    Ctrl-C, a cancelled task, SIGTERM    exited     somebody chose for it
    any other exception                  crashed
    SIGKILL, os._exit, lost power        abnormal   found out by the next run, see lease.py

Sentry's Python SDK counts Ctrl-C as a crash. Here it is none: whoever presses it knows.
"""

from __future__ import annotations

from typing import Literal

from fleaglass.recorder.story import is_cancellation

__all__ = ["ending"]


def ending(error: BaseException | None) -> Literal["exited", "crashed"]:
    """``crashed`` if the exception that ended a run is an error, else ``exited``. A group is as bad as its worst."""
    if isinstance(error, BaseExceptionGroup):
        return "crashed" if any(ending(member) == "crashed" for member in error.exceptions) else "exited"
    if error is None or isinstance(error, SystemExit | GeneratorExit) or is_cancellation(error):
        return "exited"
    return "crashed"
