"""A program that forks goes on in both processes, whatever it loaded and when."""

import os
import subprocess
import sys

import pytest

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
