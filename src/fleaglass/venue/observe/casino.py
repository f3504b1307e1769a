"""What casino operations record."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from typing import Any, Final

from fleaglass import semconv
from fleaglass.recorder import Operation, scrub
from fleaglass.venue.body import Body
from fleaglass.venue.error_table import error_for
from fleaglass.venue.errors import OutcomeUnknown, VenueError
from fleaglass.venue.models import BatchResult, Bet
from fleaglass.venue.money import difference, total
from fleaglass.venue.observe.operation import Fields, Observed
from fleaglass.venue.observe.said import number, text
from fleaglass.venue.profile import Profile

__all__ = ["OPERATIONS"]

_SERVICE: Final = semconv.PF_SERVICE_CASINO
_PHASE: Final = "bet_placement"


def _bet_from(body: Body, fields: Fields) -> Bet:
    amount_usd = body.decimal("amount_usd")
    if amount_usd is None:
        amount_usd = number(fields, "amount_usd")
    payout_usd, pnl_usd = body.decimal("payout_usd"), body.decimal("pnl_usd")
    return Bet(
        bet_id=body.text("bet_id"),
        game=body.text("game") or text(fields, "game"),
        amount_usd=amount_usd,
        won=body.flag("won"),
        payout_usd=payout_usd,
        pnl_usd=difference(payout_usd, amount_usd) if pnl_usd is None else pnl_usd,
        balance_usd=body.decimal("balance_usd"),
        placed_at=body.text("placed_at"),
    )


def _figures(bet: Bet) -> dict[str, object]:
    return {
        semconv.PF_BET_ID: bet.bet_id,
        semconv.PF_BET_SIZE: bet.amount_usd,
        semconv.PF_BET_OUTCOME: bet.outcome,
        semconv.PF_PAYOUT_USD: bet.payout_usd,
        semconv.PF_PNL_USD: bet.pnl_usd,
    }


# One bet --------------------------------------------------------------------------------------------------------------


def _asked_bet(fields: Fields) -> Mapping[str, object]:
    return {semconv.PF_GAME: text(fields, "game"), semconv.PF_BET_SIZE: number(fields, "amount_usd")}


def _settled(span: Operation, fields: Fields, body: Body, profile: Profile) -> Bet:
    bet = _bet_from(body, fields)
    span.record(_figures(bet))
    _tell(span, bet)
    return bet


def _tell(span: Operation, bet: Bet) -> None:
    """What the cycle above must know: what was earned, or that nobody knows what was."""
    if (pnl_usd := bet.pnl_usd) is not None:
        span.earned(pnl_usd)
    elif bet.outcome == semconv.PF_BET_OUTCOME_UNKNOWN:
        _lose(span)


def _lose(span: Operation) -> None:
    """Nobody knows how a bet ended, or whether it was placed."""
    unknown = semconv.PF_ORDER_STATE_UNKNOWN
    span.record({semconv.PF_ORDER_STATE: unknown, semconv.PF_BET_OUTCOME: unknown})
    span.tell(lambda story: story.lose_answer())


# Several at once ------------------------------------------------------------------------------------------------------


def _asked_batch(fields: Fields) -> Mapping[str, object]:
    return {semconv.PF_BETS_COUNT: len(_bets(fields))}


def _bets(fields: Fields) -> list[Fields]:
    bets = fields.get("bets")
    return [bet if isinstance(bet, Mapping) else {} for bet in bets] if isinstance(bets, list | tuple) else []


def _settled_batch(span: Operation, fields: Fields, body: Body, profile: Profile) -> BatchResult:
    """Summed up from the bets: a venue's own summary may leave the stakes out, which makes any loss a profit."""
    entries = zip_longest(body.entries("results"), _bets(fields))
    results = tuple(_result(span, entry, asked or {}, profile) for entry, asked in entries)
    bets = [result for result in results if isinstance(result, Bet)]
    batch = BatchResult(
        results=results,
        amount_usd=total(bet.amount_usd for bet in bets),
        payout_usd=total(bet.payout_usd for bet in bets),
        pnl_usd=total(bet.pnl_usd for bet in bets),
        balance_usd=body.decimal("balance_usd"),
    )
    _note_batch(span, batch)
    return batch


