"""Which answer means which error is a table."""

import datetime as dt
import inspect
import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.recorder import OperationError
from fleaglass.venue import (
    AlreadyClaimedError,
    AuctionExpiredError,
    AuthError,
    BidRejectedError,
    DisputeError,
    EscrowTimeoutError,
    GameError,
    InsufficientBalanceError,
    InsufficientFundsError,
    InsufficientMarginError,
    NetworkError,
    NotFoundError,
    OrderRejectedError,
    OutcomeUnknown,
    RateLimitedError,
    RegistrationError,
    Rejected,
    RiskLimitBreachError,
    SlippageLimitError,
    TradingError,
    Unreachable,
    VenueError,
    errors,
)
from fleaglass.venue.clocks import Ahead
from fleaglass.venue.error_table import ROWS, error_for
from fleaglass.venue.resolution import Resolution
from fleaglass.venue.sending import Sending

CODES = sorted({code for row in ROWS for code in row.codes})


@pytest.mark.parametrize(
    ("service", "status", "code", "error"),
    [
        ("trading", 401, None, AuthError),
        ("trading", 403, "invalid_key", AuthError),
        ("escrow", 403, "FORBIDDEN", Rejected),
        ("trading", 400, "INSUFFICIENT_MARGIN", InsufficientMarginError),
        ("trading", 400, "insufficient_margin", InsufficientMarginError),
        ("wallet", 400, "INSUFFICIENT_FUNDS", InsufficientFundsError),
        ("escrow", 402, "INSUFFICIENT_BALANCE", InsufficientBalanceError),
        ("escrow", 402, None, InsufficientBalanceError),
        ("casino", 400, "kelly_limit_exceeded", RiskLimitBreachError),
        ("trading", 403, "daily_loss_limit_reached", RiskLimitBreachError),
        ("trading", 400, "order_rejected", OrderRejectedError),
        ("wallet", 400, "trade_failed", Rejected),
        ("trading", 404, "position_not_found", NotFoundError),
        ("faucet", 409, "already_claimed", AlreadyClaimedError),
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


@given(
    service=st.sampled_from(["casino", "faucet", "escrow", "trading", "wallet", "domains", "another"]),
    status=st.integers(100, 599),
    code=st.none() | st.sampled_from(CODES) | st.text(),
    message=st.none() | st.sampled_from(["margin too low", "ETIMEDOUT: network timeout", "slippage"]) | st.text(),
)
def test_every_answer_means_exactly_one_error(service: str, status: int, code: str | None, message: str | None) -> None:
    spend, read = (error_for(service, status, code, message, spends=spends) for spends in (True, False))
    assert issubclass(spend, Rejected | OutcomeUnknown)  # never "nothing happened" without the venue saying so
    assert issubclass(read, Rejected | Unreachable)  # never "it may have happened": nothing could
    swapped = None if code is None else code.swapcase()
    if code is not None and code.isascii():
        assert error_for(service, status, swapped, message, spends=True) is spend
    if status == 401:
        assert spend is read is AuthError
    if status == 429:
        assert spend is read is RateLimitedError
    if status >= 500 and code not in CODES:
        assert issubclass(spend, OutcomeUnknown)
        assert issubclass(read, Unreachable)


def test_every_row_can_match() -> None:
    for row in ROWS:
        service = (row.services or ("trading",))[0]
        status, code = (row.statuses or (400,))[0], (row.codes or ("",))[0]
        message = "" if row.silent else (row.says or ("no",))[0]
        answer = (service, status, code, message, row.spends is not False)
        assert next(other for other in ROWS if other.matches(*answer)).error is row.error


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ("Insufficient margin to place order", InsufficientMarginError),
        ("slippage above the limit", SlippageLimitError),
        ("floatToWire causes rounding", OrderRejectedError),
        ("Unknown market: DOGE", OrderRejectedError),
        ("Order must have minimum value of $10", OrderRejectedError),
        ("Post only order would have immediately matched", OrderRejectedError),
        ("User or API Wallet 0x12 does not exist.", OrderRejectedError),
        (None, OutcomeUnknown),
        ("", OutcomeUnknown),
        ("fetch failed", OutcomeUnknown),
        ("Request timed out", OutcomeUnknown),
        ("read ETIMEDOUT", OutcomeUnknown),
        ("connect ETIMEDOUT 10.0.0.1:443", OutcomeUnknown),
        ("getaddrinfo EAI_AGAIN api.example", OutcomeUnknown),
        ("Request failed with status code 504", OutcomeUnknown),
        ("502 Bad Gateway", OutcomeUnknown),
        ("503 Service Unavailable", OutcomeUnknown),
        ("The operation was aborted", OutcomeUnknown),
        ("terminated", OutcomeUnknown),
        ("socket hang up", OutcomeUnknown),
        ("Unexpected token < in JSON at position 0", OutcomeUnknown),
        ("timeout while setting isolated margin", OutcomeUnknown),
    ],
)
def test_an_upstream_failure_is_told_by_its_message(message: str | None, error: type[VenueError]) -> None:
    """An exchange that did not answer the service, or whose answer the service does not tell, may have acted."""
    for code in ("trade_failed", "close_failed"):
        assert error_for("trading", 400, code, message, spends=True) is error


