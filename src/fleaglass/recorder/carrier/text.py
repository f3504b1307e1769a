"""A hand-off in a line of text, for a venue that keeps a description and nothing else.

    "Research BTC momentum [trace 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-03]"
    "Research BTC momentum [b3 4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1]"    of a carrier that is B3 only

Everybody in the world may read such a description, so the mark holds the two ids and nothing else: no baggage, no
agent's name. Whoever can write the description can write a mark as well, so what is read back is a carrier from a
stranger like any other (`fleaglass.recorder.carrier`). Of several marks the last counts: a hirer who passes on a
description that carries somebody else's mark adds theirs at the end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from fleaglass.recorder.carrier.b3 import read_b3
from fleaglass.recorder.carrier.w3c import read_traceparent

__all__ = ["from_text", "to_text"]

# Well above any description the venue takes (9,000 characters fit); what comes before it is not searched.
_MAX_CHARS: Final = 16_384
# Of a fixed length, so that the search is linear whatever the text holds.
_MARK: Final = re.compile(
    r"\[(?:trace (?P<traceparent>00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2})|b3 (?P<b3>[0-9a-f]{32}-[0-9a-f]{16}-[01]))\]"
)


def to_text(carrier: Mapping[str, str]) -> str:
    """What to append to a description: 64 characters or fewer beginning with a space; empty for nothing to carry.

    Args:
        carrier: what ``Agent.handoff`` gave. Only the ids are used, of W3C Trace Context before those of B3.
    """
    if (traceparent := carrier.get("traceparent")) is not None:
        mark = f"[trace {traceparent}]"
    else:
        ids = read_b3(carrier)
        mark = "" if isinstance(ids, str) else f"[b3 {ids[0]:032x}-{ids[1]:016x}-1]"
    return f" {mark}" if _MARK.fullmatch(mark) else ""


def from_text(text: object) -> dict[str, str]:
    """The carrier in a description, for ``Agent.take_over``: ``{"traceparent": …}``, ``{"b3": …}``, or ``{}`` without.

    Takes the last well-formed mark. Never raises, whatever is passed, and looks at the last 16,384 characters only.
    """
    if not isinstance(text, str):
        return {}
    marks = [_carrier(mark) for mark in _MARK.finditer(text[-_MAX_CHARS:])]
    return next((carrier for carrier in reversed(marks) if carrier), {})


def _carrier(mark: re.Match[str]) -> dict[str, str]:
    """``{}`` for ids that are none."""
    if (traceparent := mark["traceparent"]) is not None:
        return {} if read_traceparent(traceparent) is None else {"traceparent": traceparent}
    carrier = {"b3": mark["b3"]}
    return {} if isinstance(read_b3(carrier), str) else carrier
