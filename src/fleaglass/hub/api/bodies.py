"""JSON bodies of requests: read within a bound, checked by msgspec, which says what is wrong and where."""

from __future__ import annotations

from typing import Any, Final, TypeVar

import msgspec
from starlette.requests import Request

from fleaglass.hub.api.errors import Problem
from fleaglass.hub.receive import body

__all__ = ["body_of", "documented_body"]

_MOST_BYTES: Final = 64 * 1024
_NUL: Final = b"\\u0000"  # PostgreSQL keeps no text that has it

T = TypeVar("T")


async def body_of(request: Request, kind: type[T], most_bytes: int = _MOST_BYTES) -> T:
    """The body as `kind`. Raises Problem."""
    try:
        read = await body.read(request.stream(), request.headers.get("content-encoding", ""), most_bytes)
        if _NUL in read:
            raise Problem(400, "bad_body", "the body holds the character U+0000", "No text that is kept may.")
        return msgspec.json.decode(read, type=kind)
    except body.TooLarge as error:
        raise Problem(413, "too_large", str(error), "Send less at once.") from None
    except body.BadEncoding as error:
        raise Problem(400 if error.known else 415, "bad_encoding", str(error), "Send the JSON as it is.") from None
    except (msgspec.MsgspecError, RecursionError) as error:
        said = str(error) if isinstance(error, msgspec.MsgspecError) else "it is nested too deeply"
        raise Problem(400, "bad_body", f"the body does not fit: {said}", "Correct it and send it again.") from None


def documented_body(kind: Any) -> dict[str, Any]:
    """The `openapi_extra` of an endpoint that takes such a body."""
    schema = msgspec.json.schema(kind)
    definitions = schema.pop("$defs", {})
    content = {"application/json": {"schema": _inlined(schema, definitions)}}
    return {"requestBody": {"required": True, "content": content}}


def _inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """OpenAPI has one place for what is referred to, and that is FastAPI's: so nothing is."""
    if isinstance(schema, list):
        return [_inlined(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _inlined(definitions[schema["$ref"].rsplit("/", 1)[1]], definitions)
    return {name: _inlined(part, definitions) for name, part in schema.items() if name != "discriminator"}
