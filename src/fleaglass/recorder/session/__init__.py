"""One run of an agent, from its start to its end, however it ends: what crash-free rates and uptime are made of."""

from fleaglass.recorder.session.session import Session

__all__ = ["Session"]
