"""Fault specifications: what `--fault` accepts.

::

    latency[:TARGET]=TIME[-TIME][@SHARE%]     wait this long, evenly spread if a range, then do it and answer
    error:STATUS[/CODE][:TARGET][@SHARE%]     refuse with this status and code, doing nothing
    drop-ack[:TARGET][@SHARE%]                do it, then cut the connection without an answer
    hang[:TARGET][@SHARE%]                    do it, then never answer
    reset[:TARGET][@SHARE%]                   reset the connection, doing nothing
    malformed-json[:TARGET][@SHARE%]          answer with half of the body
    wrong-types[:TARGET][@SHARE%]             answer with another type in place of every value
    wrong-rows[:TARGET][@SHARE%]              the same in the rows of the answer's lists only

TARGET is `all` (the default: everything but the faucet), `trade` (orders and closing), `market` (reads of prices), a
service (trading, escrow, wallet, casino, domains, faucet) or one call such as trading.poll; it means that call in both
faces. TIME is a number of ms or s. SHARE is 100 unless given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from fleaglass.sandbox.operations import ALL, Operation, matching, targets

__all__ = ["BadFault", "Fault", "Kind", "parse_fault"]

_HEAD = re.compile(r"(?P<kind>[^:=@]*)(?P<rest>[^@]*)(?:@(?P<share>.*))?", re.DOTALL)
_NUMBER = r"\d{1,9}(?:\.\d{1,9})?"
_SHARE = re.compile(rf"({_NUMBER})%")
_TIME = re.compile(rf"({_NUMBER})(ms|s)")
_MOST_LATENCY_S = 600


class BadFault(ValueError):
    """A specification that means nothing; its text is one line for the person who wrote it."""


class Kind(StrEnum):
    """What a fault does."""

    LATENCY = "latency"
    ERROR = "error"
    DROP_ACK = "drop-ack"
    HANG = "hang"
    RESET = "reset"
    MALFORMED_JSON = "malformed-json"
    WRONG_TYPES = "wrong-types"
    WRONG_ROWS = "wrong-rows"


@dataclass(frozen=True, slots=True)
class Fault:
    """One parsed specification. `str()` gives its full form, which parses to the same fault."""

    kind: Kind
    target: str = ALL
    percent: Decimal = Decimal(100)
    status: int = 0
    """For errors: the HTTP status, 400 to 599."""
    code: str = ""
    """For errors: the code of the body; without one, the status's own."""
    least_ms: Decimal = Decimal(0)
    most_ms: Decimal = Decimal(0)
    """For latency: the range of the delay."""

    def aims_at(self, operation: Operation) -> bool:
        """Return whether this fault can hit the operation; only what changes something has an answer worth losing."""
        return self.target in operation.targets and (operation.changes or self.kind is not Kind.DROP_ACK)

    def __str__(self) -> str:
        """Return the specification with every part spelled out."""
        share = f"@{self.percent:f}%"
        if self.kind is Kind.LATENCY:
            return f"{self.kind}:{self.target}={self.least_ms:f}ms-{self.most_ms:f}ms{share}"
        status = f":{self.status}{self.code and '/'}{self.code}" if self.kind is Kind.ERROR else ""
        return f"{self.kind}{status}:{self.target}{share}"


def parse_fault(spec: str) -> Fault:
    """Return the fault that a specification means. Raises BadFault, whose text says what is wrong in one line."""
    try:
        return _parse(spec)
    except BadFault as error:
        raise BadFault(f"fault {_short(spec)}: {error}") from None


def _parse(spec: str) -> Fault:
    head = _HEAD.fullmatch(spec)
    if head is None or head["kind"] not in list(Kind):
        raise BadFault(f"must start with {', '.join(Kind)}")
    kind, rest, percent = Kind(head["kind"]), head["rest"], _percent(head["share"])
    if kind is Kind.LATENCY:
        return _latency(rest, percent)
    parts = rest.split(":")[1:]
    if "=" in rest:
        raise BadFault("only latency takes =")
    if kind is Kind.ERROR:
        if len(parts) not in (1, 2):
            raise BadFault("must be error:STATUS or error:STATUS:TARGET")
        status, slash, code = parts[0].partition("/")
        target = _target(parts[1]) if parts[1:] else ALL
        return Fault(kind, target, percent, status=_status(status), code=_code(code) if slash else "")
    if len(parts) > 1:
        raise BadFault(f"must be {kind} or {kind}:TARGET")
    target = _target(parts[0]) if parts else ALL
    if kind is Kind.DROP_ACK and not any(operation.changes for operation in matching(target)):
        raise BadFault(f"{target} only reads, so no answer of it can be lost with an effect; use reset")
    return Fault(kind, target, percent)


def _latency(rest: str, percent: Decimal) -> Fault:
    aim, equals, times = rest.partition("=")
    if not equals:
        raise BadFault("needs a time, as in latency:trade=250ms")
    if aim and not aim.startswith(":"):
        raise BadFault("must be latency=TIME or latency:TARGET=TIME")
    least, dash, most = times.partition("-")
    least_ms = _milliseconds(least)
    most_ms = _milliseconds(most) if dash else least_ms
    if most_ms < least_ms:
        raise BadFault("the range ends before it begins")
    return Fault(Kind.LATENCY, _target(aim[1:]) if aim else ALL, percent, least_ms=least_ms, most_ms=most_ms)


def _percent(text: str | None) -> Decimal:
    if text is None:
        return Decimal(100)
    found = _SHARE.fullmatch(text)
    share = Decimal(found[1]) if found else None
    if share is None or not 0 < share <= 100:
        raise BadFault(f"the share after @ must be a percentage above 0 up to 100, as in @5%, got {_short(text)}")
    return share


def _milliseconds(text: str) -> Decimal:
    found = _TIME.fullmatch(text)
    if found is None:
        raise BadFault(f"a time is a number of ms or s, as in 250ms or 2.5s, got {_short(text)}")
    milliseconds = Decimal(found[1]) * (1000 if found[2] == "s" else 1)
    if milliseconds > _MOST_LATENCY_S * 1000:
        raise BadFault(f"a time is at most {_MOST_LATENCY_S} s, got {_short(text)}")
    return milliseconds


def _status(text: str) -> int:
    if not re.fullmatch(r"[45]\d\d", text, re.ASCII):
        raise BadFault(f"the status must be 400 to 599, got {_short(text)}")
    return int(text)


def _code(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z][A-Za-z_]{0,49}", text):
        raise BadFault(f"a code is letters and underscores, as in TRADE_FAILED, got {_short(text)}")
    return text


def _target(name: str) -> str:
    if not matching(name):
        raise BadFault(f"no target {_short(name)}; one of {', '.join(targets())}, or a call such as trading.poll")
    return name


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:60] + "…")
