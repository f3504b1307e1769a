"""`fleaglass ledger`: what can be done with an agent's ledger. One command per file in `_ledger/`."""

from __future__ import annotations

import click

from fleaglass.cli._lazy import LazyGroup

__all__ = ["command"]

_COMMANDS: dict[str, str] = {}


@click.group("ledger", cls=LazyGroup, package="fleaglass.cli._ledger", table=_COMMANDS)
def command() -> None:
    """Verify an agent's ledger, and prove what is in it: with the public key alone, anywhere."""
