"""Routes that no incident ever takes, and incidents that no route takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from fleaglass.alerts.rules.lines import Path
from fleaglass.alerts.rules.model import Route
from fleaglass.alerts.rules.tables import Note

__all__ = ["unreachable", "untold"]

_Match: TypeAlias = Mapping[str, str | tuple[str, ...]]


def untold(route: Route) -> Iterator[Note]:
    """Whether there are incidents of which nobody is told."""
    if not route.receivers:
        yield ("route",), "it has no receivers, so nobody is told of what none of its routes takes"


def unreachable(route: Route, path: Path = ("route",), above: tuple[_Match, ...] = ()) -> Iterator[Note]:
    """Routes whose incidents are taken by an earlier sibling, or are not the parent's at all."""
    above = (*above, route.match)
    for index, child in enumerate(route.routes):
        here = (*path, "routes", index)
        if (label := _contradiction(child.match, above)) is not None:
            yield here, f"no incident gets here: a route above has another {label}"
            continue
        for earlier, sibling in enumerate(route.routes[:index]):
            if not sibling.continue_ and _covers(sibling.match, child.match):
                yield here, f"no incident gets here: routes[{earlier}] takes them all, and does not continue"
                break
        else:
            yield from unreachable(child, here, above)


def _covers(wide: _Match, narrow: _Match) -> bool:
    """Whether all that the narrow one matches, the wide one does too."""
    return all(label in narrow and _values(narrow[label]) <= _values(value) for label, value in wide.items())


def _contradiction(match: _Match, above: tuple[_Match, ...]) -> str | None:
    """A label whose values are none of those that a route above lets through."""
    for around in above:
        for label, value in match.items():
            if label in around and not _values(value) & _values(around[label]):
                return label
    return None


def _values(one_or_several: str | tuple[str, ...]) -> frozenset[str]:
    return frozenset((one_or_several,) if isinstance(one_or_several, str) else one_or_several)
