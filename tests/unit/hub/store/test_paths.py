"""A store is where its address says, or it is not opened at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from fleaglass.hub.store.engine import own


@pytest.mark.parametrize("name", ["a:b", "a?b=c", "a#b", "a\nb"])
def test_a_path_that_the_engine_would_misread_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(OSError, match="the engine cannot read a path with"), own(f"chdb://{tmp_path / name / 'store'}"):
        pass
    assert list(tmp_path.iterdir()) == []
