"""One method of a library's class with ours around it, among other tools that do the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias

__all__ = ["Around", "Replacement"]

Around: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]
"""Makes the new method from the one before."""


class Replacement:
    """In place from when it is made.

    Args:
        owner: the class.
        name: of its method.
        around: makes the new method.
    """

    def __init__(self, owner: type, name: str, around: Around) -> None:
        self._owner, self._name = owner, name
        self._before = getattr(owner, name)
        # Not what is set on the method before: there other tools keep whether it is theirs.
        self._ours = wraps(self._before, updated=())(around(self._before))
        setattr(owner, name, self._ours)

    @property
    def holds(self) -> bool:
        """Whether calls still come through it: on top, or below other tools' that say what they wrap."""
        method = getattr(self._owner, self._name)
        while method is not None and method is not self._ours:
            method = getattr(method, "__wrapped__", None)
        return method is self._ours

    def undo(self) -> None:
        """Give the method back, if nobody has put another on top, who would be lost with it."""
        if getattr(self._owner, self._name) is self._ours:
            setattr(self._owner, self._name, self._before)
