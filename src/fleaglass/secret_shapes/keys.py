"""Keys that say what they are by how they begin.

Those of Purple Flea's services, of the common model providers, of GitHub, GitLab, npm, AWS, Slack, Telegram and Sentry;
the hub's own; and JSON web tokens.
"""

from __future__ import annotations

import re
from typing import Final

from fleaglass.secret_shapes.rule import Rule
from fleaglass.secret_shapes.spelling import PLAIN, Spelling

__all__ = ["looks_like_key", "rules"]

_KEY: Final = "|".join(
    (
        r"pf_(?:live|test|sk|escrow)[_-][A-Za-z0-9_-]{6,}",
        r"(?:sk|pk|rk)[_-][A-Za-z0-9_-]{10,}",
        r"(?:sntry[su]|gsk|hf|gh[pousr]|github_pat|npm)_[A-Za-z0-9_=+/-]{16,}",
        r"(?:xai|glpat|xox[a-z]|xapp)-[A-Za-z0-9_-]{10,}",
        r"flea_[A-Za-z0-9_-]{30,}",
        r"AIza[A-Za-z0-9_-]{30,}",
        r"A[KS]IA[A-Z0-9]{16}",
    )
)
_HEADS: Final = (
    *("pf_live", "pf_test", "pf_sk", "pf_escrow"),
    *(f"{head}{sign}" for head in ("sk", "pk", "rk") for sign in "_-"),
    *(f"gh{kind}_" for kind in "pousr"),
    *("sntry", "gsk_", "hf_", "github_pat_", "npm_"),
    *("xai-", "glpat-", "xox", "xapp-", "flea_", "aiza", "akia", "asia"),
)
"""How they begin, in lower case."""
_WEB_TOKEN: Final = r"eyJ[A-Za-z0-9_-]{8,2048}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"
# Telegram's. In an address "bot" stands before it.
_BOT: Final = r"\d(?:(?<![A-Za-z0-9]\d)|(?<=bot\d)|(?<=\\[nrt]\d))\d{5,11}(?::|%3[Aa])[A-Za-z0-9_-]{30,}"

_WHOLE: Final = re.compile(PLAIN.start + f"(?:{_KEY})")


def looks_like_key(value: str) -> bool:
    """Whether the whole value has the shape of an API key."""
    return _WHOLE.fullmatch(value) is not None


def rules(spelling: Spelling) -> tuple[Rule, ...]:
    """Keys in a text."""
    return (
        Rule(f"{spelling.start}(?:{_KEY})", hints=_HEADS, min_chars=13),
        Rule(spelling.start + _WEB_TOKEN, hints=("eyj",), min_chars=21),
        Rule(_BOT, min_chars=37),
    )
