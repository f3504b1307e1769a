"""Tags by the guide's matrix: what each service's errors are found by, and nothing that must not be indexed."""

import pytest

from fleaglass import semconv
from fleaglass.recorder import Failure, Operation, OperationError
from fleaglass.recorder.sentry.tags import MATRIX, tags_of
from fleaglass.testing import Recording

VALUES = {
    semconv.PF_GAME: "coin_flip",
    semconv.PF_BET_SIZE: 1.0,
    semconv.PF_BET_OUTCOME: "won",
    semconv.PF_CLAIM_ID: "claim_1",
    semconv.PF_ESCROW_ID: "esc_1",
    semconv.PF_COUNTERPARTY: "research-1",
    semconv.PF_AMOUNT_USD: 25.0,
    semconv.PF_ASSET: "BTC",
    semconv.PF_SIDE: "buy",
    semconv.PF_ORDER_ID: "ord_1",
    semconv.PF_FILL_PRICE: 68_000.0,
    semconv.PF_WALLET_TYPE: "custodial",
    semconv.PF_NETWORK: "base",
    semconv.PF_TX_HASH: "0x" + "ab" * 32,
    semconv.PF_DOMAIN_NAME: "flea.ai",
    semconv.PF_TLD: "ai",
    semconv.PF_AUCTION_ID: "auc_1",
}
EXPECTED = {
    "casino": {"game": "coin_flip", "bet_size": "1.0", "outcome": "won"},
    "faucet": {"claim_id": "claim_1"},
    "escrow": {"escrow_id": "esc_1", "counterparty": "research-1", "amount": "25.0"},
    "trading": {"asset": "BTC", "side": "buy", "order_id": "ord_1", "fill_price": "68000.0"},
    "wallet": {"wallet_type": "custodial", "network": "base", "tx_hash": "0x" + "ab" * 32},
    "domains": {"domain_name": "flea.ai", "tld": "ai", "auction_id": "auc_1"},
}


@pytest.mark.parametrize("service", MATRIX)
def test_each_service_has_its_tags(fleaglass_recording: Recording, service: str) -> None:
    record = fleaglass_recording
    span = Operation(record.agent.core, "operation", service, VALUES | {"pf.wallet_id": "w_1", "custom.note": "free"})
    with span:
        record.agent.capture(ValueError())
    tags = record.events[0]["tags"]
    common = {"agent_id": "test-agent", "platform": "purple_flea", "agent.phase": "startup", "service": service}
    about = {"trade.asset": "BTC", "trade.order_id": "ord_1"}
    assert tags == common | EXPECTED[service] | about


def test_a_service_nobody_knows_and_missing_values_make_no_tags() -> None:
    assert tags_of(Failure(error=ValueError(), service="teapots"), VALUES) == {"service": "teapots"}
    assert tags_of(Failure(error=ValueError(), service="trading"), {}) == {"service": "trading"}
    assert tags_of(Failure(error=ValueError()), VALUES) == {}


def test_what_a_trading_error_says_is_a_tag_without_any_span() -> None:
    failure = Failure(error=OperationError("x"), asset="ETH", phase="order_polling", order_id="ord_2")
    assert tags_of(failure, {}) == {
        "trade.asset": "ETH",
        "trade.phase": "order_polling",
        "trade.error_type": "OperationError",
        "trade.order_id": "ord_2",
    }


def test_an_error_of_any_class_says_which_asset_and_order_it_is_about() -> None:
    failure = Failure(error=ValueError(), asset="ETH", phase="warm-up", order_id="ord_2")
    assert tags_of(failure, {}) == {"trade.asset": "ETH", "trade.order_id": "ord_2"}


def test_a_tag_is_no_longer_than_a_server_takes() -> None:
    assert len(tags_of(Failure(error=OperationError("x"), asset="B" * 500), {})["trade.asset"]) == 200
