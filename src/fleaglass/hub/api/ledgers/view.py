"""What the hub knows of ledgers, in the API's shapes."""

from __future__ import annotations

from typing import Final

from fleaglass.hub.api.ledgers.shapes import (
    EntryDetail,
    EntrySeen,
    LedgerDetail,
    LedgerSummary,
    ReportSeen,
    VerifiedSeen,
)
from fleaglass.hub.ledgers.checking import Checked
from fleaglass.hub.ledgers.growth import Standing
from fleaglass.hub.ledgers.paging import Row
from fleaglass.hub.ledgers.reports import Report
from fleaglass.hub.ledgers.shelf import Book
from fleaglass.hub.ledgers.verifying import Verified
from fleaglass.ledger.entry import Entry
from fleaglass.ledger.reconcile.saved import SavedReport
from fleaglass.ledger.tree.merkle import leaf_hash
from fleaglass.ledger.verify.verdict import MOST_PROBLEMS

__all__ = ["detail", "entry_detail", "entry_of_row", "report", "summary"]

MOST_OPEN: Final = 200
_NOTHING: Final = Entry(kind="observe", seq="", id="", t="", mono="", agent="", v="")
"""What an entry says that cannot be read."""


def summary(book: Book) -> LedgerSummary:
    """One log of the list. Reads what is new of it."""
    return _summary(book, book.growth.standing())


def detail(book: Book) -> LedgerDetail:
    """One log, and its open intents."""
    standing = book.growth.standing()
    return {
        "ledger": _summary(book, standing),
        "open": [{"entry": _entry(each.index, each.entry), "lost": each.is_lost} for each in standing.open[:MOST_OPEN]],
    }


def entry_of_row(row: Row) -> EntrySeen:
    """One entry of a page."""
    return _entry(row.index, row.entry, row.problem)


def entry_detail(ledger: str, found: Checked, related: list[EntrySeen], checked_ns: int) -> EntryDetail:
    """One entry, checked at `checked_ns`."""
    return {
        "ledger": ledger,
        "entry": _entry(found.index, found.entry, found.problem),
        "raw": found.data.decode("utf-8", "backslashreplace"),
        "leaf_hash": leaf_hash(found.data).hex() if found.data else None,
        "checked_ns": str(checked_ns),
        "proved": found.proof is not None,
        "signed": found.is_signed,
        "size": found.size,
        "steps": len(found.proof.hashes) if found.proof else 0,
        "problem": found.problem or None,
        "related": related,
    }


def report(file: Report) -> ReportSeen:
    """One saved report."""
    said = file.said or SavedReport(at_ns=0, venue="", clean=False, counts={})
    return {
        "name": file.name,
        "problem": file.problem or None,
        "at_ns": str(said.at_ns) if file.said else None,
        "venue": said.venue,
        "clean": said.clean,
        "counts": dict(said.counts),
        "findings": [
            {
                "verdict": each.verdict,
                "agent": each.agent,
                "what": each.what,
                "entries": list(each.entries),
                "ids": list(each.ids),
                "at_ns": _text(each.at_ns),
                "why": each.why,
                "differences": [
                    {"field": one.field, "ours": one.ours, "venues": one.venues} for one in each.differences
                ],
            }
            for each in said.findings
        ],
        "left_out": said.left_out,
        "troubles": list(said.troubles),
    }


def _summary(book: Book, standing: Standing) -> LedgerSummary:
    checkpoint = standing.checkpoint
    return {
        "ledger": book.place.name,
        "agent": standing.agent or None,
        "origin": checkpoint.origin if checkpoint else None,
        "size": checkpoint.size if checkpoint else None,
        "root": checkpoint.root.hex() if checkpoint else None,
        "kinds": dict(standing.kinds),
        "last_ns": _text(standing.last_ns),
        "open": len(standing.open),
        "read": standing.read,
        "problem": standing.problem or None,
        "verified": _verified(book.verified) if book.verified else None,
    }


def _verified(last: Verified) -> VerifiedSeen:
    verdict = last.verdict
    return {
        "at_ns": str(last.at_ns),
        "took_ns": last.took_ns,
        "result": "unusable" if verdict is None else "whole" if verdict.is_whole else "tampered",
        "signed": last.is_signed,
        "size": verdict.size if verdict else 0,
        "first_bad": verdict.first_bad if verdict else None,
        "cosigned": last.cosigned,
        "newer": verdict.newer if verdict else 0,
        "problems": [
            {"index": each.index, "where": each.where, "what": each.what}
            for each in (verdict.problems if verdict else ())[:MOST_PROBLEMS]
        ],
        "why": last.why or None,
    }


def _entry(index: int, entry: Entry | None, problem: str = "") -> EntrySeen:
    said = entry or _NOTHING
    return {
        "index": index,
        "kind": entry.kind if entry else "unreadable",
        "id": said.id or None,
        "ref": said.ref or None,
        "op": said.op or None,
        "at_ns": _digits(said.t),
        "agent": said.agent or None,
        "strategy": said.strategy or None,
        "release": said.release or None,
        "environment": said.environment or None,
        "trace_id": _hex(said.trace, 32),
        "span_id": _hex(said.span, 16),
        "attributes": dict(said.attributes),
        "committed": sorted(said.commitments),
        "problem": problem or None,
    }


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _digits(text: str) -> str | None:
    """A moment, if it is one: entries are not to be believed."""
    return text if text.isascii() and text.isdigit() and len(text) < 20 else None


def _hex(text: str, digits: int) -> str | None:
    """An id, if it is one."""
    return text if len(text) == digits and set(text) <= set("0123456789abcdef") else None
