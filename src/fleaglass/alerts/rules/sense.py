"""What is wrong with a table of the rules file though each of its settings is of the right kind."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Iterator
from typing import Any, Final

from msgspec import UNSET, Struct

from fleaglass.alerts.rules.hours import Hours
from fleaglass.alerts.rules.model import (
    Anomaly,
    Duration,
    Email,
    ErrorRate,
    Mute,
    Percentile,
    Ratio,
    Rule,
    Secret,
    WalletFloor,
)
from fleaglass.alerts.rules.tables import Note
from fleaglass.alerts.rules.words import found
from fleaglass.alerts.rules.worse import WORSE, worse_limit

__all__ = ["of_struct"]

_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_MAY_BE_ZERO: Final = frozenset({"for_", "keep", "group_wait", "group_interval"})
_OWN_LABELS: Final = ("rule", "severity", "kind")
_PORTS: Final = 65_535
_CRITICAL_ALREADY: Final = "the severity is critical already, and nothing is worse"


def of_struct(struct: Struct) -> Iterator[Note]:
    """What contradicts itself in one rule, receiver, route, inhibition or mute."""
    yield from _no_time(struct)
    if isinstance(struct, Rule):
        yield from _escalates(struct)
    match struct:
        case Percentile(above_ms=above, resolve_below_ms=resolve):
            yield from _resolves(resolve, above, "resolve_below_ms", "above_ms")
        case ErrorRate():
            yield from _resolves(struct.resolve_at, struct.above, "resolve_at", "above")
            yield from _counted(struct)
        case Ratio(above=above, resolve_at=resolve):
            yield from _resolves(resolve, above, "resolve_at", "above")
        case WalletFloor(below_usd=below, resolve_at_usd=resolve) if resolve is not UNSET and resolve < below:
            yield ("resolve_at_usd",), f"expected at least below_usd, which is {below}, got {resolve}"
        case Anomaly(group_by=group_by) if not {"agent", "span"} <= set(group_by):
            yield ("group_by",), 'expected "agent" and "span" among them: what is normal is so for one operation'
        case Secret():
            yield from _secret(struct)
        case Email(to=to, port=port):
            if not to:
                yield ("to",), "expected at least one address"
            if not 0 < port <= _PORTS:
                yield ("port",), f"expected a port from 1 to {_PORTS}, got {port}"
        case Mute():
            yield from _mute(struct)
    for label in _OWN_LABELS:
        if label in getattr(struct, "labels", ()):
            yield ("labels", label), "each incident has a label of this name already"


def _no_time(struct: Struct) -> Iterator[Note]:
    for name, encoded in zip(struct.__struct_fields__, struct.__struct_encode_fields__, strict=True):
        value = getattr(struct, name)
        if isinstance(value, Duration) and not value.ns and name not in _MAY_BE_ZERO:
            yield (encoded,), "expected a duration above 0s"


def _escalates(rule: Rule) -> Iterator[Note]:
    limit = worse_limit(rule)
    if rule.severity == "critical":
        if limit is not None:
            yield (WORSE + limit[0],), _CRITICAL_ALREADY
        if rule.escalate_after is not UNSET:
            yield ("escalate_after",), _CRITICAL_ALREADY
    elif limit is not None:
        name, worse = limit
        than = getattr(rule, name)
        if worse >= than if isinstance(rule, WalletFloor) else worse <= than:
            yield (WORSE + name,), f"expected a limit that is worse than {name}, which is {than:g}, got {worse:g}"


def _resolves(resolve: Any, above: float, name: str, limit: str) -> Iterator[Note]:
    if resolve is not UNSET and resolve > above:
        yield (name,), f"expected at most {limit}, which is {above:g}, got {resolve:g}"


def _counted(rule: ErrorRate) -> Iterator[Note]:
    if (rule.window is UNSET) is (rule.last is UNSET):
        got = "neither" if rule.last is UNSET else "both"
        yield ("last",), f"expected either window or last, got {got}"
    elif isinstance(rule.last, int) and rule.minimum > rule.last:
        yield ("minimum",), f"expected at most last, which is {rule.last}, got {rule.minimum}: it would never be judged"


def _secret(secret: Secret) -> Iterator[Note]:
    if bool(secret.env) is bool(secret.file):
        yield (), f"expected either env or file, got {'both' if secret.env else 'neither'}"
    elif secret.env and _VARIABLE.fullmatch(secret.env) is None:
        # Not shown: it may be the secret after all.
        yield ("env",), "expected the name of an environment variable"


def _mute(mute: Mute) -> Iterator[Note]:
    for index, written in enumerate(mute.times):
        try:
            Hours.read(written)
        except ValueError as error:
            yield ("times", index), f"{error}, got {found(written)}"
    if not mute.times:
        yield ("times",), 'expected at least one, such as "mon-fri 22:00-06:00"'
    try:
        zoneinfo.ZoneInfo(mute.timezone)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        yield ("timezone",), f'expected a time zone such as "UTC" or "Europe/Berlin", got {found(mute.timezone)}'
