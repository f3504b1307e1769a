"""What Sentry's clients say, in OTLP's terms: values, resources and ids, for spans, log records and metrics alike.

Agents in other languages so appear on the same pages. Who an agent is stands in its tags or attributes; a client that
says nothing of it is shown by the name of its project::

    agent_id, pf.agent_id           → pf.agent_id, service.name     else service.name = the project's name
    release, sentry.release         → service.version
    environment, sentry.environment → deployment.environment.name
    server_name, server.address     → host.name                     the SDK → telemetry.sdk.name, .version

Attributes have the type that the registry declares for their name, for a client that has only one kind of number says 1
for 1.0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

import msgspec
import orjson
from google.protobuf.message import Message
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource

from fleaglass import semconv
from fleaglass.hub.receive.bounds import NAME_CHARS, TEXT_CHARS, bounded, cut
from fleaglass.hub.receive.payload import Malformed, object_of
from fleaglass.hub.receive.reading import plain
from fleaglass.hub.receive.scrub import AGENT_ID_NAMES

__all__ = [
    "Converted",
    "Origin",
    "dropped_count",
    "id_bytes",
    "items_of",
    "key_values",
    "origin_of",
    "resource_of",
    "untyped",
]

Attributes: TypeAlias = Mapping[str, Any]

_INT64: Final = 2**63
_MOST_ATTRIBUTES: Final = 256
_MOST_ITEMS: Final = 512
"""Of a list as a value."""
_TYPES: Final = {name: declared.type for name, declared in semconv.ATTRIBUTES.items()}


class Converted(msgspec.Struct, frozen=True, kw_only=True):
    """An OTLP request.

    Attributes:
        request: an Export…ServiceRequest.
        rows: spans, records or data points in it.
        refused: how many were sent that are none, for want of an id or a time; the first one's reason is `reason`.
    """

    request: Message
    rows: int
    refused: int = 0
    reason: str = ""


class Origin(msgspec.Struct, frozen=True):
    """Who sent something: what its resource says. "" is what is not known."""

    service: str
    agent: str = ""
    release: str = ""
    environment: str = ""
    host: str = ""
    sdk: str = ""
    sdk_version: str = ""


def items_of(payload: bytes, what: str) -> list[Any]:
    """The items of a container, `{"items": […]}`. Raises Malformed."""
    items = object_of(payload, what).get("items")
    if not isinstance(items, list):
        raise Malformed(f"{what} must have a list of items, not {type(items).__name__}")
    return items


def untyped(attributes: Any) -> dict[str, Any]:
    """Attributes sent as `{"name": {"value": 1, "type": "double"}}`, as plain values; others stay as they are."""
    if not isinstance(attributes, dict):
        return {}
    return {name: _value_in(typed) for name, typed in attributes.items()}


def _value_in(typed: Any) -> Any:
    if not isinstance(typed, dict) or "value" not in typed:
        return typed
    value = typed["value"]
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return float(value) if is_whole and typed.get("type") == "double" else value


def origin_of(said: Mapping[str, Any], attributes: Attributes, project: str) -> Origin:
    """Who sent it: by the item's or event's own members and tags, then by its attributes."""
    tags = said.get("tags")
    known = {**attributes, **tags} if isinstance(tags, dict) else attributes

    def first(*values: Any) -> str:
        return next((cut(text, NAME_CHARS) for value in values if (text := plain(value))), "")

    sdk = said.get("sdk")
    sdk = sdk if isinstance(sdk, dict) else {}
    agent = first(*(known.get(name) for name in AGENT_ID_NAMES))
    return Origin(
        service=agent or first(known.get("service.name")) or project,
        agent=agent,
        release=first(said.get("release"), known.get("sentry.release")),
        environment=first(said.get("environment"), known.get("sentry.environment")),
        host=first(said.get("server_name"), known.get("server.address")),
        sdk=first(sdk.get("name"), known.get("sentry.sdk.name")),
        sdk_version=first(sdk.get("version"), known.get("sentry.sdk.version")),
    )


def resource_of(origin: Origin) -> Resource:
    """The resource that says so."""
    said = {
        semconv.SERVICE_NAME: origin.service,
        semconv.PF_AGENT_ID: origin.agent,
        semconv.SERVICE_VERSION: origin.release,
        semconv.DEPLOYMENT_ENVIRONMENT_NAME: origin.environment,
        "host.name": origin.host,
        "telemetry.sdk.name": origin.sdk,
        "telemetry.sdk.version": origin.sdk_version,
    }
    return Resource(attributes=key_values({name: value for name, value in said.items() if value}))


def key_values(attributes: Attributes) -> Iterable[KeyValue]:
    """Attributes, of which 256 are kept. An object becomes JSON in a string, and so does a list
    of such; null is no attribute."""
    for name, value in list(attributes.items())[:_MOST_ATTRIBUTES]:
        if value is not None:
            yield KeyValue(key=cut(name, NAME_CHARS), value=_any_value(_as_declared(name, value)))


def dropped_count(attributes: Attributes) -> int:
    """How many of them `key_values` leaves out."""
    return max(0, len(attributes) - _MOST_ATTRIBUTES)


def _as_declared(name: str, value: Any) -> Any:
    if _TYPES.get(name) == "double" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if _TYPES.get(name) == "int" and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _any_value(value: Any) -> AnyValue:
    if isinstance(value, bool):
        return AnyValue(bool_value=value)
    if isinstance(value, int):
        return AnyValue(int_value=value) if -_INT64 <= value < _INT64 else AnyValue(string_value=str(value))
    if isinstance(value, float):
        return AnyValue(double_value=value)
    if isinstance(value, list) and not any(isinstance(item, (list, dict)) for item in value):
        items = [_any_value(item) for item in value[:_MOST_ITEMS] if item is not None]
        return AnyValue(array_value=ArrayValue(values=items))
    text = orjson.dumps(bounded(value)).decode() if isinstance(value, (dict, list)) else str(value)
    return AnyValue(string_value=cut(text, TEXT_CHARS))


def id_bytes(value: Any, size: int) -> bytes | None:
    """An id of so many bytes, sent as hex digits, with dashes or without; None for what is none."""
    if not isinstance(value, str) or len(value) > 64:
        return None
    try:
        found = bytes.fromhex(value.replace("-", ""))
    except ValueError:
        return None
    return found if len(found) == size and any(found) else None
