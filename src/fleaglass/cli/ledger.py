"""`fleaglass ledger`: what can be done with an agent's ledger. One command per file in `_ledger/`."""

from __future__ import annotations

import click

from fleaglass.cli._lazy import LazyGroup

__all__ = ["command"]

_COMMANDS = {
    "check-proof": "Check a proof that an entry is in a log, with the public key alone.",
    "erase": "Erase what commitments stand for; every proof still holds.",
    "export": "Write entries with their checkpoint into a file, for somebody else.",
    "keys": "List the keys that logs are signed with, change one, replace a lost one.",
    "prove": "Write a proof that an entry is in a log.",
    "reconcile": "Compare what agents logged with what the venue lists.",
    "verify": "Say whether a log is whole, and since when nobody else could tell.",
    "witness": "Cosign other agents' checkpoints on this machine.",
}


@click.group("ledger", cls=LazyGroup, package="fleaglass.cli._ledger", table=_COMMANDS)
def command() -> None:
    """Verify an agent's ledger, prove what is in it, and compare it with the venue's own history."""
