"""An error in a rules file has the line that it is in, however the file is written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.alerts.rules.lines import Path, line_of, lines_of


def paths_in(value: Any, path: Path = ()) -> Iterator[Path]:
    """The path of everything in a document."""
    if path:
        yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        yield from paths_in(each, (*path, key))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a = 1\n\nb = 2", {("a",): 1, ("b",): 3}),
        ("# a = 0\na.b . 'c d' = 1", {("a",): 2, ("a", "b"): 2, ("a", "b", "c d"): 2}),
        ("[a]\nb = 1\n[a.c]\nd = 2", {("a",): 1, ("a", "b"): 2, ("a", "c"): 3, ("a", "c", "d"): 4}),
        (
            "[[a]]\nb = 1\n[[a]] # two\nb = 2\n[a.c]\nd = 3",
            {
                ("a",): 1,
                ("a", 0): 1,
                ("a", 0, "b"): 2,
                ("a", 1): 3,
                ("a", 1, "b"): 4,
                ("a", 1, "c"): 5,
                ("a", 1, "c", "d"): 6,
            },
        ),
        (
            "[[r.s]]\n[[r.s.s]]\n[[r.s]]\n[[r.s.s]]\n[[r.s.s]]",
            {
                ("r",): 1,
                ("r", "s"): 1,
                ("r", "s", 0): 1,
                ("r", "s", 0, "s"): 2,
                ("r", "s", 0, "s", 0): 2,
                ("r", "s", 1): 3,
                ("r", "s", 1, "s"): 4,
                ("r", "s", 1, "s", 0): 4,
                ("r", "s", 1, "s", 1): 5,
            },
        ),
        (
            "a = [\n  1, # one, and ]\n  [2,\n   3],\n]",
            {("a",): 1, ("a", 0): 2, ("a", 1): 3, ("a", 1, 0): 3, ("a", 1, 1): 4},
        ),
        ("a = { b = [1], c.d = '}' }", {("a",): 1, ("a", "b"): 1, ("a", "b", 0): 1, ("a", "c"): 1, ("a", "c", "d"): 1}),
        ('a = """\nb = 1\n[c]\n\\""" """\nd = 2', {("a",): 1, ("d",): 5}),
        ("a = '''\n'''''\nb = 2", {("a",): 1, ("b",): 3}),
        ('a = """"x"""""\nb = ""\nc = \'\'', {("a",): 1, ("b",): 2, ("c",): 3}),
        ('"a\\u0062 \\"=" = 1\r\nb = 1979-05-27 07:32:00 # noon', {('ab "=',): 1, ("b",): 2}),
    ],
)
def test_each_thing_has_the_line_in_which_it_is_first_mentioned(text: str, lines: dict[Path, int]) -> None:
    assert lines_of(text) == lines
    assert set(lines) == set(paths_in(tomllib.loads(text)))


def test_what_is_missing_has_the_line_of_what_is_around_it() -> None:
    lines = lines_of("\n[a]\nb = 1")
    assert [line_of(lines, path) for path in [("a", "c"), ("a", "b", 7), ("c",), ()]] == [2, 3, 1, 1]


# A document is written from random parts, and the writer knows on which line it writes what.

KEYS = st.sampled_from(["a", "b", "c-1", "0", "with space", 'quo"te', "do.t", "ünï"])
TEXTS = st.text(st.sampled_from("ab\n\"'\\[]{}=#,. é"), max_size=9)
SCALARS = st.integers(-9, 9) | st.booleans() | TEXTS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)
GAPS = st.sampled_from(["", " ", "\t", "\n", ' # ] } = "\n', "\r\n  "])


class Writer:
    """Writes TOML in whatever style is drawn, and keeps the lines."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self.text = ""
        self.lines: dict[Path, int] = {}

    def note(self, path: Path) -> None:
        self.lines.setdefault(path, self.text.count("\n") + 1)

    def key(self, key: str) -> None:
        if key.isascii() and key.replace("-", "").isalnum() and self._draw(st.booleans()):
            self.text += key
        elif "'" not in key and self._draw(st.booleans()):
            self.text += f"'{key}'"
        else:
            self.text += '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'

    def string(self, value: str) -> None:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        ways = ['"' + escaped.replace("\n", "\\n") + '"', f'"""\n{escaped}"""']
        if not value.startswith("\n"):
            ways.append(f'"""{escaped}"""')
        if "'" not in value and not value.startswith("\n"):
            ways.append(f"'''{value}'''" if "\n" in value else f"'{value}'")
        if '"""' not in value and "\\" not in value and not value.startswith("\n"):
            ways.append('"""' + (value[:-3] + value[-3:].replace('"', '\\"')) + '"""')
        self.text += self._draw(st.sampled_from(ways))

    def value(self, value: Any, path: Path) -> None:
        if isinstance(value, list):
            self.text += "["
            for index, each in enumerate(value):
                self.text += self._draw(GAPS)
                self.note((*path, index))
                self.value(each, (*path, index))
                self.text += self._draw(GAPS) + ("," if index + 1 < len(value) or self._draw(st.booleans()) else "")
            self.text += self._draw(GAPS) + "]"
        elif isinstance(value, dict):
            self.text += "{ "
            for index, (key, each) in enumerate(value.items()):
                self.text += ", " if index else ""
                self.pair(key, each, path)
            self.text += " }"
        elif isinstance(value, str):
            self.string(value)
        else:
            self.text += str(value).lower()

    def pair(self, key: str, value: Any, path: Path) -> None:
        """``key = value``, or ``key.of.it = value`` for a table with one thing in it."""
        self.note((*path, key))
        path = (*path, key)
        self.key(key)
        while isinstance(value, dict) and len(value) == 1 and self._draw(st.booleans()):
            ((key, value),) = value.items()
            self.text += self._draw(st.sampled_from([".", " . "]))
            self.note((*path, key))
            path = (*path, key)
            self.key(key)
        self.text += " = "
        self.value(value, path)

    def table(self, table: dict[str, Any], path: Path, header: list[str]) -> None:
        """A table's plain pairs, then those that get a header of their own."""
        own = [key for key, value in table.items() if _may_head(value) and self._draw(st.booleans())]
        for key, value in table.items():
            if key not in own:
                self.pair(key, value, path)
                self.text += self._draw(st.sampled_from(["\n", " # c\n", "\n\n"]))
        for key in own:
            value = table[key]
            several = value if isinstance(value, list) else [value]
            for index, each in enumerate(several):
                brackets = ("[[", "]]") if isinstance(value, list) else ("[", "]")
                self.note((*path, key))
                below = (*path, key, index) if isinstance(value, list) else (*path, key)
                self.note(below)
                self.text += brackets[0]
                for number, part in enumerate([*header, key]):
                    self.text += "." if number else ""
                    self.key(part)
                self.text += brackets[1] + "\n"
                self.table(each, below, [*header, key])


def _may_head(value: Any) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)
    )


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, dict[Path, int], dict[str, Any]]:
    document = draw(st.dictionaries(KEYS, VALUES, max_size=5))
    writer = Writer(draw)
    writer.table(document, (), [])
    return writer.text, writer.lines, document


@given(documents())
def test_any_document_has_the_lines_that_it_was_written_with(
    written: tuple[str, dict[Path, int], dict[str, Any]],
) -> None:
    text, lines, document = written
    assert tomllib.loads(text) == document
    assert lines_of(text) == lines
