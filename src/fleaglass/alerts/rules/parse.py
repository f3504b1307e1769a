"""The rules file, from its text to a `RuleBook`, or to everything that is wrong with it.

::

    text ──▶ tomllib ──▶ tables ──▶ structs, each setting of its kind     tables.py, words.py
                                     each table at one with itself        sense.py
                                     names that are somebody's            names.py, routing.py
         ──▶ lines of all of it, for whatever is wrong                    lines.py
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct, structs

from fleaglass.alerts.rules import names, sense
from fleaglass.alerts.rules.lines import Path, line_of, lines_of
from fleaglass.alerts.rules.model import LogLine, RuleBook
from fleaglass.alerts.rules.problem import Problem, RulesError
from fleaglass.alerts.rules.routing import unreachable, untold
from fleaglass.alerts.rules.tables import Note, Tables

__all__ = ["FILE_NAME", "Checked", "check", "parse"]

FILE_NAME = "alerts.toml"


class Checked(Struct, frozen=True):
    """What came of reading a rules file.

    Attributes:
        book: the rules; None when something is wrong.
        problems: what is wrong, by line.
        warnings: what is likely not meant so, by line; only where nothing is wrong.
    """

    book: RuleBook | None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def parse(text: str | bytes, name: str = FILE_NAME) -> RuleBook:
    """The rules in a file's text.

    Args:
        text: TOML; bytes are UTF-8.
        name: the file's name, for errors.

    Raises:
        RulesError: everything that is wrong with it.
    """
    checked = check(text, name)
    if checked.book is None:
        raise RulesError(checked.problems)
    return checked.book


def check(text: str | bytes, name: str = FILE_NAME) -> Checked:
    """The rules in a file's text, and all that there is to say about it. Never raises."""
    try:
        text = text if isinstance(text, str) else text.decode("utf-8")
    except UnicodeDecodeError as error:
        return Checked(None, (Problem(name, error.object.count(b"\n", 0, error.start) + 1, "no UTF-8 text"),))
    try:
        document = tomllib.loads(text)
        place = _Places(name, document, text)
    except tomllib.TOMLDecodeError as error:
        return Checked(None, (_broken(name, text, str(error)),))
    except RecursionError:
        return Checked(None, (Problem(name, 1, "its tables or lists are nested too deeply"),))
    tables = Tables(sense.of_struct)
    book = tables.struct(RuleBook, document)
    notes = [*tables.notes, *names.doubled(document), *names.unknown_receivers(document)]
    if book is None or notes:
        return Checked(None, place(notes))
    book = structs.replace(book, receivers={names.LOG: LogLine(), **book.receivers})
    return Checked(book, (), place(_doubts(book)))


def _doubts(book: RuleBook) -> Iterator[Note]:
    yield from names.unknown_spans(book)
    yield from names.unknown_rules(book)
    yield from untold(book.route)
    yield from unreachable(book.route)


def _broken(name: str, text: str, error: str) -> Problem:
    """What tomllib says, which has the line at its end, or means the last one."""
    what, _, where = error.rpartition(" (")
    line = re.match(r"at line (\d+)", where)
    return Problem(name, int(line[1]) if line else text.count("\n") + 1, f"no TOML: {what or error}")


class _Places:
    """Turns notes into problems: paths into lines and words."""

    def __init__(self, name: str, document: dict[str, Any], text: str) -> None:
        self._name = name
        self._document = document
        self._lines = lines_of(text)

    def __call__(self, notes: Iterable[Note]) -> tuple[Problem, ...]:
        found = [Problem(self._name, line_of(self._lines, path), f"{self._about(path)}{what}") for path, what in notes]
        return tuple(sorted(found, key=lambda problem: problem.line))

    def _about(self, path: Path) -> str:
        """``rule "p99-order": above_ms: ``, as a beginning."""
        match path:
            case ("rule", int(index), *rest):
                try:
                    name = self._document["rule"][index]["name"]
                except (LookupError, TypeError):
                    name = None
                subject = f'rule "{name}"' if isinstance(name, str) else f"rule {index + 1}"
            case ("receivers", str(name), *rest):
                subject = f'receiver "{name}"'
            case ("inhibit" | "mute" as kind, int(index), *rest):
                subject = f"{kind} {index + 1}"
            case _:
                subject, rest = "", list(path)
        return "".join(f"{part}: " for part in (subject, _dotted(rest)) if part)


def _dotted(path: Iterable[str | int]) -> str:
    """``routes[0].match``."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
