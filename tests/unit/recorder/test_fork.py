"""A program that forks goes on in both processes, whatever it loaded and when."""

import gc
import os
import subprocess
import sys
import time
import weakref

import pytest

import fleaglass

# The module's lock is held across a fork, and given back by a hook that runs after those registered earlier.
PROGRAM = """
import os, sys
import fleaglass
assert "concurrent.futures.thread" not in sys.modules, "the test needs it to be loaded later"
spans = []
from fleaglass.recorder import Seams
agent = fleaglass.init("forking", release="a@1", seams=Seams(sinks=(spans.append,)))
import concurrent.futures.thread
if (child := os.fork()) == 0:
    with agent.cycle():
        pass
    os._exit(0 if spans[0].resource["service.instance.id"] == "forking" else 1)
print(os.waitpid(child, 0)[1])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_child_does_not_hang_and_is_the_same_agent() -> None:
    environ = {**os.environ, "OTEL_TRACES_EXPORTER": "none"}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environ, capture_output=True, text=True, timeout=30)
    assert (done.stdout, done.stderr) == ("0\n", "")


def test_an_agent_that_was_shut_down_is_not_kept_for_the_next_fork() -> None:
    agent = fleaglass.init("gone", endpoint="http://127.0.0.1:1", dsn="none", release="gone@1")
    with agent.session(), agent.cycle():
        pass
    known = weakref.ref(agent)
    agent.shutdown(0)
    del agent
    for _ in range(1000):  # its threads are on their way out
        gc.collect()
        if known() is None:
            return
        time.sleep(0.01)
    pytest.fail("the agent is still there")


BUSY = """
import os, signal, sys, threading
import fleaglass
from fleaglass.alerts import ErrorRateWatch, PercentileWatch
watches = [ErrorRateWatch(names=["agent.decision_cycle"]), PercentileWatch("agent.decision_cycle")]
agent = fleaglass.init("busy", release="a@1", watches=watches)
sys.setswitchinterval(1e-5)

def decide():
    with agent.cycle():
        agent.breadcrumb("note", "x")

def work():
    while True:
        decide()

for _ in range(2):
    threading.Thread(target=work, daemon=True).start()
hung = 0
for _ in range(30):
    if (child := os.fork()) == 0:
        signal.setitimer(signal.ITIMER_REAL, 5)
        decide()
        os._exit(0)
    hung += os.waitpid(child, 0)[1] != 0
    if hung:
        break
print(hung, flush=True)
os._exit(0)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_child_does_not_wait_for_a_lock_that_a_thread_of_its_parent_held() -> None:
    environ = {**os.environ, "OTEL_TRACES_EXPORTER": "none", "FLEAGLASS_METRICS": "none"}
    done = subprocess.run([sys.executable, "-c", BUSY], env=environ, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("0\n", "")
