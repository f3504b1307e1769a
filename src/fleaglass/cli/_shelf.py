"""`--ledger` and `--ledger-key`: which agents' ledgers a hub shows, and by whose keys it believes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from fleaglass.hub.ledgers import Ledgers
from fleaglass.hub.ledgers.keys import Keys
from fleaglass.ledger.tree.errors import NoteError
from fleaglass.ledger.tree.keys import Ed25519Verifier, VerifierKey
from fleaglass.settings import Settings

__all__ = ["ledger_options"]

R = TypeVar("R")


def _keys(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> Keys:
    try:
        return Keys(Ed25519Verifier.of(VerifierKey.parse(line)) for each in given for line in _lines(each))
    except NoteError as error:
        raise click.BadParameter(str(error)) from None


def _lines(given: str) -> Iterator[str]:
    """The key itself, or those in its file."""
    if "+" in given:
        yield given
        return
    try:
        content = Path(given).read_text("utf-8", "replace")
    except OSError as error:
        raise click.BadParameter(f"{given} is no key, and no file that can be read: {error.strerror}") from None
    yield from filter(None, map(str.strip, content.splitlines()))


def _folders(_: click.Context, __: click.Parameter, given: tuple[Path, ...]) -> tuple[Path, ...]:
    if given:
        return given
    home = Settings.read({}).home
    return () if home is None else (Path(home).absolute(),)


def ledger_options(command: Callable[..., R]) -> Callable[..., R]:
    """The options; the command is called with `ledgers`, a `Ledgers`, in their place."""

    @click.option(
        "--ledger",
        "ledger_folders",
        multiple=True,
        type=click.Path(file_okay=False, path_type=Path, resolve_path=True),
        callback=_folders,
        show_default="FLEAGLASS_HOME, or where programs keep their state",
        help="A folder of agents' ledgers to show, or of one; it is only read. May be repeated.",
    )
    @click.option(
        "--ledger-key",
        "ledger_keys",
        metavar="KEY|FILE",
        multiple=True,
        callback=_keys,
        help="A ledger's public key, or a file with one a line, as fleaglass ledger keys list prints them. Without it "
        "nobody here can tell whether the ledger's own key signed it. May be repeated.",
    )
    @wraps(command)
    def with_ledgers(*args: Any, ledger_folders: tuple[Path, ...], ledger_keys: Keys, **kwargs: Any) -> R:
        return command(*args, ledgers=Ledgers(ledger_folders, ledger_keys), **kwargs)

    return with_ledgers
