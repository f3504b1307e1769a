"""Finds the headers in whatever an author passes for a carrier, without trusting any of it.

::

    {"traceparent": …}                       a hand-off's carrier, as it was sent
    request.headers, response.headers        of any HTTP library; names in any case
    [("traceparent", …), …]                  pairs, of bytes too, as ASGI has them
    '{"traceparent": …}', b'{…}'             any of these as JSON, such as the body of a request
    {"metadata": {"trace_context": …}}       an escrow, or its metadata, with the carrier inside
    "Research BTC [trace 00-…]"              an escrow's description

The work is bounded before it begins: so many entries, so many characters of JSON, so many steps inwards.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import islice
from typing import Final

from fleaglass.recorder.carrier.b3 import B3_HEADERS
from fleaglass.recorder.carrier.remote import Problem
from fleaglass.recorder.carrier.text import from_text
from fleaglass.recorder.carrier.w3c import read_traceparent
from fleaglass.recorder.guard import guard

__all__ = ["headers_in", "trace_headers"]

_MAX_ENTRIES: Final = 128
_MAX_CHARS: Final = 16_384  # of JSON, and of one value: twice what the longest header of use may have
_MAX_BYTES: Final = 4 * _MAX_CHARS
_MAX_STEPS: Final = 3

_TRACE_HEADERS: Final = frozenset({"traceparent", *B3_HEADERS})
_HEADERS: Final = frozenset({*_TRACE_HEADERS, "tracestate", "baggage"})
_INWARDS: Final = ("trace_context", "metadata")
"""Where the carrier lies in an escrow and in its metadata, the inner one first."""


def headers_in(carrier: object) -> dict[str, str] | Problem:
    """The trace headers in it, by lower-case name, or what is wrong with it. Never raises.

    A header that is there several times has its values joined by commas, as HTTP has it. A value that is no text is an
    empty one.
    """
    with guard.theirs("reading a carrier"):
        return _headers_in(carrier)
    return "not_a_mapping"


def trace_headers(carrier: object) -> dict[str, str]:
    """The headers in it if they hold a context, be it a malformed one; else ``{}``. Never raises."""
    found = headers_in(carrier)
    return found if not isinstance(found, str) and found.keys() & _TRACE_HEADERS else {}


def _headers_in(carrier: object) -> dict[str, str] | Problem:
    for _ in range(_MAX_STEPS):
        if isinstance(carrier, bytes | bytearray | memoryview):
            if memoryview(carrier).nbytes > _MAX_BYTES:
                return "too_large"
            carrier = bytes(carrier).decode(errors="replace")
        if isinstance(carrier, str):
            carrier = _from_string(carrier)
        if carrier is None:
            return "missing"
        if isinstance(carrier, str):
            return "too_large"
        pairs = _pairs(carrier)
        if pairs is None:
            return "not_a_mapping"
        # One more than allowed, since a mapping may be wrong about its own length, or endless.
        entries = list(islice(pairs, _MAX_ENTRIES + 1))
        if len(entries) > _MAX_ENTRIES:
            return "too_large"
        found, inner = _sort(entries)
        if inner is None or found.keys() & _TRACE_HEADERS:
            return found or "missing"
        carrier = inner
    return "malformed"


def _from_string(text: str) -> object:
    """What a string holds: JSON, a ``traceparent``, a description with a mark. A string again if it is too long."""
    if text.lstrip()[:1] in {"{", "["}:
        if len(text) > _MAX_CHARS:
            return text
        try:
            return json.loads(text)
        except ValueError:  # a description may begin with a bracket
            pass
    return {"traceparent": text} if read_traceparent(text) else from_text(text)


def _pairs(carrier: object) -> Iterable[object] | None:
    if isinstance(carrier, list | tuple):
        return carrier
    # Not only a Mapping: the headers of several HTTP libraries are none.
    items = getattr(carrier, "items", None)
    return items() if callable(items) else None


def _sort(entries: Iterable[object]) -> tuple[dict[str, str], object]:
    """The trace headers among the entries, and what lies further inwards."""
    found: dict[str, str] = {}
    inwards: dict[str, object] = {}
    for entry in entries:
        if not isinstance(entry, list | tuple) or len(entry) != 2:
            continue
        name, value = _text(entry[0]), entry[1]
        if (header := name.lower()) in _HEADERS:
            found[header] = f"{found[header]},{_text(value)}" if header in found else _text(value)
        elif name in _INWARDS:
            inwards[name] = value
    return found, next((inwards[name] for name in _INWARDS if inwards.get(name) is not None), None)


def _text(value: object) -> str:
    """A name or a value, cut; empty for what is no text. A cut one is too long for whoever reads it."""
    if isinstance(value, bytes):
        return value[:_MAX_CHARS].decode("latin-1")
    return value[:_MAX_CHARS] if isinstance(value, str) else ""
