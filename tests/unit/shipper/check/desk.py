"""Servers that misbehave, and an examination of a destination that is sent to one."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from fleaglass.destinations import places
from fleaglass.settings import Settings
from fleaglass.shipper.check import Examination, Finding, Manner, examine
from tests.unit.shipper.odd_server import OddServer, odd_server, take

__all__ = ["MANNER", "answering", "certificate", "examined", "last", "tls_server", "trouble"]

MANNER = Manner("purple-flea-agent", timeout_s=3.0, patience_s=0.0)


def examined(values: dict[str, object], environ: dict[str, str] | None = None, manner: Manner = MANNER) -> Examination:
    """The one destination of these settings."""
    settings = Settings.load({"destinations": values}, environ or {})
    assert not settings.problems
    (place,) = places(settings)
    return examine(place, manner)


def last(found: Examination) -> Finding:
    return found.findings[-1]


def trouble(found: Examination) -> tuple[str, str, str]:
    """Step, words and next step of what failed; a row ends with it."""
    assert not found.is_well
    finding = last(found)
    assert finding.outcome == "no"
    return finding.step, finding.says, finding.next


def answering(status: str, body: bytes = b"", **headers: str) -> Callable[[OddServer, socket.socket], None]:
    """A server that answers everything so; ``_`` in a header's name stands for a hyphen."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    answer = "\r\n".join([*lines, "", ""]).encode() + body

    def behave(state: OddServer, connection: socket.socket) -> None:
        while take(state, connection):
            connection.sendall(answer)

    return behave


def certificate(folder: Path, *, name: str = "IP:127.0.0.1") -> tuple[Path, Path]:
    """A certificate that signs itself, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    signed, key = folder / "server.pem", folder / "server.key"
    arguments = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    arguments += ["-subj", "/CN=test", "-addext", f"subjectAltName={name}"]
    command = ["openssl", "req", *arguments, "-keyout", str(key), "-out", str(signed)]
    subprocess.run(command, check=True, capture_output=True)
    return signed, key


def tls_server(files: tuple[Path, Path], behave: Callable[[OddServer, socket.socket], None]):
    """A server behind TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)

    def behind_tls(state: OddServer, connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as wrapped:
            behave(state, wrapped)

    return odd_server(behind_tls)
