"""Facts about money weigh most: nothing said or done afterwards hides them."""

import asyncio
from decimal import Decimal

import pytest

from fleaglass.recorder.story import OperationError, Story, cycle_outcome, pipeline_outcome

SKIP = ("skipped", "low_confidence")
BOOM = ValueError("boom")
CANCELLED = asyncio.CancelledError()


class Refused(OperationError):
    outcome = "rejected"
    code = "NO_MARGIN"


def filled() -> Story:
    return Story(order_id="o", order_state="filled", filled=Decimal(1))


@pytest.mark.parametrize(
    ("story", "error", "outcome", "reason"),
    [
        (Story(), None, "completed", None),
        (Story(decided=SKIP), None, *SKIP),
        (Story(decided=("rejected", "risk net_vega")), None, "rejected", "risk net_vega"),
        (Story(decided=SKIP), BOOM, "failed", "ValueError"),
        (Story(failure=BOOM), None, "failed", "ValueError"),
        (Story(failure=BOOM, decided=SKIP), None, *SKIP),
        (Story(failure=Refused()), None, "rejected", "no_margin"),
        (Story(failure=CANCELLED), None, "failed", "operation_cancelled"),
        (Story(), CANCELLED, "cancelled", "CancelledError"),
        (filled(), None, "order_placed", None),
        (filled(), BOOM, "order_placed", None),
        (Story(order_state="filled", decided=SKIP), None, "order_placed", None),
        (Story(order_state="open"), CANCELLED, "order_placed", None),
        (Story(order_state="cancelled", filled=Decimal("0.1")), None, "order_placed", None),
        (Story(order_state="rejected", filled=Decimal("0.1")), None, "order_placed", None),
        (Story(order_state="cancelled", filled=Decimal(0)), None, "rejected", "order_cancelled"),
        (Story(order_state="rejected"), None, "rejected", "order_rejected"),
        (Story(answer_lost=True), None, "unknown", "answer_lost"),
        (Story(answer_lost=True, order_state="filled", decided=SKIP), BOOM, "unknown", "answer_lost"),
    ],
)
def test_the_outcome_of_a_cycle(story: Story, error: BaseException | None, outcome: str, reason: str | None) -> None:
    assert cycle_outcome(story, error) == (outcome, reason)


@pytest.mark.parametrize(
    ("story", "outcome"),
    [
        (Story(), "not_ordered"),
        (filled(), "filled"),
        (Story(order_state="partially_filled"), "partial"),
        (Story(order_state="open"), "partial"),
        (Story(order_state="rejected"), "api_error"),
        (Story(order_state="cancelled"), "api_error"),
        (Story(failure=BOOM), "api_error"),
        (Story(failed_checks=["net_vega"]), "rejected_risk"),
        (Story(signal_invalid=True), "rejected_validation"),
        (Story(answer_lost=True, order_state="filled"), "unknown"),
    ],
)
def test_the_outcome_of_a_pipeline(story: Story, outcome: str) -> None:
    assert pipeline_outcome(story) == outcome


def test_several_closes_add_up_exactly() -> None:
    story = Story()
    for pnl in ("0.1", "0.2", "-0.30000001"):
        story.add_pnl(Decimal(pnl))
    assert story.realized_pnl_usd == Decimal("-1E-8")
