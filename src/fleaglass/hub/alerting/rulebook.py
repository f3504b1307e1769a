"""The rules that are in force: those of a file, read again whenever it changes; or the default ones.

changed, and good    in force at once
changed, and broken  what was in force stays so, and the problem is remembered until the file is good again
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fleaglass.alerts.rules.defaults import default_rules
from fleaglass.alerts.rules.model import RuleBook
from fleaglass.alerts.rules.parse import parse
from fleaglass.alerts.rules.problem import RulesError

__all__ = ["Problem", "Rulebook"]

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why the file is not in force: where and what was expected, and since when it has been so, Unix nanoseconds."""

    says: str
    since_ns: int


class Rulebook:
    """The rules of a file.

    Args:
        path: the file; None for the default rules. Until it has been good once, the default rules are in force.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.book: RuleBook = default_rules()
        self.loaded_ns: int | None = None  # when the file was last read and good, Unix nanoseconds
        self.problem: Problem | None = None
        self._stamp: tuple[int, int] | None = None
        self._text: str | None = None

    def look(self, now_ns: int) -> bool:
        """Read the file if it has changed; whether other rules are in force than before. Never raises."""
        if self.path is None:
            return False
        try:
            text = self._changed(self.path)
            if text is None:
                return False
            book = parse(text, str(self.path))
        except OSError as error:
            self._stamp = self._text = None
            self._is_broken(f"{self.path}: cannot be read: {error.strerror}", now_ns)
            return False
        except UnicodeDecodeError as error:
            self._is_broken(f"{self.path}: is not UTF-8: byte {error.start} is {error.object[error.start]:#x}", now_ns)
            return False
        except RulesError as error:
            self._is_broken(str(error), now_ns)
            return False
        if self.problem is not None:
            _log.warning("the rules of %s are in force again", self.path)
        self.problem, self.loaded_ns = None, now_ns
        is_other = book != self.book
        self.book = book
        return is_other

    def _changed(self, path: Path) -> str | None:
        """What the file says, if that is news."""
        status = path.stat()
        stamp = status.st_mtime_ns, status.st_size
        if stamp == self._stamp:
            return None
        text = path.read_text("utf-8")
        self._stamp = stamp
        if text == self._text:
            return None
        self._text = text
        return text

    def _is_broken(self, says: str, now_ns: int) -> None:
        if self.problem is None or self.problem.says != says:
            _log.error("the rules that were in force stay so: %s", says)
            self.problem = Problem(says, now_ns if self.problem is None else self.problem.since_ns)
