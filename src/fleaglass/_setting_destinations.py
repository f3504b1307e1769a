"""The setting ``destinations``: which backends get what is recorded, each by name, and what it is told about them.

::

    FLEAGLASS_DESTINATIONS    hub,honeycomb,jaeger=http://10.0.0.7:4318        a name, or a name and an address

    fleaglass.toml            destinations = ["hub", "honeycomb"]              the same as a list, or
                              [destinations.hub]                               a table for each, empty or with values
                              [destinations.eu]
                              preset = "honeycomb"
                              endpoint = "https://api.eu1.honeycomb.io"

A name is that of a preset, or names one. What a preset knows about its backend is in ``fleaglass.destinations``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from fleaglass import _setting_parsers as parse

__all__ = ["PRESET_NAMES", "PROTOCOLS", "NamedDestination", "destinations"]

PRESET_NAMES: Final = ("hub", "jaeger", "tempo", "honeycomb", "lightstep", "datadog", "sentry", "otlp")
PROTOCOLS: Final = ("http/protobuf", "grpc")


class NamedDestination(msgspec.Struct, frozen=True, kw_only=True):
    """One of them. What is ``None`` is as its preset has it.

    Attributes:
        name: of the destination, the only one of this name.
        preset: one of `PRESET_NAMES`.
        endpoint: address of its server, without ``/v1/traces``.
        protocol: one of `PROTOCOLS`.
        headers: sent with every request, besides those of the preset.
        key: the backend's key, where the preset has a header for it.
        dataset: where the preset has one.
        query: address of its query API, for `fleaglass doctor`.
    """

    name: str
    preset: str
    endpoint: str | None = None
    protocol: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    key: str | None = None
    dataset: str | None = None
    query: str | None = None


def destinations(raw: object, source: str) -> tuple[NamedDestination, ...]:
    """Reads the forms above. ``ValueError`` names the destination and what is wrong, and repeats no value of it."""
    found = tuple(_one(name, values) for name, values in _entries(raw))
    names = [each.name for each in found]
    if twice := [name for name in names if names.count(name) > 1]:
        raise ValueError(f"names {twice[0]!r} twice")
    return found


def _entries(raw: object) -> Iterable[tuple[str, object]]:
    if isinstance(raw, Mapping):
        return [(str(name), values) for name, values in raw.items()]
    pairs = (name.partition("=") for name in parse.names(raw, ""))
    return [(name.strip(), address.strip()) for name, _, address in pairs]


def _one(name: str, values: object) -> NamedDestination:
    if isinstance(values, str):
        values = {"endpoint": values} if values else {}
    if not isinstance(values, Mapping):
        raise ValueError(f"{name!r} must have an address or a table, got {type(values).__name__}")
    preset = str(values.get("preset", name))
    if preset not in PRESET_NAMES:
        raise ValueError(f"{preset!r} is no preset; there are {', '.join(PRESET_NAMES)}")
    found: dict[str, Any] = {}
    for key, value in values.items():
        if key not in _VALUES:
            raise ValueError(f"{name!r} has {key!r}, and may have {', '.join(_VALUES)}")
        try:
            found[key] = _VALUES[key](value, "")
        except ValueError as error:
            raise ValueError(f"{key} of {name!r} {error}") from None
    return NamedDestination(**{"name": name, "preset": preset, **found})


def _base(raw: object, source: str) -> str:
    """An address without the path that OTLP over HTTP has for traces."""
    return parse.address(raw, source).rstrip("/").removesuffix("/v1/traces")


_VALUES: Final = {
    "preset": parse.text,
    "endpoint": _base,
    "protocol": parse.one_of(*PROTOCOLS),
    "headers": parse.pairs,
    "key": parse.text,
    "dataset": parse.text,
    "query": parse.address,
}
