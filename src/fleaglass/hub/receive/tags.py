"""An event's tags: pairs of text, however they were sent.

    {"a": 1, "b c": "x"}    [["a", 1], ["b c", "x"]]    both are a=1, b-c=x

A name is made of letters, digits and `_.:-`, a blank becomes a dash; a value is one line. Of tags with the same name
the first counts. What is no tag is noted.

Source: Sentry's normalisation, which the tests compare. It cuts 1.5 to 1, and takes tags named `environment` and
`release` out; both stay here as they were sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

from fleaglass.hub.receive.bounds import NAME_CHARS, TAGS, cut
from fleaglass.hub.receive.reading import Notes, plain

__all__ = ["tags_of"]

_NAME: Final = re.compile(r"[A-Za-z0-9_.:-]+")


def tags_of(value: Any, notes: Notes) -> dict[str, str]:
    """Text by name, at most 200, in the order they were sent."""
    tags: dict[str, str] = {}
    for name, said in islice(_pairs(value, notes), TAGS):
        tag = name.replace(" ", "-")
        shown = plain(said)
        text = "" if shown is None else shown.strip()
        if _NAME.fullmatch(tag) is None:
            notes.invalid("tags", name, "expected a name of letters, digits and _.:-")
        elif said is None:
            continue
        elif not text or "\n" in text:
            notes.invalid(f"tags.{tag}", said, "expected one line of text")
        else:
            tags.setdefault(cut(tag, NAME_CHARS), cut(text, NAME_CHARS))
    return tags


def _pairs(value: Any, notes: Notes) -> Iterable[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        for at, pair in enumerate(value):
            if isinstance(pair, list) and len(pair) == 2 and (name := plain(pair[0])) is not None:
                yield name, pair[1]
            elif pair is not None:
                notes.invalid(f"tags.{at}", pair, "expected a pair")
    elif value is not None:
        notes.invalid("tags", value, "expected an object or a list of pairs")
