"""`fleaglass hub`: look after what a hub keeps."""

from __future__ import annotations

import click

from fleaglass.cli._hub import backup, key, migrate, project, token

__all__ = ["command"]


@click.group("hub")
def command() -> None:
    """Look after a hub: backups, its tables, and who may do what."""


command.add_command(backup.command)
command.add_command(backup.restore)
command.add_command(key.command)
command.add_command(migrate.command)
command.add_command(project.command)
command.add_command(token.command)
