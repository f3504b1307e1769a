"""In which line of a TOML document each thing stands, which `tomllib` does not say.

It reads the document's skeleton only: headers, keys, where values begin and end. What a value is, and whether the
document is right at all, is tomllib's to say; so this is for documents that it has read.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from typing import Final, TypeAlias

__all__ = ["Path", "line_of", "lines_of"]

Path: TypeAlias = tuple[str | int, ...]
"""Keys and positions, from the document's root: ``("rule", 3, "above_ms")``."""

_BLANK: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_DOT: Final = re.compile(r"[ \t]*\.[ \t]*")
_KEY: Final = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'""")
# The last three quotes of a row end a multi-line string; up to two before them belong to it.
_STRING: Final = re.compile(
    r'''"""(?:\\.|[^\\])*?"""(?!")|\'\'\'.*?\'\'\'(?!\')|"(?:[^"\\\n]|\\.)*"|'[^'\n]*\'''', re.DOTALL
)
_PLAIN: Final = re.compile(r"[^,\]}#\n]+")


def lines_of(text: str) -> dict[Path, int]:
    """The line of each table, key and element, from 1: where it is first mentioned."""
    return _Scan(text).lines


def line_of(lines: Mapping[Path, int], path: Path) -> int:
    """The line of what is there, or of the innermost thing around it that is."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


class _Scan:
    """One pass over a document."""

    def __init__(self, text: str) -> None:
        self.lines: dict[Path, int] = {}
        self._text = text
        self._at = 0
        self._ends = [found.start() for found in re.finditer("\n", text)]
        self._lengths: Counter[Path] = Counter()
        table: Path = ()
        while self._blank() < len(text):
            if self._takes("["):
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        """``[table]`` or ``[[element]]``, from behind the first bracket. Gives the path of what follows."""
        is_element = self._takes("[")
        self._blank()
        path: Path = ()
        line = self._line()
        keys = self._keys()
        for key in keys[:-1]:
            path = self._latest(self._note((*path, key), line))
        path = self._note((*path, keys[-1]), line)
        if is_element:
            self._lengths[path] += 1
            path = self._note(self._latest(path), line)
        self._blank()
        self._takes("]]" if is_element else "]")
        return path

    def _latest(self, path: Path) -> Path:
        """Of an array of tables its last element: that is what its name means in a header."""
        return (*path, self._lengths[path] - 1) if path in self._lengths else path

    def _pair(self, table: Path) -> None:
        """``key = value``."""
        line = self._line()
        for key in self._keys():
            table = self._note((*table, key), line)
        self._blank()
        self._takes("=")
        self._blank()
        self._value(table)

    def _value(self, path: Path) -> None:
        if self._takes("["):
            position = 0
            while not self._ended("]"):
                self._value(self._note((*path, position), self._line()))
                position += 1
        elif self._takes("{"):
            while not self._ended("}"):
                self._pair(path)
        else:
            self._read(_STRING if self._text[self._at] in "\"'" else _PLAIN)

    def _ended(self, bracket: str) -> bool:
        """Whether an array or inline table ends here; skips what separates its parts."""
        self._blank()
        if self._takes(","):
            self._blank()
        return self._takes(bracket)

    def _keys(self) -> list[str]:
        """A key, dotted or not, as its parts."""
        keys = [_said(self._read(_KEY))]
        while _DOT.match(self._text, self._at) is not None:
            self._read(_DOT)
            keys.append(_said(self._read(_KEY)))
        return keys

    def _note(self, path: Path, line: int) -> Path:
        self.lines.setdefault(path, line)
        return path

    def _line(self) -> int:
        return bisect_left(self._ends, self._at) + 1

    def _blank(self) -> int:
        """Skip blanks, line ends and comments. Gives where that leads."""
        self._read(_BLANK)
        return self._at

    def _read(self, what: re.Pattern[str]) -> str:
        found = what.match(self._text, self._at)
        assert found is not None, f"BUG: no TOML, though tomllib takes it, in line {self._line()}"
        self._at = found.end()
        return found[0]

    def _takes(self, mark: str) -> bool:
        if not self._text.startswith(mark, self._at):
            return False
        self._at += len(mark)
        return True


def _said(key: str) -> str:
    """A key without its quotes."""
    if key[0] == '"':
        return str(tomllib.loads(f"k = {key}")["k"])
    return key[1:-1] if key[0] == "'" else key
