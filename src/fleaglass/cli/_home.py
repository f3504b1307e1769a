"""`--home`: where what outlives an agent's process is, the same in every command that takes it."""

from __future__ import annotations

from pathlib import Path

import click

from fleaglass.settings import Settings

__all__ = ["home_option"]


def _home(_: click.Context, __: click.Parameter, home: Path | None) -> Path:
    if home is not None:
        return home
    found = Settings.read({}).home
    if found is None:
        raise click.UsageError("there is no home; name it with --home, or set FLEAGLASS_HOME")
    return Path(found).absolute()


home_option = click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path, resolve_path=True),
    callback=_home,
    show_default="FLEAGLASS_HOME, or where programs keep their state",
    help="The folder of the agents' journals.",
)
