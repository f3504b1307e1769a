"""How the services refuse: a flat object with `error` in snake_case, and no message where there is nothing to add."""

from __future__ import annotations

from fleaglass.sandbox.clock import rfc3339
from fleaglass.sandbox.errors import ApiError, RateLimited
from fleaglass.sandbox.faces.face import Endpoint
from fleaglass.sandbox.faces.view import View

__all__ = ["Refused", "code_of", "refuse"]

_NAMES = {
    "AGENT_EXISTS": "already_registered",
    "DISPUTED": "invalid_status",
    "ESCROW_TIMEOUT": "invalid_status",
    "INVALID_API_KEY": "unauthorized",
    "PAYLOAD_TOO_LARGE": "payload_too_large",
}
"""Where the services' word is another one than the same in lower case."""
_WITHOUT_MESSAGE = frozenset({"unauthorized", "invalid_key", "not_found", "forbidden", "rate_limited"})


class Refused(ApiError):
    """A refusal in the services' own words."""

    def __init__(self, status: int, error: str, message: str = "", **extra: object) -> None:
        """Take the status, the error's name, a sentence if there is one, and further fields of the body."""
        super().__init__(message, extra)
        self.status = status
        self.code = error


def refuse(error: ApiError, endpoint: Endpoint | None) -> View:
    """Return the body of a refusal."""
    if isinstance(error, RateLimited) and endpoint is not None and endpoint.operation == "casino.bet":
        return {"error": "rate_limit_exceeded", "reset_at": rfc3339(error.resets_ns)}
    name = code_of(error, endpoint)
    extra = {key: value for key, value in error.extra.items() if key != "field"}
    if not error.message or name in _WITHOUT_MESSAGE:
        return {"error": name, **extra}
    return {"error": name, "message": error.message, **extra}


def code_of(error: ApiError, endpoint: Endpoint | None) -> str:
    """Return the service's name for an error."""
    if error.code == "INVALID_API_KEY" and endpoint is not None and endpoint.host == "trading":
        return "invalid_key"
    if error.code in ("INVALID_PARAMS", "INVALID_REQUEST") and "field" in error.extra:
        return f"invalid_{error.extra['field']}"
    return _NAMES.get(error.code, error.code.lower())
