"""Makes the run of a ledger (ledger_run.py) in processes that are killed, with a real disk and real signals.

python -m tests.support.ledger_kills trace HOME         one run; its calls on standard output, one a line
python -m tests.support.ledger_kills kill BEGUN WORK    one run for each of its calls, killed right before it
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fleaglass.ledger.log import Ledger, Receipt, Seams
from fleaglass.ledger.storage.system import System
from tests.support.ledger_run import BEFORE, SECRET, Told, check, run
from tests.support.ledgers import AGENT, intent, outcome

STORM_KILLS = 20
STORM_SEED = 7
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
        super().__init__(BEFORE)
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

    run(home, Watched(say, lambda *_: None), Told(BEFORE))


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
    told, notes, call = Told(BEFORE), [], ""
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


def append_for_ever(home: Path, told: Reporting) -> None:
    """Three threads that append and wait, while it is folded all the time."""
    pace = {"commit_within_s": 0.005, "checkpoint_within_s": 0.01}
    log = Ledger.open(home, AGENT, seams=Seams(system=Watched(lambda *_: None, told.after), **pace))

    def orders() -> None:
        while True:
            first = told.wrote(log.append(intent(asset="BTC"), {"memo": SECRET}))
            first.durable.result()
            told.wrote(log.append(outcome(first.id, state="filled")))

    for _ in range(3):
        threading.Thread(target=orders).start()


def storm(home: Path) -> None:
    choose, told, notes = random.Random(STORM_SEED), Told(0), list[bytes]()
    for number in range(STORM_KILLS):
        report = home.with_name(f"told-{number}")
        writing = os.open(report, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        child = os.fork()
        if child == 0:
            append_for_ever(home, Reporting(writing))
            signal.pause()
        os.close(writing)
        while not report.stat().st_size:
            time.sleep(0.001)
        time.sleep(choose.uniform(0, 0.25))
        os.kill(child, signal.SIGKILL)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
        for each in map(json.loads, report.read_text().split("\n")[:-1]):
            if "index" in each:
                told.written.append((each["index"], bytes.fromhex(each["leaf"])))
            if "note" in each:
                notes.append(each["note"].encode())
        check(home, notes, told, f"kill {number}")
    print(STORM_KILLS, len(told.written), len(notes))


if __name__ == "__main__":
    {"trace": trace, "kill": kill, "storm": storm}[sys.argv[1]](*map(Path, sys.argv[2:]))
