"""Where an agent's telemetry goes by its settings: one collector, an address for each signal."""

from __future__ import annotations

from typing import Final, TypeVar

from fleaglass.recorder.otlp import OtlpSender, Signal
from fleaglass.settings import Settings

__all__ = ["beside_traces", "sender_to"]

ItemT = TypeVar("ItemT")

_TRACES: Final = "/v1/traces"


def beside_traces(settings: Settings, path: str) -> str | None:
    """The address of another signal, such as ``/v1/logs``, at the collector that gets the traces.

    ``None`` when those go to an address of some other form: then the signal needs one of its own.
    """
    if not settings.endpoint.endswith(_TRACES):
        return None
    return settings.endpoint.removesuffix(_TRACES) + path


def sender_to(
    endpoint: str, settings: Settings, signal: Signal[ItemT], *, longest_s: float = float("inf")
) -> OtlpSender[ItemT]:
    """Sends a signal there as the settings say, waiting at most ``longest_s`` seconds for a request."""
    return OtlpSender(
        signal,
        endpoint,
        headers=dict(settings.headers),
        timeout_s=min(settings.timeout_s, longest_s),
        compress=settings.compression == "gzip",
        certificate=settings.certificate,
    )
