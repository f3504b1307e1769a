"""Python calls and literals laid out the way `ruff format` would, so that the generated module needs no formatter."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["call", "constant", "literal", "names"]

WIDTH = 120


def literal(value: object) -> str:
    """A scalar as source: text in double quotes, numbers and booleans as Python writes them."""
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f"'{value}'" if '"' in value and "'" not in value else f'"{escaped}"'
    if isinstance(value, float) and value == int(value):
        return f"{value:.1f}"
    return repr(value)


def constant(name: str, value: str) -> str:
    """`NAME: Final = "value"`."""
    return f"{name}: Final = {literal(value)}"


def names(items: Sequence[str]) -> str:
    """A tuple of source fragments on one line."""
    return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"


def call(head: str, arguments: Sequence[tuple[str, str | Sequence[str]]], indent: int) -> str:
    """`head(a, key=b)` at `indent`, followed by a comma: on one line, on two, or one argument to a line.

    An argument is (keyword or "", source); source given as a sequence is a tuple and may be broken over lines.
    """
    pad, inner = " " * indent, " " * (indent + 4)
    parts = [_keyword(key) + (value if isinstance(value, str) else names(list(value))) for key, value in arguments]
    flat = f"{pad}{head}({', '.join(parts)}),"
    if len(flat) <= WIDTH:
        return flat
    body = f"{inner}{', '.join(parts)}"
    if len(body) <= WIDTH:
        return f"{pad}{head}(\n{body}\n{pad}),"
    lines = [_argument(key, value, indent + 4) for key, value in arguments]
    return "\n".join([f"{pad}{head}(", *lines, f"{pad}),"])


def _keyword(key: str) -> str:
    return f"{key}=" if key else ""


def _argument(key: str, value: str | Sequence[str], indent: int) -> str:
    pad = " " * indent
    source = value if isinstance(value, str) else names(list(value))
    flat = f"{pad}{_keyword(key)}{source},"
    if len(flat) <= WIDTH or isinstance(value, str):
        return flat
    # The comma after the last item is what keeps ruff from joining the items again.
    items = "\n".join(f"{pad}    {item}," for item in value)
    return f"{pad}{_keyword(key)}(\n{items}\n{pad}),"
