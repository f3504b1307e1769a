"""Secrets never leave the process, whatever they are wrapped in."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fleaglass.recorder.scrub import MARKER, keep_secret, looks_like_key, scrub, secret_name

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
