"""What was measured of how well the hub and Prometheus agree on rules: docs/alerts-agreement.json, a line for each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

__all__ = ["FILE", "Agreement", "read", "write"]

FILE: Final = Path(__file__).resolve().parent.parent / "docs/alerts-agreement.json"


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """On one rule, over generated histories.

    Attributes:
        histories: how many there are.
        turns: how often the hub's judge has the rule fire or resolve in them.
        agreed: in how many of them Prometheus' tool has the same turns, each within one step of the judge's.
        most_steps_apart: the largest difference of a turn; one that only one side has is as far off as the end is.
    """

    histories: int
    turns: int
    agreed: int
    most_steps_apart: int

    @property
    def is_exact(self) -> bool:
        """Whether a rule may be called exact by it: enough happened, and nothing differed."""
        return self.histories >= 20 and self.turns >= self.histories and self.agreed == self.histories

    def __str__(self) -> str:
        return f"{self.agreed} of {self.histories} histories, {self.turns} turns"


def read(file: Path = FILE) -> dict[str, Agreement]:
    """By the rule's name. Raises OSError and msgspec.DecodeError."""
    return msgspec.json.decode(file.read_bytes(), type=dict[str, Agreement])


def write(found: Mapping[str, Agreement], file: Path = FILE) -> None:
    """In the order of `found`."""
    lines = (f"  {_json(name)}: {_json(agreement)}" for name, agreement in found.items())
    file.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value), indent=0).decode()
