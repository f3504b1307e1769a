"""A child process is heard, stopped in time, and leaves nobody behind. Real processes, small ones."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from fleaglass.cli._demo.processes import Child, ChildEnded, start
from fleaglass.cli._demo.troupe import Troupe
from tests.support.processes import eventually

READY = "import json, time; print(json.dumps({'port': 7}), flush=True); time.sleep(60)"
STUBBORN = """
import json, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
inner = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(json.dumps({"inner": inner.pid}), flush=True)
time.sleep(60)
"""
DIES = "import sys; print('no venue here', file=sys.stderr); sys.exit(3)"


async def child(folder: Path, program: str) -> Child:
    return await start("the child", [sys.executable, "-c", program], folder=folder, env=os.environ, speaks=True)


async def test_its_first_line_says_that_it_is_ready(tmp_path: Path) -> None:
    started = await child(tmp_path, READY)
    assert await started.ready(10) == {"port": 7}
    assert started.running
    await started.stop(5)
    assert not started.running


async def test_one_that_ends_instead_is_named_with_its_last_words(tmp_path: Path) -> None:
    with pytest.raises(ChildEnded, match="the child ended with exit code 3; its last words:\n  no venue here"):
        await (await child(tmp_path, DIES)).ready(10)


async def test_one_that_says_nothing_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    silent = await child(tmp_path, "import time; time.sleep(60)")
    with pytest.raises(TimeoutError, match="the child was not ready within 0 s"):
        await silent.ready(0.05)
    await silent.stop(5)


async def test_one_that_ignores_the_wish_is_killed_with_all_it_started(tmp_path: Path) -> None:
    stubborn = await child(tmp_path, STUBBORN)
    inner = (await stubborn.ready(10))["inner"]
    before = time.monotonic()
    await stubborn.stop(0.2)
    assert time.monotonic() - before < 5
    assert stubborn.process.returncode == -signal.SIGKILL
    eventually(lambda: not psutil.pid_exists(inner) or psutil.Process(inner).status() == psutil.STATUS_ZOMBIE)


async def test_stopping_what_has_ended_does_nothing(tmp_path: Path) -> None:
    done = await child(tmp_path, "pass")
    await done.process.wait()
    await done.stop(5)
    done.kill()


async def test_it_is_in_a_process_group_of_its_own(tmp_path: Path) -> None:
    """Ctrl-C must reach the demo and not the agents, who would lose the venue in the middle of an order."""
    started = await child(tmp_path, READY)
    assert os.getpgid(started.process.pid) == started.process.pid != os.getpgid(0)
    await started.stop(5)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
def test_it_does_not_outlive_a_demo_that_is_killed(tmp_path: Path) -> None:
    """kill -9 gives the demo no say, so the kernel has it."""
    program = f"""
import asyncio, os, sys
from pathlib import Path
from fleaglass.cli._demo.processes import start
async def main():
    child = await start("x", [sys.executable, "-c", "import time; time.sleep(60)"], folder=Path({str(tmp_path)!r}),
                        env=os.environ)
    await asyncio.sleep(0.5)
    print(child.process.pid, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""
    demo = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert demo.stdout is not None
    pid = int(demo.stdout.readline())
    assert psutil.pid_exists(pid)
    demo.kill()
    demo.wait(10)
    eventually(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


async def test_the_troupe_tells_who_is_missing(tmp_path: Path) -> None:
    troupe = Troupe(tmp_path, os.environ)
    await troupe.start_service("the hub", [sys.executable, "-c", READY])
    done = await troupe.start_agent("an agent", [sys.executable, "-c", "pass"], os.environ)
    troupe.require()
    await done.process.wait()
    troupe.require(may_end=[done])
    with pytest.raises(ChildEnded, match="an agent ended with exit code 0"):
        troupe.require()
    await troupe.stop()


async def test_an_agent_that_was_killed_starts_again_and_one_that_ended_does_not(tmp_path: Path) -> None:
    troupe = Troupe(tmp_path, os.environ)
    killed = await troupe.start_agent("an agent", [sys.executable, "-c", "import time; time.sleep(60)"], os.environ)
    ended = await troupe.start_agent("another", [sys.executable, "-c", "import os; os.abort()"], os.environ)
    first = killed.process.pid
    killed.kill()
    await asyncio.gather(killed.process.wait(), ended.process.wait())
    assert await troupe.restart_killed() == [killed]
    assert killed.running
    assert killed.process.pid != first
    assert await troupe.restart_killed() == []
    with pytest.raises(ChildEnded, match="another was killed by signal 6"):
        troupe.require()
    await troupe.stop()


async def test_the_agents_leave_before_the_services(tmp_path: Path) -> None:
    """Each writes down when it was told to stop: an agent's last spans need the hub, its last decision the sandbox."""
    program = """
import signal, sys, time
def stop(*_):
    with open("order", "a") as order:
        order.write(sys.argv[1] + "\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
print("{}", flush=True)
time.sleep(60)
"""
    troupe = Troupe(tmp_path, os.environ)
    services = [await troupe.start_service(name, [sys.executable, "-c", program, name]) for name in ("sandbox", "hub")]
    for service in services:
        await service.ready(10)
    agent = await troupe.start_agent("agent", [sys.executable, "-c", program, "agent"], os.environ)
    await asyncio.to_thread(eventually, lambda: agent.log.stat().st_size)
    await troupe.stop()
    assert (tmp_path / "order").read_text().split() == ["agent", "hub", "sandbox"]


async def test_killing_the_troupe_ends_the_wait(tmp_path: Path) -> None:
    troupe = Troupe(tmp_path, os.environ)
    stubborn = await troupe.start_service("the hub", [sys.executable, "-c", STUBBORN])
    await stubborn.ready(10)
    stopping = asyncio.create_task(troupe.stop())
    await asyncio.sleep(0.1)
    troupe.kill()
    await asyncio.wait_for(stopping, 5)
