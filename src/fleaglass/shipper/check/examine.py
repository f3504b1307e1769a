"""The steps for one destination, in order, until one fails."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from fleaglass import __version__
from fleaglass.destinations import PRESETS, Dsn, Place, server_of
from fleaglass.journal import OtlpDestination
from fleaglass.shipper.check.finding import Examination, Finding
from fleaglass.shipper.check.hub import identify
from fleaglass.shipper.check.over_http import send_over_http
from fleaglass.shipper.check.reach import reach
from fleaglass.shipper.check.read_back import read_back
from fleaglass.shipper.check.span import test_request
from fleaglass.shipper.outlets import NO_GRPC

__all__ = ["Manner", "examine", "examine_sentry"]


class Manner(NamedTuple):
    """How an examination is made.

    Attributes:
        service_name: of the test span.
        timeout_s: longest wait for each step, in seconds.
        patience_s: how long a span may take to show up, in seconds.
        has_proxy: whether the environment names a proxy.
    """

    service_name: str
    timeout_s: float = 5.0
    patience_s: float = 10.0
    has_proxy: bool = False


def examine(place: Place, manner: Manner) -> Examination:
    """One place for spans."""
    return Examination(
        name=place.destination.name,
        backend=place.preset.title,
        address="" if place.problem else server_of(place.destination.traces or ""),
        protocol=place.destination.protocol,
        findings=tuple(_of_place(place, manner)),
    )


def examine_sentry(dsn: str, manner: Manner) -> Examination:
    """The way for errors, sessions and check-ins: an envelope with nothing in it, which a server takes and forgets."""
    name, backend, protocol = "sentry", "Sentry", "envelopes"
    try:
        project = Dsn.parse(dsn)
    except ValueError as error:
        said = Finding("settings", "no", f"the DSN {error}", "copy it from the project's Client Keys in Sentry")
        return Examination(name=name, backend=backend, address="", protocol=protocol, findings=(said,))
    destination = OtlpDestination(
        name=name,
        traces=project.envelope_url,
        headers={"x-sentry-auth": f"Sentry sentry_key={project.key}, sentry_version=7, sentry_client=fleaglass"},
    )
    return Examination(
        name=name,
        backend=backend,
        address=project.destination,
        protocol=protocol,
        findings=tuple(_of_envelopes(destination, manner)),
    )


def _of_place(place: Place, manner: Manner) -> Iterator[Finding]:
    destination = place.destination
    if place.problem:
        says, _, next_step = place.problem.partition(": ")
        yield Finding("settings", "no", says, next_step)
        return
    reached = _reached(destination, manner)
    yield reached
    if reached.outcome == "no":
        return
    trace_id, span_id = os.urandom(16), os.urandom(8)
    request = test_request(
        manner.service_name,
        __version__,
        trace_id=trace_id,
        span_id=span_id,
        now_ns=time.time_ns(),
    )
    sent = list(_send(request, place, manner))
    yield from sent
    if not any(finding.step == "accepted" and finding.outcome == "yes" for finding in sent):
        return
    if place.preset is PRESETS["hub"] and place.query is not None:
        yield identify(server_of(place.query), timeout_s=manner.timeout_s, headers=destination.headers)
    yield read_back(place.query, trace_id.hex(), destination, patience_s=manner.patience_s, timeout_s=manner.timeout_s)


def _of_envelopes(destination: OtlpDestination, manner: Manner) -> Iterator[Finding]:
    reached = _reached(destination, manner)
    yield reached
    if reached.outcome == "no":
        return
    kind = "application/x-sentry-envelope"
    yield from send_over_http(b"{}\n", PRESETS["sentry"], destination, timeout_s=manner.timeout_s, content_type=kind)


def _reached(destination: OtlpDestination, manner: Manner) -> Finding:
    mistake = reach(
        destination.traces or "",
        certificate=destination.certificate,
        timeout_s=manner.timeout_s,
        has_proxy=manner.has_proxy,
    )
    return Finding("reachable", "yes") if mistake is None else Finding.of("reachable", mistake)


def _send(request: bytes, place: Place, manner: Manner) -> Iterator[Finding]:
    destination = msgspec.structs.replace(place.destination, timeout_s=manner.timeout_s)
    if destination.protocol != "grpc":
        yield from send_over_http(request, place.preset, destination, timeout_s=manner.timeout_s)
        return
    try:
        from fleaglass.shipper.check.over_grpc import send_over_grpc
    except ImportError:
        says, _, next_step = NO_GRPC.partition(": ")
        yield Finding("accepted", "no", says, next_step)
        return
    yield from send_over_grpc(request, place.preset, destination, timeout_s=manner.timeout_s)
