"""The control room's files: what exists is served, every other path is the page, and none is an error."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from fleaglass.hub import web


@pytest.fixture
def static(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A built UI of one page."""
    (tmp_path / "index.html").write_text("the page")
    (tmp_path / "favicon.svg").write_text("an icon")
    monkeypatch.setattr(web, "STATIC", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/", "the page"),
        ("/favicon.svg", "an icon"),
        ("/traces/1", "the page"),
        ("/" + "a" * 5000, "the page"),  # longer than a file's name can be
        ("/%00", "the page"),
        ("/..%2fweb.py", "the page"),
    ],
)
async def test_any_path_is_a_file_or_the_page(static: Path, path: str, shown: str) -> None:
    app = Starlette(routes=web.web_routes())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:4318") as http:
        answer = await http.get(path)
    assert (answer.status_code, answer.text) == (200, shown)
