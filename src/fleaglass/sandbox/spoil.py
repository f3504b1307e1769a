"""Spoiling an answer on its way out: cut in half, or with another type in place of values."""

from __future__ import annotations

from fleaglass.sandbox.faces.view import View

__all__ = ["halved", "rows_wrongly_typed", "wrongly_typed"]


def halved(body: bytes) -> bytes:
    """Return the first half of a JSON object's text, which is no JSON."""
    return body[: len(body) // 2]


def wrongly_typed(view: View) -> View:
    """Return an object with the same names, whose every value is of another JSON type."""
    return {name: _another(value) for name, value in view.items()}


def rows_wrongly_typed(view: View) -> View:
    """Return an object whose lists are as long as they were, with another type in place of every value of a row."""
    return {name: _rows(value) if isinstance(value, list | tuple) else value for name, value in view.items()}


def _rows(rows: list[object] | tuple[object, ...]) -> list[object]:
    return [wrongly_typed(row) if isinstance(row, dict) else row for row in rows]


def _another(value: object) -> object:
    match value:
        case bool():
            return "perhaps"
        case None:
            return ["nothing"]
        case str():
            return 7
        case dict():
            return [7]
        case list() | tuple():
            return "none"
        case _:  # numbers, and JSON kept as text
            return {"unexpected": True}
