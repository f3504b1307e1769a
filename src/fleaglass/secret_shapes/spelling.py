"""How a text is written: as it is, or for a machine.

In a URL or in JSON inside JSON a blank is ``%20``, a line break ``\\n``, and a quote has backslashes before it; each
would hide a secret from rules that know plain text only.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

__all__ = ["ESCAPED", "PLAIN", "Spelling", "is_escaped"]

# JSON inside JSON has its quotes escaped, once for each time it was wrapped.
_QUOTE: Final = r"\\{0,8}[\"']"


class Spelling(msgspec.Struct, frozen=True, kw_only=True):
    """Patterns of what stands around and between words.

    Attributes:
        start: where a secret may begin: not inside a word.
        between: what stands between the words of a mnemonic.
        space: one blank, or a line break.
        blank: one blank within a line.
        quote: one quote.
        in_percent: whether a sign may stand as its code, such as %3D.
    """

    start: str
    between: str
    space: str
    blank: str
    quote: str
    in_percent: bool

    def sign(self, *signs: str) -> str:
        """One of these signs."""
        if not self.in_percent:
            return f"[{re.escape(''.join(signs))}]" if len(signs) > 1 else re.escape(signs[0])
        codes = "|".join(f"%{ord(sign):02x}" for sign in signs)
        return rf"(?:[{re.escape(''.join(signs))}]|(?i:{codes}))"

    def no_sign(self, *signs: str) -> str:
        """A character that is, or begins, none of these signs; nor a blank, a quote or a bracket of an address."""
        plain = rf"[^\s\"'<>{re.escape(''.join(signs))}]"
        return rf"(?:(?!{self.sign(*signs)}){plain})" if self.in_percent else plain


PLAIN: Final = Spelling(
    start=r"(?<![A-Za-z0-9])",
    between=r"[\s,;|\"'+_-]++",
    space=r"\s",
    blank=r"[^\S\r\n]",
    quote=_QUOTE,
    in_percent=False,
)
ESCAPED: Final = Spelling(
    # The letters of an escape are no part of a word: a line break that stands as \n, a sign that stands as %3D.
    start=rf"(?:{PLAIN.start}|(?<=\\[bfnrtv0])|(?<=%[0-9A-Fa-f]{{2}})|(?<=\\x[0-9A-Fa-f]{{2}})|(?<=\\u[0-9A-Fa-f]{{4}}))",
    between=r"(?:[\s,;|\"'+_-]|\\[nrt\"'\s]|%2[0Cc])++",
    space=r"(?:\s|%20|\\[nrt])",
    blank=r"(?:[^\S\r\n]|%20|\\t)",
    quote=rf"(?:{_QUOTE}|%2[27])",
    in_percent=True,
)
_PERCENT: Final = re.compile("%[0-9A-Fa-f]{2}")


def is_escaped(text: str) -> bool:
    """Whether there is an escape in the text."""
    return "\\" in text or ("%" in text and _PERCENT.search(text) is not None)
