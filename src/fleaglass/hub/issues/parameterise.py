"""A message with its variable parts as placeholders, so that two messages which differ only in them are equal.

::

    order ord_5f1c9a of 0.25 BTC timed out after 30s    →    order <id> of <num> BTC timed out after <duration>

Text is taken word by word, because what varies shows itself: its word holds a digit, an `@` or a `://`. Only such words
meet the one long expression below. Every repetition in it is bounded or takes what it takes for good, so that time
grows with the length of the text, whatever is in it. Doing it twice changes nothing: a placeholder holds none of these.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["parameterise"]

_TELLTALE: Final = re.compile(r"[0-9@]|://")
_WORD: Final = re.compile(r"\S+")

_DAY: Final = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}"
_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}"
_SPOKEN_DATE: Final = re.compile(
    rf"\b(?:{_DAY},? )?(?:[0-9]{{1,2}} {_MONTH}|{_MONTH}  ?[0-9]{{1,2}})\b(?:,? [0-9]{{4}}\b(?!:))?", re.ASCII
)
"""A date of several words: `Mon, 30 Nov 2026`, `Nov 30`."""

_CLOCK: Final = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?"
_AMOUNT: Final = r"[0-9]{1,40}(?:\.[0-9]{1,40})?"
_UNIT: Final = r"(?:ns|us|µs|ms|secs?|seconds?|s|mins?|minutes?|m|hrs?|hours?|h|days?|d)"

# In order: the first that fits takes the text. What starts or ends with a sign or a colon may not touch a placeholder:
# it could not have been found there the first time.
_KINDS: Final = {
    "url": r"[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s\"'<>()\[\]{}]*+",
    "email": r"[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}",
    "uuid": r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
    "date": rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?:T{_CLOCK})?|[0-9]{{4}}/[0-9]{{2}}/[0-9]{{2}}"
    r"|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}",
    "time": rf"{_CLOCK}(?!:)",
    "ip": r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?::[0-9]{1,5})?"
    r"|(?=[A-Fa-f:]{0,39}[0-9])(?:[0-9A-Fa-f]{1,4}|(?<!>))(?::[0-9A-Fa-f]{0,4}){2,7}(?!<)",
    "hash": r"(?=[A-Fa-f]{0,40}[0-9])[0-9A-Fa-f]{32,}+",
    "hex": r"0[xX][0-9A-Fa-f]++|(?=[0-9]{0,31}[A-Fa-f])(?=[A-Fa-f]{0,31}[0-9])[0-9A-Fa-f]{8,}+",
    "duration": rf"(?:{_AMOUNT}{_UNIT}){{1,8}}",
    "id": r"(?:[A-Za-z]{1,20}_){1,4}(?=[A-Za-z]{0,40}[0-9])[A-Za-z0-9]++"
    r"|(?=[0-9]{0,60}[A-Za-z])(?=(?:[A-Za-z]{0,30}[0-9]){2})[A-Za-z0-9]{16,}+",
}
_EDGE: Final = r"(?![A-Za-z0-9_])"
_NUMBER: Final = (
    r"(?:(?<!>)[+-])?(?:[0-9]{1,3}(?:,[0-9]{3}){1,12}(?![0-9,])|[0-9]++)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]{1,4})?"
    rf"(?:{_EDGE}|(?=[A-Za-z]{{1,4}}+(?:[,;)\]}}\"']|\.?\Z)))"  # a short unit may stand at its end: 512MB
)
_VARIABLE: Final = re.compile(
    r"(?<![A-Za-z0-9_])(?:"
    + "|".join(f"(?P<{placeholder}>{shape}){_EDGE}" for placeholder, shape in _KINDS.items())
    + f"|(?P<num>{_NUMBER}))"
)


def parameterise(text: str) -> str:
    """`text` with what varies in it as `<url>`, `<email>`, `<uuid>`, `<date>`, `<time>`, `<ip>`, `<hash>`, `<hex>`,
    `<duration>`, `<id>` or `<num>`.
    """
    if _TELLTALE.search(text) is None:
        return text
    return _WORD.sub(_of_word, _SPOKEN_DATE.sub("<date>", text))


def _of_word(word: re.Match[str]) -> str:
    text = word.group()
    return text if _TELLTALE.search(text) is None else _VARIABLE.sub(_placeholder, text)


def _placeholder(found: re.Match[str]) -> str:
    return f"<{found.lastgroup}>"
