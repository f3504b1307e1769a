"""What `--store` may say, and that no password leaves it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.store.address import EmbeddedAddress, ServerAddress, parse_address

SECRET = "hunter2-Tr0ub4dor"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("chdb:///data/store", EmbeddedAddress(Path("/data/store"))),
        ("clickhouse://db/fleaglass", ServerAddress("db", 8123, "fleaglass")),
        ("clickhouse://db/fleaglass?secure=true", ServerAddress("db", 8443, "fleaglass", secure=True)),
        (
            "clickhouse://me:p%40ss%2F@db.example:9123/a-b?cluster=main.1&secure=false",
            ServerAddress("db.example", 9123, "a-b", "me", "p@ss/", "main.1"),
        ),
        ("clickhouse://[::1]:8123/x", ServerAddress("::1", 8123, "x")),
    ],
)
def test_an_address_names_its_engine(text: str, address: EmbeddedAddress | ServerAddress) -> None:
    assert parse_address(text) == address


def test_a_password_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text(f"{SECRET}\n")
    address = parse_address(f"clickhouse://me@db/x?password_file={tmp_path / 'password'}")
    assert isinstance(address, ServerAddress)
    assert address.password == SECRET


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("postgresql://db/x", "it must be chdb://PATH or clickhouse://USER:PASSWORD@HOST:PORT/DATABASE"),
        ("clickhouse:///x", "it names no host"),
        ("clickhouse://db", "it needs the name of a database"),
        ("clickhouse://db/a'b", "it needs the name of a database"),
        ("clickhouse://db/x?cluster=a'b", "it needs the name of a cluster"),
        ("clickhouse://db/x?cluster=", "it needs the name of a cluster"),
        ("clickhouse://db/x?secure=perhaps", "its option secure must be true or false"),
        ("clickhouse://db/x?compress=1", "it has an option that is none of cluster, secure, password_file"),
        ("clickhouse://db/x?cluster", "it cannot be read"),
        ("clickhouse://db:0/x", "its port is not a number from 1 to 65535"),
        ("clickhouse://db:70000/x", "it cannot be read"),
        (f"clickhouse://me:{SECRET}#@db/x", "write @ / . # % as %40 %2F %3F %23 %25"),
        (f"clickhouse://me:{SECRET}/@db/x", "cannot be read"),
        (f"clickhouse://me:{SECRET}@db/x?password_file=/none", "both a password and a password_file"),
        ("clickhouse://db/x?password_file=/none", "its password_file cannot be read: No such file or directory"),
    ],
)
def test_what_is_no_address_is_refused_with_what_to_write(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as refused:
        parse_address(text)
    assert SECRET not in str(refused.value)


@given(st.text(":/?#@[]%&=.abc123é\n ", max_size=12), st.text(":/?#@[]%&=.abc123é\n ", max_size=12))
def test_no_password_is_in_a_shown_address_nor_in_an_error(before: str, after: str) -> None:
    try:
        address = parse_address(f"clickhouse://me:{before}{SECRET}@{after}db/x")
        said = [repr(address), address.shown]
    except ValueError as error:
        said = [str(error)]
    assert said
    assert not any(SECRET in each for each in said)
