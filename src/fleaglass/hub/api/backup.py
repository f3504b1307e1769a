"""POST /backup: back up a hub that runs; `fleaglass hub backup --from URL` asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.responses import Response
from typing_extensions import TypedDict

from fleaglass import __version__
from fleaglass.hub.api.errors import ErrorAnswer, Guarded, Problem, json_answer
from fleaglass.hub.store import Row, Store
from fleaglass.hub.store.backup import BackupError, make_backup

__all__ = ["backup_routes"]


class Wanted(BaseModel):
    """Where the backup goes."""

    to: Annotated[str, Field(description="An absolute path on the hub's machine: a folder that is new or empty.")]


class Made(TypedDict):
    """A backup that is complete and on disk."""

    to: str
    files: int
    bytes: int
    rows: dict[str, int]


_HINT: Final = "Name a new folder on the hub's machine, on a disk with room for the whole store."


def backup_routes(store: Store, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> APIRouter:
    """The call, below /api/v1; two backups wait for each other."""
    api = APIRouter(prefix="/api/v1", route_class=Guarded)
    one_at_a_time = asyncio.Lock()

    @api.post(
        "/backup",
        tags=["hub"],
        response_model=Made,
        responses={
            400: {"model": ErrorAnswer, "description": "No backup can go there"},
            503: {"model": ErrorAnswer, "description": "The store or the disk failed"},
        },
    )
    async def post_backup(wanted: Wanted) -> Response:
        """Write a backup of the store and the hub's databases into a folder."""
        dest, loop = Path(wanted.to), asyncio.get_running_loop()
        if not dest.is_absolute():
            raise Problem(400, "bad_path", f"{wanted.to!r} is not an absolute path", _HINT)

        def query(sql: str) -> list[Row]:
            return asyncio.run_coroutine_threadsafe(store.query(sql), loop).result()

        try:
            async with one_at_a_time:
                made = await asyncio.to_thread(make_backup, query, store.folder, store.data, dest, __version__, now())
        except BackupError as error:
            raise Problem(400, "bad_path", str(error), _HINT) from None
        except OSError as error:
            raise Problem(503, "disk_failed", str(error), _HINT) from None
        return json_answer({"to": str(dest), "files": len(made.files), "bytes": made.total_bytes, "rows": made.rows})

    return api
