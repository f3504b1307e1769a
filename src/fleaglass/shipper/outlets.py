"""Which outlet a destination has for a signal: records become what it reads, and one attempt is made to send that."""

from __future__ import annotations

from collections.abc import Callable
from importlib import metadata
from typing import Any, Final, cast

import msgspec

from fleaglass.journal.records import Envelope, Opened
from fleaglass.journal.route import Destination, SentryDestination
from fleaglass.shipper.answer import Answer
from fleaglass.shipper.batch import Batch, Outlet, Signal
from fleaglass.shipper.dsn import Dsn
from fleaglass.shipper.encode import logs, metrics, spans
from fleaglass.shipper.otlp import OtlpSender
from fleaglass.shipper.sentry import EnvelopeSender

__all__ = ["make_outlet"]


def make_outlet(destination: Destination, signal: Signal) -> Outlet:
    """The way to a destination for one signal. Raises ``ValueError``: it has no such address."""
    if isinstance(destination, SentryDestination):
        return _ToSentry(destination)
    address = {"logs": destination.logs, "metrics": destination.metrics}.get(signal, destination.traces)
    if address is None:
        raise ValueError(f"{destination.name} has no address for {signal}")
    sender = OtlpSender(
        address,
        headers=destination.headers,
        timeout_s=destination.timeout_s,
        compress=destination.compress,
        certificate=destination.certificate,
    )
    return _ToCollector(sender, _ENCODERS[signal])


_ENCODERS: Final[dict[Signal, Callable[[Batch], bytes]]] = {
    "traces": lambda batch: spans(batch.opened, batch.scopes, cast(Any, batch.records)),
    "snapshots": lambda batch: spans(batch.opened, batch.scopes, cast(Any, batch.records)),
    "logs": lambda batch: logs(batch.opened, cast(Any, batch.records)),
    "metrics": lambda batch: metrics(batch.opened, cast(Any, batch.records)),
}


class _ToCollector:
    def __init__(self, sender: OtlpSender, encode: Callable[[Batch], bytes]) -> None:
        self._sender = sender
        self._encode = encode

    def send(self, batch: Batch) -> Answer:
        return self._sender.send(self._encode(batch))


class _ToSentry:
    def __init__(self, destination: SentryDestination) -> None:
        self._version = metadata.version("fleaglass")
        self._sender = EnvelopeSender(
            Dsn.parse(destination.dsn), version=self._version, timeout_s=destination.timeout_s
        )
        self._modules: dict[tuple[str, ...], dict[str, str]] = {}

    def send(self, batch: Batch) -> Answer:
        (envelope,) = cast("list[Envelope]", batch.records)
        if envelope.category == "error":
            envelope = msgspec.structs.replace(envelope, item=self._with_surroundings(envelope.item, batch.opened))
        return self._sender.send(envelope)

    def _with_surroundings(self, item: bytes, opened: Opened) -> bytes:
        """An event, and what it says about the machine and the program: found out here, and not where the error was."""
        event = msgspec.json.decode(item)
        event |= {
            "modules": self._packages(tuple(opened.process.get("path", ()))),
            "sdk": {"name": "fleaglass.python", "version": self._version},
            "server_name": opened.process.get("host"),
        }
        return msgspec.json.encode(event)

    def _packages(self, path: tuple[str, ...]) -> dict[str, str]:
        """Names and versions of the packages that the agent can import."""
        if path not in self._modules:
            self._modules[path] = {
                str(found.name): found.version for found in metadata.distributions(path=list(path)) if found.name
            }
        return self._modules[path]
