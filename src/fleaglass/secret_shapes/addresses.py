"""Secrets in addresses, known by where they stand.

::

    https://user:password@node.example/v3/9aa3d95b3bc440fa88ea12eaa4456161?api_key=…
            ─────────────                 ────────────────────────────────  ─────────

A path holds ids as well. An id stands after the name of what it is one of (``/trace/4bf9…``, ``/orders/ord_…``,
``/balance/0x…``) and stays; a key stands at the top, after a version, after another id or after a word such as
``webhooks``.
"""

from __future__ import annotations

import re
from string import ascii_letters, digits
from typing import Final

from fleaglass.secret_shapes.rule import MARKER, Rule
from fleaglass.secret_shapes.spelling import Spelling

__all__ = ["rules"]

_KEY_CHARS: Final = 20
_LONG: Final = re.compile(rf"[\w~%=+.:-]{{{_KEY_CHARS - 1},}}[\w~%=+-]")
_SLASH: Final = re.compile("(/|%2[Ff])")
_NOT_SECOND: Final = "(?<!//)" + "".join(f"(?<!(?i:{slashes}))" for slashes in ("/%2f", "%2f/", "%2f%2f"))
_TURN: Final = re.compile(r"[A-Za-z](?=\d)|\d(?=[A-Za-z])")
_ID: Final = re.compile(
    r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"  # UUID
    r"|0x[0-9A-Fa-f]{40}"  # address of a wallet
    r"|[a-z]{1,8}_[0-9a-f-]+"  # ord_…, esc_…, pos_…, bet_…
)
_IN_WORD: Final = ascii_letters + digits + "_.~:-"
_NAME_OF_IDS: Final = re.compile(
    r"(?!.*(?:hook|heartbeat|push|integration|secret|key))\.?[A-Za-z][A-Za-z_-]*", re.IGNORECASE
)


def rules(spelling: Spelling) -> tuple[Rule, ...]:
    """Addresses in a text, whole or only their ends."""
    slash = spelling.sign("/")
    begin = f"{spelling.sign(':')}{slash}{slash}"
    user = rf"(?:(?!{spelling.sign('/', '?', '#')})\S)*{spelling.sign('@')}"
    # Of a whole address, or of "GET /v3/… HTTP/1.1", "exceeded with url: /v3/…", "node.example/v3/…"
    path = rf"{slash}{_NOT_SECOND}(?!{slash}){spelling.no_sign('?', '#')}*+"
    query = rf"{spelling.sign('?')}[\w.~%\[\]-]{{1,64}}?{spelling.sign('=')}[^\s\"'<>]*"
    return (
        Rule(f"({begin}){user}", rf"\1{MARKER}@", hints=("@", "%40")),
        # The query is optional, or a text of nothing but addresses would be searched to its end from each.
        Rule(rf"({begin}[^\s?#\"'<>]*+)(\?[^\s\"'<>]*+)?", _without_query, hints=("://", "%2f", "%3a")),
        Rule(path, _without_keys, hints=("/", "%2f"), min_chars=_KEY_CHARS),
        Rule(query, f"?{MARKER}", hints=("?", "%3f")),
    )


def _without_query(found: re.Match[str]) -> str:
    return f"{found[1]}?{MARKER}" if found[2] else found[1]


def _without_keys(found: re.Match[str]) -> str:
    parts = _SLASH.split(found[0])
    parts[0] = _before(found)
    for at in range(2, len(parts), 2):
        if (long := _LONG.match(parts[at])) and _is_key(long[0], after=parts[at - 2]):
            parts[at] = MARKER + parts[at][long.end() :]
    return "".join(parts[1:])


def _before(found: re.Match[str]) -> str:
    """The word before a path; none if that is a host."""
    text = found.string[max(0, found.start() - 64) : found.start()]
    rest = text.rstrip(_IN_WORD)
    return "" if rest.endswith("//") else text[len(rest) :]


def _is_key(part: str, after: str) -> bool:
    """Whether letters and digits take turns in it, and nothing says that it is an id."""
    is_id = _ID.fullmatch(part) is not None or _NAME_OF_IDS.fullmatch(after) is not None
    return not is_id and len(_TURN.findall(part)) >= 2
