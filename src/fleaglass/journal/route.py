"""Where what a journal records goes: a file in the journal's folder, for its owner's eyes, since it holds keys.

Each journal has its own, so agents with different backends never mix, and whoever finds a journal knows what to do with
it. Nothing in it can be changed: an agent that is set up otherwise begins another journal.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from fleaglass.journal.format import FormatError, NewerFormat
from fleaglass.journal.layout import ROUTE

__all__ = ["Destination", "OtlpDestination", "Protocol", "Route", "SentryDestination", "read_route"]

_VERSION: Final = 1
_MAX_BYTES: Final = 1 << 20

Protocol: TypeAlias = Literal["http/protobuf", "grpc"]


class OtlpDestination(msgspec.Struct, frozen=True, kw_only=True, tag="otlp"):
    """A collector, the hub or another.

    Attributes:
        name: of the destination, the only one of this name in its route.
        traces: address for spans, such as ``http://127.0.0.1:4318/v1/traces``; ``None`` if it gets none. For gRPC a
            server, such as ``http://127.0.0.1:4317``.
        logs: address for log records, likewise.
        protocol: of OTLP.
        metrics: address for the metrics that the shipper derives from all that is recorded, likewise.
        snapshots: whether it takes spans that are still open, as the hub does: without an end, and again once they end.
        headers: sent with every request.
        timeout_s: longest wait for each step of a request, in seconds.
        compress: whether bodies are gzipped.
        certificate: file with the CA certificates to trust for https; the system's if ``None``.
        sentry_op: whether each span is given ``sentry.op``, by which Sentry knows a transaction.
        others: servers beside that of ``traces`` that keep what they get in the same place, such as
            ``http://10.0.0.8:4318``: one is as good as another.
    """

    name: str
    traces: str | None = None
    logs: str | None = None
    protocol: Protocol = "http/protobuf"
    metrics: str | None = None
    snapshots: bool = False
    headers: dict[str, str] = {}
    timeout_s: float = 10.0
    compress: bool = False
    certificate: str | None = None
    sentry_op: bool = False
    others: tuple[str, ...] = ()

    @property
    def servers(self) -> tuple[OtlpDestination, ...]:
        """A destination for each of its servers."""
        alone = msgspec.structs.replace(self, others=())
        paths = {"traces": self.traces, "logs": self.logs, "metrics": self.metrics}
        taken = [signal for signal, address in paths.items() if address is not None]
        at = ({signal: f"{other}/v1/{signal}" for signal in taken} for other in self.others)
        return alone, *(msgspec.structs.replace(alone, **addresses) for addresses in at)


class SentryDestination(msgspec.Struct, frozen=True, kw_only=True, tag="sentry"):
    """A project of a Sentry server.

    Attributes:
        name: as of an `OtlpDestination`.
        dsn: of the project; a hub's has no key.
        timeout_s: likewise.
        is_hub: whether it is meant to be a hub, which is asked who it is before anything goes there.
        headers: likewise.
        others: DSNs of the same project at other servers, likewise.
    """

    name: str
    dsn: str
    timeout_s: float = 5.0
    is_hub: bool = False
    headers: dict[str, str] = {}
    others: tuple[str, ...] = ()


Destination = OtlpDestination | SentryDestination


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """All destinations of a journal.

    Attributes:
        version: of this format.
        agent_id: whose journal it is.
        batch: most items in one request.
        linger_ms: how long the first item of a request waits for company, in milliseconds.
        metrics_interval_ms: how often metrics are sent, in milliseconds.
        keep_idle: which share of the cycles that did nothing is sent, from 0 to 1; all others are sent in any case.
    """

    version: Literal[1] = _VERSION
    agent_id: str
    destinations: tuple[Destination, ...] = ()
    batch: int = 512
    linger_ms: int = 250
    metrics_interval_ms: Annotated[int, msgspec.Meta(gt=0)] = 60_000
    keep_idle: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0

    def encode(self) -> bytes:
        """The file's content."""
        return msgspec.json.encode(self)


class _Version(msgspec.Struct):
    version: int


def read_route(journal: Path) -> Route:
    """The route of the journal in this folder.

    Raises:
        OSError: it cannot be read.
        FormatError: it is none, or damaged.
        NewerFormat: a newer Fleaglass wrote it.
    """
    path = journal / ROUTE
    with path.open("rb") as file:
        content = file.read(_MAX_BYTES)
    try:
        version = msgspec.json.decode(content, type=_Version).version
        if version > _VERSION:
            raise NewerFormat(f"{path} is of format {version}, and this Fleaglass reads up to {_VERSION}")
        return msgspec.json.decode(content, type=Route)
    except msgspec.MsgspecError as error:
        raise FormatError(f"{path}: {error}") from error
