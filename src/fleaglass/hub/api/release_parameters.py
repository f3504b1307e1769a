"""What a client asks of the endpoints about releases: a query string becomes a question, or a Problem."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, TypeVar, get_args

from fleaglass.hub.api.errors import Problem, bad_filter
from fleaglass.hub.api.parameters import LIMIT, Given, Parameter, given, text, whole_number
from fleaglass.hub.api.times import SECOND_NS, TIME_PARAMETERS, TimeRange, closed_range

__all__ = [
    "COMPARE_PARAMETERS",
    "LIST_PARAMETERS",
    "ONE_PARAMETERS",
    "ReleaseList",
    "Span",
    "parse_compare",
    "parse_list",
    "parse_one",
]

DEFAULT_NS: Final = 14 * 86_400 * SECOND_NS

Sort = Literal["date", "version", "last_seen"]
Shown = Literal["open", "archived", "all"]
T = TypeVar("T", bound=str)

_ENVIRONMENT: Final = Parameter(
    "environment", "Only what happened in this environment; of a list, only releases that were heard or deployed in it."
)
_SORT: Final = Parameter(
    "sort",
    "date: the latest first, by when it was released, else added. version: the highest first, package by package. "
    "last_seen: the latest first.",
    {"type": "string", "enum": list(get_args(Sort)), "default": "date"},
)
_SHOWN: Final = Parameter(
    "status", "Which to show.", {"type": "string", "enum": list(get_args(Shown)), "default": "open"}
)

ONE_PARAMETERS: Final = (*TIME_PARAMETERS, _ENVIRONMENT)
LIST_PARAMETERS: Final = (
    *ONE_PARAMETERS,
    Parameter("q", "Text in the version, in any case."),
    Parameter("package", "Only releases of this package: the part before the @."),
    _SHOWN,
    _SORT,
    Parameter("cursor", "`next_cursor` of the page before."),
    LIMIT,
)
COMPARE_PARAMETERS: Final = (
    *ONE_PARAMETERS,
    Parameter("a", "The release to compare with, such as the one before."),
    Parameter("b", "The release to judge."),
)


@dataclass(frozen=True, slots=True)
class Span:
    """What figures are of: a range with two ends, and perhaps one environment."""

    time: TimeRange
    environment: str | None = None


@dataclass(frozen=True, slots=True)
class ReleaseList:
    """Which releases, in which order. `after` is the id of the last one of the page before."""

    span: Span
    text: str | None
    package: str | None
    shown: Shown
    sort: Sort
    after: int | None
    limit: int


def parse_list(pairs: Iterable[tuple[str, str]], now_ns: int) -> ReleaseList:
    """The question about many; figures are of the last 14 days where it names no time. Raises Problem."""
    found = given(pairs, LIST_PARAMETERS)
    return ReleaseList(
        span=_span(found, now_ns),
        text=text(found, "q"),
        package=text(found, "package"),
        shown=_one_of(found, "status", get_args(Shown), "open"),
        sort=_one_of(found, "sort", get_args(Sort), "date"),
        after=_after(text(found, "cursor")),
        limit=whole_number(found, LIMIT),
    )


def parse_one(pairs: Iterable[tuple[str, str]], now_ns: int) -> Span:
    """The question about one, likewise. Raises Problem."""
    return _span(given(pairs, ONE_PARAMETERS), now_ns)


def parse_compare(pairs: Iterable[tuple[str, str]], now_ns: int) -> tuple[str, str, Span]:
    """The two versions, and what figures are of. Raises Problem."""
    found = given(pairs, COMPARE_PARAMETERS)
    a, b = text(found, "a"), text(found, "b")
    if a is None or b is None or a == b:
        raise Problem(
            400,
            "bad_filter",
            f"a and b must be two releases, got {(a or '')[:100]!r} and {(b or '')[:100]!r}",
            "Example: a=agent@2.0.0&b=agent@2.1.0.",
        )
    return a, b, _span(found, now_ns)


def _span(found: Given, now_ns: int) -> Span:
    return Span(closed_range(found, now_ns, DEFAULT_NS), text(found, "environment"))


def _one_of(found: Given, name: str, choices: tuple[T, ...], default: T) -> T:
    value = text(found, name)
    if value is None:
        return default
    for choice in choices:
        if choice == value:
            return choice
    raise bad_filter(name, f"one of {', '.join(choices)}", value, f"Leave it out for {default}.")


def _after(value: str | None) -> int | None:
    if value is None:
        return None
    if value.isascii() and value.isdigit() and len(value) <= 18:
        return int(value)
    raise bad_filter("cursor", "a next_cursor of this hub", value, "Leave it out to start from the first release.")
