"""A ledger as an agent writes it: orders that were filled, one whose answer was lost, one still out."""

from __future__ import annotations

import shutil
from itertools import count
from pathlib import Path

from fleaglass.ledger.entry import Kind
from fleaglass.ledger.log import Draft, Ledger, Receipt, Seams
from fleaglass.ledger.storage.keys import read_key
from fleaglass.ledger.storage.layout import layout_of
from fleaglass.ledger.tree.keys import Ed25519Verifier
from tests.support.ledgers import Unsynced

__all__ = ["AGENT", "T0_NS", "TRACE", "Writer", "flip", "tampered_copy", "write_story"]

AGENT = "vol-arb-1"
T0_NS = 1_796_000_000_000_000_000
TRACE = "4f1c9d20a1b24c63a7f0d8e5b6c7a09e"
_NEVER_S = 3600.0


class Writer:
    """Writes the log of one agent; each entry is a second after the one before.

    Args:
        home: of all that Fleaglass keeps.
        agent: whose.
        start_ns: when the first entry is.
    """

    def __init__(self, home: Path, agent: str = AGENT, *, start_ns: int = T0_NS) -> None:
        numbers = count(1)
        self.home = home
        self._agent = agent
        self._times = count(start_ns, 1_000_000_000)
        self._layout = layout_of(home, agent)
        self.ledger = Ledger.open(
            home,
            agent,
            seams=Seams(
                system=Unsynced(),
                random=lambda size: next(numbers).to_bytes(size, "big"),
                commit_within_s=_NEVER_S,
                checkpoint_within_s=_NEVER_S,
            ),
        )

    @property
    def key(self) -> Ed25519Verifier:
        """The log's public key."""
        return Ed25519Verifier.of(read_key(self._layout.key).public)

    def say(
        self, kind: Kind, op: str, *, ref: str = "", trace: str = TRACE, span: str = "", **attributes: str
    ) -> Receipt:
        """One entry."""
        t = str(next(self._times))
        draft = Draft(
            kind=kind,
            t=t,
            mono=t,
            agent=self._agent,
            op=op,
            ref=ref,
            trace=trace,
            span=span,
            strategy="vol-arb-btc",
            release="vol-arb@2.1.0",
            environment="live",
            attributes=attributes,
        )
        return self.ledger.append(draft, {"counterparty_id": "researcher-1"} if kind == "intent" else {})

    def order(self, number: int, *, state: str = "filled", trace: str = TRACE) -> tuple[Receipt, Receipt]:
        """An intent to buy, and what came of it."""
        span = f"{number + 1:016x}"
        intent = self.say("intent", "trading.order", trace=trace, span=span, asset="BTC", side="buy", quantity="0.01")
        told = {"order_id": f"o-{number}"} if state != "unknown" else {}
        outcome = self.say("outcome", "trading.order", ref=intent.id, trace=trace, span=span, state=state, **told)
        return intent, outcome

    def sign(self) -> None:
        """A checkpoint over all."""
        self.ledger.checkpoint()


def write_story(home: Path, agent: str = AGENT, *, start_ns: int = T0_NS) -> Writer:
    """Two orders filled, one lost, one filled in a trace of its own; entry 8 is an escrow, still open."""
    writer = Writer(home, agent, start_ns=start_ns)
    writer.order(0)
    writer.order(1)
    writer.order(2, state="unknown")
    writer.order(3, trace="e" * 32)
    writer.say("intent", "escrow.create", amount_usd="250", timeout_hours="24")
    writer.sign()
    return writer


def tampered_copy(home: Path, to: Path, agent: str = AGENT) -> Path:
    """A copy of a log's served files in which order 1 was 9.91 BTC instead of 0.01. Returns its folder."""
    folder = to / f"{agent}-copy"
    shutil.copytree(layout_of(home, agent).log, folder / "log")
    flip(folder, b'"quantity":"0.01"', b'"quantity":"9.91"', skip=1)
    return folder


def flip(folder: Path, was: bytes, is_: bytes, *, skip: int = 0) -> None:
    """Change some bytes in the newest file of entries, whose length stays."""
    path = max((folder / "log/tile/entries").rglob("*[0-9]"), key=lambda each: (each.is_file(), each.stat().st_size))
    parts = path.read_bytes().split(was)
    head, tail = was.join(parts[: skip + 1]), was.join(parts[skip + 1 :])
    path.write_bytes(head + is_ + tail)
