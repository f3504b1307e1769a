"""What a hub needed for a moment, it does not keep."""

from __future__ import annotations

import psutil
import pytest

from fleaglass.hub import memory
from fleaglass.hub.memory import apart, give_back


@pytest.mark.skipif(memory._trim is None, reason="no glibc here: its allocator gives back by itself")
def test_what_is_free_between_what_lives_goes_back() -> None:
    pieces = [bytes(3_000) for _ in range(40_000)]  # 120 MB
    kept = pieces[::40]
    held = psutil.Process().memory_info().rss
    del pieces
    give_back()
    assert psutil.Process().memory_info().rss < held - 60_000_000
    assert len(kept) == 1_000


@pytest.mark.skipif(memory._trim is None, reason="no glibc here: its allocator gives back by itself")
def test_what_is_large_goes_back_when_it_is_freed() -> None:
    apart()
    base = psutil.Process().memory_info().rss
    for _ in range(3):  # each time it would be called large from a higher size on
        pieces = [b"x" * 1_000_000 for _ in range(100)]
        kept = pieces[1::2]
        assert psutil.Process().memory_info().rss > base + 30_000_000
        del pieces
        assert psutil.Process().memory_info().rss < base + 70_000_000
        del kept
