"""A hub is open on loopback, and nowhere else."""

from __future__ import annotations

import pytest

from fleaglass.hub.access.policy import Policy, Unsafe, policy

PUBLIC = "https://hub.example"


@pytest.mark.parametrize(
    ("host", "auth", "public", "asks"),
    [
        ("127.0.0.1", "auto", (), False),
        ("localhost", "auto", (), False),
        ("::1", "auto", (), False),
        ("127.8.8.8", "auto", (), False),
        ("127.0.0.1", "on", (), True),
        ("127.0.0.1", "off", (), False),
        ("127.0.0.1", "auto", (PUBLIC,), True),  # a proxy lets others in
        ("127.0.0.1", "off", (PUBLIC,), False),  # which asks them itself, as its owner says
        ("0.0.0.0", "auto", (), True),
        ("::", "auto", (), True),
        ("10.0.0.7", "on", (), True),
        ("hub.example", "auto", (), True),
    ],
)
def test_tokens_are_asked_for_unless_only_this_machine_gets_there(
    host: str, auth: str, public: tuple[str, ...], asks: bool
) -> None:
    assert policy(host, auth, public).asks is asks  # type: ignore[arg-type]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "hub.example"])
def test_a_hub_that_others_reach_cannot_be_left_open(host: str) -> None:
    with pytest.raises(Unsafe, match=f"open to everybody who reaches {host}"):
        policy(host, "off")


@pytest.mark.parametrize("address", ["hub.example", "ftp://hub.example", "https://", "https://a@hub", "https://h/path"])
def test_a_public_address_is_one_of_a_server(address: str) -> None:
    with pytest.raises(ValueError, match="a public address is like https"):
        policy("127.0.0.1", "auto", [address])


def test_a_public_address_is_kept_as_browsers_write_it() -> None:
    assert policy("127.0.0.1", "auto", ["HTTPS://Hub.Example:8443/"]) == Policy(True, ("https://hub.example:8443",))
