"""What results are grouped by: for each way, the SQL that says to which group a span belongs.

    own       what the span says, as Nullable text; NULL when it says nothing
    borrows   whether a span that says nothing may take what its agent says first in the same trace

An agent's strategy is on all of its spans, but its signal's type is only on the span of the model's stage, and the
profit on another: the second is why a group may be borrowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fleaglass import semconv
from fleaglass.hub.api.errors import bad_filter
from fleaglass.hub.api.sql import START_NS, Bindings
from fleaglass.hub.store.tables import MAPS, TYPED_COLUMNS, column

__all__ = ["ASSET", "DIMENSIONS", "Dimension", "Group", "parse_dimension", "parse_group"]

_MOST_CHARACTERS: Final = 1000  # what a filter takes; longer values that begin alike are one group
_HOUR_NS: Final = 3_600_000_000_000
_ATTRIBUTE: Final = "attr:"


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way to group. `key` is the attribute that `own` looks up, for an expression that has a place for it."""

    own: str
    borrows: str = "0"
    key: str | None = None

    def said(self, bind: Bindings) -> str:
        """SQL: what a span of `spans AS s`, or else its resource, says."""
        if self.key is None:
            return self.own
        return f"coalesce({', '.join((*_on_span(self.key, bind), _on_resource(self.key, bind)))})"

    def lent(self, bind: Bindings) -> str:
        """SQL: what a span says that others may borrow; not its resource, which they have looked into already.

        Of an attribute with a column of its own, only the column: every span is read, and the maps are most of it.
        """
        if self.key is None:
            return self.own
        places = list(_on_span(self.key, bind))
        return places[0] if self.key in TYPED_COLUMNS else f"coalesce({', '.join(places)})"


@dataclass(frozen=True, slots=True)
class Group:
    """One of the groups; `key` is None for whatever says to none that it belongs."""

    by: Dimension
    key: str | None


def _on_span(key: str, bind: Bindings) -> Iterator[str]:
    """Wherever a span may keep an attribute; numbers and booleans as the filters read them."""
    typed, bound = TYPED_COLUMNS.get(key), bind("String", key)
    if typed is not None:
        yield _text(f"s.{column(key)}")
    for kind, kept in MAPS.items():
        if kind != "other":  # lists, maps and bytes
            yield f"if(mapContains(s.{kept}, {bound}), {_text(f's.{kept}[{bound}]')}, NULL)"


def _on_resource(key: str, bind: Bindings) -> str:
    """What the resource says, without the letter that says its kind (values.py)."""
    bound = bind("String", key)
    said = f"arrayFirst(p -> p.1 = {bound}, JSONExtract(s.resource, 'Array(Tuple(String, String))')).2"
    letter = f"substring({said}, 1, 1)"
    return (
        f"multiIf({letter} IN ('s', 'i', 'd'), {_text(f'substring({said}, 2)')},"
        f" {letter} = 'b', if({said} = 'b1', 'true', 'false'), NULL)"
    )


def _text(value: str) -> str:
    return f"substringUTF8(toString({value}), 1, {_MOST_CHARACTERS})"


def _named(of: str) -> str:
    """A column in which an empty text means that nobody said."""
    return f"nullIf(toString({of}), '')"


_IN_TRADING: Final = f"startsWith(s.name, 'pf.trade.') OR s.name = '{semconv.SPAN_AGENT_DECISION_CYCLE}'"
ASSET: Final = Dimension("toString(s.pf_asset)", borrows=_IN_TRADING)
"""A venue may close a position by its id and not repeat the asset; a bet between two trades is about no asset."""

_ENTRY: Final = f"nullIf(s.attr_double['{semconv.PF_ENTRY_PRICE}'], 0)"
_EXIT: Final = f"nullIf(s.attr_double['{semconv.PF_EXIT_PRICE}'], 0)"
_LED: Final = f"sign({_EXIT} - {_ENTRY}) * sign(s.pf_pnl_usd)"
_SIDE: Final = (
    f"coalesce(toString(s.pf_side), multiIf({_LED} > 0, '{semconv.PF_SIDE_SELL}',"
    f" {_LED} < 0, '{semconv.PF_SIDE_BUY}', NULL))"
)
"""Of the order. A close that names none tells by its prices: what gained while the price rose was held, and is sold."""

DIMENSIONS: Final = {
    "agent": Dimension(_named("s.agent")),
    "strategy": Dimension(_named("s.strategy")),
    "release": Dimension(_named("s.release")),
    "asset": ASSET,
    "side": Dimension(_SIDE),
    "hour": Dimension(f"leftPad(toString(intDiv({START_NS}, {_HOUR_NS}) % 24), 2, '0')"),
}


def parse_dimension(parameter: str, name: str) -> Dimension:
    """The way to group that a client calls so. Raises Problem, naming the parameter."""
    if name in DIMENSIONS:
        return DIMENSIONS[name]
    key = name.removeprefix(_ATTRIBUTE)
    if name.startswith(_ATTRIBUTE) and key:
        return Dimension(own="", borrows="1", key=key)  # wherever the attribute is kept
    hint = f"Example: {parameter}=asset, or {parameter}=attr:pf.signal_type for any attribute."
    raise bad_filter(parameter, f"one of {', '.join(DIMENSIONS)}, or attr: and the key of an attribute", name, hint)


def parse_group(parameter: str, value: str) -> Group:
    """`side:sell`, `attr:pf.signal_type:momentum`; without the last part, what belongs to no group. Raises Problem."""
    prefix = _ATTRIBUTE if value.startswith(_ATTRIBUTE) else ""
    name, colon, key = value.removeprefix(prefix).partition(":")
    return Group(parse_dimension(parameter, prefix + name), key if colon else None)