@pytest.mark.parametrize(
    ("service", "status", "code", "message", "error"),
    [
        ("wallet", 400, "swap_failed", "timeout of 30000ms exceeded", OutcomeUnknown),
        ("wallet", 400, "swap_failed", "fetch failed", OutcomeUnknown),
        ("wallet", 400, "swap_failed", None, OutcomeUnknown),
        ("wallet", 400, "swap_failed", "no route for this pair", Rejected),
        ("domains", 500, "registration_failed", "registrar timeout", OutcomeUnknown),
        ("domains", 500, "registration_failed", None, OutcomeUnknown),
        ("domains", 400, "registration_failed", "the registry refused it", RegistrationError),
        ("escrow", 500, "debit_failed", "ETIMEDOUT", OutcomeUnknown),
        ("escrow", 500, "release_failed", "the ledger refused it", Rejected),
        ("trading", 303, None, None, OutcomeUnknown),
    ],
)
def test_what_another_did_not_answer_may_have_happened(
    service: str, status: int, code: str | None, message: str | None, error: type[VenueError]
) -> None:
    assert error_for(service, status, code, message, spends=True) is error


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "invalid_target"),
        (400, "invalid_cashout"),
        (400, "invalid_bet"),
        (400, "INVALID_REQUEST"),
        (400, "INVALID_GAME"),
        (404, "not_found"),
        (404, None),
    ],
)
def test_what_a_casino_does_not_take_is_an_error_of_the_game(status: int, code: str | None) -> None:
    assert error_for("casino", status, code, spends=True) is GameError


def test_a_history_that_is_not_there_is_no_game() -> None:
    assert error_for("casino", 404, "not_found", spends=False) is NotFoundError


@pytest.mark.parametrize(
    ("service", "status", "code", "error"),
    [
        ("casino", 400, "GAME_ERROR", GameError),
        ("casino", 400, "insufficient_balance", InsufficientBalanceError),
        ("domains", 400, "insufficient_balance", InsufficientBalanceError),
        ("faucet", 409, "ALREADY_CLAIMED", AlreadyClaimedError),
        ("faucet", 400, "REGISTRATION_FAILED", RegistrationError),
        ("escrow", 409, "ESCROW_TIMEOUT", EscrowTimeoutError),
        ("escrow", 409, "DISPUTED", DisputeError),
        ("trading", 400, "SLIPPAGE_LIMIT", SlippageLimitError),
        ("trading", 400, "RISK_LIMIT_BREACH", RiskLimitBreachError),
        ("wallet", 402, "INSUFFICIENT_FUNDS", InsufficientFundsError),
        ("wallet", 502, "RPC_ERROR", NetworkError),
        ("wallet", 502, "rpc_error", NetworkError),
        ("domains", 400, "BID_TOO_LOW", BidRejectedError),
        ("domains", 409, "auction_expired", AuctionExpiredError),
        ("domains", 409, "AUCTION_CLOSED", AuctionExpiredError),
    ],
)
def test_the_matrix_of_the_sentry_guide(service: str, status: int, code: str, error: type[VenueError]) -> None:
    assert error_for(service, status, code, spends=False) is error


def test_a_transfer_that_the_network_did_not_confirm_may_have_happened() -> None:
    assert error_for("wallet", 502, "rpc_error", spends=True) is OutcomeUnknown
    assert error_for("wallet", 502, "rpc_error", "insufficient funds for gas", spends=True) is InsufficientFundsError


def test_the_tree_on_top_of_the_file_is_the_tree() -> None:
    drawn = [
        line
        for line in inspect.cleandoc(errors.__doc__ or "").splitlines()
        if line.strip(" │")[:2] in {"Tr", "├─", "└─"}
    ]
    ancestors: list[type] = []
    for line in drawn:
        branch, name = re.match(r"( *(?:[│├└─ ]*))(\w+)", line).groups()
        error = getattr(errors, name)
        ancestors = [*ancestors[: (len(branch) - 4) // 4], error]
        assert error.__mro__[1] is (ancestors[-2] if len(ancestors) > 1 else OperationError)
    assert len(drawn) == len(errors.__all__)


def test_an_error_crosses_processes() -> None:
    error = OutcomeUnknown(
        "lost", operation="trading.order", intent={"asset": "BTC"}, status=500, code="X", asset="BTC"
    )
    error.resolution = Resolution("unknown", "no list")
    moment = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
    error.sending = Sending(id="1", account="a", at=moment, known_since=moment, ahead=Ahead(-1, 1))
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is OutcomeUnknown
    assert str(copy) == str(error)
    assert vars(copy) == vars(error)
    assert copy.sent_at == error.sent_at == error.sending.at
    assert copy.intent["asset"] == "BTC"


@pytest.mark.parametrize("kind", [getattr(errors, name) for name in errors.__all__])
def test_an_author_may_raise_any_of_them(kind: type[TradingError]) -> None:
    error = kind("margin too low for 0.5 BTC", asset="BTC", phase="order_placement", order_id="ord_1")
    assert str(error) == "margin too low for 0.5 BTC"
    assert (error.asset, error.phase, error.order_id, error.service) == ("BTC", "order_placement", "ord_1", None)
    assert error.level in {"info", "warning", "error"}
    assert str(kind()) == kind.summary


def test_the_guides_four_derive_from_the_base_they_know() -> None:
    for kind in (InsufficientMarginError, OrderRejectedError, RiskLimitBreachError, SlippageLimitError):
        assert issubclass(kind, TradingError)


def test_an_error_tells_what_happened_and_what_to_do() -> None:
    error = OutcomeUnknown(operation="trading.order", status=500, code="INTERNAL_ERROR")
    assert str(error) == (
        "trading.order: sent, but the answer is lost, so it may have happened; look before sending it again "
        "(HTTP 500 INTERNAL_ERROR)"
    )
