"""What an HTTP server's answer to the test span means, and whose mistake it is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from fleaglass.destinations import PRESETS, Preset
from fleaglass.journal import OtlpDestination
from fleaglass.shipper import replies
from fleaglass.shipper.check.finding import Finding, Mistake
from fleaglass.shipper.check.mistakes import HTTP_PORT, OLD_PORTS, QUERY_PORTS
from fleaglass.shipper.hubs_refusal import is_hubs_refusal
from fleaglass.shipper.line import Reply
from fleaglass.shipper.retry_after import retry_after_s
from fleaglass.shipper.said import one_line
from fleaglass.shipper.secrets import Secrets

__all__ = ["clock", "denied", "findings_of"]

_TRACES: Final = "/v1/traces"
_CLOCK_OFF_S: Final = 60.0
_HUBS_TOKEN: Final = (
    "FLEAGLASS_HUB_TOKEN to what `fleaglass hub token create NAME --scope ingest` prints on the hub's machine"
)


def findings_of(reply: Reply, preset: Preset, destination: OtlpDestination) -> Iterator[Finding]:
    """Whether it knows the key, and whether it took the span."""
    if reply.status in (401, 403):
        says = f"HTTP {reply.status}{_said(reply, destination)}"
        if preset is PRESETS["otlp"] and is_hubs_refusal(reply.status, reply.headers):
            is_a_hub = Mistake(says, f"it is a hub: set FLEAGLASS_HUB to its address, and {_HUBS_TOKEN}")
            yield Finding.of("authenticated", is_a_hub)
        else:
            yield Finding.of("authenticated", denied(says, preset, destination))
        return
    if reply.status == 407:
        proxy = Mistake("a proxy in between asks for a password", "send to a collector beside the proxy instead")
        yield Finding.of("authenticated", proxy)
        return
    mistake, warning = _accepted(reply, destination)
    if mistake is not None:
        yield Finding.of("accepted", mistake)
        return
    yield Finding("authenticated", "yes", "" if preset.key_header in destination.headers else "it asks for no key")
    yield Finding("accepted", "yes", warning)


def denied(said: str, preset: Preset, destination: OtlpDestination) -> Mistake:
    """A server that does not let the span in; ``said`` is how it put it."""
    if "x-honeycomb-dataset" in said.lower():
        return Mistake(said, "a Classic key needs a dataset: set `dataset` of the destination")
    expected = _expected(preset, destination)
    header = expected.key_header
    if expected is PRESETS["hub"]:
        return Mistake(said, f"set {_HUBS_TOKEN}")
    if header and header not in {name.lower() for name in destination.headers}:
        return Mistake(
            f"{said}; {expected.title} looks for its key in the header {header}, which is not sent",
            f"name the preset {_name_of(expected)}, or put the key into that header",
        )
    if header:
        where = expected.key_variable or "the DSN"
        return Mistake(said, f"check the key in {where}" + (f"; {expected.elsewhere}" if expected.elsewhere else ""))
    if destination.headers:
        return Mistake(said, f"check the headers that are sent: {', '.join(sorted(destination.headers))}")
    return Mistake(said, "it asks for a key, or a password: put it into `headers` of the destination")


def clock(reply: Reply, now_s: float | None = None) -> Finding | None:
    """A warning if this machine's clock and the server's are far apart: spans would lie in another time."""
    try:
        there_s = parsedate_to_datetime(reply.headers.get("date", "")).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    off_s = (time.time() if now_s is None else now_s) - there_s
    if abs(off_s) < _CLOCK_OFF_S:
        return None
    which = "ahead of" if off_s > 0 else "behind"
    return Finding(
        "clock", "warning", f"this machine's clock is {abs(off_s):.0f} s {which} the server's", "let NTP set it"
    )


def _accepted(reply: Reply, destination: OtlpDestination) -> tuple[Mistake | None, str]:
    """What is wrong, if something is; else a warning of the server's, mostly empty."""
    status, is_page = reply.status, "text/html" in reply.headers.get("content-type", "")
    said = _said(reply, destination)
    if 200 <= status < 300 and not is_page:
        partial = replies.partial_success(reply.body)
        message = Secrets(destination.headers).hide(partial.message)
        if partial.rejected:
            because = f": {message}" if message else ""
            return Mistake(f"HTTP {status}, and the span was rejected{because}", "see its log for the reason"), ""
        return None, message
    if 200 <= status < 300:
        return Mistake(
            f"HTTP {status} with a web page: this is a login page, or an address for people",
            "set the endpoint to where OTLP is taken; a proxy that asks people to log in must let it through",
        ), ""
    if 300 <= status < 400:
        return _redirected(reply, destination), ""
    if status in (404, 405, 501):
        return _path(f"HTTP {status}", destination), ""
    if status == 400 and b"HTTPS" in reply.body:
        return Mistake("it speaks TLS, and the endpoint begins with http://", "write https:// in the endpoint"), ""
    if status == 413:
        return Mistake("HTTP 413 for a single span", "a proxy before it limits bodies: raise that limit"), ""
    if status == 415:
        next_step = "it must take protobuf" + (", gzipped" if destination.compress else "") + ": see its configuration"
        return Mistake(f"HTTP 415: it does not take this content{said}", next_step), ""
    if status == 429:
        wait_s = retry_after_s(reply.headers)
        again = f", and asks for {wait_s:.0f} s" if wait_s else ""
        return Mistake(f"HTTP 429: it is over its limit{again}{said}", "wait, or raise the quota there"), ""
    if status >= 500:
        who = reply.headers.get("server", "the server, or a proxy before it,")
        return Mistake(f"HTTP {status}: {one_line(who)} fails{said}", "see its log; what is recorded waits"), ""
    return Mistake(f"HTTP {status}{said}", "see the server's log for what it did not like"), ""


