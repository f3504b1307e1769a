"""For tests of agents: the same program gives the same spans, and an error swallowed in the recorder fails the test.

::

    from fleaglass.testing import recording

    with recording() as record:
        with record.agent.cycle(market="BTC/USD") as cycle:
            cycle.skip("low_confidence")

    assert record.tree() == "agent.decision_cycle"
    assert record.one("agent.decision_cycle").attributes["pf.cycle_reason"] == "low_confidence"

In pytest, ``pytest_plugins = ["fleaglass.testing.plugin"]`` gives the fixture ``fleaglass_recording`` and watches every
test for errors of Fleaglass's own.
"""

from fleaglass.testing.determinism import CountingIds, TickingClock
from fleaglass.testing.recording import Recording, recording
from fleaglass.testing.sentry import CapturedSentry
from fleaglass.testing.swallowed import SwallowedError, lenient, strict
from fleaglass.testing.tree import tree

__all__ = [
    "CapturedSentry",
    "CountingIds",
    "Recording",
    "SwallowedError",
    "TickingClock",
    "lenient",
    "recording",
    "strict",
    "tree",
]
