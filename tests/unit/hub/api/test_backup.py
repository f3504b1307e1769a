"""POST /backup: a hub that runs writes its own backup, and says in words why it cannot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import msgspec
import pytest
from fastapi import FastAPI

from fleaglass.hub.api.backup import backup_routes
from fleaglass.hub.store import Store
from fleaglass.hub.store.backup import Manifest
from fleaglass.hub.store.engine import Engine
from tests.support.otlp import traces
from tests.support.stores import EMBEDDED_ONLY

pytestmark = EMBEDDED_ONLY

MADE = datetime(2026, 11, 30, tzinfo=UTC)


@pytest.fixture
async def client(store: Store) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(backup_routes(store, lambda: MADE))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub/api/v1/") as client:
        yield client


async def test_it_is_told_what_was_written(client: httpx.AsyncClient, engine: Engine, tmp_path: Path) -> None:
    engine.insert("traces", traces({}, {}).SerializeToString())
    answer = await client.post("backup", json={"to": str(tmp_path / "made")})
    manifest = msgspec.json.decode((tmp_path / "made" / "manifest.json").read_bytes(), type=Manifest)
    assert answer.json() == {
        "to": str(tmp_path / "made"),
        "files": len(manifest.files),
        "bytes": manifest.total_bytes,
        "rows": manifest.rows,
    }
    assert (manifest.rows["spans"], manifest.made) == (2, MADE)


async def test_a_place_where_none_can_go_is_refused(client: httpx.AsyncClient, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    for to, status, why in (
        ("here", 400, "'here' is not an absolute path"),
        (
            str(tmp_path / "full"),
            400,
            f"{tmp_path / 'full'} is not empty; name a folder that is, or does not exist yet",
        ),
        (str(tmp_path / "full" / "file" / "below"), 503, None),
    ):
        answer = await client.post("backup", json={"to": to})
        error = answer.json()["error"]
        assert answer.status_code == status
        assert why in (None, error["message"])
        assert error["hint"]
