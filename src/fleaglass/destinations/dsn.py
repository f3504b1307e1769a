"""A DSN: where a project's events go, and with which key.

``https://KEY@HOST[:PORT][/PATH]/PROJECT``; the key is public, and is kept out of logs all the same. Our own agents name
no key to a hub: they have a token, or it asks for nothing.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import msgspec

__all__ = ["HUB_ONLY", "Dsn"]

HUB_ONLY: Final = "hub"
"""What stands in the place of a DSN when a hub gets what a Sentry server would, and nobody else."""


class Dsn(msgspec.Struct, frozen=True):
    """A DSN that makes sense.

    Attributes:
        envelope_url: where envelopes are posted.
        key: the public key; empty if none is named.
        destination: server and project, without the key.
    """

    envelope_url: str
    key: str
    destination: str

    @property
    def otlp_url(self) -> str:
        """Below which the project takes OTLP over HTTP (Sentry, "Direct OTLP Traces")."""
        return self.envelope_url.removesuffix("envelope/") + "integration/otlp"

    @classmethod
    def parse(cls, text: str, *, needs_key: bool = True) -> Dsn:
        """Read a DSN. ``ValueError`` says what is wrong with it, without repeating it."""
        parts = urlsplit(text.strip())
        path, _, project = parts.path.rpartition("/")
        if parts.scheme not in {"http", "https"}:
            raise ValueError("must begin with http:// or https://")
        if not parts.hostname:
            raise ValueError("names no host")
        if needs_key and not parts.username:
            raise ValueError("has no public key before the @")
        if not project.isdecimal():
            raise ValueError("must end in a project's number")
        port = f":{parts.port}" if parts.port is not None else ""  # ValueError for one that is no number
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        server = f"{parts.scheme}://{host}{port}{path}"
        return cls(f"{server}/api/{project}/envelope/", parts.username or "", f"{server}/{project}")
