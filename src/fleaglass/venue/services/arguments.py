"""Arguments that only some profiles have a place for."""

from __future__ import annotations

from fleaglass.venue.calls import Calls

__all__ = ["require_place"]


def require_place(calls: Calls, name: str, **given: object) -> None:
    """See that what the author gave can be sent, rather than drop it without a word.

    Args:
        calls: the client's.
        name: the operation.
        given: our fields; ``None`` for what was left out.

    Raises:
        ValueError: the profile's endpoint has no such field.
    """
    taken = calls.profile.endpoints[name].sends
    for field, value in given.items():
        if value is not None and field not in taken:
            raise ValueError(f"{field} must be left out: profile {calls.profile.name} has no place for it")
