"""Which events are one issue: each event has hashes, and events that share one belong together.

The first of these that an event has decides:

1. its stack. In-app frames, then the stack with the frames of libraries: two hashes, in that order, so that an issue
   holds together when a client changes what it calls in-app. One, when both say the same or no frame is in-app.
   Every exception of a chain counts, the cause first: its frames, then its type.
2. its exceptions, when no frame is known: type, and value without its variable parts.
3. its message without its variable parts, taken from the template when there is one.
4. nothing: all such events of a project are one issue.

A fingerprint stands above this (fingerprint.py): a custom one has one hash, MD5 over its values as one text; a hybrid
one has each of the hashes above, mixed with its values.

Pure and without state: the same event has the same hashes in every hub, at any time and in any order.
Source: Sentry's documentation of issue grouping.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from fleaglass.hub.issues.event import Event, Exc
from fleaglass.hub.issues.fingerprint import fingerprint
from fleaglass.hub.issues.frames import frame_key, without_recursion
from fleaglass.hub.issues.parameterise import parameterise

__all__ = ["Basis", "By", "bases", "hashes"]

By = Literal["in-app stack", "stack", "exception", "message", "nothing"]

_MOST_TEXT: Final = 8_192
"""Characters of a value or message that are looked at."""


@dataclass(frozen=True, slots=True)
class Basis:
    """One answer to "what is it?": what it looks at, and what goes into its hash."""

    by: By
    parts: tuple[str, ...]


def hashes(event: Event) -> tuple[str, ...]:
    """The event's hashes, the primary one first. Never empty, none of them twice."""
    asked = fingerprint(event)
    if asked.kind == "custom":
        return (_md5("".join(asked.values)),)
    found = [_hash(basis.parts) for basis in bases(event)]
    if asked.kind == "hybrid":
        found = [_hash((default, *asked.values)) for default in found]
    return tuple(dict.fromkeys(found))


def bases(event: Event) -> list[Basis]:
    """What tells the event apart by default: one basis, or the stack of the app and the whole stack."""
    chain = event.exceptions or (Exc(frames=event.stack),)
    if stacks := _stacks(chain):
        return stacks
    said = tuple(part for exception in chain for part in (exception.type, _without_variables(exception.value)))
    if any(said):
        return [Basis("exception", ("exception", *said))]
    if message := _without_variables(event.raw_message or event.message):
        return [Basis("message", ("message", message))]
    return [Basis("nothing", ("nothing",))]


def _stacks(chain: Iterable[Exc]) -> list[Basis]:
    """The chain by its in-app frames, and by all of them; empty when it has no frames."""
    of_app, whole = ["stack"], ["stack"]
    any_of_app = any_frame = False
    for exception in chain:
        said = ((frame_key(frame), frame.in_app) for frame in exception.frames)
        frames = without_recursion((key, in_app) for key, in_app in said if any(key))
        # What is in-app is taken from what is left, so that two stacks which are the same as wholes are so here, too.
        ours = without_recursion(key for key, in_app in frames if in_app)
        of_app.extend(part for key in ours for part in key)
        whole.extend(part for key, _ in frames for part in key)
        of_app.append(exception.type)
        whole.append(exception.type)
        any_of_app |= bool(ours)
        any_frame |= bool(frames)
    found = [Basis("in-app stack", tuple(of_app))] if any_of_app else []
    return [*found, Basis("stack", tuple(whole))] if any_frame else []


def _without_variables(text: str) -> str:
    return parameterise(text[:_MOST_TEXT].strip())


def _hash(parts: Iterable[str]) -> str:
    # Each part with its length: ("ab", "c") and ("a", "bc") are not the same.
    return _md5("".join(f"{len(part)}:{part}" for part in parts))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
