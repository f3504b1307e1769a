"""In the agent: cycles, stages, operations and hand-offs, recorded and delivered without getting in the way.

An agent's author uses ``init`` and the ``Agent`` it returns. The venue's client uses the rest. Nothing here shows what
lies underneath.
"""

from fleaglass.recorder.agent import Agent
from fleaglass.recorder.breaker import Breaker
from fleaglass.recorder.core import NOTHING, Core
from fleaglass.recorder.cycle import Cycle, Pipeline
from fleaglass.recorder.failure import mark_meaning
from fleaglass.recorder.genai import AgentRun, ModelCall, ToolCall
from fleaglass.recorder.guard import guard
from fleaglass.recorder.handle import agents, current_core, init, init_offline, surrounded_by, watching
from fleaglass.recorder.handoff import Handoff, HandoffBlock, Task, outgoing_headers
from fleaglass.recorder.journaling import Counts
from fleaglass.recorder.noise import DEFAULT_NOISE, Failure, NoiseRule
from fleaglass.recorder.operation import Operation, Request, is_uninstrumented, uninstrumented
from fleaglass.recorder.rounds import Rounds
from fleaglass.recorder.scrub import keep_passing_secret, keep_secret, scrub
from fleaglass.recorder.seams import Clock, EndedEvent, EndedLink, EndedSpan, Ids, Seams
from fleaglass.recorder.span import Span, current_span
from fleaglass.recorder.stage import Stage
from fleaglass.recorder.story import OperationError, Story
from fleaglass.recorder.surroundings import OfflineSurroundings, Surroundings

__all__ = [
    "DEFAULT_NOISE",
    "NOTHING",
    "Agent",
    "AgentRun",
    "Breaker",
    "Clock",
    "Core",
    "Counts",
    "Cycle",
    "EndedEvent",
    "EndedLink",
    "EndedSpan",
    "Failure",
    "Handoff",
    "HandoffBlock",
    "Ids",
    "ModelCall",
    "NoiseRule",
    "OfflineSurroundings",
    "Operation",
    "OperationError",
    "Pipeline",
    "Request",
    "Rounds",
    "Seams",
    "Span",
    "Stage",
    "Story",
    "Surroundings",
    "Task",
    "ToolCall",
    "agents",
    "current_core",
    "current_span",
    "guard",
    "init",
    "init_offline",
    "is_uninstrumented",
    "keep_passing_secret",
    "keep_secret",
    "mark_meaning",
    "outgoing_headers",
    "scrub",
    "surrounded_by",
    "uninstrumented",
    "watching",
]
