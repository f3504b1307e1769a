"""The end of a journal whose process died without one: what it left open is closed, and said.

::

    a span that was open          ends with the last thing that was recorded: error, "interrupted", `pf.interrupted`
    … and its request had left    its state is unknown, and it is named in a Sentry event, "agent died mid-decision"
    a session that was open       ends as abnormal

All of it is the journal's last segment, which appears as a whole. So it is made once, whatever happens to the shipper,
and leaves like everything else in the journal.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from fleaglass.journal.format import HEADER_BYTES, MONEY, RECORD_HEADER, SYNC, SegmentHeader, checksum
from fleaglass.journal.layout import replace_file, segment_name
from fleaglass.journal.records import Envelope, Opened, Record, Recovered, Run, encode
from fleaglass.shipper.interrupted import decoded, interrupted_spans, last_ns_of
from fleaglass.shipper.last_words import died_mid_decision, session_ended
from fleaglass.shipper.unfinished import Unfinished

__all__ = ["recover"]


def recover(
    folder: Path,
    unfinished: Unfinished,
    *,
    number: int,
    journal: bytes,
    agent_id: str,
    now_ns: int,
    new_id: Callable[[], str],
) -> tuple[int, int]:
    """Write the journal's last segment; how many spans were open, and how many of those in flight. Raises ``OSError``.

    Args:
        folder: of the journal.
        unfinished: all of it has been read.
        number: of the new segment.
        journal: the journal's 16 bytes.
        agent_id: for a journal that does not say itself whose it is.
        now_ns: the time, in Unix nanoseconds.
        new_id: gives 32 random hexadecimal digits.
    """
    opened = unfinished.opened or Opened(agent_id, {}, now_ns, "", {})
    spans = interrupted_spans(unfinished)
    in_flight = sum(each.is_in_flight for each in spans)
    run = decoded(Run, unfinished.run)
    last_ns = last_ns_of(unfinished) or now_ns
    records: list[Record] = [opened, *unfinished.scopes.values(), *(each.ended for each in spans)]
    if spans:
        item = died_mid_decision(opened, spans, unfinished, run, time_ns=last_ns, event_id=new_id())
        records.append(Envelope("error", msgspec.json.encode(item)))
    if run is not None and run.status == "ok":
        item = session_ended(run, opened.agent_id, time_ns=max(run.seen_ns, last_ns))
        records.append(Envelope("session", msgspec.json.encode(item)))
    records.append(Recovered(now_ns, len(spans), in_flight))
    replace_file(folder / segment_name(number), _segment(records, number, journal, now_ns))
    return len(spans), in_flight


def _segment(records: list[Record], number: int, journal: bytes, now_ns: int) -> bytes:
    """A whole segment, as a file has it."""
    parts: list[bytes] = []
    for record in records:
        payload = encode(record)
        check = checksum(record.kind, MONEY, payload)
        parts += (RECORD_HEADER.pack(SYNC, record.kind, MONEY, len(payload), check), payload)
    head = HEADER_BYTES + sum(map(len, parts))
    header = SegmentHeader(number=number, head=head, created_ns=now_ns, journal=journal, sealed=True)
    return b"".join((header.encode(), *parts))
