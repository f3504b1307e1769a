"""A DSN: where a project's events go, and with which key.

``https://KEY@HOST[:PORT][/PATH]/PROJECT``; the key is public, and is kept out of logs all the same.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec

__all__ = ["Dsn"]


class Dsn(msgspec.Struct, frozen=True):
    """A DSN that makes sense.

    Attributes:
        envelope_url: where envelopes are posted.
        key: the public key.
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
    def parse(cls, text: str) -> Dsn:
        """Read a DSN. ``ValueError`` says what is wrong with it, without repeating it."""
        parts = urlsplit(text.strip())
        path, _, project = parts.path.rpartition("/")
        if parts.scheme not in {"http", "https"}:
            raise ValueError("must begin with http:// or https://")
        if not parts.hostname:
            raise ValueError("names no host")
        if not parts.username:
            raise ValueError("has no public key before the @")
        if not project.isdecimal():
            raise ValueError("must end in a project's number")
        port = f":{parts.port}" if parts.port is not None else ""  # ValueError for one that is no number
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        server = f"{parts.scheme}://{host}{port}{path}"
        return cls(f"{server}/api/{project}/envelope/", parts.username, f"{server}/{project}")
