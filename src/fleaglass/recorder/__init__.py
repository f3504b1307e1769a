"""In the agent: cycles, stages, operations and hand-offs, recorded and delivered without getting in the way.

An agent's author uses ``init`` and the ``Agent`` it returns. The venue's client uses the rest. Nothing here shows what
lies underneath.
"""

from fleaglass.recorder.agent import Agent
from fleaglass.recorder.core import NOTHING
from fleaglass.recorder.cycle import Cycle, Pipeline
from fleaglass.recorder.delivery import Counts
from fleaglass.recorder.guard import guard
from fleaglass.recorder.handle import current_core, init, init_offline, watching
from fleaglass.recorder.handoff import Handoff, HandoffBlock, Task, outgoing_headers
from fleaglass.recorder.operation import Operation, Request, uninstrumented
from fleaglass.recorder.scrub import keep_secret, scrub
from fleaglass.recorder.seams import Clock, EndedEvent, EndedSpan, Ids, Seams
from fleaglass.recorder.span import Span, current_span
from fleaglass.recorder.stage import Stage
from fleaglass.recorder.story import OperationError, Story

__all__ = [
    "NOTHING",
    "Agent",
    "Clock",
    "Counts",
    "Cycle",
    "EndedEvent",
    "EndedSpan",
    "Handoff",
    "HandoffBlock",
    "Ids",
    "Operation",
    "OperationError",
    "Pipeline",
    "Request",
    "Seams",
    "Span",
    "Stage",
    "Story",
    "Task",
    "current_core",
    "current_span",
    "guard",
    "init",
    "init_offline",
    "keep_secret",
    "outgoing_headers",
    "scrub",
    "uninstrumented",
    "watching",
]
