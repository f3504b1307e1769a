"""What a hub needed for a moment, it does not keep."""

from __future__ import annotations

import psutil
import pytest

from fleaglass.hub import memory
from fleaglass.hub.memory import give_back


@pytest.mark.skipif(memory._trim is None, reason="no glibc here: its allocator gives back by itself")
def test_what_is_free_between_what_lives_goes_back() -> None:
    pieces = [bytes(3_000) for _ in range(40_000)]  # 120 MB
    kept = pieces[::40]
    held = psutil.Process().memory_info().rss
    del pieces
    give_back()
    assert psutil.Process().memory_info().rss < held - 60_000_000
    assert len(kept) == 1_000
