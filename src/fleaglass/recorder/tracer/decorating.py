"""Blocks as decorators: each call of the function is inside one of its own."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any, TypeVar, cast

__all__ = ["each_call"]

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])


def each_call(block: Callable[[], AbstractContextManager[Any]], function: FunctionT) -> FunctionT:
    """The function, plain or async, with a block around each call.

    Args:
        block: makes one.
        function: to be called inside.
    """
    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def later(*args: Any, **named: Any) -> Any:
            with block():
                return await function(*args, **named)

        return cast(FunctionT, later)

    @wraps(function)
    def now(*args: Any, **named: Any) -> Any:
        with block():
            return function(*args, **named)

    return cast(FunctionT, now)
