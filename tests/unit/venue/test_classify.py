"""Which answer means which error is a table."""

import inspect
import pickle
import re

import pytest

from fleaglass.recorder import OperationError
from fleaglass.venue import (
    AuthError,
    ConflictError,
    InsufficientFundsError,
    InsufficientMarginError,
    NotFoundError,
    OrderRejectedError,
    OutcomeUnknown,
    RateLimitedError,
    Rejected,
    RiskLimitError,
    Unreachable,
    VenueError,
    errors,
)
from fleaglass.venue.classify import RULES, error_for


@pytest.mark.parametrize(
    ("service", "status", "code", "error"),
    [
        ("trading", 401, None, AuthError),
        ("trading", 403, "invalid_key", AuthError),
        ("escrow", 403, "FORBIDDEN", Rejected),
        ("trading", 400, "INSUFFICIENT_MARGIN", InsufficientMarginError),
        ("trading", 400, "insufficient_margin", InsufficientMarginError),
        ("wallet", 400, "INSUFFICIENT_FUNDS", InsufficientFundsError),
        ("escrow", 402, "INSUFFICIENT_BALANCE", InsufficientFundsError),
        ("escrow", 402, None, InsufficientFundsError),
        ("casino", 400, "kelly_limit_exceeded", RiskLimitError),
        ("trading", 403, "daily_loss_limit_reached", RiskLimitError),
        ("trading", 400, "trade_failed", OrderRejectedError),
        ("wallet", 400, "trade_failed", Rejected),
        ("trading", 404, "position_not_found", NotFoundError),
        ("faucet", 409, "already_claimed", ConflictError),
        ("trading", 429, "rate_limited", RateLimitedError),
        ("escrow", 500, "debit_failed", Rejected),
        ("trading", 400, "INVALID_REQUEST", Rejected),
        ("trading", 413, None, Rejected),
        ("trading", 302, None, Rejected),
    ],
)
def test_a_definite_no(service: str, status: int, code: str | None, error: type[VenueError]) -> None:
    assert error_for(service, status, code, spends=True) is error
    assert error_for(service, status, code, spends=False) is error


@pytest.mark.parametrize("status", [202, 500, 502, 503, 504, 599])
def test_what_says_nothing_about_what_happened(status: int) -> None:
    assert error_for("trading", status, "INTERNAL_ERROR", spends=True) is OutcomeUnknown
    assert error_for("trading", status, "INTERNAL_ERROR", spends=False) is Unreachable


def test_every_rule_can_match() -> None:
    for rule in RULES:
        service = (rule.services or ("trading",))[0]
        status, code = (rule.statuses or (400,))[0], (rule.codes or ("",))[0]
        first = next(other for other in RULES if other.matches(service, status, code))
        assert first.error is rule.error


def test_the_tree_on_top_of_the_file_is_the_tree() -> None:
    drawn = [
        line
        for line in inspect.cleandoc(errors.__doc__ or "").splitlines()
        if line.strip(" │")[:2] in {"Ve", "├─", "└─"}
    ]
    ancestors: list[type] = []
    for line in drawn:
        branch, name = re.match(r"( *(?:[│├└─ ]*))(\w+)", line).groups()
        error = getattr(errors, name)
        ancestors = [*ancestors[: (len(branch) - 4) // 4], error]
        assert error.__mro__[1] is (ancestors[-2] if len(ancestors) > 1 else OperationError)
    assert len(drawn) == len(errors.__all__)


def test_an_error_crosses_processes() -> None:
    error = InsufficientMarginError("too low", operation="trading.order", intent={"asset": "BTC"}, status=400, code="X")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is InsufficientMarginError
    assert str(copy) == str(error)
    assert (copy.status, copy.code, copy.intent["asset"]) == (400, "X", "BTC")


def test_an_error_tells_what_happened_and_what_to_do() -> None:
    error = OutcomeUnknown(operation="trading.order", status=500, code="INTERNAL_ERROR")
    assert str(error) == (
        "trading.order: sent, but the answer is lost, so it may have happened; look before sending it again "
        "(HTTP 500 INTERNAL_ERROR)"
    )