def _redirected(reply: Reply, destination: OtlpDestination) -> Mistake:
    to = one_line(reply.headers.get("location", "nowhere"))
    says = f"HTTP {reply.status} to {to}"
    here, there = urlsplit(destination.traces or ""), urlsplit(to)
    if (here.scheme, there.scheme, here.path) == ("http", "https", there.path):
        return Mistake(says, "write https:// in the endpoint")
    if any(word in to.lower() for word in ("login", "signin", "sign-in", "auth", "sso")):
        return Mistake(f"{says}, a login page", "the proxy that asks people to log in must let OTLP through")
    return Mistake(says, f"set the endpoint to {to.removesuffix(_TRACES)}; a redirect loses what is sent")


def _path(says: str, destination: OtlpDestination) -> Mistake:
    parts = urlsplit(destination.traces or "")
    says = f"{says} at {parts.path or '/'}"
    if parts.path.count(_TRACES) > 1:
        return Mistake(f"{says}: the path is there twice", f"set the endpoint without {_TRACES}")
    if parts.port in QUERY_PORTS or parts.port in OLD_PORTS:
        whose = (QUERY_PORTS | OLD_PORTS)[parts.port or 0]
        return Mistake(f"{says}: port {parts.port} is for {whose}", f"OTLP over HTTP is on port {HTTP_PORT}")
    if parts.path.endswith("/envelope/"):
        return Mistake(f"{says}: there is no such project", "copy the DSN from the project's Client Keys in Sentry")
    if not parts.path.endswith(_TRACES):
        return Mistake(
            f"{says}: the path for traces is missing", f"end OTEL_EXPORTER_OTLP_TRACES_ENDPOINT in {_TRACES}"
        )
    return Mistake(f"{says}: nothing takes OTLP there", f"check what is before {_TRACES}, and that its receiver is on")


def _expected(preset: Preset, destination: OtlpDestination) -> Preset:
    """The backend whose host this is: a plain OTLP destination may be one that is known."""
    host = f".{urlsplit(destination.traces or '').hostname}"
    known = (each for each in PRESETS.values() if any(host.endswith(f".{domain}") for domain in each.domains))
    return next(known, preset)


def _name_of(preset: Preset) -> str:
    return next(name for name, each in PRESETS.items() if each is preset)


def _said(reply: Reply, destination: OtlpDestination) -> str:
    """The server's own words, if they are few and in text."""
    kind = reply.headers.get("content-type", "")
    if "protobuf" in kind:
        text = replies.status(reply.body).message
    else:
        text = reply.body.decode("utf-8", "replace") if "html" not in kind else ""
    text = Secrets(destination.headers).hide(one_line(text))
    return f": {text}" if text else ""
