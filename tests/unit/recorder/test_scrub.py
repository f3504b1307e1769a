"""Secrets never leave the process, whatever they are wrapped in."""

import json
import string
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fleaglass.recorder.scrub import (
    MARKER,
    is_known_secret,
    keep_passing_secret,
    keep_secret,
    looks_like_key,
    scrub,
    secret_name,
)
from fleaglass.secret_shapes.phrases import is_phrase

TOKEN = st.text(string.ascii_letters + string.digits, min_size=16, max_size=60)
PREFIX = st.sampled_from(
    ["pf_live_", "pf_sk_live_", "pf_escrow_", "sk_live_", "sk_trade_", "sk_domains_", "pk_live_", "sk-proj-"]
)
WORD = st.text(string.ascii_lowercase, min_size=3, max_size=8)
HEX = st.text("0123456789abcdef", min_size=48, max_size=128)
PROSE = st.text(max_size=60)

SECRETS = st.one_of(
    st.builds("{}{}".format, PREFIX, TOKEN),
    HEX,
    HEX.map("0x{}".format),
    st.lists(WORD, min_size=12, max_size=24).map(" ".join),
    TOKEN.map(lambda token: f"eyJhbGciOiJI.{token}.{token}"),
)


@given(before=PROSE, secret=SECRETS, after=PROSE)
def test_a_secret_in_any_text_is_gone(before: str, secret: str, after: str) -> None:
    # Letters and digits glued to a secret make it another word; text around it is set apart as text is.
    text = scrub(f"{before} {secret} {after}")
    assert secret not in text
    assert secret[8:24] not in text.replace(before, "").replace(after, "")


@given(before=PROSE, secret=TOKEN, after=PROSE)
@example(before="authorization:", secret="A" * 16, after="")
def test_what_follows_bearer_or_a_secret_name_is_gone(before: str, secret: str, after: str) -> None:
    for wrapped in (f"Bearer {secret}", f"api_key={secret}", f'"private_key": "{secret}"', f"X-Auth-Token: {secret}"):
        assert secret not in scrub(f"{before} {wrapped} {after}").replace(before, "").replace(after, "")


@given(st.text(max_size=300))
def test_any_text_can_be_scrubbed_and_scrubbing_again_changes_nothing(text: str) -> None:
    once = scrub(text)
    assert scrub(once) == once


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("key pf_live_abcdef0123456789 is bad", f"key {MARKER} is bad"),
        ("https://me:pw@h.example/x?token=1#f", f"https://{MARKER}@h.example/x?{MARKER}"),
        ("GET http://127.0.0.1:8080/v1/a?since=now failed", f"GET http://127.0.0.1:8080/v1/a?{MARKER} failed"),
        ("Authorization: Bearer abc.def-123", f"Authorization: Bearer {MARKER}"),
        ("{'mnemonic': 'zoo'}", f"{{'mnemonic': '{MARKER}'}}"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", MARKER),
        ("legal winner thank year wave sausage worth useful legal winner thank yellow", MARKER),
    ],
)
def test_the_marker_says_that_something_was_there_and_not_what(text: str, scrubbed: str) -> None:
    assert scrub(text) == scrubbed


@pytest.mark.parametrize(
    "text",
    [
        "Margin too low for buy 0.5 BTC: needs 34,013.60 USD, has 120.00",
        "trace 4bf92f3577b34da6a3ce929d0e0e4736 span 00f067aa0ba902b7",
        "order ord_5f1c0b6f9a2e, escrow esc_0b6f5f1c0b6f5f1c, position pos_7a20",
        "agent-vol-arb@2.1.0 on http://127.0.0.1:4318/v1/traces",
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "tokens_used: 1500, basic market data, bearer of risk",
        "pf_trade_pnl_usdc",
        "InsufficientMarginError",
    ],
)
def test_what_an_operator_needs_to_read_stays(text: str) -> None:
    assert scrub(text) == text


def test_a_secret_of_this_process_is_gone_whatever_it_looks_like() -> None:
    keep_secret("correct horse")
    assert scrub("it said (correct horse)") == f"it said ({MARKER})"
    keep_secret("buy")
    assert scrub("I want to buy it") == "I want to buy it"


def test_a_secret_that_begins_another_leaves_nothing_of_it() -> None:
    keep_secret("pf_live_0123456789")
    assert scrub("with pf_live_0123456789abcdef, refused") == f"with {MARKER}, refused"


def test_secrets_in_passing_are_bounded_and_those_in_use_stay() -> None:
    """A program that has a new token for every request must not fill the memory, nor slow every scrub down."""
    keep_secret("lasting-secret")
    for number in range(1_000):
        keep_passing_secret("token-in-use")
        keep_passing_secret(f"token-{number:04}")
    kept = [number for number in range(1_000) if is_known_secret(f"token-{number:04}")]
    assert kept == list(range(745, 1_000))
    assert scrub("lasting-secret token-in-use") == f"{MARKER} {MARKER}"


def test_hostile_text_takes_no_time() -> None:
    for text in ("a_" * 32_768, "-_" * 32_768, "://" + "a@" * 30_000, "token" * 13_000, "abc " * 16_384, "0x" * 32_768):
        scrub(text)


