"""Reports that `fleaglass ledger reconcile --save` left in a log's home."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fleaglass.ledger.foreign import regular
from fleaglass.ledger.reconcile.saved import SavedReport, UnusableReport, decode_report

__all__ = ["Report", "reports_in"]

_NAME: Final = re.compile(r"[0-9]{1,19}\.json")
_MOST: Final = 10
_MOST_BYTES: Final = 4 << 20


@dataclass(frozen=True, slots=True)
class Report:
    """A file: what it says, or why that cannot be read."""

    name: str
    said: SavedReport | None = None
    problem: str = ""


def reports_in(folder: Path) -> list[Report]:
    """The latest ones, the newest first. Raises OSError if the folder cannot be read."""
    if not folder.is_dir():
        return []
    names = sorted((each.name for each in folder.iterdir() if _NAME.fullmatch(each.name)), key=_moment, reverse=True)
    return [_report(folder / name) for name in names[:_MOST]]


def _moment(name: str) -> int:
    return int(name.removesuffix(".json"))


def _report(path: Path) -> Report:
    try:
        content = regular(path, _MOST_BYTES + 1)
        if content is None:
            return Report(path.name, problem="it is no file")
        if len(content) > _MOST_BYTES:
            return Report(path.name, problem=f"it is larger than {_MOST_BYTES} bytes")
        return Report(path.name, decode_report(content))
    except OSError as error:
        return Report(path.name, problem=f"it cannot be read: {error.strerror}")
    except UnusableReport as error:
        return Report(path.name, problem=str(error))
