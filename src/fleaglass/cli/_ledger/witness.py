"""`fleaglass ledger witness`: a witness on this machine, so that two agents can witness each other."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import click

from fleaglass.cli._home import home_option
from fleaglass.cli._ledger._witness_server import witness_server
from fleaglass.ledger.errors import LedgerError
from fleaglass.ledger.storage.files import Files
from fleaglass.ledger.storage.lock import WriterLock
from fleaglass.ledger.storage.system import System
from fleaglass.ledger.tree.errors import NoteError
from fleaglass.ledger.tree.keys import Ed25519Verifier, VerifierKey
from fleaglass.ledger.witness import Alarm, Witness
from fleaglass.ledger.witness.folder import FolderRecords
from fleaglass.ledger.witness.key import cosigner_in

__all__ = ["command"]


@click.command("witness")
@home_option
@click.option("--port", type=click.IntRange(0, 65535), default=4329, show_default=True, help="0 takes a free one.")
@click.option(
    "--log",
    "logs",
    metavar="VKEY",
    multiple=True,
    help="A log's public key. If any is named, no other log is taken; else the first key that a log says is trusted.",
)
def command(home: Path, port: int, logs: tuple[str, ...]) -> None:
    """Cosign other agents' checkpoints, each only if all that was cosigned before is in it, until stopped.

    It listens on this machine alone. Name it to an agent as an anchor with the two words that it prints: address and
    vkey. What it has cosigned is in HOME/witness, in a file for each log that `fleaglass ledger verify --anchor` reads.

    Example: fleaglass ledger witness --port 4329
    """
    folder, system = home / "witness", System()
    files = Files(system, folder / "new")
    try:
        files.make_folder(folder / "new")
        lock = WriterLock(folder / "lock", system)
    except LedgerError as error:
        raise click.ClickException(str(error)) from None
    try:
        records = _Telling(folder, files)
        cosigner = cosigner_in(
            folder, has_cosigned=records.has_cosigned, random=os.urandom, clock_s=lambda: int(time.time())
        )
        for vkey in logs:
            _trust(records, vkey)
        server = witness_server(Witness(records, cosigner), port, takes_any=not logs, say=_say)
        click.echo(f"http://127.0.0.1:{server.server_port} {cosigner.public.text}")
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
        server.serve_forever()
        server.server_close()
    except (LedgerError, OSError) as error:
        raise click.ClickException(str(error)) from None
    finally:
        lock.end()


@dataclass(frozen=True, slots=True)
class _Telling(FolderRecords):
    """Says alarms as well."""

    def alarm(self, alarm: Alarm) -> None:
        FolderRecords.alarm(self, alarm)
        _say(f"ALARM {alarm.kind}: {alarm.origin} shows what does not go with what it had shown; both are kept")


def _trust(records: FolderRecords, vkey: str) -> None:
    try:
        key = VerifierKey.parse(vkey)
        Ed25519Verifier.of(key)
    except NoteError as error:
        raise click.UsageError(f"--log: {error}") from None
    known = records.log(key.name)
    if known is None:
        records.trust(key, None)
    elif known.key != key:
        raise click.UsageError(
            f"--log: {key.name} has the key {known.key.text} here; a log that began anew has a new name"
        )


def _say(line: str) -> None:
    click.echo(line, err=True)
