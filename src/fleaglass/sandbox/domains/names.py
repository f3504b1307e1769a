"""Names of domains: which are well formed, which the world outside already holds, and what one costs a year. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fleaglass.sandbox.errors import BadRequest
from fleaglass.sandbox.money import UNIT

__all__ = ["TLDS", "TldPrice", "looks_free", "parse", "suggestions", "taken_outside"]

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_TAKEN = frozenset({"example", "fleaglass", "github", "google", "openai", "purpleflea", "taken", "test", "wikipedia"})
_FAMOUS = frozenset({"google", "github", "openai"})


@dataclass(frozen=True, slots=True)
class TldPrice:
    """What a year under a top-level domain costs, in units; EUR is what the search of the services says."""

    eur: int

    @property
    def usd(self) -> int:
        """What is charged: at 1.10 USD to the EUR, exact for whole tenths of a EUR."""
        return self.eur * 11 // 10


TLDS: Mapping[str, TldPrice] = {
    tld: TldPrice(tenths * UNIT // 10)
    for tld, tenths in (("com", 110), ("net", 130), ("org", 120), ("xyz", 30), ("dev", 140), ("io", 380), ("ai", 790))
}
"""By name, in the order in which a search offers them."""


def parse(domain: str) -> tuple[str, str]:
    """Return a domain in lower case, and its top-level domain. Raises BadRequest INVALID_DOMAIN."""
    label, dot, tld = domain.strip().lower().partition(".")
    if not dot or tld not in TLDS or not _LABEL.fullmatch(label):
        problem = f"{domain[:80]!r} is no name under one of {', '.join(TLDS)}"
        raise BadRequest("INVALID_DOMAIN", problem, {"field": "domain"})
    return f"{label}.{tld}", tld


def suggestions(query: str) -> list[str]:
    """Return what a search for these words offers, in order. Raises BadRequest INVALID_DOMAIN."""
    words = query.strip().lower()
    label, dot, tld = words.partition(".")
    label = re.sub(r"[^a-z0-9-]+", "", label).strip("-")[:63].strip("-")
    if not label:
        raise BadRequest("INVALID_DOMAIN", "a search needs letters or digits", {"field": "q"})
    first = [tld] if dot and tld in TLDS else []
    return [f"{label}.{one}" for one in [*first, *(other for other in TLDS if other not in first)]]


def taken_outside(domain: str) -> bool:
    """Return whether somebody outside the venue holds a domain."""
    return domain.partition(".")[0] in _TAKEN


def looks_free(domain: str) -> bool:
    """Return what the services' check believes: it asks nobody, and knows only the most famous names."""
    return domain.partition(".")[0] not in _FAMOUS
