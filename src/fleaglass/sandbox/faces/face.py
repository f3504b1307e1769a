"""What a face is: one way of speaking HTTP about the operations of the one venue.

::

    Face ── endpoints ── Endpoint ── operation   what it does, in the words of operations.py
      │                     └─────── handler     a checked request in, a view out
      ├── opens   which agent a key belongs to
      ├── dress   what a success looks like around the view
      ├── refuse  what an ApiError looks like
      └── meter   whose requests count together, and how many there may be
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from fleaglass.sandbox.accounts import Agent
from fleaglass.sandbox.errors import ApiError
from fleaglass.sandbox.faces.view import View
from fleaglass.sandbox.operations import Operation, operation
from fleaglass.sandbox.venue import Venue

__all__ = ["NOBODY", "Call", "Endpoint", "Face", "Handler", "Meter"]

NOBODY = Agent("", "")
"""Who calls an operation that needs no key."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request: who calls and from where, and the path, query and body that came with it."""

    agent: Agent = NOBODY
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Sequence[str]] = field(default_factory=dict)
    body: bytes = b""
    client: str = ""
    """The address that the caller says it has."""

    def asked(self, name: str) -> str | None:
        """Return a query parameter's first value, None if it is missing."""
        return next(iter(self.query.get(name, ())), None)


Handler = Callable[[Venue, Call], View]


@dataclass(frozen=True, slots=True)
class Meter:
    """Requests that count together, and how many of them a minute may have; no `most` takes the sandbox's setting."""

    counted_as: str
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One call over HTTP. Its path starts below the face's root."""

    operation: str
    method: str
    path: str
    handler: Handler
    status: int = 200
    keyless: bool = False
    """Whether it answers without a key; one that comes along still says who calls."""
    service: str = ""
    """Whose keys open it and whose manners it has; without one, that of its operation."""
    per_minute: int | None = None
    """Requests per minute, where the face limits each path by itself."""
    meaning: Callable[[bytes], str] | None = None
    """Where the body decides which operation it is: from body to name."""

    @property
    def host(self) -> str:
        """The service that it belongs to."""
        return self.service or self.operation.partition(".")[0]

    def operation_of(self, body: bytes) -> Operation:
        """Return the operation that a request with this body asks for."""
        return operation(self.meaning(body) if self.meaning else self.operation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """A way of speaking to the venue, as data and a few functions."""

    name: str
    root: str
    endpoints: tuple[Endpoint, ...]
    opens: Callable[[sqlite3.Connection, Endpoint, str | None], Agent]
    """From an Authorization header to the caller. Raises Unauthorized."""
    dress: Callable[[Endpoint, View], View]
    refuse: Callable[[ApiError, Endpoint | None], View]
    """The body of a refusal; no endpoint where the path leads nowhere."""
    meter: Callable[[Endpoint, str, str, str], Meter]
    """From the endpoint, the path, the caller and the client's address."""

    def endpoint(self, name: str) -> Endpoint:
        """Return the first endpoint of an operation. Raises KeyError."""
        for one in self.endpoints:
            if one.operation == name:
                return one
        raise KeyError(name)
