"""Packages of the past that are still installed, and what is there in their place."""

from __future__ import annotations

from collections.abc import Callable
from importlib import metadata
from typing import Final

__all__ = ["leftovers"]

_RETIRED: Final = (
    "opentelemetry-exporter-jaeger",
    "opentelemetry-exporter-jaeger-proto-grpc",
    "opentelemetry-exporter-jaeger-thrift",
    "jaeger-client",
)


def leftovers(version: Callable[[str], str] = metadata.version) -> list[str]:
    """A sentence for each; ``version`` raises ``PackageNotFoundError`` for what is not installed."""
    return [
        f"{name} is installed and was retired: Jaeger takes OTLP, so name the destination jaeger and uninstall it"
        for name in _RETIRED
        if _is_there(name, version)
    ]


def _is_there(name: str, version: Callable[[str], str]) -> bool:
    try:
        version(name)
    except metadata.PackageNotFoundError:
        return False
    return True
