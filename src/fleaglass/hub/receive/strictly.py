"""One field of a small payload, which is refused when it is not what it ought to be: session updates, check-ins.

Those are facts that are counted, so half of one is worth nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from fleaglass.hub.receive.bounds import NAME_CHARS
from fleaglass.hub.receive.payload import Malformed
from fleaglass.hub.receive.reading import HEX32, hex_digits, plain
from fleaglass.hub.receive.scrub import scrub_text
from fleaglass.hub.receive.times import moment_ns

__all__ = ["id_in", "label_in", "moment_in", "seconds_in", "whole_in"]


def id_in(sent: Mapping[str, Any], name: str, what: str) -> str:
    """A UUID as 32 lower-case hex digits. Raises Malformed."""
    digits = hex_digits(sent.get(name), HEX32)
    if not digits:
        raise Malformed(f"{what}: {name} must be a UUID, not {str(sent.get(name))[:40]!r}")
    return digits


def moment_in(sent: Mapping[str, Any], name: str, what: str, drift: int = 0) -> int:
    """Unix nanoseconds, from 1970 to 2262, with `drift` added. Raises Malformed."""
    moment = moment_ns(sent.get(name), drift)
    if moment is None or moment <= 0:
        raise Malformed(f"{what}: {name} must be seconds or ISO 8601, not {str(sent.get(name))[:40]!r}")
    return moment


def seconds_in(sent: Mapping[str, Any], name: str, what: str) -> float | None:
    """A duration in seconds, None when there is none. Raises Malformed."""
    value = sent.get(name)
    if value is None:
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not 0 <= value < 2**63:
        raise Malformed(f"{what}: {name} must be seconds, not {str(value)[:40]!r}")
    return float(value)


def whole_in(sent: Mapping[str, Any], name: str, what: str, default: int, least: int, most: int) -> int:
    """A whole number from `least` to `most`, `default` when there is none. Raises Malformed."""
    value = sent.get(name)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise Malformed(f"{what}: {name} must be a whole number from {least} to {most}, not {str(value)[:40]!r}")
    return value


def label_in(sent: Mapping[str, Any], name: str, what: str) -> str:
    """A short text without secrets, "" when there is none. Raises Malformed."""
    value = sent.get(name)
    text = "" if value is None else plain(value)
    if text is None or len(text) > NAME_CHARS:
        raise Malformed(f"{what}: {name} must be a text of at most {NAME_CHARS} characters")
    return scrub_text(text)
