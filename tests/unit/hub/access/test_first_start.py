"""A hub's first start makes what it needs once, and shows the administrator's token once."""

from __future__ import annotations

import pytest

from fleaglass.hub.access import keys, projects, tokens
from fleaglass.hub.access.first_start import NoTokens, first_start
from fleaglass.hub.access.keys import IngestKey
from fleaglass.hub.state import State
from tests.unit.hub.access.conftest import NOW_NS


def start(state: State, *, asks_for_tokens: bool) -> tuple[IngestKey | None, str | None]:
    with state.write() as connection:
        begun = first_start(
            connection, NOW_NS, asks_for_tokens=asks_for_tokens, key=lambda: "k", secret=lambda: "flea_abcdefgh"
        )
    assert "flea_" not in repr(begun)
    return begun.key, begun.admin_token


def test_on_loopback_there_is_a_project_and_a_key_and_no_token(state: State) -> None:
    key = IngestKey("k", 1, "first", NOW_NS)
    assert [start(state, asks_for_tokens=False) for _ in range(2)] == [(key, None)] * 2
    with state.read() as connection:
        assert [each.slug for each in projects.all_projects(connection)] == ["agents"]
        assert keys.all_keys(connection) == [key]
        assert tokens.all_tokens(connection) == {}


def test_beyond_it_one_administrator_is_made_and_shown_once(state: State) -> None:
    assert start(state, asks_for_tokens=False)[1] is None
    assert start(state, asks_for_tokens=True)[1] == "flea_abcdefgh"
    assert start(state, asks_for_tokens=True)[1] is None
    with state.read() as connection:
        ((digest, token),) = tokens.all_tokens(connection).items()
    assert (token.name, token.scopes, token.hint) == ("administrator", ("admin",), "flea_abcd")
    assert digest == tokens.digest_of("flea_abcdefgh")


def test_tokens_that_were_made_before_will_do(state: State) -> None:
    with state.write() as connection:
        tokens.add_token(connection, "mine", ["read"], "flea_mine", NOW_NS)
    assert start(state, asks_for_tokens=True)[1] is None


def test_it_does_not_start_when_nobody_could_come_in(state: State) -> None:
    start(state, asks_for_tokens=True)
    with state.write() as connection:
        tokens.revoke_token(connection, 1, NOW_NS)
    with pytest.raises(NoTokens, match="fleaglass hub token create NAME --scope admin"):
        start(state, asks_for_tokens=True)


def test_a_key_that_was_revoked_is_not_made_again(state: State) -> None:
    start(state, asks_for_tokens=False)
    with state.write() as connection:
        keys.revoke_key(connection, "k", NOW_NS)
    assert start(state, asks_for_tokens=False)[0] is None
