"""The key of a witness: a file of one line in a private folder, made once, as that of a log is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fleaglass.ledger.errors import LedgerKeyError
from fleaglass.ledger.storage.files import Files
from fleaglass.ledger.storage.keys import Keys
from fleaglass.ledger.storage.system import System
from fleaglass.ledger.tree.cosignature import Cosigner

__all__ = ["cosigner_in"]


def cosigner_in(
    folder: Path,
    *,
    has_cosigned: bool,
    random: Callable[[int], bytes],
    clock_s: Callable[[], int],
    system: System = System(),  # noqa: B008
) -> Cosigner:
    """The cosigner whose key lies in a folder; made, with a name of its own, if the witness has never cosigned.

    Args:
        folder: for the key alone.
        has_cosigned: whether somebody may have its cosignatures, which only this key verifies.
        random: gives so many random bytes.
        clock_s: tells the time in Unix seconds.
        system: the disk.

    Raises:
        LedgerKeyError: the key is missing, is none, or others may read it.
        LedgerWriteError: it cannot be made.
    """
    new = folder / "new"
    files = Files(system, new)
    files.make_folder(new)
    files.remove_new()
    keys = Keys(files, folder, f"fleaglass.witness/{random(4).hex()}", random)
    keys.check(is_needed=False)
    if has_cosigned and not keys.path.exists():
        raise LedgerKeyError(
            f"{keys.path} is missing, and this witness has cosigned with it; put it back. Without it nobody can tell "
            "its cosignatures from a forger's, so no other is made in its place"
        )
    signer = keys.signer(is_needed=has_cosigned)
    return Cosigner(signer.name, signer.seed, clock_s)
