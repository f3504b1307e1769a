"""What applying changes in another system, for people to read before it is done, or after."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any, Final, Literal

__all__ = ["Change", "as_written", "differences"]

_HIDDEN: Final = "[hidden]"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing there.

    Attributes:
        what: such as ``detector "p99-order"``.
        kind: what is done to it. ``none`` if it is so already.
        lines: a unified diff, without secrets.
    """

    what: str
    kind: Literal["create", "update", "delete", "none"]
    lines: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join((f"{self.kind} {self.what}", *(f"    {line}" for line in self.lines)))


def differences(before: Any, after: Any, hidden: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """A unified diff of two pieces of data, line by line; () if they are the same.

    Args:
        before: plain data; None if there is nothing yet.
        after: likewise.
        hidden: keys whose values are secrets.
    """
    old, new = (list(_lines(each, hidden)) if each is not None else [] for each in (before, after))
    return tuple(line for line in unified_diff(old, new, lineterm="", n=0) if not line.startswith(("---", "+++", "@@")))


def as_written(there: Any, wanted: Any, same: Callable[[Any, Any], bool] = lambda there, wanted: False) -> Any:
    """Of what is there, what we would have written: fields that the other system added are nobody's business.

    Args:
        there: what it tells.
        wanted: what we would write.
        same: whether two values that are not equal mean the same.
    """
    if isinstance(there, Mapping) and isinstance(wanted, Mapping):
        return {name: as_written(there[name], wanted[name], same) for name in wanted if name in there}
    if isinstance(there, list) and isinstance(wanted, list | tuple) and len(there) == len(wanted):
        return [as_written(one, other, same) for one, other in zip(there, wanted, strict=True)]
    is_equal = there == wanted and isinstance(there, bool) == isinstance(wanted, bool)  # 2000 and 2000.0 alike
    return wanted if is_equal or same(there, wanted) else there


def _lines(value: Any, hidden: frozenset[str]) -> Iterator[str]:
    yield from json.dumps(_shown(value, hidden), indent=2, sort_keys=True, ensure_ascii=False).split("\n")


def _shown(value: Any, hidden: frozenset[str]) -> Any:
    if isinstance(value, Mapping):
        return {name: _HIDDEN if name in hidden else _shown(each, hidden) for name, each in value.items()}
    return [_shown(each, hidden) for each in value] if isinstance(value, list | tuple) else value
