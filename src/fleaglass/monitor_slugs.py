"""Names of monitors: the agents' side gives them, the hub's side finds them again.

Both must come to the same one, so the rule stands beside both.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["liveness_slug", "slug_of"]

_MAX_SLUG_CHARS: Final = 50


def liveness_slug(agent_id: str) -> str:
    """The monitor of an agent that says whether it decides: ``alive-`` and its id."""
    return slug_of(f"alive-{agent_id}")


def slug_of(name: str) -> str:
    """The name as Sentry's slugs are: lower-case letters, digits, ``-`` and ``_``, at most 50 of them.

    A longer one keeps its beginning and ends in a digest, and so does one with letters that a slug cannot hold: two
    jobs that share a slug hide each other's failures.
    """
    slug = re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_")
    if len(slug) > _MAX_SLUG_CHARS or any(mark.isalnum() and not mark.isascii() for mark in name):
        from hashlib import sha256

        digest = sha256(name.encode("utf-8", "replace")).hexdigest()[:8]
        slug = f"{slug[: _MAX_SLUG_CHARS - 9].rstrip('-_')}-{digest}".lstrip("-")
    return slug or "monitor"
