"""`fleaglass ledger check-proof`: whether a proof holds, with the log's public key alone."""

from __future__ import annotations

import json
from pathlib import Path

import click

from fleaglass.cli._ledger._keys import check_log, policy_option, read, vkey_option
from fleaglass.ledger.prove import Proved, check_proof
from fleaglass.ledger.tree.errors import ProofError, TreeError
from fleaglass.ledger.tree.keys import Ed25519Verifier
from fleaglass.ledger.tree.policy import Policy
from fleaglass.ledger.tree.proof import TlogProof

__all__ = ["command"]


@click.command("check-proof")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@vkey_option
@policy_option
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")
def command(file: Path, keys: tuple[Ed25519Verifier, ...], policy: Policy | None, as_json: bool) -> None:
    """Check a proof that `fleaglass ledger prove` wrote, and print the entry that it proves.

    Nothing is asked of anybody. Exit codes: 0 it holds, 1 it does not, or the policy is not met, 2 the file is no
    proof, or wrong arguments.

    Example: fleaglass ledger check-proof vol-arb-1-42.tlog-proof --vkey vol-arb-1.vkey
    """
    check_log(keys, policy)
    try:
        proof = TlogProof.parse(read(file))
    except ProofError as error:
        raise click.UsageError(f"{file} is no proof: {error}") from None
    try:
        proved = check_proof(proof, keys, policy)
    except TreeError as error:
        if as_json:
            click.echo(json.dumps({"holds": False, "index": proof.index, "why": str(error)}))
        raise click.ClickException(f"{file} does not hold: {error}") from None
    click.echo(json.dumps(_facts(proved)) if as_json else _told(proved))


def _facts(proved: Proved) -> dict[str, object]:
    """What is printed as JSON."""
    checkpoint = proved.signed.checkpoint
    return {
        "holds": True,
        "origin": checkpoint.origin,
        "index": proved.index,
        "size": checkpoint.size,
        "signed_by": [each.name for each in proved.signed.opened.signed_by],
        "entry": _entry(proved),
    }


def _told(proved: Proved) -> str:
    checkpoint = proved.signed.checkpoint
    place = f"entry {proved.index} is one of the {checkpoint.size} entries of {checkpoint.origin}"
    names = ", ".join(each.name for each in proved.signed.opened.signed_by)
    return f"{place}; signed by {names}\n{json.dumps(_entry(proved), indent=2)}"


def _entry(proved: Proved) -> object:
    """As JSON says it, or what else it is; in ASCII, since a terminal shows it."""
    try:
        return json.loads(proved.entry)
    except (ValueError, RecursionError):
        return ascii(proved.entry)
