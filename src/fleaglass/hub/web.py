"""The control room's files, built into `static/` beside this module, under a policy that runs nothing else.

Any other path answers with the page itself, which knows its own addresses; unknown API and OTLP paths stay 404.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

__all__ = ["web_routes"]

STATIC: Final = Path(__file__).parent / "static"

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; worker-src 'self'"
)
_HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}


def web_routes() -> list[BaseRoute]:
    """Built assets, and the page for every other path."""
    assets = StaticFiles(directory=STATIC / "assets", check_dir=False)
    return [Mount("/assets", assets), Route("/{path:path}", _page, methods=["GET"])]


async def _page(request: Request) -> Response:
    path: str = request.path_params["path"]
    if path.startswith(("api/", "v1/")):
        error = {"code": "not_found", "message": f"there is no /{path}", "hint": "See /api/v1/openapi.json."}
        return JSONResponse({"error": error}, 404)
    if "/" not in path and path and _is_file(STATIC / path):  # favicon, licences: files beside the page
        return FileResponse(STATIC / path, headers=_HEADERS)
    index = STATIC / "index.html"
    if not index.is_file():
        return PlainTextResponse("The web UI is not built. Run: make setup", 503, headers=_HEADERS)
    return FileResponse(index, headers=_HEADERS)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # no file has a name of that length
        return False
