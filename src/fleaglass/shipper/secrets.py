"""What must not be repeated: a collector may answer with the key that it does not know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

__all__ = ["Secrets"]

_BETWEEN_WORDS: Final = re.compile(r"[\s=,;:]+")
_SHORTEST: Final = 8


class Secrets:
    """Those in the headers of a request.

    Args:
        headers: all of them; any word in a value may be a key.
    """

    def __init__(self, headers: Mapping[str, str]) -> None:
        words = (word for value in headers.values() for word in _BETWEEN_WORDS.split(value))
        self._words = [word for word in words if len(word) >= _SHORTEST]

    def hide(self, text: str) -> str:
        """The text without them."""
        for word in self._words:
            text = text.replace(word, "[secret]")
        return text
