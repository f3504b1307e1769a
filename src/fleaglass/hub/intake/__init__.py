"""From an envelope's arrival to its effects: kept on disk first, answered, then digested.

queue     what was answered and is not yet digested, on disk
reading   envelopes ──▶ what they say, by kind
digest    the same ──▶ store and state, each exactly once
"""

from fleaglass.hub.intake.queue import Full, Queue, Queued

__all__ = ["Full", "Queue", "Queued"]
