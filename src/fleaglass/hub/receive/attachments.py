"""`attachment` items: kept as they were sent, up to a size, under a name without secrets or folders.

What is in them is not looked at: it may be anything. So nobody is shown one without asking for it, and then as a file.
"""

from __future__ import annotations

import re
from typing import Any, Final

import msgspec

from fleaglass.hub.receive.bounds import NAME_CHARS, cut
from fleaglass.hub.receive.envelope import Item
from fleaglass.hub.receive.scrub import scrub_text

__all__ = ["MOST_BYTES", "Attachment", "attachment_of"]

MOST_BYTES: Final = 1024 * 1024
_TYPE: Final = re.compile(r"[\w.+-]{1,64}/[\w.+-]{1,64}")
_NOT_IN_NAMES: Final = re.compile(r"[\x00-\x1f\x7f\"]")


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """One file.

    Attributes:
        name: without folders; `attachment` when it has none.
        content_type: `application/octet-stream` when it says none, or none that can be read.
        kind: what it is to Sentry: `event.attachment`, `event.minidump` …
        content: of at most so many bytes as the hub keeps.
        sent_bytes: how many there were; more than `content` has when it was cut.
    """

    name: str
    content_type: str
    kind: str
    content: bytes
    sent_bytes: int


def attachment_of(item: Item, most_bytes: int = MOST_BYTES) -> Attachment:
    """The file in an item; of a larger one the beginning."""
    content_type = item.headers.get("content_type")
    is_type = isinstance(content_type, str) and _TYPE.fullmatch(content_type) is not None
    return Attachment(
        name=_name(item.headers.get("filename")),
        content_type=str(content_type) if is_type else "application/octet-stream",
        kind=cut(_text(item.headers.get("attachment_type")) or "event.attachment", NAME_CHARS),
        content=item.payload[:most_bytes],
        sent_bytes=len(item.payload),
    )


def _name(sent: Any) -> str:
    whole = _NOT_IN_NAMES.sub("", _text(sent)).replace("\\", "/")
    name = whole.rpartition("/")[2].strip()
    return cut(name, NAME_CHARS) if name.strip(".") else "attachment"


def _text(sent: Any) -> str:
    return scrub_text(sent) if isinstance(sent, str) else ""
