"""`fleaglass alerts init`: a rules file to begin with."""

from __future__ import annotations

from pathlib import Path

import click

from fleaglass.alerts.rules import FILE_NAME, default_text

__all__ = ["command"]


@click.command("init")
@click.argument("file", default=FILE_NAME, type=click.Path(dir_okay=False, path_type=Path))
def command(file: Path) -> None:
    """Write the default rules into a file, with comments that explain them, for you to change.

    FILE is alerts.toml by default. A file that is there already is left alone.

    Example: fleaglass alerts init
    """
    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(default_text())
    except FileExistsError:
        raise click.UsageError(f"{file} is there already, and is left alone") from None
    except OSError as error:
        raise click.UsageError(f"{file} cannot be written: {error.strerror}") from None
    click.echo(f"{file} has the default rules; `fleaglass alerts check {file}` checks what you make of them", err=True)
