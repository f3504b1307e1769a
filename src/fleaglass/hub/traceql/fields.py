"""A field as SQL: for each type of value, where a span has it.

Reading is the same for all: an attribute of the span is in its typed column or in the map of its value's type, one of
the resource is in the JSON of `resource`, an intrinsic has a column, and what only the whole trace knows is in `t`,
which is joined (rows.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from fleaglass.hub.api.sql import IS_ROOT, Bindings
from fleaglass.hub.store.tables import MAPS, TYPED_COLUMNS, column
from fleaglass.hub.traceql.tree import Attribute, Field
from fleaglass.hub.traceql.words import INTRINSICS, KINDS, STATUSES, Meaning

__all__ = ["Readings", "read"]

_TEXTS: Final = {"string": "{}", "int": "toString({})", "double": "toString({})", "boolean": "toString(toUInt8({}))"}
"""Value type -> the SQL of a value's tagged text, without its letter (store/values.py)."""


@dataclass(frozen=True, slots=True)
class Readings:
    """SQL of one field of `s`.

    Attributes:
        present: whether it is there, whatever its type; arrays, maps and bytes have nothing more to say.
        values: value type (string, int, double, boolean) -> the value, NULL if it has another type or none.
    """

    present: str
    values: Mapping[str, str]

    @property
    def tagged(self) -> str:
        """SQL: the value as tagged text, see store/values.py; empty if there is none."""
        each = [f"concat('{kind[0]}', {_TEXTS[kind].format(sql)})" for kind, sql in self.values.items()]
        return f"coalesce({', '.join(each)}, '')"

    @property
    def number(self) -> str:
        """SQL: the value as a double; NULL if it is no finite number."""
        each = [f"toFloat64({sql})" for kind, sql in self.values.items() if kind in ("int", "double")]
        # Through a list, so that what may be long is written once: the engine takes longer to read it than to do it.
        return f"arrayMap(n -> if(isFinite(n), n, NULL), [coalesce({', '.join(each)}, NULL)])[1]"


def read(field: Field, bind: Bindings) -> Readings:
    """How to read it, with its words bound."""
    if isinstance(field, Attribute):
        return {"span": _of_span, "resource": _of_resource, "any": _of_either}[field.scope](field.key, bind)
    return _INTRINSICS[INTRINSICS[field.word]]


def _of_span(key: str, bind: Bindings) -> Readings:
    bound, typed = bind("String", key), TYPED_COLUMNS.get(key)
    held = {kind: f"mapContains(s.{name}, {bound})" for kind, name in MAPS.items() if kind != typed}
    values = {kind: f"if({held[kind]}, s.{MAPS[kind]}[{bound}], NULL)" for kind in _TEXTS if kind != typed}
    if typed is None:
        return Readings(_any(held.values()), values)
    own = f"s.{column(key)}"
    return Readings(_any([f"isNotNull({own})", *held.values()]), {typed: own, **values})


def _of_resource(key: str, bind: Bindings) -> Readings:
    """The service has a column, which saves looking into the JSON unless it has no text in it."""
    bound = bind("String", key)
    tagged = f"arrayFirst(p -> p.1 = {bound}, JSONExtract(s.resource, 'Array(Tuple(String, String))')).2"
    if key == "service.name":
        tagged = f"if(s.service != '', concat('s', s.service), {tagged})"
    rest = f"substring({tagged}, 2)"
    return Readings(
        f"{tagged} != ''",
        {
            "string": f"if(startsWith({tagged}, 's'), {rest}, NULL)",
            "int": f"if(startsWith({tagged}, 'i'), toInt64OrNull({rest}), NULL)",
            "double": f"if(startsWith({tagged}, 'd'), toFloat64OrNull({rest}), NULL)",
            "boolean": f"if(startsWith({tagged}, 'b'), {tagged} = 'b1', NULL)",
        },
    )


def _of_either(key: str, bind: Bindings) -> Readings:
    """The span's own, which hides the resource's."""
    span, resource = _of_span(key, bind), _of_resource(key, bind)
    values = {kind: f"if({span.present}, {span.values[kind]}, {resource.values[kind]})" for kind in _TEXTS}
    return Readings(f"({span.present} OR {resource.present})", values)


def _any(conditions: Iterable[str]) -> str:
    return f"({' OR '.join(conditions)})"


_always = partial(Readings, "1")


def _word(number: str, words: tuple[str, ...]) -> str:
    """SQL: the word for a number; one that OTLP does not know has the first."""
    listed = ", ".join(f"'{word}'" for word in words)
    return f"[{listed}][if({number} BETWEEN 0 AND {len(words) - 1}, {number}, 0) + 1]"


_INTRINSICS: Final[Mapping[Meaning, Readings]] = {
    "name": _always({"string": "s.name"}),
    "status": _always({"string": _word("s.status_code", STATUSES)}),
    "status_message": _always({"string": "s.status_message"}),
    "kind": _always({"string": _word("s.kind", KINDS)}),
    "duration": _always({"int": "greatest(s.duration_ns, 0)"}),
    "is_root": _always({"int": f"if({IS_ROOT}, -1, 0)"}),
    "span_id": _always({"string": "lower(hex(s.span_id))"}),
    "parent_id": Readings(f"NOT {IS_ROOT}", {"string": f"if({IS_ROOT}, NULL, lower(hex(s.parent_span_id)))"}),
    "scope_name": _always({"string": "s.scope_name"}),
    "scope_version": _always({"string": "s.scope_version"}),
    "trace_id": _always({"string": "lower(hex(s.trace_id))"}),
    "root_name": Readings("isNotNull(t.root_name)", {"string": "t.root_name"}),
    "root_service": Readings("isNotNull(t.root_service)", {"string": "t.root_service"}),
    "trace_duration": _always({"int": "t.duration_ns"}),
}
