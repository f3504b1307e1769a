"""`fleaglass alerts check`: everything that is wrong with a rules file, by line."""

from __future__ import annotations

import json
from pathlib import Path

import click
import msgspec

from fleaglass.alerts.rules import FILE_NAME, Checked
from fleaglass.alerts.rules import check as check_rules

__all__ = ["command"]


@click.command("check")
@click.argument("file", default=FILE_NAME, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")
def command(file: Path, as_json: bool) -> None:
    """Say what is wrong with a rules file: each line with what is expected there, and what it has instead.

    FILE is alerts.toml by default. Warnings are about what may well be meant so, such as the name of a span that your
    agent makes itself. Exit code 1: the rules cannot be used.

    Example: fleaglass alerts check alerts.toml
    """
    try:
        checked = check_rules(file.read_bytes(), str(file))
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read: {error.strerror}") from None
    if as_json:
        click.echo(json.dumps({"file": str(file), **_facts(checked)}))
    else:
        for problem in checked.problems:
            click.echo(problem)
        for warning in checked.warnings:
            click.echo(f"{warning} (warning)")
        if checked.book is not None:
            enabled = sum(rule.enabled for rule in checked.book.rules)
            click.echo(f"{file}: {len(checked.book.rules)} rules, {enabled} of them enabled")
    if checked.book is None:
        raise click.exceptions.Exit(1)


def _facts(checked: Checked) -> dict[str, object]:
    """What is printed as JSON."""
    return {
        "usable": checked.book is not None,
        "rules": [] if checked.book is None else [rule.name for rule in checked.book.rules],
        "problems": msgspec.to_builtins(checked.problems),
        "warnings": msgspec.to_builtins(checked.warnings),
    }
