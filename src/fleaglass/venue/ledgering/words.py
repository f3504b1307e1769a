"""A spend's fields as a ledger has them: plain text by our names, and nothing that is not to be read.

::

    clear       what was traded, for how much, and under which id: anyone who has the log may read it
    committed   who with, from where to where, and in what words: a salted hash is in the log, the value beside it
    neither     keys of wallets and accounts

Only what is named here is clear, so that a field that comes up later is committed until somebody looks at it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final

import msgspec

from fleaglass import semconv
from fleaglass.recorder.normalise import is_public_hash
from fleaglass.recorder.scrub import harmless, scrub, secret_name
from fleaglass.venue.body import Body
from fleaglass.venue.models import Order
from fleaglass.venue.models.trading import SETTLED
from fleaglass.venue.money import optional_decimal
from fleaglass.venue.observe.operation import Fields, Observed
from fleaglass.venue.observe.orders import order_from
from fleaglass.venue.profile import Profile

__all__ = ["asked", "of_order", "state_of", "told"]

_MOST_CHARS: Final = 256
_MOST_DIGITS: Final = 64
_ASKED: Final = frozenset(
    {
        *("asset", "side", "quantity", "order_type", "limit_price", "expected_price", "size_usd", "leverage"),
        *("signal_confidence", "order_id", "position_id"),
        *("amount_usd", "timeout_hours", "escrow_id"),
        *("amount", "to_asset", "network", "to_network"),
        *("game", "domain", "years", "auction_id"),
    }
)
_TOLD: Final = _ASKED | {
    *("filled_quantity", "fill_price", "fee_usd", "realized_pnl_usd", "exit_price", "entry_price", "created_at"),
    *("status", "released_amount_usd", "hold_duration_s"),
    *("tx_hash", "swap_id", "received", "quoted"),
    *("bet_id", "won", "payout_usd", "pnl_usd"),
    *("domain_id", "cost_usd", "expires_at", "bid_id", "claim_id", "credited_usd"),
}
_ROWS: Final = ("bets", "results")
"""Lists of what is as good as an operation of its own: each field is ``bets.0.game``."""
_OF_ORDERS: Final = frozenset({"trading.order", "trading.spot", "trading.limit", "trading.cancel"})
_IN_JSON: Final = msgspec.json.Encoder(decimal_format="number", order="deterministic", enc_hook=str).encode


def asked(fields: Fields) -> tuple[dict[str, str], dict[str, str]]:
    """What is about to be sent: what is clear of it, and what is committed."""
    clear: dict[str, str] = {}
    committed: dict[str, str] = {}
    for name, value in _flat(fields):
        if value is None:
            continue
        plain_name = name.rpartition(".")[2]
        if plain_name in _ASKED:
            clear[name] = _plain(plain_name, value)
        elif not secret_name(plain_name):
            committed[name] = _whole(value)
    return clear, committed


def told(observed: Observed, body: Body, profile: Profile) -> dict[str, str]:
    """What an answer says. What is not clear in it is not needed."""
    receives = profile.endpoints[observed.name].receives
    names = _names(tuple(receives))
    found = _read(body, names)
    for number, row in enumerate(body.items("results")):
        found |= {f"results.{number}.{name}": value for name, value in _read(row, names).items()}
    return found


def state_of(observed: Observed, body: Body, profile: Profile) -> str:
    """What came of it, as in ``pf.order.state``."""
    if observed.name not in _OF_ORDERS:
        return semconv.PF_ORDER_STATE_DONE
    state = profile.order_states.get((body.text("state") or "").lower())
    return state if state in SETTLED else order_from(body, profile).state


def of_order(order: Order) -> dict[str, str]:
    """What became of an order."""
    said = {
        "state": order.state,
        "order_id": order.order_id,
        "quantity": order.quantity,
        "filled_quantity": order.filled_quantity,
        "fill_price": order.fill_price,
        "fee_usd": order.fee_usd,
        "realized_pnl_usd": order.realized_pnl_usd,
    }
    return {name: _plain(name, value) for name, value in said.items() if value is not None}


@lru_cache(128)
def _names(receives: tuple[str, ...]) -> tuple[str, ...]:
    """Of an answer's fields, those that are told."""
    return tuple(name for name in receives if name in _TOLD)


def _flat(fields: Fields) -> Iterator[tuple[str, object]]:
    for name, value in fields.items():
        if name not in _ROWS or not isinstance(value, list | tuple):
            yield name, value
            continue
        for number, row in enumerate(value):
            if isinstance(row, Mapping):
                yield from ((f"{name}.{number}.{key}", each) for key, each in row.items())


def _read(body: Body, names: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        value = body.get(name)
        if value is None or isinstance(value, list | dict):
            continue
        found[name] = _plain(name, value if isinstance(value, Decimal | bool) else body.text(name) or value)
    return found


def _plain(name: str, value: object) -> str:
    """A value in clear text: a number in plain decimals, a text without secrets."""
    if type(value) is str and value in harmless.texts:
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        number = optional_decimal(value)
        return str(value) if number is None or abs(number.adjusted()) > _MOST_DIGITS else format(number, "f")
    text = value if isinstance(value, str) else str(value)
    if name == "tx_hash" and is_public_hash(text):
        return text
    return scrub(text)[:_MOST_CHARS]


def _whole(value: object) -> str:
    """A value that is committed to: all of it, but for secrets of the process."""
    return scrub(value if isinstance(value, str) else _IN_JSON(value).decode())
