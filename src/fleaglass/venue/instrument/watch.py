"""What the patches of the HTTP libraries share: whether a request is one to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import Final

from fleaglass.recorder import guard, is_uninstrumented, keep_passing_secret
from fleaglass.venue.instrument.deployment import Known
from fleaglass.venue.instrument.sighting import Library, Sighting

__all__ = ["Watch", "carrying", "keep_key"]

_AUTHORIZATION: Final = "Authorization"


class Watch:
    """Knows the venue's addresses. One per process, which all patches ask, so that they follow when it is changed."""

    def __init__(self) -> None:
        self.known: Known | None = None
        """``None`` while nothing is watched."""

    def __call__(
        self,
        library: Library,
        method: str,
        url: str,
        content: Callable[[], bytes | None],
        headers: Mapping[str, str | bytes],
    ) -> Sighting | None:
        """The request as it is recorded from now on, for ``with``; ``None`` for one that is not to be.

        That is a request to anybody else, or one of our own client's.
        """
        with guard("looking at a request"):
            if self.known is None or is_uninstrumented():
                return None
            recognised = self.known.recognise(method, url)
            if recognised is None:
                return None
            return Sighting(library, recognised, content(), keep_key(headers))
        return None


def keep_key(headers: Mapping[str, str | bytes]) -> str:
    """The key in a request's headers, from now on scrubbed from whatever is recorded. It may change every hour."""
    said = headers.get(_AUTHORIZATION, "")
    text = said.decode("latin-1") if isinstance(said, bytes) else said
    key = text.rpartition(" ")[2]
    keep_passing_secret(key)
    return key


@contextmanager
def carrying(headers: MutableMapping[str, str], ours: Mapping[str, str]) -> Iterator[None]:
    """A block in which a request has these headers as well, except those that the program has set itself.

    They are taken off again: a program that sends the same request a second time must not send an old trace context.
    """
    added = [name for name in ours if name not in headers]
    headers.update({name: ours[name] for name in added})
    try:
        yield
    finally:
        for name in added:
            headers.pop(name, None)
