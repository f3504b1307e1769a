"""Where a checkpoint can go, from one line of settings each.

::

    hub                     the hub that gets the telemetry, as a witness            <hub>/witness
    witness URL VKEY        any witness, by tlog-witness; its cosignatures are checked with its vkey
    webhook URL             POST of JSON: origin, size, root, checkpoint
    file:PATH               appended to a file, such as on another disk or a mounted share
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import msgspec

from fleaglass.ledger.anchoring.asking import WitnessPlace
from fleaglass.ledger.anchoring.http import Post, post, server_of
from fleaglass.ledger.anchoring.log import AnchoredLog, NotAnchored
from fleaglass.ledger.storage.notes import append_note
from fleaglass.ledger.tree.checkpoint import Checkpoint
from fleaglass.ledger.tree.cosignature import witness_verifier
from fleaglass.ledger.tree.keys import VerifierKey
from fleaglass.ledger.tree.note import Note

__all__ = ["FilePlace", "Place", "WebhookPlace", "place_of"]


class Place(Protocol):
    """Where checkpoints go."""

    @property
    def name(self) -> str:
        """For people, without credentials."""

    def hand(self, note: bytes, log: AnchoredLog) -> bytes:
        """Give it a checkpoint. Raises `NotAnchored`.

        Returns:
            The note, with what the other side has added to it.
        """


@dataclass(frozen=True, slots=True)
class FilePlace:
    """A file that is appended to."""

    path: Path

    @property
    def name(self) -> str:
        """Its path."""
        return f"file:{self.path}"

    def hand(self, note: bytes, log: AnchoredLog) -> bytes:
        """Append it."""
        try:
            append_note(self.path, note)
        except OSError as error:
            raise NotAnchored(error.strerror or str(error)) from None
        return note


@dataclass(frozen=True, slots=True)
class WebhookPlace:
    """An address that takes JSON."""

    url: str
    post: Post = post

    @property
    def name(self) -> str:
        """Without its path, which may hold a secret."""
        return f"webhook {server_of(self.url)}"

    def hand(self, note: bytes, log: AnchoredLog) -> bytes:
        """Post it."""
        checkpoint = Checkpoint.parse(Note.parse(note).text)
        said = {
            "origin": checkpoint.origin,
            "size": checkpoint.size,
            "root": checkpoint.root.hex(),
            "checkpoint": note.decode(),
        }
        try:
            reply = self.post(self.url, msgspec.json.encode(said), {"content-type": "application/json"})
        except OSError as error:
            raise NotAnchored(str(error)) from None
        if not 200 <= reply.status < 300:
            raise NotAnchored(f"it answered {reply.status}")
        return note


def place_of(text: str, *, hub: str, hub_headers: Mapping[str, str], hub_certificate: str | None = None) -> Place:
    """A place from a line of settings.

    Args:
        text: the line.
        hub: address of the hub that gets the telemetry; empty if there is none.
        hub_headers: that let us in there.
        hub_certificate: file with the CA certificates to trust there; the system's by default.

    Raises:
        ValueError: the line names no place.
    """
    match text.split():
        case ["hub"] if hub:
            to_hub = partial(post, certificate=hub_certificate)
            return WitnessPlace(f"{hub.rstrip('/')}/witness", headers=hub_headers, post=to_hub)
        case ["witness", url, vkey] if _is_url(url):
            key = VerifierKey.parse(vkey)
            witness_verifier(key)
            return WitnessPlace(url, key)
        case ["webhook", url] if _is_url(url):
            return WebhookPlace(url)
    kind, _, path = text.partition(":")
    if kind == "file" and path:
        return FilePlace(Path(path))
    if text == "hub":
        raise ValueError("the anchor `hub` needs a hub among the destinations")
    raise ValueError("it is no anchor: hub, witness URL VKEY, webhook URL, or file:PATH")  # and may hold a secret


def _is_url(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and bool(parts.hostname)