def test_shapes() -> None:
    assert looks_like_key("pf_live_0123456789abcdef")
    assert not looks_like_key("vol-arb-1")
    assert secret_name("api_key")
    assert secret_name("custom.privateKey")
    assert not secret_name("custom.tokens_used")
    assert not secret_name("pf.asset")


MNEMONIC = "legal winner thank year wave sausage worth useful legal winner thank yellow"


@pytest.mark.parametrize(
    "text",
    [
        repr("x\nSECRET"),
        json.dumps({"line": "a\tSECRET"}),
        "next=%2Fcallback%3Fid%3DSECRET",
        "b'\\x00SECRET'",
        '"\\u0026SECRET"',
    ],
)
@pytest.mark.parametrize(
    "secret",
    ["pf_live_canary0123456789", "sk_trade_canary0123456789", "eyJhbGciOiJI.eyJzdWIiOiJj.c2lnbmF0dXJl", MNEMONIC],
)
def test_an_escape_before_a_secret_does_not_hide_it(text: str, secret: str) -> None:
    assert secret not in scrub(text.replace("SECRET", secret))


@pytest.mark.parametrize(
    "between", ["-", "_", "+", "%20", "\\n", "', '", '", "', ", ", "\n"], ids=lambda between: repr(between)
)
def test_a_mnemonic_is_one_whatever_stands_between_its_words(between: str) -> None:
    found = scrub(f"it is: {MNEMONIC.replace(' ', between)}.")
    assert "winner" not in found
    assert "wave" not in found


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ('{"password": "correct horse battery"}', f'{{"password": "{MARKER}"}}'),
        ("{'password': b'correct horse'}", f"{{'password': b'{MARKER}'}}"),
        (r"{\"clientSecret\": \"a b c\"}", rf"{{\"clientSecret\": \"{MARKER}\"}}"),
        ('"passphrase": "with \\" in it"', f'"passphrase": "{MARKER}"'),
        ("%7B%22api_key%22%3A%20%22a%20b%22%7D", f"%7B%22api_key%22%3A%20%22{MARKER}%22%7D"),
        ("Headers([('x-api-key', 'odd key'), ('a', 'b')])", f"Headers([('x-api-key', '{MARKER}'), ('a', 'b')])"),
        ("columns ('token', 'asset', 'side')", "columns ('token', 'asset', 'side')"),
        (f"https://h/?a=1&mnemonic={MNEMONIC} is bad", f"https://h/?{MARKER} is bad"),
        (f"{'long ' * 12}sntrys_eyJpYXQiOjE3NjM2NDQwMDB9_abc", f"{MARKER} {MARKER}"),
        ("walletPrivateKey=abc-def", f"walletPrivateKey={MARKER}"),
        ("Authorization%3A%20Bearer%20odd-token-17", f"Authorization%3A%20Bearer {MARKER}"),
    ],
)
def test_what_a_secret_name_names_is_gone_to_its_end(text: str, scrubbed: str) -> None:
    assert scrub(text) == scrubbed
    assert scrub(scrubbed) == scrubbed


@pytest.mark.parametrize(
    "secret",
    ["KwTqYbR8vZp3mXnL7dJcHs2GfUeWa9QkNr5VtEy4BxPuMo6DjSzC", "sntrys_eyJpYXQiOjE3NjM2NDQwMDB9_abc", "gsk_" + "a1" * 20],
)
def test_keys_of_others_are_known_by_their_shape(secret: str) -> None:
    assert scrub(f"it is {secret}.") == f"it is {MARKER}."


def test_a_secret_of_this_process_is_gone_in_every_spelling() -> None:
    secret = 'odd/"key"\\of é'
    keep_secret(secret)
    for spelling in (
        secret,
        quote(secret),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        repr(secret)[1:-1],
    ):
        assert scrub(f"x {spelling} y") == f"x {MARKER} y"


def test_a_list_of_words_is_a_mnemonic_in_pieces() -> None:
    assert is_phrase(MNEMONIC.split())
    assert is_phrase([repr(word) for word in MNEMONIC.split()[:10]])
    assert not is_phrase(["casino", "faucet", "escrow", "trading", "wallet", "domains"])
    assert not is_phrase([*MNEMONIC.split(), 7])


def test_names_of_secrets_have_humps_and_plurals() -> None:
    for name in ("walletPassword", "X-Api-Key", "custom.api_keys", "myMnemonic", "clientSecret", "SENTRY_AUTH_TOKEN"):
        assert secret_name(name), name
    for name in ("inputTokens", "gen_ai.usage.input_tokens", "monkey", "asset", "secretary"):
        assert not secret_name(name), name


@pytest.mark.parametrize(
    "text",
    [
        "a-b-c-d signal, iv_window=30, order_placed, mean-reversion-on-btc",
        "100% of it at 5%, \\n is a line",
        "orders: 3, tokens: 1500, key: value",
        "GET /v1/wallet/{wallet_id}/balance?",
        "bc1p5d7rjq7g6rdk2yhzks9smlaqtedr4dekq08ge8ztwac72sfr9rusxg3297",
        "5KtY is short",
    ],
)
def test_more_that_stays(text: str) -> None:
    assert scrub(text) == text


def test_more_hostile_text_takes_no_time() -> None:
    for text in (
        'token="' * 9_000,
        "token%3D%22" * 6_000,
        "\\neyJ" * 13_000,
        "abcd-" * 13_000,
        "token:" + "%20" * 20_000,
    ):
        scrub(text)
