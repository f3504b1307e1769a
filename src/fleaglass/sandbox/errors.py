"""What the venue answers when it refuses.

::

    ApiError                      status, code, message (+ further fields)
    ├── InvalidRequest       400  a field of the body, path or query is wrong; says which
    ├── BadRequest           400  what is asked for cannot be had, with a code of its own (INVALID_GAME, ...)
    ├── InsufficientMargin   400  the order costs more than the account can spend
    ├── InsufficientFunds    400  the wallet does not hold what should be sent or swapped
    ├── Unauthorized         401  no key (UNAUTHORIZED), or not one of ours (INVALID_API_KEY)
    ├── InsufficientBalance  402  the escrow costs more than the account can spend; 400 for a bet, a domain, a bid
    ├── Forbidden            403  a participant's right that this caller does not have
    ├── NotFound             404  no such order, position, wallet, escrow, agent, market, domain, auction
    ├── Conflict             409  it exists, but its state does not allow this (INVALID_STATUS, ALREADY_CLAIMED, ...)
    ├── PayloadTooLarge      413
    ├── RateLimited          429
    └── Injected             any  a fault asked for it

Statuses and the `code` field follow what the integration guides and the services show; the answer's body is
{"code": "INSUFFICIENT_MARGIN", "message": "..."}. The other face says the same in its own way (faces/live/refusal.py).
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = [
    "ApiError",
    "BadRequest",
    "Conflict",
    "Forbidden",
    "Injected",
    "InsufficientBalance",
    "InsufficientFunds",
    "InsufficientMargin",
    "InvalidRequest",
    "NotFound",
    "PayloadTooLarge",
    "RateLimited",
    "Unauthorized",
]


class ApiError(Exception):
    """A refusal: HTTP status, upper-case code, a sentence for people, and further fields of the JSON body."""

    status = 500
    code = "INTERNAL_ERROR"

    def __init__(self, message: str, extra: Mapping[str, object] | None = None) -> None:
        """Take the sentence and what else the body should tell."""
        super().__init__(message)
        self.message = message
        self.extra = dict(extra or {})

    @property
    def body(self) -> dict[str, object]:
        """The JSON object of the answer."""
        return {"code": self.code, "message": self.message, **self.extra}


class InvalidRequest(ApiError):
    """400 INVALID_REQUEST."""

    status = 400
    code = "INVALID_REQUEST"

    def __init__(self, field: str, problem: str) -> None:
        """Name the part at fault ("body" when it is not one field) and what is wrong with it."""
        super().__init__(f"{field}: {problem}", {"field": field})


class BadRequest(ApiError):
    """400 with a code that says what is wrong."""

    status = 400

    def __init__(self, code: str, message: str, extra: Mapping[str, object] | None = None) -> None:
        """Take the code, the sentence and what else the body should tell."""
        super().__init__(message, extra)
        self.code = code


class InsufficientMargin(ApiError):
    """400 INSUFFICIENT_MARGIN."""

    status = 400
    code = "INSUFFICIENT_MARGIN"


class InsufficientFunds(ApiError):
    """400 INSUFFICIENT_FUNDS."""

    status = 400
    code = "INSUFFICIENT_FUNDS"


class Unauthorized(ApiError):
    """401 INVALID_API_KEY, or UNAUTHORIZED when there is none."""

    status = 401
    code = "INVALID_API_KEY"


class InsufficientBalance(ApiError):
    """402 INSUFFICIENT_BALANCE; casino and domains say the same with 400."""

    code = "INSUFFICIENT_BALANCE"

    def __init__(self, message: str, extra: Mapping[str, object] | None = None, status: int = 402) -> None:
        """Take the sentence, what else the body should tell, and the status."""
        super().__init__(message, extra)
        self.status = status


class Forbidden(ApiError):
    """403 FORBIDDEN, or another code."""

    status = 403

    def __init__(self, message: str, code: str = "FORBIDDEN") -> None:
        """Take the sentence and the code."""
        super().__init__(message)
        self.code = code


class NotFound(ApiError):
    """404 with a code that says what was not found, such as ORDER_NOT_FOUND."""

    status = 404

    def __init__(self, what: str, identifier: str) -> None:
        """Name the kind of thing and the identifier that nothing has."""
        super().__init__(f"no such {what}: {identifier[:80]!r}")
        self.code = f"{what.upper()}_NOT_FOUND"


class Conflict(ApiError):
    """409 INVALID_STATUS, or another code."""

    status = 409

    def __init__(self, message: str, code: str = "INVALID_STATUS") -> None:
        """Take the sentence and the code."""
        super().__init__(message)
        self.code = code


class PayloadTooLarge(ApiError):
    """413 PAYLOAD_TOO_LARGE."""

    status = 413
    code = "PAYLOAD_TOO_LARGE"


class RateLimited(ApiError):
    """429 RATE_LIMITED; like the services, no Retry-After comes with it."""

    status = 429
    code = "RATE_LIMITED"

    def __init__(self, message: str, resets_ns: int) -> None:
        """Take the sentence, and the instant at which counting starts anew."""
        super().__init__(message)
        self.resets_ns = resets_ns


class Injected(ApiError):
    """What a fault was told to answer."""

    def __init__(self, status: int, code: str) -> None:
        """Take the status and the code."""
        super().__init__("fault injected by the sandbox")
        self.status = status
        self.code = code
