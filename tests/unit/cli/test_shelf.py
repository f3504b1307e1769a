"""Which ledgers `fleaglass up` shows, and whose keys it takes."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from fleaglass.cli._shelf import ledger_options
from fleaglass.hub.ledgers import Ledgers
from fleaglass.hub.ledgers.places import Place
from fleaglass.ledger.tree.keys import Ed25519Signer
from tests.support.ledger_logs import KEY, entries, write_log


def _ledgers(*arguments: str, env: dict[str, str] | None = None) -> tuple[Ledgers | None, str]:
    found: list[Ledgers] = []

    @click.command()
    @ledger_options
    def command(ledgers: Ledgers) -> None:
        found.append(ledgers)

    result = CliRunner().invoke(command, arguments, env=env)
    return (found[0] if found else None), result.output


def test_by_default_they_are_those_of_the_agents_home(tmp_path: Path) -> None:
    ledgers, _ = _ledgers(env={"FLEAGLASS_HOME": str(tmp_path)})
    assert ledgers is not None
    assert ledgers.folders == (tmp_path,)


def test_folders_that_are_named_take_its_place(tmp_path: Path) -> None:
    ledgers, _ = _ledgers("--ledger", str(tmp_path / "a"), "--ledger", str(tmp_path / "b"))
    assert ledgers is not None
    assert ledgers.folders == (tmp_path / "a", tmp_path / "b")


def test_keys_are_taken_from_the_command_line_and_from_a_file_of_them(tmp_path: Path) -> None:
    other = Ed25519Signer("fleaglass.ledger/other", b"o" * 32)
    (tmp_path / "keys").write_text(f"{KEY.public.text}\n\n{other.public.text}\n")
    note = write_log(tmp_path / "log", entries(1))
    for given in (KEY.public.text, str(tmp_path / "keys")):
        ledgers, _ = _ledgers("--ledger-key", given)
        assert ledgers is not None
        assert ledgers.keys.of(note, Place(tmp_path)).is_checked


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("nowhere.keys", "nowhere.keys is no key, and no file that can be read"),
        ("a+b+c", "is not of the form name+id+base64"),
        (KEY.text, "this is a private key; give the public one"),
    ],
)
def test_what_is_no_public_key_is_refused_in_words_that_show_no_secret(given: str, says: str) -> None:
    ledgers, said = _ledgers("--ledger-key", given)
    assert ledgers is None
    assert says in " ".join(said.split())
    assert KEY.text.rpartition("+")[2] not in said
