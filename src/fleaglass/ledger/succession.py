"""A log that goes on under another name, because the key of the first is lost, stolen, or its files are damaged.

Nobody can tell from the new log that the old one is whole; so its first entry commits to the last checkpoint of the old
one that is trusted, such as one that a counterparty holds. The old log stays where it is.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from fleaglass.ledger.log import Ledger, Seams
from fleaglass.ledger.storage.files import Files, writing
from fleaglass.ledger.storage.layout import Layout, layout_of, next_layout_of
from fleaglass.ledger.storage.lock import WriterLock
from fleaglass.ledger.tree.checkpoint import Checkpoint

__all__ = ["begin_anew"]


def begin_anew(home: Path, agent: str, trusted: Checkpoint | None, *, why: str, seams: Seams) -> None:
    """Begin the log that takes the place of an agent's; from now on `Ledger.open` opens it.

    It gets its place when its first entry is signed: until then the old one is the agent's.

    Args:
        home: the folder of all that Fleaglass keeps.
        agent: its name.
        trusted: the last checkpoint of the old log that is; None if no one is.
        why: the reason, for the log.
        seams: where it meets the world.

    Raises:
        LedgerBusy: somebody writes the old log.
        LedgerError: the new one cannot be written.
    """
    old, new = layout_of(home, agent), next_layout_of(home, agent)
    lock = WriterLock(old.lock, seams.system)
    try:
        beside = Layout(new.folder.with_name("~new") / new.folder.name)
        shutil.rmtree(beside.folder, ignore_errors=True)
        ledger = Ledger.open_at(beside, agent, seams=seams)
        try:
            ledger.succeed(trusted, why=why)
        finally:
            ledger.close()
        with writing(new.folder):
            seams.system.rename(beside.folder, new.folder)
        Files(seams.system, new.new).sync_folder(new.folder.parent)
    finally:
        lock.end()
