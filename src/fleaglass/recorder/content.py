"""What was said to a model, and by it, where others put it: on their spans, and among the locals of a stack frame.

It may hold anything, so it leaves the process only with the setting ``capture_content``. What Fleaglass itself records
of it is in `fleaglass.recorder.messages`.

Names are those of OpenTelemetry's GenAI conventions, today's and those before, and of the instrumentations that came
before there were any (OpenLLMetry, OpenInference).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

__all__ = ["LEFT_OUT", "is_content", "is_content_event", "without_content"]

LEFT_OUT: Final = "[content]"
"""What stands in its place."""

_ATTRIBUTE: Final = re.compile(
    r"gen_ai\.(?:(?:input|output)\.messages|system_instructions|tool\.(?:definitions|call\.(?:arguments|result))"
    r"|retrieval\.(?:documents|query\.text)|evaluation\.explanation|(?:prompt|completion)(?:\.\d+\..*)?)"
    r"|llm\.(?:prompts|completions|(?:input|output)_messages|prompt_template)(?:\..*)?"
    r"|traceloop\.entity\.(?:input|output)|(?:input|output)\.value"
)
_EVENT: Final = re.compile(r"gen_ai\.(?:(?:system|user|assistant|tool)\.message|choice|content\.(?:prompt|completion))")

_PART: Final = r"(?:^|[\W_]|(?<=[a-z0-9])(?=[A-Z]))"
_NAME: Final = re.compile(
    rf"{_PART}(?i:prompts?|completions?|messages|conversations?|transcripts?|system[_-]?(?:instructions?|message)"
    rf"|(?:user|assistant|human|ai)[_-]?message)(?:$|[\W_]|(?=[A-Z]))"
)
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|None|True|False")
# A message in a text: JSON, or what Python prints of a mapping or of an object.
_ROLE, _SAID = (re.compile(rf"\b(?:{names})[\"'\\]{{0,9}}\s?[:=]") for names in ("role", "content|parts|text"))


def is_content(attribute: str) -> bool:
    """Whether an attribute of this name holds what was said."""
    return _ATTRIBUTE.fullmatch(attribute) is not None


def is_content_event(name: str) -> bool:
    """Whether an event of this name tells of nothing but what was said."""
    return _EVENT.fullmatch(name) is not None


def without_content(value: Any) -> Any:
    """The same locals, mapping, list or text without what was said.

    That is whatever is named so, at every depth, unless it is a number (``prompt_tokens``), and whatever has the form
    of a message: a role and a content. What stands in a variable of any other name cannot be told from the rest.
    """
    if isinstance(value, Mapping):
        is_message = "role" in value and not value.keys().isdisjoint({"content", "parts"})
        return {
            name: LEFT_OUT if (is_message and name != "role") or _is_said(name, said) else without_content(said)
            for name, said in value.items()
        }
    if isinstance(value, list | tuple):
        return [without_content(item) for item in value]
    if isinstance(value, str) and _ROLE.search(value) and _SAID.search(value):
        return LEFT_OUT
    return value


def _is_said(name: object, said: object) -> bool:
    return isinstance(name, str) and _NAME.search(name) is not None and _NUMBER.fullmatch(str(said)) is None
