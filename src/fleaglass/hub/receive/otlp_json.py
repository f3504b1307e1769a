"""OTLP/JSON: the protobuf JSON mapping with two rules of its own, turned into the protobuf request.

Ids are hex instead of base64, and unknown fields are skipped. Everything else (enums as numbers, 64-bit integers as
strings or numbers, lowerCamelCase or snake_case names) the protobuf library reads.

Source: OTLP specification, "JSON Protobuf Encoding".
"""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

import orjson
from google.protobuf.json_format import ParseDict, ParseError

from fleaglass.hub.receive.otlp import REQUESTS, Malformed, check
from fleaglass.hub.store import Batch, Signal

__all__ = ["parse_json"]

_IDS: Final = frozenset(("traceId", "spanId", "parentSpanId", "trace_id", "span_id", "parent_span_id"))


def parse_json(signal: Signal, body: bytes) -> Batch:
    """A JSON body as a batch ready to be stored. Raises Malformed."""
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Malformed(f"the body is not JSON: {error}") from None
    if not isinstance(document, dict):
        raise Malformed(f"the body is not an OTLP {signal} request: it must be a JSON object")
    _ids_to_base64(document)
    request = REQUESTS[signal]()
    try:
        ParseDict(document, request, ignore_unknown_fields=True)
    except (ParseError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Malformed(f"the body is not an OTLP {signal} request: {error}") from None
    return check(signal, request, request.SerializeToString(deterministic=True))


def _ids_to_base64(document: dict[str, Any]) -> None:
    """Rewrite hex ids in place. Attribute values are reached too, but they have no members of these names."""
    waiting: list[Any] = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting.extend(node)
            continue
        if not isinstance(node, dict):
            continue
        for key, value in node.items():
            if key in _IDS and value is not None:  # null is a field that is not there
                node[key] = _base64(key, value)
            elif isinstance(value, (dict, list)):
                waiting.append(value)


def _base64(key: str, value: Any) -> str:
    try:
        return base64.b64encode(binascii.unhexlify(value)).decode()  # fromhex would skip blanks
    except (TypeError, ValueError):
        raise Malformed(f"{key} must be hex digits, not {str(value)[:40]!r}") from None
