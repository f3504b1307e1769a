"""Which of two shippers is newer, and what one says of itself."""

from pathlib import Path

import pytest

from fleaglass.shipper.process import is_newer, read_running


@pytest.mark.parametrize(("version", "than"), [("0.10.0", "0.9.0"), ("1.0", "0.99"), ("0.1.1", "0.1"), ("0.1", "")])
def test_versions_are_compared_by_their_numbers(version: str, than: str) -> None:
    assert is_newer(version, than=than)
    assert not is_newer(than, than=version)
    assert not is_newer(version, than=version)


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 4_000, b'{"pid": "x"}', b"\xff"])
def test_what_cannot_be_read_says_nothing(tmp_path: Path, content: bytes) -> None:
    assert read_running(tmp_path) is None
    (tmp_path / "ship.json").write_bytes(content)
    assert read_running(tmp_path) is None
