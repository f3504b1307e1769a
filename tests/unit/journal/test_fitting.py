"""What is too large for a record lies beside the journal, or is cut where it is longest."""

import stat
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from fleaglass.journal import MONEY
from fleaglass.journal.fitting import cut
from fleaglass.journal.records import Envelope, SpanEnded, decode, encode
from tests.unit.journal.desk import OPENED, SEGMENT_BYTES, event, events, no_room, only_folder, put, records, writer


def test_an_item_that_is_too_large_lies_in_a_file_beside_the_journal(tmp_path: Path) -> None:
    journal = writer(tmp_path)
    item = b'{"text":"%s"}' % (b"x" * SEGMENT_BYTES)
    journal.append(Envelope.kind, encode(Envelope("error", item, supersedes="key")), MONEY)
    put(journal, event(1))
    folder = only_folder(tmp_path)
    assert records(folder) == [OPENED, Envelope("error", b"", "1.item", "key"), event(1)]
    (file,) = (folder / "spill").iterdir()
    assert file.read_bytes() == item
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not journal.missed


def test_an_item_for_which_there_is_no_room_is_counted_and_said_once(tmp_path: Path) -> None:
    said: list[str] = []
    journal = writer(tmp_path, said)
    put(journal, event(1))
    journal._check_room = no_room
    for _ in range(3):
        journal.append(Envelope.kind, encode(Envelope("error", b"x" * SEGMENT_BYTES)), MONEY)
    put(journal, event(2))
    assert events(only_folder(tmp_path)) == [1, 2]
    assert journal.missed == {("too_large", "Envelope"): 3}
    assert len(said) == 1
    assert "No space left" in said[0]


def test_a_span_that_is_too_large_is_cut_where_it_is_longest(tmp_path: Path) -> None:
    journal = writer(tmp_path)
    attributes = {"pf.asset": "BTC", "prompt": "x" * SEGMENT_BYTES, "list": ["y" * SEGMENT_BYTES, "z"], "number": 7}
    span = SpanEnded(b"t" * 16, b"s" * 8, b"", "cycle", 1, 5, 6, attributes)
    journal.append(span.kind, encode(span), MONEY)
    (_, found) = records(only_folder(tmp_path))
    assert isinstance(found, SpanEnded)
    assert found.attributes["pf.asset"] == "BTC"
    assert found.attributes["number"] == 7
    kept = SEGMENT_BYTES // 4
    assert found.attributes["prompt"] == "x" * kept + f"… ({SEGMENT_BYTES - kept} characters are cut)"
    assert found.attributes["list"] == ["y" * kept + f"… ({SEGMENT_BYTES - kept} characters are cut)", "z"]
    assert not journal.missed


@given(
    attributes=st.dictionaries(
        st.text(max_size=20),
        st.text() | st.integers(0, 99) | st.lists(st.text(), max_size=3) | st.sampled_from(["é" * 20_000, "x" * 9_999]),
        max_size=8,
    )
)
def test_a_record_is_cut_to_what_fits_or_not_at_all(attributes: dict[str, object]) -> None:
    payload = encode(SpanEnded(b"t" * 16, b"s" * 8, b"", "cycle", 1, 5, 6, attributes))
    found = cut(SpanEnded.kind, payload, 2_000)
    if found is not None:
        assert len(found) <= 2_000
        span = decode(SpanEnded.kind, found)
        assert isinstance(span, SpanEnded)
        assert span.attributes.keys() == attributes.keys()
