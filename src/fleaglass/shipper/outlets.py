"""Which outlet a destination has for a signal: records become what it reads, and one attempt is made to send that."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final, Protocol, cast

import msgspec

from fleaglass import __version__
from fleaglass.destinations.dsn import Dsn
from fleaglass.journal.records import Envelope, Log, Opened, SpanEnded
from fleaglass.journal.route import Destination, OtlpDestination, SentryDestination
from fleaglass.shipper.answer import Answer, NotNow
from fleaglass.shipper.batch import Batch, Outlet, Signal
from fleaglass.shipper.encode import logs, metrics, spans
from fleaglass.shipper.failover import Failover
from fleaglass.shipper.metrics import Metric
from fleaglass.shipper.otlp import OtlpSender
from fleaglass.shipper.sentry import EnvelopeSender
from fleaglass.shipper.to_hub import OnlyToHub

__all__ = ["NO_GRPC", "Sender", "make_outlet", "sender_to"]

NO_GRPC: Final = "gRPC needs the package grpcio: pip install 'fleaglass[grpc]', or set the protocol http/protobuf"


def make_outlet(destination: Destination, signal: Signal, *, chance: Callable[[], float] = random.random) -> Outlet:
    """The way to a destination for one signal. Raises ``ValueError``: it has no such address.

    Args:
        destination: where to.
        signal: what is sent.
        chance: a number from 0 to 1, by which one of several servers is the first to be tried.
    """
    if isinstance(destination, SentryDestination):
        dsns = [destination.dsn, *destination.others]
        to_sentry = Failover([_ToSentry(destination, dsn) for dsn in dsns], int(chance() * len(dsns)))
        return OnlyToHub(to_sentry, dsns, takes="envelopes") if destination.is_hub else to_sentry
    encode = _ENCODERS[signal]
    if signal == "traces" and destination.sentry_op:
        encode = _spans_with_op
    servers = destination.servers
    sender = Failover([sender_to(server, signal) for server in servers], int(chance() * len(servers)))
    outlet = _ToCollector(sender, encode)
    return OnlyToHub(outlet, [each.traces or "" for each in servers], takes="open") if signal == "snapshots" else outlet


def sender_to(destination: OtlpDestination, signal: Signal) -> Sender:
    """What delivers requests of this signal to a collector. Raises ``ValueError``: it has no such address."""
    address = {"logs": destination.logs, "metrics": destination.metrics}.get(signal, destination.traces)
    if address is None:
        raise ValueError(f"{destination.name} has no address for {signal}")
    if destination.protocol == "grpc":
        return _OverGrpc(destination, signal, address)
    return OtlpSender(
        address,
        headers=destination.headers,
        timeout_s=destination.timeout_s,
        compress=destination.compress,
        certificate=destination.certificate,
    )


class Sender(Protocol):
    """Delivers requests that are encoded."""

    def send(self, request: bytes) -> Answer:
        """One attempt."""
        ...


def _spans(batch: Batch) -> bytes:
    return spans(batch.opened, batch.scopes, cast("Sequence[SpanEnded]", batch.records))


def _spans_with_op(batch: Batch) -> bytes:
    from fleaglass.shipper.sentry_op import with_op

    return spans(batch.opened, batch.scopes, with_op(cast("Sequence[SpanEnded]", batch.records)))


def _logs(batch: Batch) -> bytes:
    return logs(batch.opened, cast("Sequence[Log]", batch.records))


def _metrics(batch: Batch) -> bytes:
    return metrics(batch.opened, cast("Sequence[Metric]", batch.records))


_ENCODERS: Final[dict[Signal, Callable[[Batch], bytes]]] = {
    "traces": _spans,
    "snapshots": _spans,
    "logs": _logs,
    "metrics": _metrics,
}


class _ToCollector:
    def __init__(self, sender: Sender, encode: Callable[[Batch], bytes]) -> None:
        self._sender = sender
        self._encode = encode

    def send(self, batch: Batch) -> Answer:
        return self._sender.send(self._encode(batch))


class _OverGrpc:
    """Loads gRPC with the first request. Without it nothing is lost: what is there waits until somebody installs it."""

    def __init__(self, destination: OtlpDestination, signal: Signal, address: str) -> None:
        self._destination = destination
        self._signal = signal
        self._address = address
        self._sender: Sender | None = None

    def send(self, request: bytes) -> Answer:
        if self._sender is None:
            try:
                from fleaglass.shipper.grpc import GrpcSender
            except ImportError:
                return NotNow(NO_GRPC)
            self._sender = GrpcSender(
                self._address,
                self._signal,
                headers=self._destination.headers,
                timeout_s=self._destination.timeout_s,
                compress=self._destination.compress,
                certificate=self._destination.certificate,
            )
        return self._sender.send(request)


class _ToSentry:
    def __init__(self, destination: SentryDestination, dsn: str) -> None:
        self._sender = EnvelopeSender(
            Dsn.parse(dsn, needs_key=not destination.is_hub),
            version=__version__,
            headers=destination.headers,
            timeout_s=destination.timeout_s,
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
            "sdk": {"name": "fleaglass.python", "version": __version__},
            "server_name": opened.process.get("host"),
        }
        return msgspec.json.encode(event)

    def _packages(self, path: tuple[str, ...]) -> dict[str, str]:
        """Names and versions of the packages that the agent can import."""
        if path not in self._modules:
            from importlib import metadata  # most shippers never send an error

            self._modules[path] = {
                str(found.name): found.version for found in metadata.distributions(path=list(path)) if found.name
            }
        return self._modules[path]
