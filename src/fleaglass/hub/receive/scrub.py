"""Secrets taken out on arrival: other SDKs send what their authors said, and sentry-cli a whole environment.

At every depth, by the rules that our own agents scrub by (secret_shapes):

    {"api_key": "odd value"}              by its name: members, headers, cookies, tags, local variables
    "GET /v1?key=…", "pf_live_…"          by its shape: messages, addresses, source lines, names of members
    ["--password", "odd value"]           by the items beside it
    {"environ": {"HOME": …, "X": …}}      an environment: only what is harmless stays

Source lines of a frame are looked at as one text, for a key may be wrapped over several.

An agent's id may be shaped like a key: the guides' are (`pf_live_…`), and they set it as the tag `agent_id`, as the
user's id, and within the user's name. So what an event calls its agent's id stays where it stands alone, or in
`agent-<id>`; under a secret's name and inside of other texts it goes. A transaction's hash stays where it is named
`tx_hash`.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any, Final

from fleaglass.secret_shapes import (
    MARKER,
    holds_secret,
    looks_like_hash,
    secret_name,
    without_pieces,
    without_shapes,
)
from fleaglass.semconv import PF_AGENT_ID, PF_TX_HASH

__all__ = ["AGENT_ID_NAMES", "scrub_text", "scrubbed"]

AGENT_ID_NAMES: Final = ("agent_id", PF_AGENT_ID, "session.agent_id")
"""What tags, attributes and the guides call an agent's id."""

_HASHES: Final = frozenset(("tx_hash", PF_TX_HASH))
_DEPTH: Final = 24
"""Above what an event has that is read by its subjects (bounds.py)."""
_MOST_CHARS: Final = 65_536
_SHORTEST: Final = 8

_HARMLESS: Final = frozenset(
    (
        *("CI", "COLUMNS", "HOME", "HOSTNAME", "LANG", "LANGUAGE", "LINES", "LOGNAME", "NODE_ENV", "OLDPWD", "OS"),
        *("PATH", "PWD", "SENTRY_ENVIRONMENT", "SENTRY_RELEASE", "SHELL", "SHLVL", "TERM", "TZ", "USER", "VIRTUAL_ENV"),
    )
)
"""Variables of an environment whose values are shown, if they are not shaped like a secret. And LC_…"""


class _Memory:
    """Texts that hold no secret. Frames, names and paths come again with each event of the same program: looking them
    up takes a twentieth of looking at them. No secret is ever in here."""

    def __init__(self, most_texts: int, most_chars: int) -> None:
        self._most_texts = most_texts
        self._most_chars = most_chars
        self._texts: set[str] = set()

    def __contains__(self, text: str) -> bool:
        return text in self._texts

    def add(self, text: str) -> None:
        """Remember one; of too many all are forgotten."""
        if len(text) <= self._most_chars:
            if len(self._texts) >= self._most_texts:
                self._texts.clear()
            self._texts.add(text)


_harmless: Final = _Memory(32_768, 256)
_harmless_source: Final = _Memory(4_096, 4_096)


def scrubbed(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The object without its secrets: what a payload says, JSON types, at any depth."""
    return _object(sent, _agent_ids(sent), _DEPTH)


def scrub_text(text: str) -> str:
    """One text without its secrets. Of more than 65,536 characters the rest is cut."""
    if len(text) < _SHORTEST or text in _harmless:
        return text
    told = without_shapes(text[:_MOST_CHARS])
    if told == text:
        _harmless.add(text)
    return told


def _agent_ids(sent: Mapping[str, Any]) -> Set[str]:
    """What this payload calls its agent's id, by itself and as a user's name."""
    tags = sent.get("tags")
    named = [tags.get(name) for name in AGENT_ID_NAMES] if isinstance(tags, Mapping) else []
    ids = {agent for agent in named if isinstance(agent, str) and agent}
    return ids | {f"agent-{agent}" for agent in ids}


def _value(value: Any, exempt: Set[str], depth: int) -> Any:
    if isinstance(value, str):
        return value if value in exempt else scrub_text(value)
    if isinstance(value, dict):
        return _object(value, exempt, depth - 1) if depth else "…"
    if isinstance(value, list):
        return [_value(item, exempt, depth - 1) for item in without_pieces(value)] if depth else "…"
    return value


def _object(value: Mapping[str, Any], exempt: Set[str], depth: int) -> dict[str, Any]:
    if "context_line" in value:
        value = _with_clean_source(value)
    found: dict[str, Any] = {}
    for name, item in value.items():
        if secret_name(name) and holds_secret(name, item):
            found[scrub_text(name)] = MARKER
        elif name in _HASHES and looks_like_hash(item):
            found[name] = item
        elif name == "environ" and isinstance(item, dict):
            found[name] = _environment(item)
        else:
            found[scrub_text(name)] = _value(item, exempt, depth)
    return found


def _environment(variables: Mapping[str, Any]) -> dict[str, Any]:
    def is_harmless(name: str) -> bool:
        return name in _HARMLESS or name.startswith("LC_")

    return {
        scrub_text(name): scrub_text(value) if is_harmless(name) and isinstance(value, str) else MARKER
        for name, value in variables.items()
    }


def _with_clean_source(frame: Mapping[str, Any]) -> Mapping[str, Any]:
    """The frame with its source lines scrubbed as one text."""
    before, after = _lines(frame.get("pre_context")), _lines(frame.get("post_context"))
    lines = [*before, _line(frame["context_line"]), *after]
    source = "\n".join(lines)
    if source in _harmless_source:
        return frame
    told = without_shapes(source, keep_lines=True)
    if told == source:
        _harmless_source.add(source)
        return frame
    clean = told.split("\n")
    at = len(before)
    return {**frame, "pre_context": clean[:at], "context_line": clean[at], "post_context": clean[at + 1 :]}


def _lines(value: Any) -> list[str]:
    return [_line(line) for line in value] if isinstance(value, list) else []


def _line(value: Any) -> str:
    """One line: a break inside of it would move all that follow."""
    return value.replace("\n", " ") if isinstance(value, str) else ""
