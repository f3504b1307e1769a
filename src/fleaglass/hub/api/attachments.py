"""Files that came with an event: which there are, and one of them to download.

They are a client's bytes. So they are never shown by the browser: it is told to save them, by a type that it does not
interpret, and not to guess another one.
"""

from __future__ import annotations

import base64
from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from fleaglass.hub.api.errors import Problem
from fleaglass.hub.api.event_shapes import Attachment
from fleaglass.hub.api.sql import Bindings
from fleaglass.hub.store import Store

__all__ = ["attachment", "attachments_of"]

_MOST: Final = 100


async def attachments_of(store: Store, project: int, event_id: str) -> list[Attachment]:
    """By name. Raises EngineError."""
    bind = Bindings()
    sql = (
        "SELECT a.name AS name, a.content_type AS content_type, a.bytes AS bytes FROM attachments AS a"
        f" WHERE a.event_id = {bind('String', event_id)} AND a.project = {bind('UInt32', project)}"
        f" ORDER BY a.name, a.time DESC LIMIT 1 BY a.name LIMIT {_MOST}"
    )
    return [
        {"name": row["name"], "content_type": row["content_type"], "bytes": row["bytes"]}
        for row in await store.query(sql, bind.values)
    ]


async def attachment(store: Store, project: int, event_id: str, name: str) -> Response:
    """The file, to be saved. Raises Problem and EngineError."""
    bind = Bindings()
    sql = (
        f"SELECT a.body AS body FROM attachments AS a WHERE a.event_id = {bind('String', event_id)}"
        f" AND a.project = {bind('UInt32', project)} AND a.name = {bind('String', name)} ORDER BY a.time DESC LIMIT 1"
    )
    for row in await store.query(sql, bind.values):
        headers = {
            "content-disposition": f"attachment; filename*=UTF-8''{quote(name.rpartition('/')[2], safe='')}",
            "x-content-type-options": "nosniff",
            "content-security-policy": "default-src 'none'; sandbox",
            "cache-control": "no-store",
        }
        return Response(base64.b64decode(row["body"]), headers=headers, media_type="application/octet-stream")
    raise Problem(404, "unknown_attachment", f"the event has no attachment {name[:100]!r}", "See `attachments` of it.")
