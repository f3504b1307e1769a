"""Whose cosignatures are enough, by C2SP's tlog-policy: a text that who verifies keeps.

::

    log     <vkey> [<url>]                        each log whose checkpoints are accepted
    witness <name> <vkey> [<url>]
    group   <name> any|all|<k> <member>…          members are witnesses and groups above; k of them must have signed
    quorum  <name>|none                           exactly one

Blank lines and lines that begin with ``#`` say nothing. Names are only of this file. Each can be a member once, so that
no witness counts twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from fleaglass.ledger.tree._text import decode_number
from fleaglass.ledger.tree.cosignature import witness_verifier
from fleaglass.ledger.tree.errors import NoteError, PolicyError
from fleaglass.ledger.tree.keys import Ed25519Verifier, VerifierKey
from fleaglass.ledger.tree.note import Verifier

__all__ = ["Group", "Policy"]

_NONE: Final = "none"
_FORBIDDEN: Final = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")
_WORDS: Final = re.compile(r"[^ \t]+")


@dataclass(frozen=True, slots=True)
class Group:
    """``needed`` of ``members``."""

    needed: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Policy:
    """What a policy's text says.

    Attributes:
        logs: whose checkpoints are accepted.
        witnesses: by the name that the policy gives them.
        groups: by name.
        quorum: the witness or group that must have signed; empty if nobody need.
    """

    logs: tuple[Verifier, ...]
    witnesses: Mapping[str, Verifier]
    groups: Mapping[str, Group]
    quorum: str

    @classmethod
    def parse(cls, data: bytes) -> Policy:
        """From the bytes of its file. Raises `PolicyError` with the line."""
        if found := _FORBIDDEN.search(data):
            line = data.count(b"\n", 0, found.start()) + 1
            raise PolicyError(f"line {line}: the byte {found[0].hex()} cannot be in a policy")
        reading = _Reading()
        for number, line_text in enumerate(data.decode("utf-8", "surrogateescape").split("\n"), 1):
            try:
                reading.take(_WORDS.findall(line_text))
            except (PolicyError, NoteError) as error:
                raise PolicyError(f"line {number}: {error}") from None
        if reading.quorum is None:
            raise PolicyError("the policy has no quorum; `quorum none` asks for nobody")
        return cls(tuple(reading.logs), reading.witnesses, reading.groups, reading.quorum)

    def check(self, signed_by: Iterable[Verifier]) -> None:
        """That the quorum is among those who signed. Raises `PolicyError`."""
        if missing := self.missing(signed_by):
            raise PolicyError(f"the policy is not met: {missing}")

    def missing(self, signed_by: Iterable[Verifier]) -> str:
        """What the quorum lacks, in words; empty if nothing.

        Args:
            signed_by: the known keys that signed a checkpoint.
        """
        signed = set(signed_by)
        have = [name for name, verifier in self.witnesses.items() if verifier in signed]
        met = {"", *have}
        for name, each in self.groups.items():  # members stand above their group
            if sum(member in met for member in each.members) >= each.needed:
                met.add(name)
        if self.quorum in met:
            return ""
        group = self.groups.get(self.quorum)
        wanted = f"{group.needed} of {_listed(group.members)}" if group else repr(self.quorum)
        return f"it asks for {wanted}, and has cosignatures of {_listed(have) or 'nobody'}"


@dataclass
class _Reading:
    """What the lines so far have said."""

    logs: list[Verifier] = field(default_factory=list)
    witnesses: dict[str, Verifier] = field(default_factory=dict)
    groups: dict[str, Group] = field(default_factory=dict)
    quorum: str | None = None
    keys: set[tuple[str, bytes]] = field(default_factory=set)
    grouped: set[str] = field(default_factory=set)

    def take(self, words: list[str]) -> None:
        """One line."""
        match words:
            case []:
                pass
            case [first, *_] if first.startswith("#"):
                pass
            case ["log", vkey] | ["log", vkey, _]:
                self.logs.append(Ed25519Verifier.of(self._key("log", vkey)))
            case ["witness", name, vkey] | ["witness", name, vkey, _]:
                self.witnesses[self._new(name)] = witness_verifier(self._key("witness", vkey))
            case ["group", name, needed, member, *more]:
                self.groups[self._new(name)] = self._group(needed, (member, *more))
            case ["quorum", name]:
                self._take_quorum(name)
            case _:
                raise PolicyError(f"{' '.join(words)!r} says nothing that a policy can say")

    def _take_quorum(self, name: str) -> None:
        if self.quorum is not None:
            raise PolicyError("there is a quorum already")
        self.quorum = "" if name == _NONE else self._defined(name)

    def _group(self, needed: str, members: tuple[str, ...]) -> Group:
        for member in members:
            if self._defined(member) in self.grouped:
                raise PolicyError(f"{member!r} is a member already, and can be one only once")
            self.grouped.add(member)
        count = {"any": 1, "all": len(members)}.get(needed) or decode_number(needed)
        if count is None or not 1 <= count <= len(members):
            raise PolicyError(f"{needed!r} is neither any, all, nor from 1 to {len(members)}")
        return Group(count, members)

    def _key(self, role: str, vkey: str) -> VerifierKey:
        key = VerifierKey.parse(vkey)
        if (role, key.public) in self.keys:
            raise PolicyError(f"another {role} has the same public key")
        self.keys.add((role, key.public))
        return key

    def _new(self, name: str) -> str:
        if name == _NONE or name in self.witnesses or name in self.groups:
            raise PolicyError(f"{name!r} is the name of something else")
        return name

    def _defined(self, name: str) -> str:
        if name not in self.witnesses and name not in self.groups:
            raise PolicyError(f"{name!r} is not defined above")
        return name


def _listed(names: Iterable[str]) -> str:
    """Quoted, since a policy's names need not be characters."""
    return ", ".join(map(repr, names))
