"""A message as plain text, for e-mail, Apprise and the log."""

from __future__ import annotations

from collections.abc import Iterator

from fleaglass.hub.alerting.notify.messages import Item, Message

__all__ = ["as_text"]


def as_text(message: Message) -> str:
    """All of it, a line for each fact."""
    return "\n".join(_lines(message)) + "\n"


def _lines(message: Message) -> Iterator[str]:
    yield message.title
    for item in message.firing:
        yield from _incident(item)
    if message.firing_more:
        yield from ("", f"… and {message.firing_more} more are firing.")
    if message.over:
        yield from ("", "Over:")
        for item in message.over:
            yield from _incident(item)
    if message.over_more:
        yield from ("", f"… and {message.over_more} more are over.")
    yield from ("", f"All incidents: {message.link}")


def _incident(item: Item) -> Iterator[str]:
    yield from ("", f"{item.rule} ({item.severity})")
    if item.summary:
        yield f"  {item.summary}"
    if item.escalated:
        yield f"  {item.escalated}"
    yield from (f"  {name + ':':<13}{value}" for name, value in item.facts)
    yield from (f"  {name + ':':<13}{href}" for name, href in _links(item) if href)
    if item.breadcrumbs:
        yield "  last breadcrumbs:"
        yield from (f"    {each}" for each in item.breadcrumbs)


def _links(item: Item) -> tuple[tuple[str, str], ...]:
    return ("incident", item.link), ("trace", item.trace_link), ("issue", item.issue_link)
