"""The command line as it is built: every command with its path and its parameters. What the docs are compared with."""

from collections.abc import Iterator
from dataclasses import dataclass

import click

__all__ = ["Command", "commands"]


@dataclass(frozen=True)
class Command:
    """One command: `path` as it is typed (`fleaglass up`), and click's own object and context for it."""

    path: str
    command: click.Command
    context: click.Context

    @property
    def options(self) -> frozenset[str]:
        """Every option as it is typed, `--help` included."""
        return frozenset(
            name
            for parameter in self.command.get_params(self.context)
            if isinstance(parameter, click.Option)
            for name in (*parameter.opts, *parameter.secondary_opts)
        )


def commands(group: click.Command, name: str = "fleaglass", parent: click.Context | None = None) -> Iterator[Command]:
    """Walk a group, itself first, then its commands by name. Hidden commands are left out."""
    context = click.Context(group, info_name=name, parent=parent, **group.context_settings)
    yield Command(context.command_path, group, context)
    if isinstance(group, click.Group):
        for child in group.list_commands(context):
            command = group.get_command(context, child)
            if command is not None and not command.hidden:
                yield from commands(command, child, context)
