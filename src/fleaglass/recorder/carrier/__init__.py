"""Trace context on its way between processes: written for people we hire, read from people we do not know.

::

    write_carrier   span, baggage ──▶ {"traceparent": …, "tracestate": …, "baggage": …}        exchange.py
    to_text                           " [trace 00-…]", where a venue keeps only a description  text.py

    headers_in      a dict, HTTP headers, pairs, JSON, a description ──▶ the headers in it     headers.py
    read_carrier                      what they say, or what is wrong with them                exchange.py

The forms are the W3C's, ``traceparent`` and ``tracestate`` (Trace Context) and ``baggage`` (Baggage), and B3's where it
is asked for (`fleaglass.settings`, ``propagators``). They travel in HTTP headers to the venue, and in an escrow's
metadata to a counterparty.

What arrives from a counterparty proves nothing and may be meant to harm. So a carrier is checked before a byte of it
is used: its type, its size, the exact form of ``traceparent``; ``tracestate`` is kept only when it is well formed, and
of the baggage only two keys are read and written, with values that are short identifiers. What it says of sampling is
not listened to at all.
"""

from fleaglass.recorder.carrier.exchange import read_carrier, write_carrier
from fleaglass.recorder.carrier.headers import trace_headers
from fleaglass.recorder.carrier.remote import W3C, Problem, Remote
from fleaglass.recorder.carrier.text import from_text, to_text
from fleaglass.recorder.carrier.w3c import BAGGAGE_KEYS, may_travel

__all__ = [
    "BAGGAGE_KEYS",
    "W3C",
    "Problem",
    "Remote",
    "from_text",
    "may_travel",
    "read_carrier",
    "to_text",
    "trace_headers",
    "write_carrier",
]
