"""Keys as text, what a key is called, and Ed25519.

::

    vkey       <name>+<key id, 8 hexadecimal digits>+<base64: type, public key>        to be pinned by who verifies
    private    PRIVATE+KEY+<name>+<key id>+<base64: type, seed>                        never leaves its file

The key id is the beginning of SHA-256(name, line feed, type, public key): a label, not a proof. That a name and an id
fit decides only which key is tried; whoever makes another key of the same id gains a signature that fails.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from fleaglass.ledger.tree._text import decode_base64, encode_base64
from fleaglass.ledger.tree.errors import NoteError

__all__ = [
    "ED25519",
    "ED25519_COSIGNATURE",
    "KEY_ID_BYTES",
    "ML_DSA_44_COSIGNATURE",
    "Ed25519Signer",
    "Ed25519Verifier",
    "VerifierKey",
    "check_name",
    "ed25519_public",
    "ed25519_sign",
    "ed25519_verifies",
    "key_id",
]

ED25519: Final = 0x01
ED25519_COSIGNATURE: Final = 0x04
ML_DSA_44_COSIGNATURE: Final = 0x06
KEY_ID_BYTES: Final = 4
_PUBLIC_BYTES: Final = {ED25519: 32, ED25519_COSIGNATURE: 32, ML_DSA_44_COSIGNATURE: 1312}
_SEED_BYTES: Final = 32
_FORBIDDEN: Final = {"+", *map(chr, range(0x20))}
_PRIVATE: Final = "PRIVATE+KEY+"


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """The 4 bytes that a signature begins with, by C2SP's signed-note."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:KEY_ID_BYTES]


def check_name(name: str) -> str:
    """The name of a key, if it can be one. Raises `NoteError` if it is empty, or has blanks, pluses or controls."""
    if not name or any(each in _FORBIDDEN or each.isspace() or "\ud800" <= each <= "\udfff" for each in name):
        raise NoteError(f"{name!r} cannot be the name of a key: it is empty, or has a blank, a plus or no character")
    return name


@dataclass(frozen=True)
class VerifierKey:
    """A public key with its name.

    Attributes:
        name: of whoever signs; a log's is its origin.
        kind: type of the signature: `ED25519`, `ED25519_COSIGNATURE` or `ML_DSA_44_COSIGNATURE`.
        public: the key, as its algorithm encodes it.
    """

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that its signatures begin with."""
        return key_id(self.name, self.kind, self.public)

    @property
    def text(self) -> str:
        """The vkey."""
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """From a vkey. Raises `NoteError`."""
        if text.startswith(_PRIVATE):
            raise NoteError("this is a private key; give the public one, and let nobody see this")
        name, id_, material = _parts(text, text)
        key = cls(check_name(name), material[0], material[1:])
        expected = _PUBLIC_BYTES.get(key.kind)
        if expected is None:
            raise NoteError(f"the key of {name} is of the type {key.kind:02x}, which is not known here")
        if len(key.public) != expected:
            raise NoteError(f"the key of {name} has {len(key.public)} bytes instead of {expected}")
        if key.key_id.hex() != id_:
            raise NoteError(f"the key of {name} has the id {key.key_id.hex()}, and the text says {id_}")
        return key


@dataclass(frozen=True)
class Ed25519Verifier:
    """Checks what a log's key has signed."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that its signatures begin with."""
        return key_id(self.name, ED25519, self.public)

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Whether the key has signed the text."""
        return ed25519_verifies(self.public, text, signature)

    @classmethod
    def of(cls, key: VerifierKey) -> Ed25519Verifier:
        """From a public key of that type. Raises `NoteError`."""
        if key.kind != ED25519:
            raise NoteError(f"the key of {key.name} is a witness's; a log's is meant")
        return cls(key.name, key.public)


@dataclass(frozen=True)
class Ed25519Signer:
    """Signs as a log."""

    name: str
    seed: bytes = field(repr=False)

    @property
    def public(self) -> VerifierKey:
        """What others verify with."""
        return VerifierKey(self.name, ED25519, ed25519_public(self.seed))

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that its signatures begin with."""
        return self.public.key_id

    def sign(self, text: bytes) -> bytes:
        """The signature, without the key id."""
        return ed25519_sign(self.seed, text)

    @property
    def text(self) -> str:
        """The private key, for its file."""
        return f"{_PRIVATE}{self.name}+{self.key_id.hex()}+{encode_base64(bytes([ED25519]) + self.seed)}"

    @classmethod
    def parse(cls, text: str) -> Ed25519Signer:
        """From a private key. Raises `NoteError`, which never shows the key."""
        if not text.startswith(_PRIVATE):
            raise NoteError(f"a private key begins with {_PRIVATE}")
        name, id_, material = _parts(text.removeprefix(_PRIVATE), "the private key")
        if material[0] != ED25519 or len(material) != 1 + _SEED_BYTES:
            raise NoteError(f"the private key of {name} is not one of Ed25519")
        signer = cls(check_name(name), material[1:])
        if signer.key_id.hex() != id_:
            raise NoteError(f"the private key of {name} has the id {signer.key_id.hex()}, and its text says {id_}")
        return signer


def ed25519_verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the holder of the 32-byte key has signed the message."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def ed25519_sign(seed: bytes, message: bytes) -> bytes:
    """The 64 bytes of the signature."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def ed25519_public(seed: bytes) -> bytes:
    """The 32 bytes of the public key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def _parts(text: str, shown: str) -> tuple[str, str, bytes]:
    """Name, id and what is in base64, of which at least one byte; base64 may have pluses of its own."""
    parts = text.split("+", 2)
    material = decode_base64(parts[2]) if len(parts) == 3 else None
    if not material:
        raise NoteError(f"{shown!r} is not of the form name+id+base64")
    return parts[0], parts[1], material
