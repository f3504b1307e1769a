"""Which agent is at work here: the one whose session or span is the innermost.

::

    with a.session():               a
        with b.session():           b
            with a.cycle():         a
                with b.session():   b

A process may run several agents, each in a task or a thread of its own. What does not say whose it is, such as a line
of the log or an operation of a client that was given no agent, is that agent's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextvars import Context, ContextVar
from typing import Final, TypeVar

import msgspec

from fleaglass.recorder.core import Core
from fleaglass.recorder.span import Span, current_span

__all__ = ["Work", "core_at_work", "is_of_the_loop", "where_it_belongs"]

_T = TypeVar("_T")


class Work:
    """One run of an agent, from the beginning of its session to its end."""

    def __init__(self, core: Core) -> None:
        self.core = core
        self.is_over = False

    def enter(self) -> None:
        """A block of the session begins here."""
        _blocks.set((*_blocks.get(), _Block(self, current_span())))

    def leave(self) -> None:
        """The latest such block here ends. One that ends elsewhere than it began has nothing to give back there."""
        blocks = _blocks.get()
        latest = next((at for at in reversed(range(len(blocks))) if blocks[at].work is self), None)
        if latest is not None:
            _blocks.set((*blocks[:latest], *blocks[latest + 1 :]))


class _Block(msgspec.Struct, frozen=True):
    work: Work
    inside: Span | None


_blocks: Final[ContextVar[tuple[_Block, ...]]] = ContextVar("fleaglass-sessions", default=())


def core_at_work() -> Core | None:
    """The agent that is at work here; None outside of spans and sessions."""
    span = current_span()
    block = next((block for block in reversed(_blocks.get()) if not block.work.is_over), None)
    if block is not None and (span is None or span is block.inside):
        return block.work.core
    return span.core if span is not None else None


def where_it_belongs(record: logging.LogRecord | None, do: Callable[[], _T]) -> _T:
    """Do something about a line of the log here; or nowhere, if it is one of the event loop's.

    A task that failed and that nobody awaited is told of where the garbage collector meets it, inside of whatever is at
    work there.
    """
    return Context().run(do) if record is not None and is_of_the_loop(record) else do()


def is_of_the_loop(record: logging.LogRecord) -> bool:
    """Whether asyncio logged it."""
    return str(record.name).partition(".")[0] == "asyncio"
