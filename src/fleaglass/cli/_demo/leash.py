"""Become another program that is told to stop when the demo dies, even if by `kill -9`: `leash.py DEMO_PID PROGRAM …`.

Run by its path, without the package around it, since it stands before every process of the demo. Only Linux can do
this; elsewhere the program runs without a leash.
"""

import ctypes
import os
import signal
import sys

__all__ = ["main"]

_PR_SET_PDEATHSIG = 1  # prctl(2); kept through exec


def main() -> None:
    """Put on the leash, then become the program. Does not return."""
    demo_pid, program = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGTERM), 0, 0, 0)
        if os.getppid() != demo_pid:
            sys.exit(0)  # it died before the leash was on
    os.execv(program[0], program)


if __name__ == "__main__":
    main()
