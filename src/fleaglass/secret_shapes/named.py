"""Secrets that only their names give away, in a text.

::

    "password": "all of it, to the quote"        Authorization: the rest of the line
    auth=('agent', 'all in brackets')            passphrase=the rest of the line, or up to &the_next=
    ('x-api-key', 'a header as a pair')          api_key=one-word
    --password one-word, ['--password', 'one']   Bearer one-word
"""

from __future__ import annotations

import re
from typing import Final

from fleaglass.secret_shapes.names import ALL, HEADERS, HINTS, SEEDS, SENTENCES, WORDS
from fleaglass.secret_shapes.rule import MARKER, Rule
from fleaglass.secret_shapes.spelling import Spelling

__all__ = ["rules"]

_DONE: Final = re.escape(MARKER)
_IN_QUOTES: Final = rf"\g<quote>{MARKER}\g<quote>"

_NEXT_NAME: Final = r"[\w.-]{1,40}="
_CHAR: Final = r"[^\s\"',;&)}\]]"
# After "name: other-name:" comes the value as well.
_WORD: Final = rf"(?:{_CHAR}|&(?!{_NEXT_NAME})(?=\w)){{3,}}(?:(?<=:)\s+{_CHAR}+)?"
# A line's value ends at a quote, unless it is in a word, as in "don't", and at a line break, as a repr shows it too.
_IN_LINE: Final = r"(?:[^\r\n\"'\\]|(?<=\w)[\"'](?=\w)|\\(?![nr\"']))"
_LINE: Final = rf"{_IN_LINE}{{3,}}"
_SENTENCE: Final = rf"(?:(?![\s,;&]{_NEXT_NAME}){_IN_LINE}){{3,}}"
_NUMBER: Final = r"-?\d{1,20}(?![\w.])"
# A bracket, and how what follows it may begin. A bracket alone is in many a sentence.
_OPENINGS: Final = tuple(
    f"{bracket}{next_}" for bracket in ("(", "[", "%28", "%5b") for next_ in ("b", '"', "'", "\\", "%2")
)
# Says that there is no value.
_NOTHING: Final = (
    r"(?:none|null|true|false|missing|invalid|expired|required|failed)[\"'\\]*+"
    r"(?:[)\]},;.](?!\w)|[^\S\n]*+(?:\n|\Z))"
)


def rules(spelling: Spelling) -> tuple[Rule, ...]:
    """What a name names, and what follows the name of a scheme."""
    quote, space, comma = spelling.quote, spelling.space, spelling.sign(",")
    name = rf"[\w.-]{{0,40}}?{ALL.pattern(spelling.start)}"
    option = rf"(?<!-){spelling.start}--"
    in_pair = rf"{quote}{comma}{space}*b?"
    return (
        # Long, or with a digit: "basic market data" is no credential.
        _rule(
            rf"{spelling.start}(bearer|basic){space}+(?:[A-Za-z0-9._~+/=-]{{16,}}|(?=\S*\d)[A-Za-z0-9._~+/=-]{{6,}})",
            rf"\1 {MARKER}",
            hints=("bearer", "basic"),
        ),
        _rule(
            rf"({spelling.sign('(', '[')}b?{quote}{name}{in_pair}){_quoted(quote)}(?={spelling.sign(')', ']')})",
            rf"\1{_IN_QUOTES}",
            hints=_OPENINGS,
        ),
        _rule(rf"({option}{name}{in_pair}){_quoted(quote)}", rf"\1{_IN_QUOTES}", hints=("--",)),
        _rule(
            rf"({option}{name}{space}++)(?!-|{_DONE})(?:{_quoted(quote)}|{_CHAR}{{3,}})",
            rf"\1{_IN_QUOTES}",
            hints=("--",),
        ),
        _rule(
            _named(spelling),
            rf"\g<name>\g<blanks>\g<gap>\g<before>{_IN_QUOTES}",
            hints=HINTS,
            begins_with_hint=True,
        ),
    )


def _rule(pattern: str, replacement: str, *, hints: tuple[str, ...], begins_with_hint: bool = False) -> Rule:
    flags = re.IGNORECASE | re.DOTALL
    return Rule(pattern, replacement, hints, begins_with_hint=begins_with_hint, flags=flags)


def _quoted(quote: str, but_not: str = "(?!)") -> str:
    """All of a value, up to the quote that it began with."""
    return rf"(?P<quote>{quote})(?!{_DONE}(?P=quote)|{but_not})(?:(?!(?P=quote))(?:\\.|[^\\])){{1,512}}(?P=quote)"


def _named(spelling: Spelling) -> str:
    quote, space, blank, start = spelling.quote, spelling.space, spelling.blank, spelling.start
    kinds = "|".join(
        (
            rf"(?P<header>{HEADERS.pattern(start)})",
            rf"(?P<sentence>{SENTENCES.pattern(start)})",
            rf"(?P<seed>{SEEDS.pattern(start)})",
            WORDS.pattern(start),
        )
    )
    assigned = rf"(?:{quote})?+{space}*+{spelling.sign(':', '=')}=?+>?+"
    other_name = rf"[\w.-]{{0,40}}?{ALL.pattern(start)}{assigned}"
    values = (
        rf"(?P<before>{space}*+[bfru]{{0,2}}){_quoted(quote, other_name)}",
        rf"(?P<blanks>{space}*+)[(\[{{][^()\[\]{{}}]{{3,1024}}[)\]}}]",
        # Without quotes it is on the line of its name: what comes after "if token:" is none.
        rf"(?P<gap>{blank}*+(?:{quote})?+(?:(?:bearer|basic){space}++)?+)(?!{_DONE}|{_NOTHING}|{other_name})"
        rf"(?(header){_LINE}|(?(sentence){_SENTENCE}|(?(seed)(?!{_NUMBER}){_SENTENCE}|{_WORD})))",
    )
    return rf"(?P<name>(?:{kinds}){assigned})(?:{'|'.join(values)})"
