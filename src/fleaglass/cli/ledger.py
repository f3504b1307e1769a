"""`fleaglass ledger`: what can be done with a ledger. One command per file in `_ledger/`, loaded when called."""

from __future__ import annotations

import click

from fleaglass.cli._lazy import LazyGroup

__all__ = ["command"]

_COMMANDS: dict[str, str] = {
    "export": "Write entries with their checkpoint into a file, for somebody else.",
    "reconcile": "Compare what agents logged with what the venue lists.",
}


@click.group("ledger", cls=LazyGroup, package="fleaglass.cli._ledger", table=_COMMANDS)
def command() -> None:
    """Verify an agent's ledger, prove what is in it, and compare it with the venue's own history."""
