"""Parts of an address that more than one has to tell."""

from __future__ import annotations

from urllib.parse import urlsplit

__all__ = ["server_of"]


def server_of(address: str) -> str:
    """Scheme, host and port of an address, without its credentials."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
