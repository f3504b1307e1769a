"""What lies where in the folder of one agent's log.

::

    $FLEAGLASS_HOME/ledger/<agent>/        <agent>~2 is the log that went on when the key of the first was lost
        log/                        any static file server may serve this
            checkpoint              signed size and root; written last
            tile/…                  hashes (C2SP tlog-tiles)
            tile/entries/…          entries
        state/                      private
            lock                    held by the one writer
            wal-00000001 …          what is not yet in tiles
            last-signed             the newest checkpoint that was ever signed
            open-intents            a note of what has no outcome, so that a start need not read the whole log
            disclosures/all         what commitments stand for
            anchors/all             checkpoints as others have taken them
            anchors/from/…          checkpoints of other logs, which came with an escrow
            handovers/…             checkpoints that one key has signed together with the next
            new/                    files that are not whole yet
        keys/                       private
            key                     the private key
            next                    the one that takes over, while it does
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["Layout", "agent_slug", "layout_of", "layouts_in", "next_layout_of"]

_LEDGERS: Final = "ledger"
_PLAIN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def agent_slug(agent: str) -> str:
    """The agent's name as a folder's: as it is if that can be, else in the alphabet of one, with a hash of it.

    Two agents never share one, also where file names know no capitals.
    """
    if _PLAIN.fullmatch(agent):
        return agent
    plain = re.sub(r"[^a-z0-9._-]+", "-", agent.lower()).strip("-.")[:48]
    return f"{plain or 'agent'}-{hashlib.sha256(agent.encode()).hexdigest()[:8]}"


def layout_of(home: Path, agent: str) -> Layout:
    """Where the log of an agent lies: the last, if it had to begin a new one.

    Args:
        home: the folder of all that Fleaglass keeps.
        agent: its name.

    Raises:
        OSError: the folder cannot be read.
    """
    slug = agent_slug(agent)
    try:
        names = os.listdir(home / _LEDGERS)
    except FileNotFoundError:
        names = []
    later = re.compile(rf"{re.escape(slug)}~([1-9]\d*)")
    last = max((int(match[1]) for match in map(later.fullmatch, names) if match is not None), default=1)
    return Layout(home / _LEDGERS / _name(slug, last))


def layouts_in(home: Path) -> Iterator[Layout]:
    """Every log of a home, by name. Raises ``OSError``."""
    folder = home / _LEDGERS
    for name in sorted(os.listdir(folder)) if folder.is_dir() else ():
        if not name.startswith("~") and (folder / name).is_dir():
            yield Layout(folder / name)


def next_layout_of(home: Path, agent: str) -> Layout:
    """Where the log lies that takes the place of the last."""
    return layout_of(home, agent).successor


def _name(slug: str, number: int) -> str:
    return slug if number == 1 else f"{slug}~{number}"


@dataclass(frozen=True)
class Layout:
    """The paths of one log."""

    folder: Path

    @property
    def origin(self) -> str:
        """How the log calls itself in checkpoints; also the name of its key."""
        return f"fleaglass.ledger/{self.folder.name}"

    @property
    def successor(self) -> Layout:
        """The log that takes the place of this one, if one ever does."""
        slug, _, number = self.folder.name.partition("~")
        return Layout(self.folder.with_name(_name(slug, int(number or 1) + 1)))

    @property
    def folders(self) -> tuple[tuple[Path, int], ...]:
        """What there has to be, and who may enter it."""
        private = (
            self.folder,
            self.state,
            self.new,
            self.disclosures.parent,
            self.anchors.parent,
            self.handovers,
            self.keys,
        )
        return *((folder, 0o700) for folder in private), (self.log, 0o755)

    @property
    def log(self) -> Path:
        """What may be served."""
        return self.folder / "log"

    @property
    def state(self) -> Path:
        """What may not."""
        return self.folder / "state"

    @property
    def keys(self) -> Path:
        """Where the private key is."""
        return self.folder / "keys"

    @property
    def key(self) -> Path:
        """The private key that signs."""
        return self.keys / "key"

    @property
    def checkpoint(self) -> Path:
        """The newest checkpoint that anybody may see."""
        return self.log / "checkpoint"

    @property
    def last_signed(self) -> Path:
        """The newest that was signed."""
        return self.state / "last-signed"

    @property
    def lock(self) -> Path:
        """Held by the writer."""
        return self.state / "lock"

    @property
    def open_intents(self) -> Path:
        """A note of what has no outcome."""
        return self.state / "open-intents"

    @property
    def disclosures(self) -> Path:
        """What commitments stand for."""
        return self.state / "disclosures" / "all"

    @property
    def anchors(self) -> Path:
        """Checkpoints that others hold."""
        return self.state / "anchors" / "all"

    @property
    def foreign_anchors(self) -> Path:
        """Checkpoints that we hold for others."""
        return self.anchors.parent / "from"

    @property
    def handovers(self) -> Path:
        """What a witness is told when a key has followed another."""
        return self.state / "handovers"

    @property
    def new(self) -> Path:
        """Files that are not whole yet; on the same disk, and never served."""
        return self.state / "new"
