"""A hand-off in a line of text, for a venue that keeps a description and nothing else.

    "Research BTC momentum [trace 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03]"

Everybody in the world may read such a description, so the mark holds a ``traceparent`` and nothing else: no baggage,
no agent's name. Whoever can write the description can write a mark as well, so what is read back is a carrier from a
stranger like any other (`fleaglass.recorder.carrier`). Of several marks the last counts: a hirer who passes on a
description that carries somebody else's mark adds theirs at the end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from fleaglass.recorder.carrier.w3c import read_traceparent

__all__ = ["from_text", "to_text"]

# Well above any description the venue takes (9,000 characters fit); what comes before it is not searched.
_MAX_CHARS: Final = 16_384
# Of a fixed length, so that the search is linear whatever the text holds.
_MARK: Final = re.compile(r"\[trace (00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2})\]")


def to_text(carrier: Mapping[str, object]) -> str:
    """What to append to a description: 64 characters beginning with a space; empty when there is nothing to carry.

    Args:
        carrier: what ``Agent.handoff`` gave. Only its ``traceparent`` is used.
    """
    traceparent = carrier.get("traceparent")
    if not isinstance(traceparent, str) or _MARK.fullmatch(mark := f"[trace {traceparent}]") is None:
        return ""
    return f" {mark}"


def from_text(text: object) -> dict[str, str]:
    """The carrier in a description, for ``Agent.take_over``: ``{"traceparent": …}``, or ``{}`` if there is none.

    Takes the last well-formed mark. Never raises, whatever is passed, and looks at the last 16,384 characters only.
    """
    if not isinstance(text, str):
        return {}
    marks = [found for found in _MARK.findall(text[-_MAX_CHARS:]) if read_traceparent(found) is not None]
    return {"traceparent": marks[-1]} if marks else {}
