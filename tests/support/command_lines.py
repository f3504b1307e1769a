"""Command lines of Fleaglass in files of others, parsed by the commands themselves, which are not run."""

from __future__ import annotations

from collections.abc import Sequence

import click

from fleaglass.cli import cli

__all__ = ["parsed"]


def parsed(arguments: Sequence[str]) -> click.Context:
    """The command that `fleaglass ARGUMENTS` would run, with its parameters. Raises click.UsageError."""
    command: click.Command = cli
    context: click.Context | None = None
    name, rest = "fleaglass", list(arguments)
    while isinstance(command, click.Group):
        context = command.make_context(name, rest, parent=context)
        found, below, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        assert found is not None
        assert below is not None
        name, command = found, below
    return command.make_context(name, rest, parent=context)
