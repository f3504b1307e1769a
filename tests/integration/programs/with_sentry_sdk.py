"""Sends one of everything through Sentry's SDK for Python: DSN in the environment; prints the ids as JSON."""

import json
import logging
import os

import sentry_sdk
from sentry_sdk import logger as sentry_logger

sentry_sdk.init(
    dsn=os.environ["SENTRY_DSN"],
    release="py-agent@1.4.0",
    environment="testing",
    traces_sample_rate=1.0,
    enable_logs=True,
)
sentry_sdk.set_tag("agent_id", "py-agent")
sentry_sdk.set_user({"id": "py-agent"})


def place_order(size: float) -> None:
    if size > 1:
        raise ValueError(f"order ord_5f1c2a rejected: {size} is more than the limit")


@sentry_sdk.monitor(
    monitor_slug="py-nightly",
    monitor_config={"schedule": {"type": "crontab", "value": "0 0 * * *"}, "checkin_margin": 10, "timezone": "UTC"},
)
def nightly() -> None:
    """A job on a schedule."""


sentry_sdk.start_session()
with sentry_sdk.start_transaction(op="order.pipeline", name="Order Pipeline: BTC buy") as transaction:
    with sentry_sdk.start_span(op="risk.check", name="Portfolio risk check") as span:
        span.set_data("risk_pass", True)
    sentry_sdk.add_breadcrumb(category="signal", message="Signal: BUY BTC", data={"z_score": 2.31})
    try:
        place_order(2.5)
    except ValueError as error:
        event_id = sentry_sdk.capture_exception(error)
sentry_sdk.end_session()
nightly()
sentry_logger.info("wallet holds {usd} USD", usd=12.5)
logging.getLogger("agent").info("done")
sentry_sdk.flush(10)
print(json.dumps({"event_id": event_id, "trace_id": transaction.trace_id}), flush=True)
