"""The journal: a crash-safe file format; write it, read it, and nothing else.

An agent's process writes one, on the thread that records; another process reads it and sends it on. What was written is
safe from the end of the process, however it ends. `format.py` draws the bytes, `records.py` says what they mean,
`layout.py` where they lie.
"""

from fleaglass.journal.cursors import Cursor, Cursors, Position, read_cursors
from fleaglass.journal.format import MONEY, VERSION, FormatError, NewerFormat, SegmentHeader
from fleaglass.journal.lease import is_held
from fleaglass.journal.reader import Damage, RawRecord, SegmentReader
from fleaglass.journal.room import Room
from fleaglass.journal.route import Destination, OtlpDestination, Route, SentryDestination, read_route
from fleaglass.journal.writer import Writer

__all__ = [
    "MONEY",
    "VERSION",
    "Cursor",
    "Cursors",
    "Damage",
    "Destination",
    "FormatError",
    "NewerFormat",
    "OtlpDestination",
    "Position",
    "RawRecord",
    "Room",
    "Route",
    "SegmentHeader",
    "SegmentReader",
    "SentryDestination",
    "Writer",
    "is_held",
    "read_cursors",
    "read_route",
]
