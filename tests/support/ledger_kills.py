"""Makes the run of a ledger (ledger_run.py) in processes that are killed, with a real disk and real signals.

python -m tests.support.ledger_kills trace HOME         one run; its calls on standard output, one a line
python -m tests.support.ledger_kills kill BEGUN WORK    one run for each of its calls, killed right before it
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fleaglass.ledger.log import Receipt
from fleaglass.ledger.storage.system import System
from tests.support.ledger_run import Told, check, run

CALLS = [name for name in vars(System) if not name.startswith("_")]


class Watched(System):
    """The real disk; says what it is asked before and after."""

    def __init__(self, before: Callable[[str, Any], None], after: Callable[[str, Any], None]) -> None:
        self.before, self.after = before, after


def _watched(name: str) -> Callable[..., Any]:
    real = getattr(System, name)

    def call(self: Watched, *arguments: Any) -> Any:
        self.before(name, arguments)
        result = real(self, *arguments)
        self.after(name, arguments)
        return result

    return call


for _name in CALLS:
    setattr(Watched, _name, _watched(_name))


class Reporting(Told):
    """Tells a pipe at once, since nobody can be asked later."""

    def __init__(self, pipe: int) -> None:
        super().__init__()
        self._pipe = pipe

    def say(self, **what: object) -> None:
        os.write(self._pipe, json.dumps(what).encode() + b"\n")

    def wrote(self, receipt: Receipt) -> Receipt:
        self.say(index=receipt.index, leaf=receipt.leaf_hash.hex())
        return receipt

    def erased(self) -> None:
        self.say(erased=True)

    def after(self, name: str, arguments: Any) -> None:
        if name == "rename" and arguments[1].name in ("checkpoint", "last-signed"):
            self.say(note=arguments[1].read_text())


def trace(home: Path) -> None:
    def say(name: str, arguments: Any) -> None:
        is_reading = name == "open" and arguments[1] & (os.O_WRONLY | os.O_RDWR) == 0
        if name != "close" and not is_reading:
            print(name, flush=True)

    run(home, Watched(say, lambda *_: None), Told())


def killed_before(home: Path, at: int) -> tuple[Told, list[bytes], str]:
    """A run that was killed right before one of its calls: what it was told, what it signed; and which call."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        told = Reporting(writing)
        lock, count = threading.Lock(), 0

        def before(name: str, arguments: Any) -> None:
            nonlocal count
            with lock:
                if count == at:
                    told.say(call=f"{name} {arguments}")
                    os.kill(os.getpid(), signal.SIGKILL)
                count += 1

        run(home, Watched(before, told.after), told)
        os._exit(0)
    os.close(writing)
    with open(reading) as pipe:
        said = [json.loads(line) for line in pipe]
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, -signal.SIGKILL), status
    told, notes, call = Told(), [], ""
    for each in said:
        if "index" in each:
            told.written.append((each["index"], bytes.fromhex(each["leaf"])))
        if "note" in each:
            notes.append(each["note"].encode())
        told.is_erased |= "erased" in each
        call = each.get("call", call)
    assert (status != 0) is bool(call), (status, call, at)
    return told, notes, call


def kill(begun: Path, work: Path) -> None:
    at = 0
    while True:
        home = work / str(at)
        shutil.copytree(begun, home)
        told, notes, call = killed_before(home, at)
        check(home, notes, told, f"killed before call {at}: {call}")
        shutil.rmtree(home)
        if not call:
            break
        at += 1
    print(at)


if __name__ == "__main__":
    {"trace": trace, "kill": kill}[sys.argv[1]](*map(Path, sys.argv[2:]))
