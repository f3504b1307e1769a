"""Whose cosignatures are enough is a text that people write, and that C2SP's tlog-policy reads the same way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.ledger.tree.cosignature import Cosigner, witness_verifier
from fleaglass.ledger.tree.errors import PolicyError
from fleaglass.ledger.tree.keys import ED25519_COSIGNATURE, Ed25519Signer, Ed25519Verifier, VerifierKey
from fleaglass.ledger.tree.policy import Policy

LOG = Ed25519Signer("fleaglass.ledger/vol-arb-1", b"l" * 32)
WITNESSES = {name: Cosigner(f"{name}.example", name.encode() * 16, lambda: 1).public for name in ("w1", "w2", "w3")}
KNOWN = {name: witness_verifier(key) for name, key in WITNESSES.items()}
THREE = "".join(f"witness {name} {key.text}\n" for name, key in WITNESSES.items())
W1 = WITNESSES["w1"].text
W4 = Cosigner("w4.example", b"w4" * 16, lambda: 1).public.text


def policy(text: str) -> Policy:
    return Policy.parse(text.encode())


def met(text: str, *names: str) -> bool:
    return not policy(THREE + text).missing(KNOWN[name] for name in names)


def test_a_policy_names_logs_and_witnesses() -> None:
    found = policy(f"# ours\nlog {LOG.public.text} https://log.example/\n\n \t\n  # theirs\n{THREE}quorum none")
    assert found.logs == (Ed25519Verifier.of(LOG.public),)
    assert found.witnesses == KNOWN
    assert policy(f"\twitness  w1\t{W1}  https://w.example/ \nquorum w1\n").witnesses == {"w1": KNOWN["w1"]}


def test_a_quorum_of_nobody_is_always_met() -> None:
    assert met("quorum none\n")
    assert policy("quorum none").missing([]) == ""


def test_a_quorum_of_one_is_met_by_that_one() -> None:
    assert met("quorum w2\n", "w2", "w1")
    assert not met("quorum w2\n", "w1", "w3")


@pytest.mark.parametrize(("needed", "count"), [("any", 1), ("1", 1), ("2", 2), ("3", 3), ("all", 3)])
def test_a_group_is_met_by_as_many_as_it_needs(needed: str, count: int) -> None:
    text = f"group g {needed} w1 w2 w3\nquorum g\n"
    assert met(text, *list(KNOWN)[:count])
    assert not met(text, *list(KNOWN)[1:count])


def test_groups_have_groups() -> None:
    text = "group both all w1 w2\ngroup top any both w3\nquorum top\n"
    assert met(text, "w3")
    assert met(text, "w1", "w2")
    assert not met(text, "w1")


def test_groups_may_be_as_deep_as_anybody_writes_them() -> None:
    text = "group g0 all w1 w2\n" + "".join(f"group g{level + 1} all g{level}\n" for level in range(5000))
    assert met(text + "quorum g5000", "w1", "w2")
    assert not met(text + "quorum g5000", "w1", "w3")


def test_what_is_missing_is_said() -> None:
    found = policy(THREE + "group g 2 w1 w2 w3\nquorum g\n")
    assert found.missing([KNOWN["w2"]]) == "it asks for 2 of 'w1', 'w2', 'w3', and has cosignatures of 'w2'"
    assert policy(THREE + "quorum w1").missing([]) == "it asks for 'w1', and has cosignatures of nobody"


def test_a_key_of_the_same_witness_that_is_not_in_the_policy_does_not_count() -> None:
    other = witness_verifier(VerifierKey("w1.example", ED25519_COSIGNATURE, WITNESSES["w3"].public))
    assert policy(THREE + "quorum w1").missing([other, Ed25519Verifier("w1.example", WITNESSES["w1"].public)])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no quorum"),
        (THREE, "no quorum"),
        ("quorum none\nquorum none\n", "line 2: there is a quorum already"),
        ("quorum w1\n" + THREE, "line 1: 'w1' is not defined above"),
        ("quorum\n", "line 1: 'quorum' says nothing"),
        ("quorum none none\n", "line 1: .* says nothing"),
        ("quorum none # comment\n", "line 1: .* says nothing"),
        ("Quorum none\n", "line 1: .* says nothing"),
        ("log\n", "line 1: .* says nothing"),
        (f"log {W1}\n", "line 1: .* a log's is meant"),
        (f"log {LOG.public.text}\nlog {LOG.public.text}\n", "line 2: another log has the same public key"),
        (f"witness w1 {LOG.public.text}\n", "line 1: .* a witness's is meant"),
        (f"witness a {W1}\nwitness b {W1}\n", "line 2: another witness has the same public key"),
        (f"witness a {VerifierKey('z', 4, WITNESSES['w1'].public).text}\nwitness b {W1}\n", "line 2: another witness"),
        (f"{THREE}witness w1 {W4}\n", "line 4: 'w1' is the name of something else"),
        (f"witness none {W1}\n", "line 1: 'none' is the name of something else"),
        (f"{THREE}group w1 any w2\n", "line 4: 'w1' is the name of something else"),
        (f"witness w1 {W1[:-4]}\n", "line 1: .* has .* bytes"),
        (f"{THREE}group g any\n", "line 4: .* says nothing"),
        (f"{THREE}group g 0 w1\n", "line 4: '0' is neither"),
        (f"{THREE}group g 2 w1\n", "line 4: '2' is neither"),
        (f"{THREE}group g 01 w1\n", "line 4: '01' is neither"),
        (f"{THREE}group g -1 w1\n", "line 4: '-1' is neither"),
        (f"{THREE}group g most w1\n", "line 4: 'most' is neither"),
        (f"{THREE}group g any g\n", "line 4: 'g' is not defined above"),
        (f"{THREE}group g any none\n", "line 4: 'none' is not defined above"),
        (f"{THREE}group g all w1 w1\n", "line 4: 'w1' is a member already"),
        (f"{THREE}group g any w1\ngroup h any w1 w2\n", "line 5: 'w1' is a member already"),
        ("quorum none\r\n", "line 1: the byte 0d"),
        ("\n\nquorum\vnone", "line 3: the byte 0b"),
        ("quorum none\x7f", "line 1: the byte 7f"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, reason: str) -> None:
    with pytest.raises(PolicyError, match=reason):
        policy(text)


def test_names_may_be_any_bytes_and_differ_by_them() -> None:
    key = WITNESSES["w1"].text.encode()
    found = Policy.parse(b"witness \xe2\x84\xaa " + key + b"\nquorum \xe2\x84\xaa")
    assert list(found.witnesses) == ["\u212a"]
    assert list(Policy.parse(b"witness \xff " + key + b"\nquorum \xff").witnesses) == ["\udcff"]
    with pytest.raises(PolicyError, match="is not defined above") as error:
        Policy.parse(b"quorum \xff")
    assert str(error.value).encode()  # a terminal can show it


WORDS = st.sampled_from(["log", "witness", "group", "quorum", "none", "any", "all", "1", "2", "#", "a", "b", "\n", W1])


@given(st.one_of(st.binary(max_size=200), st.lists(WORDS, max_size=30).map(lambda words: " ".join(words).encode())))
def test_whatever_bytes_are_read_only_a_policy_error_comes_of_it(data: bytes) -> None:
    try:
        Policy.parse(data).missing(KNOWN.values()).encode()
    except PolicyError as error:
        str(error).encode()
