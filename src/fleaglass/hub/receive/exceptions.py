"""The chain of exceptions and the threads of an event, as they are shown and as grouping looks at them."""

from __future__ import annotations

from typing import Any

from fleaglass.hub.issues.event import Exc, Frame
from fleaglass.hub.receive.bounds import (
    CHAIN,
    CHAIN_FRAMES,
    FRAMES,
    MESSAGE_CHARS,
    NAME_CHARS,
    THREADS,
    both_ends,
    bounded,
)
from fleaglass.hub.receive.frames import frames_of, stack_of
from fleaglass.hub.receive.reading import Notes, object_, text, values_of

__all__ = ["chain_of", "exceptions_of", "stack_in", "threads_of"]


def chain_of(value: Any, notes: Notes) -> list[dict[str, Any]]:
    """The chain to show, in the order it was sent: what was caught is last. Of more than 50, both ends."""
    sent = both_ends(values_of(value, "exception", notes), CHAIN)
    most = _frames_each(len(sent))
    links = (_link(link, f"exception.values.{at}", notes, most) for at, link in enumerate(sent) if link is not None)
    return [link for link in links if link]


def _frames_each(stacks: int) -> int:
    return min(FRAMES, CHAIN_FRAMES // max(1, stacks))


def _link(value: Any, name: str, notes: Notes, most_frames: int) -> dict[str, Any]:
    link = object_(value, name, notes)
    found: dict[str, Any] = {
        "type": text(link.get("type"), f"{name}.type", notes),
        "value": _value(link.get("value"), f"{name}.value", notes),
        "module": text(link.get("module"), f"{name}.module", notes),
        "mechanism": bounded(object_(link.get("mechanism"), f"{name}.mechanism", notes), NAME_CHARS * 5, 50, 4),
        "stacktrace": stack_of(link.get("stacktrace"), f"{name}.stacktrace", notes, most_frames),
        "thread_id": bounded(link.get("thread_id"), NAME_CHARS, 1, 0),
    }
    return {member: said for member, said in found.items() if said not in (None, "", {})}


def _value(value: Any, name: str, notes: Notes) -> str:
    """Some clients send an object in place of its text."""
    return text(
        str(bounded(value, 500, 20, 3)) if isinstance(value, (dict, list)) else value, name, notes, MESSAGE_CHARS
    )


def threads_of(value: Any, notes: Notes) -> list[dict[str, Any]]:
    """The first hundred threads, to show."""
    found = []
    sent = values_of(value, "threads", notes)[:THREADS]
    for at, one in enumerate(sent):
        name = f"threads.values.{at}"
        thread = object_(one, name, notes)
        shown = bounded({key: said for key, said in thread.items() if key != "stacktrace"}, NAME_CHARS, 20, 2)
        stack = stack_of(thread.get("stacktrace"), f"{name}.stacktrace", notes, _frames_each(len(sent)))
        found.append(shown | ({"stacktrace": stack} if stack else {}))
    return found


def exceptions_of(chain: list[dict[str, Any]]) -> tuple[Exc, ...]:
    """A chain that `chain_of` has made, as grouping looks at it."""
    return tuple(
        Exc(
            type=link.get("type", ""),
            value=link.get("value", ""),
            module=link.get("module", ""),
            handled=_handled(link.get("mechanism", {})),
            frames=frames_of(link.get("stacktrace")),
        )
        for link in chain
    )


def _handled(mechanism: Any) -> bool | None:
    handled = mechanism.get("handled") if isinstance(mechanism, dict) else None
    return handled if isinstance(handled, bool) else None


def stack_in(stack: dict[str, Any] | None, threads: list[dict[str, Any]]) -> tuple[Frame, ...]:
    """The stack of an event without exceptions: its own, else that of the thread that crashed or said it."""
    if stack:
        return frames_of(stack)
    told = [thread for thread in threads if thread.get("stacktrace")]
    told.sort(key=lambda thread: (thread.get("crashed") is not True, thread.get("current") is not True))
    return frames_of(told[0]["stacktrace"]) if told else ()
