"""`--vkey` and `--policy`: whom to believe, the same in every command that verifies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from fleaglass.ledger.tree.errors import NoteError, PolicyError
from fleaglass.ledger.tree.keys import Ed25519Verifier, VerifierKey
from fleaglass.ledger.tree.policy import Policy

__all__ = ["check_log", "policy_option", "read", "verifier", "vkey_option"]

_MOST_BYTES: Final = 64 << 20
"""Of a proof, a policy, or checkpoints: 100,000 of these."""


def read(path: Path) -> bytes:
    """A file that was named, which somebody else may have made. Raises `click.UsageError`."""
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise click.UsageError(f"{path} cannot be read: {error.strerror}") from None
    if len(content) > _MOST_BYTES:
        raise click.UsageError(f"{path} has more than the {_MOST_BYTES >> 20} MiB that are read")
    return content


def check_log(keys: Sequence[Ed25519Verifier], policy: Policy | None) -> None:
    """That there is a key, and a policy that names logs names this one. Raises `click.UsageError`."""
    if not keys:
        raise click.UsageError("Missing option '--vkey': on the agent's machine, `fleaglass ledger keys list` tells it")
    if policy is not None and policy.logs and not set(policy.logs).intersection(keys):
        raise click.UsageError("the policy names other logs, and not the one of this key")


def verifier(given: str) -> Ed25519Verifier:
    """Of a public key, given itself or by its file. Raises `NoteError`, `click.UsageError`."""
    text = given if "+" in given else read(Path(given)).decode("utf-8", "replace").strip()
    if "\n" in text:
        raise NoteError(f"{given} has more than one line; `fleaglass ledger keys list AGENT` prints one key")
    return Ed25519Verifier.of(VerifierKey.parse(text))


def _vkey(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> tuple[Ed25519Verifier, ...]:
    try:
        return tuple(map(verifier, given))
    except NoteError as error:
        raise click.BadParameter(str(error)) from None


def _policy(_: click.Context, __: click.Parameter, path: Path | None) -> Policy | None:
    try:
        return None if path is None else Policy.parse(read(path))
    except PolicyError as error:
        raise click.BadParameter(f"{path}: {error}") from None


vkey_option = click.option(
    "--vkey",
    "keys",
    metavar="KEY",
    multiple=True,
    callback=_vkey,
    help="The log's public key, name+id+base64, or a file with it; from its owner, not from the log's folder. "
    "Again for each other key after a rotation.  [required]",
)

policy_option = click.option(
    "--policy",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_policy,
    help="A file that says whose cosignatures are enough (C2SP's tlog-policy).",
)
