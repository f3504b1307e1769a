"""Spans that other libraries record with OpenTelemetry's global tracer provider: they belong to the agents, too.

::

    the program has set a provider ─▶ it is left in place, and gets one span processor of ours    attached.py
    nobody has ─────────────────────▶ ours is set when the first agent begins to work             provided.py
                                                                            which it is           meeting.py
    either way a span goes to the agent that it belongs to                                        belonging.py

One of the two happens, once in a process, however many agents there are. Agents that send nothing take no part.
"""

from fleaglass.recorder.others.joining import join, leave

__all__ = ["join", "leave"]
