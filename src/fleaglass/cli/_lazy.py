"""Groups of commands, each of which is imported only when it is called: some need what is not installed everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

__all__ = ["LazyGroup"]


class LazyGroup(click.Group):
    """Lists commands from a table.

    Args:
        package: the package that has a module of each command's name (with ``_`` for ``-``), with the command as
            ``command``.
        table: the commands, each with a line of help.
    """

    def __init__(self, *args: Any, package: str, table: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._package = package
        self._table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return sorted(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, imported."""
        if cmd_name not in self._table:
            return None
        try:
            module = import_module(f"{self._package}.{cmd_name.replace('-', '_')}")
        except ModuleNotFoundError as missing:
            if missing.name is None or missing.name.startswith("fleaglass"):
                raise
            raise click.UsageError(
                f"{cmd_name} needs the package {missing.name!r}: pip install 'fleaglass[hub]'", ctx
            ) from None
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table, into the help."""
        with formatter.section("Commands"):
            formatter.write_dl(sorted(self._table.items()))
