"""`--data`, the option that names a hub's data directory, the same in every command that takes it."""

from __future__ import annotations

from pathlib import Path

import click
import platformdirs

__all__ = ["data_option"]

data_option = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path, resolve_path=True),
    default=lambda: Path(platformdirs.user_data_dir("fleaglass", appauthor=False)),
    show_default="the platform's data directory",
    help="The folder where the store is kept.",
)
