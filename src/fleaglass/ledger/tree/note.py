"""Signed notes, by C2SP's signed-note: a text, and who signed it.

::

    fleaglass.ledger/vol-arb-1                     the text; it ends with a line feed
    300
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
                                                   the last empty line
    — fleaglass.ledger/vol-arb-1 Az3grlgtzPICa5…   name of the key, and base64 of key id and signature

Signatures of keys that are not known are passed over, for anyone may add one. A known key's that is false makes the
whole note false, and a note that no known key has signed is not to be believed. Until then its text is only bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from fleaglass.ledger.tree._text import decode_base64, encode_base64
from fleaglass.ledger.tree.errors import NoteError
from fleaglass.ledger.tree.keys import KEY_ID_BYTES, check_name

__all__ = ["MOST_BYTES", "MOST_SIGNATURES", "Note", "Opened", "Signature", "Signer", "Verifier", "open_note", "sign"]

MOST_BYTES: Final = 1_000_000
MOST_SIGNATURES: Final = 100
"""Of one note. C2SP asks for 16 at least."""

_MARK: Final = "— "


class Signer(Protocol):
    """Whoever can sign: a key in a file, or a service that holds one."""

    @property
    def name(self) -> str:
        """Of the key."""

    @property
    def key_id(self) -> bytes:
        """4 bytes."""

    def sign(self, text: bytes) -> bytes:
        """The signature of a note's text, without the key id."""


class Verifier(Protocol):
    """Whoever is known."""

    @property
    def name(self) -> str:
        """Of the key."""

    @property
    def key_id(self) -> bytes:
        """4 bytes."""

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Whether the key has made this signature, without key id, of a note's text."""


@dataclass(frozen=True, slots=True)
class Signature:
    """A line below a note. ``data`` is what the key made, without the key id."""

    name: str
    key_id: bytes
    data: bytes

    @property
    def line(self) -> str:
        """As it stands in the note, without its line feed."""
        return f"{_MARK}{self.name} {encode_base64(self.key_id + self.data)}"

    @classmethod
    def parse(cls, line: str) -> Signature:
        """From a line without its line feed. Raises `NoteError`."""
        name, blank, text = line.removeprefix(_MARK).partition(" ")
        if not line.startswith(_MARK) or not blank:
            raise NoteError(f"{line!r} is not a signature: — name base64")
        data = decode_base64(text)
        if data is None or len(data) <= KEY_ID_BYTES:
            raise NoteError(f"the signature of {name!r} is not base64 of a key id and more")
        return cls(check_name(name), data[:KEY_ID_BYTES], data[KEY_ID_BYTES:])


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the signatures below it, none of which has been verified."""

    text: bytes
    signatures: tuple[Signature, ...]

    @classmethod
    def parse(cls, data: bytes) -> Note:
        """From the bytes of a note. Raises `NoteError`."""
        if len(data) > MOST_BYTES:
            raise NoteError(f"a note of {len(data)} bytes is above the {MOST_BYTES} that are read")
        _check_characters(data)
        text, blank, below = data.rpartition(b"\n\n")
        if not blank:
            raise NoteError("the note has no empty line between its text and its signatures")
        if not below.endswith(b"\n"):
            raise NoteError("the note does not end with a signature and a line feed")
        lines = below[:-1].decode().split("\n")
        if len(lines) > MOST_SIGNATURES:
            raise NoteError(f"the note has {len(lines)} signatures, above the {MOST_SIGNATURES} that are read")
        return cls(text + b"\n", tuple(map(Signature.parse, lines)))

    def encode(self) -> bytes:
        """As bytes that `parse` reads."""
        lines = "".join(f"{each.line}\n" for each in self.signatures)
        return self.text + b"\n" + lines.encode()

    def with_signatures(self, signatures: Iterable[Signature]) -> Note:
        """The same note with more below it; those that it has already are not repeated."""
        return Note(self.text, tuple(dict.fromkeys((*self.signatures, *signatures))))


@dataclass(frozen=True, slots=True)
class Opened:
    """A note that is believed.

    Attributes:
        note: it.
        signed_by: the known keys that signed it, in the order of their signatures; at least one.
    """

    note: Note
    signed_by: tuple[Verifier, ...]


def sign(text: bytes, signers: Sequence[Signer]) -> bytes:
    """A note of this text with a signature of each. Raises `NoteError` for a text that a note cannot have."""
    _check_characters(text)
    if not text.endswith(b"\n"):
        raise NoteError("the text of a note ends with a line feed")
    signatures = tuple(Signature(check_name(each.name), each.key_id, each.sign(text)) for each in signers)
    return Note(text, signatures).encode()


def open_note(data: bytes, verifiers: Iterable[Verifier]) -> Opened:
    """A note, if a known key has signed it and none of them falsely. Raises `NoteError`."""
    known: dict[tuple[str, bytes], Verifier] = {}
    for verifier in verifiers:
        if known.setdefault((verifier.name, verifier.key_id), verifier) != verifier:
            raise NoteError(f"two keys of {verifier.name} have the same id {verifier.key_id.hex()}; name only one")
    note = Note.parse(data)
    signed_by: dict[tuple[str, bytes], Verifier] = {}
    for signature in note.signatures:
        key = (signature.name, signature.key_id)
        if key not in known:
            continue
        if not known[key].verifies(note.text, signature.data):
            raise NoteError(f"the signature of {signature.name} ({signature.key_id.hex()}) is false")
        signed_by[key] = known[key]
    if not signed_by:
        names = ", ".join(sorted({each.name for each in note.signatures}))
        raise NoteError(f"no known key has signed this; it has signatures of {names}")
    return Opened(note, tuple(signed_by.values()))


def _check_characters(data: bytes) -> None:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise NoteError(f"the note is not UTF-8 at byte {error.start}") from None
    for position, character in enumerate(text):
        if character < " " and character != "\n":
            raise NoteError(f"the note has the control character {ord(character):02x} at character {position}")
