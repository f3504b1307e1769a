"""What a Markdown page says to a machine: its links, its headings, and its pieces of code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

__all__ = ["Code", "Page"]

PARSER = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Code:
    """A piece of code: `language` is the fence's (empty if it names none), or "inline" for code in a sentence."""

    line: int
    language: str
    text: str


@dataclass(frozen=True)
class Page:
    """A Markdown file, parsed."""

    path: Path
    tokens: tuple[Token, ...]

    @classmethod
    def read(cls, path: Path) -> "Page":
        """Parse the file at `path` (UTF-8)."""
        return cls(path, tuple(PARSER.parse(path.read_text(encoding="utf-8"))))

    def _inline(self) -> Iterator[tuple[int, Token]]:
        for token in self.tokens:
            for child in token.children or ():
                yield (token.map or [0])[0] + 1, child

    def links(self) -> Iterator[tuple[int, str]]:
        """The line and the target of every link and picture."""
        for line, token in self._inline():
            if token.type == "link_open":
                yield line, str(token.attrs["href"])
            elif token.type == "image":
                yield line, str(token.attrs["src"])

    def code(self) -> Iterator[Code]:
        """Every piece of code, in fences and between backticks."""
        for token in self.tokens:
            if token.type == "fence":
                language = (token.info.split() or [""])[0]
                yield Code((token.map or [0])[0] + 2, language, token.content)
        for line, token in self._inline():
            if token.type == "code_inline":
                yield Code(line, "inline", token.content)

    def anchors(self) -> frozenset[str]:
        """The headings as link fragments, by GitHub's rule: lower case, no punctuation, dashes for spaces."""
        headings = (self.tokens[i + 1].content for i, token in enumerate(self.tokens) if token.type == "heading_open")
        return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)
