"""An answer's body, read by our names for its fields and never trusted to be complete.

JSON numbers become Decimal with the exact digits the venue wrote. A field that is missing or of the wrong kind is
``None``: once the venue has acted, an odd answer must not turn into an exception.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

from fleaglass.venue.money import optional_decimal
from fleaglass.venue.profile import Endpoint

__all__ = ["Body", "encode"]

# Not Decimal itself, which raises for an exponent that it cannot hold.
_decoder: Final = msgspec.json.Decoder(float_hook=optional_decimal)
_encoder: Final = msgspec.json.Encoder(decimal_format="number")


def encode(fields: Mapping[str, object]) -> bytes:
    """A request's body, Decimals as JSON numbers with all their digits. ``TypeError`` for what JSON cannot say."""
    return _encoder.encode(fields)


class Body:
    """A JSON object, seen through an endpoint's table of field names."""

    def __init__(
        self,
        fields: Mapping[str, Any],
        names: Mapping[str, str],
        values: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self.fields = fields
        self._names = names
        self._values = values or {}

    @classmethod
    def parse(cls, content: bytes, endpoint: Endpoint) -> Body:
        """The body of an answer. ``ValueError`` when it is not a JSON object."""
        try:
            fields = _decoder.decode(content)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            raise ValueError("the answer is not JSON") from error
        if not isinstance(fields, dict):
            raise ValueError(f"the answer is not a JSON object but {type(fields).__name__}")
        return cls(fields, endpoint.receives, endpoint.values)

    def but(self, **instead: Any) -> Body:
        """The same, with these values under our names; ``None`` leaves the body's own."""
        given = {name: value for name, value in instead.items() if value is not None}
        names = {**self._names, **{name: name for name in given}}
        return Body({**self.fields, **given}, names, self._values)

    def has(self, name: str) -> bool:
        """Whether the field is there, be it null."""
        return self._names.get(name) in self.fields

    def get(self, name: str) -> Any:
        """The field as JSON gave it, ``None`` if it is not there."""
        theirs = self._names.get(name, name)
        if "." not in theirs:
            return self.fields.get(theirs)
        found: Any = self.fields
        for key in theirs.split("."):
            found = found.get(key) if isinstance(found, Mapping) else None
        return found

    def text(self, name: str) -> str | None:
        """A field that is a non-empty string, or a number used as an id; our value for it where the table has one."""
        value = self.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str) or not value:
            return None
        return self._values.get(name, {}).get(value, value)

    def word(self, name: str) -> str | None:
        """A field that is a non-empty string, as the venue wrote it."""
        value = self.get(name)
        return value if isinstance(value, str) and value else None

    def flag(self, name: str) -> bool | None:
        """A field that is true or false."""
        value = self.get(name)
        return value if isinstance(value, bool) else None

    def decimal(self, name: str) -> Decimal | None:
        """A field that is a finite number, or a string holding one."""
        return optional_decimal(self.get(name))

    def decimals(self, name: str) -> tuple[Decimal, ...]:
        """A field that is a list of numbers; others in it are left out."""
        values = self.get(name)
        if not isinstance(values, list):
            return ()
        return tuple(number for value in values if (number := optional_decimal(value)) is not None)

    def listed(self, name: str) -> bool | None:
        """``True`` for a field that is a list, be it empty."""
        return True if isinstance(self.get(name), list) else None

    def items(self, name: str = "items") -> tuple[Body, ...]:
        """The objects of a list in the answer."""
        return tuple(item for item in self.entries(name) if item is not None)

    def entries(self, name: str = "items") -> tuple[Body | None, ...]:
        """The entries of a list in the answer, in their order; ``None`` for what is no object."""
        values = self.get(name)
        if not isinstance(values, list):
            return ()
        return tuple(Body(one, self._names, self._values) if isinstance(one, dict) else None for one in values)
