"""A saved report tells what is to be done, and not what may be erased from the log."""

from __future__ import annotations

from contextlib import suppress

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.ledger.reconcile import Difference, Finding, Reconciliation, VenueLine
from fleaglass.ledger.reconcile.saved import SavedDifference, UnusableReport, decode_report, saved


def _line(number: int) -> VenueLine:
    return VenueLine(kind="order", id=f"ord_{number}", at_ns=number)


def test_of_what_is_well_only_the_number_is_kept() -> None:
    findings = [Finding(verdict="venue_only", lines=(_line(1),)), Finding(verdict="matched", lines=(_line(2),))]
    report = saved(Reconciliation(tuple(findings)), at_ns=5, venue="live", troubles=["no bets"])
    assert report.counts == {"venue_only": 1, "matched": 1}
    assert [(each.verdict, each.what, each.ids, each.at_ns) for each in report.findings] == [
        ("venue_only", "order", ("ord_1",), 1)
    ]
    assert (report.clean, report.troubles) == (False, ("no bets",))


def test_whom_a_thing_was_for_is_not_kept() -> None:
    differences = (Difference("counterparty_id", "alice", "bob"), Difference("fee_usd", "1", "2"))
    finding = Finding(verdict="mismatched", lines=(_line(1),), differences=differences)
    report = saved(Reconciliation((finding,)), at_ns=5, venue="live", troubles=())
    assert report.findings[0].differences == (SavedDifference("counterparty_id"), SavedDifference("fee_usd", "1", "2"))
    content = msgspec.json.encode(report)
    assert b"alice" not in content
    assert decode_report(content) == report


def test_more_than_a_page_can_show_is_counted() -> None:
    findings = tuple(Finding(verdict="venue_only", lines=(_line(number),)) for number in range(503))
    report = saved(Reconciliation(findings), at_ns=5, venue="live", troubles=())
    assert (len(report.findings), report.left_out) == (500, 3)


@given(st.binary() | st.text().map(str.encode))
def test_whatever_is_in_a_file_is_a_report_or_refused(content: bytes) -> None:
    with suppress(UnusableReport):
        decode_report(content)