def _result(span: Operation, entry: Body | None, asked: Fields, profile: Profile) -> Bet | VenueError:
    """One bet of the batch. What looks like neither a bet nor an error may have been played."""
    if entry is None:
        return _error(OutcomeUnknown, "the answer says nothing about this bet", span, asked)
    service = profile.services[_SERVICE]
    complaint = Body(entry.fields, {"code": service.error_code, "message": service.error_message})
    if (code := complaint.text("code")) is not None:
        message = complaint.text("message")
        # The answer's status is that of the whole batch; a bet refused on its own is answered with 400.
        kind = error_for(_SERVICE, 400, code, message, spends=True)
        return _error(kind, message or "", span, asked, code)
    bet = _bet_from(entry, asked)
    if bet.outcome == semconv.PF_BET_OUTCOME_UNKNOWN:
        known = asked if bet.bet_id is None else {**asked, "bet_id": bet.bet_id}
        return _error(OutcomeUnknown, "the answer does not say how this bet ended", span, known)
    return bet


def _error(kind: type[VenueError], detail: str, span: Operation, asked: Fields, code: str | None = None) -> VenueError:
    intent: dict[str, Any] = dict(asked)
    return kind(
        detail,
        operation="casino.batch",
        service=_SERVICE,
        phase=_PHASE,
        intent=intent,
        code=code and scrub(code)[:64],
        trace_id=span.trace_id,
    )


def _note_batch(span: Operation, batch: BatchResult) -> None:
    span.record(
        {
            semconv.PF_BETS_FAILED: len(batch.errors),
            semconv.PF_BET_SIZE: batch.amount_usd,
            semconv.PF_PAYOUT_USD: batch.payout_usd,
            semconv.PF_PNL_USD: batch.pnl_usd,
        }
    )
    for bet in batch.bets:
        span.event(semconv.EVENT_BET_SETTLED, {semconv.PF_GAME: bet.game, **_figures(bet)})
        _tell(span, bet)
    for error in batch.errors:
        _note_failed(span, error)
    if batch.errors and not batch.bets:
        failure = batch.errors[0]
        span.tell(lambda story: setattr(story, "failure", failure))


def _note_failed(span: Operation, error: VenueError) -> None:
    """One bet that failed: an event, and no more, since the others stand."""
    span.event(
        semconv.EVENT_BET_FAILED,
        {
            semconv.ERROR_TYPE: type(error).__name__,
            semconv.PF_ERROR_CODE: error.code,
            semconv.PF_GAME: text(error.intent, "game"),
            semconv.PF_BET_SIZE: number(error.intent, "amount_usd"),
        },
    )
    if isinstance(error, OutcomeUnknown):
        _lose(span)


# What was -------------------------------------------------------------------------------------------------------------


def _listed(span: Operation, fields: Fields, body: Body, profile: Profile) -> tuple[Bet, ...]:
    bets = tuple(_bet_from(item, {}) for item in body.items())
    span.record({semconv.PF_BETS_COUNT: len(bets)})
    return bets


OPERATIONS: Final = (
    Observed(
        name="casino.bet",
        service=_SERVICE,
        span=semconv.SPAN_PF_CASINO_BET,
        phase=_PHASE,
        spends=True,
        asked=_asked_bet,
        answered=_settled,
        state=semconv.PF_BET_OUTCOME,
        confirms={"payout_usd": Body.decimal, "pnl_usd": Body.decimal, "won": Body.flag},
    ),
    Observed(
        name="casino.batch",
        service=_SERVICE,
        span=semconv.SPAN_PF_CASINO_BATCH,
        phase=_PHASE,
        spends=True,
        asked=_asked_batch,
        answered=_settled_batch,
        state=semconv.PF_BET_OUTCOME,
        confirms={"results": Body.listed},
    ),
    Observed(
        name="casino.history",
        service=_SERVICE,
        span=semconv.SPAN_PF_CASINO_HISTORY,
        phase="bet_polling",
        spends=False,
        asked=lambda fields: {},
        answered=_listed,
        confirms={"items": Body.listed},
        lines={"bet_id": Body.word, "game": Body.word},
    ),
)
