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
from fleaglass.semconv import PF_AGENT_ID, PF_LEDGER_LEAF_HASH, PF_TX_HASH

__all__ = ["AGENT_ID_NAMES", "scrub_text", "scrubbed"]

AGENT_ID_NAMES: Final = ("agent_id", PF_AGENT_ID, "session.agent_id")
"""What tags, attributes and the guides call an agent's id."""

_HASHES: Final = frozenset(("tx_hash", PF_TX_HASH, PF_LEDGER_LEAF_HASH))
_SOURCE: Final = ("pre_context", "context_line", "post_context")
_TELLING: Final = _HASHES.union(_SOURCE, ("environ",))
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

_harmless: Final[set[str]] = set()
"""Texts that hold no secret. Names and paths come again with each event of the same program, and looking one up takes a
twentieth of looking at it. No secret is ever in here."""
_dull_names: Final[set[str]] = set()
"""Names that say nothing of what they name, and hold no secret themselves."""
_harmless_source: Final[set[str]] = set()
"""The same for the source lines around a frame, which are longer."""
_MOST_REMEMBERED: Final = 32_768
_REMEMBERED_CHARS: Final = 256
_MOST_SOURCES: Final = 4_096
_SOURCE_CHARS: Final = 2_048


def scrubbed(sent: Mapping[str, Any]) -> dict[str, Any]:
    """The object without its secrets: what a payload says, JSON types, at any depth."""
    return _object(sent, _agent_ids(sent), _DEPTH)


def scrub_text(text: str) -> str:
    """One text without its secrets. Of more than 65,536 characters the rest is cut."""
    if len(text) < _SHORTEST or text in _harmless:
        return text
    told = without_shapes(text[:_MOST_CHARS])
    if told == text and len(text) <= _REMEMBERED_CHARS:
        _remember(_harmless, text)
    return told


def _remember(texts: set[str], text: str, most: int = _MOST_REMEMBERED) -> None:
    if len(texts) >= most:
        texts.clear()
    texts.add(text)


def _agent_ids(sent: Mapping[str, Any]) -> Set[str]:
    """What this payload calls its agent's id, by itself and as a user's name."""
    places = [sent.get(place) for place in ("tags", "attributes")]
    named = [said.get(name) for said in places if isinstance(said, dict) for name in AGENT_ID_NAMES]
    ids = {agent for agent in named if isinstance(agent, str) and agent}
    return ids | {f"agent-{agent}" for agent in ids}


def _value(value: Any, exempt: Set[str], depth: int) -> Any:
    if isinstance(value, str):
        return value if len(value) < _SHORTEST or value in _harmless or value in exempt else scrub_text(value)
    if isinstance(value, dict):
        return _object(value, exempt, depth - 1) if depth else "…"
    if isinstance(value, list):
        return [_value(item, exempt, depth - 1) for item in without_pieces(value)] if depth else "…"
    return value


def _object(value: Mapping[str, Any], exempt: Set[str], depth: int) -> dict[str, Any]:
    found = _source(value) if "context_line" in value else {}
    for name, item in value.items():
        if name in _dull_names:
            # Most are known texts: without a call for each, scrubbing takes three quarters of the time.
            is_known = type(item) is str and (len(item) < _SHORTEST or item in _harmless)
            found[name] = item if is_known else _value(item, exempt, depth)
        elif name in found:
            continue
        elif name in _HASHES and looks_like_hash(item):
            found[name] = item
        elif name == "environ" and isinstance(item, dict):
            found[name] = _environment(item)
        elif holds_secret(name, item):
            found[scrub_text(name)] = MARKER
        else:
            found[_name(name)] = _value(item, exempt, depth)
    return found


def _name(name: str) -> str:
    told = scrub_text(name)
    if told == name and len(name) <= _REMEMBERED_CHARS and not secret_name(name) and name not in _TELLING:
        _remember(_dull_names, name)
    return told


def _environment(variables: Mapping[str, Any]) -> dict[str, Any]:
    def is_harmless(name: str) -> bool:
        return name in _HARMLESS or name.startswith("LC_")

    return {
        scrub_text(name): scrub_text(value) if is_harmless(name) and isinstance(value, str) else MARKER
        for name, value in variables.items()
    }


def _source(frame: Mapping[str, Any]) -> dict[str, Any]:
    """The source lines of a frame, scrubbed as one text."""
    before = _lines(frame.get("pre_context"))
    lines = [*before, *_lines([frame["context_line"]]), *_lines(frame.get("post_context"))]
    source = "\n".join(lines)
    if source not in _harmless_source:
        told = without_shapes(source, keep_lines=True)
        if told == source and len(source) <= _SOURCE_CHARS:
            _remember(_harmless_source, source, _MOST_SOURCES)
        lines = told.split("\n")
    at = len(before)
    return {"pre_context": lines[:at], "context_line": lines[at], "post_context": lines[at + 1 :]}


def _lines(value: Any) -> list[str]:
    """Lines, without breaks inside of one, which would move all that follow."""
    sent = value if isinstance(value, list) else []
    return [line.replace("\n", " ") if isinstance(line, str) else "" for line in sent]
