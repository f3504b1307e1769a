"""A file is kept under a name that can do no harm."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.receive.attachments import Attachment, attachment_of
from fleaglass.hub.receive.envelope import Item


def attachment(content: bytes = b"abc", most_bytes: int = 10, **headers: Any) -> Attachment:
    return attachment_of(Item(type="attachment", headers=headers, payload=content), most_bytes)


def test_a_file_is_kept_as_it_was_sent() -> None:
    said = attachment(filename="state.json", content_type="application/json", attachment_type="event.view_hierarchy")
    assert said == Attachment(
        name="state.json",
        content_type="application/json",
        kind="event.view_hierarchy",
        content=b"abc",
        sent_bytes=3,
    )


def test_of_a_large_file_the_beginning_is_kept() -> None:
    said = attachment(b"a" * 11)
    assert (said.content, said.sent_bytes) == (b"a" * 10, 11)


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\logs\\run.txt", "run.txt"),
        ("pf_live_k3yk3yk3yk3y.json", "[scrubbed].json"),
        ('a"\r\nb', "ab"),
        ("..", "attachment"),
        ("logs/", "attachment"),
        (None, "attachment"),
        (5, "attachment"),
    ],
)
def test_a_name_has_no_folders_and_no_secrets(sent: object, name: str) -> None:
    assert attachment(filename=sent).name == name


@pytest.mark.parametrize("sent", [None, 5, "text/html; charset=x\r\nset-cookie: a", "x" * 200])
def test_a_type_that_cannot_be_read_is_bytes(sent: object) -> None:
    assert attachment(content_type=sent).content_type == "application/octet-stream"


@given(st.dictionaries(st.sampled_from(["filename", "content_type", "attachment_type"]), st.text() | st.integers()))
def test_any_headers_give_a_name(headers: dict[str, Any]) -> None:
    said = attachment(**headers)
    assert said.name.strip(".")
    assert "/" not in said.name
