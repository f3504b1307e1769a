"""What was said to a model, and by it, in the form that OpenTelemetry's GenAI conventions give it.

::

    "Buy or sell?"                                  [{"role": "user",
    {"role": "user", "content": "Buy or sell?"}  ▶    "parts": [{"type": "text", "content": "Buy or sell?"}]}]
    [{"role": …}, {"role": …}]

It may hold anything, so nothing of it is touched unless the agent's author asked for it; then it is scrubbed and
bounded: the last 16 messages, in at most 8,192 characters of JSON. Long messages lose their ends.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from fleaglass.recorder.core import Core
from fleaglass.recorder.guard import guard
from fleaglass.recorder.normalise import MAX_LONG_CHARS, without_secrets
from fleaglass.recorder.scrub import scrub

__all__ = ["messages"]

_MAX_MESSAGES: Final = 16
_MAX_ROLE_CHARS: Final = 32


def messages(core: Core, said: object, role: str, finish_reason: str | None = None) -> str | None:
    """Messages as JSON; ``None`` when there are none or when they are not to be recorded.

    Args:
        core: the agent, whose settings decide.
        said: text, a mapping with ``role`` and ``content``, or a list of such.
        role: whose words a bare text is: ``user`` or ``assistant``.
        finish_reason: why the model stopped, for what a model said.
    """
    if not core.capture_content or said is None:
        return None
    with guard.theirs("reading what was said to a model or by it"):
        found = said[-_MAX_MESSAGES:] if isinstance(said, list | tuple) else [said]
        return _bounded([_message(each, role) for each in found], finish_reason)
    return None


def _message(said: object, role: str) -> tuple[str, str]:
    """Role and scrubbed text."""
    content: object = said
    if isinstance(said, Mapping):
        role, content = str(said.get("role", role)), said.get("content", "")
    if isinstance(content, Mapping | list | tuple):
        content = json.dumps(without_secrets(content), default=str, ensure_ascii=False)
    return scrub(role)[:_MAX_ROLE_CHARS], scrub(str(content))


def _bounded(found: list[tuple[str, str]], finish_reason: str | None) -> str:
    """As JSON of at most so many characters. Each message is cut alike until all of them fit."""
    most = MAX_LONG_CHARS
    while len(text := _encode(found, most, finish_reason)) > MAX_LONG_CHARS:
        most //= 2
    return text


def _encode(found: list[tuple[str, str]], most: int, finish_reason: str | None) -> str:
    ending = {} if finish_reason is None else {"finish_reason": scrub(str(finish_reason))[:_MAX_ROLE_CHARS]}
    said = [{"role": role, "parts": [{"type": "text", "content": text[:most]}], **ending} for role, text in found]
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
