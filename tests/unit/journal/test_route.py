"""A route says where a journal goes, to whoever finds it; what is no route says so."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.journal.format import FormatError, NewerFormat
from fleaglass.journal.layout import ROUTE
from fleaglass.journal.route import OtlpDestination, Route, SentryDestination, read_route

HEADERS = st.dictionaries(st.text(), st.text())
ROUTES = st.builds(
    Route,
    agent_id=st.text(),
    destinations=st.lists(
        st.builds(
            OtlpDestination, name=st.text(), traces=st.none() | st.text(), headers=st.dictionaries(st.text(), st.text())
        )
        | st.builds(SentryDestination, name=st.text(), dsn=st.text())
    ).map(tuple),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("journal")


@given(route=ROUTES)
def test_what_was_written_is_read(route: Route, folder: Path) -> None:
    (folder / ROUTE).write_bytes(route.encode())
    assert read_route(folder) == route


@given(content=st.binary() | st.sampled_from([b"{}", b"[]", b'{"version": 1}', b'{"version": 1, "agent_id": 2}']))
def test_what_is_none_is_told_by_name(content: bytes, folder: Path) -> None:
    (folder / ROUTE).write_bytes(content)
    with pytest.raises(FormatError, match=r"route\.json"):
        read_route(folder)


def test_a_newer_one_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ROUTE).write_bytes(b'{"version": 2, "agent_id": "a", "of_another_kind": true}')
    with pytest.raises(NewerFormat, match="format 2"):
        read_route(tmp_path)


def test_one_that_is_gone_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_route(tmp_path)
