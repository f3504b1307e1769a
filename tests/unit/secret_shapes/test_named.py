"""What a name names is gone to its end, whatever it is written like, and no more than that."""

from __future__ import annotations

import pytest

from fleaglass.recorder.scrub import MARKER, scrub


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("passphrase: correct horse battery staple", f"passphrase: {MARKER}"),
        ("WALLET_PASSPHRASE=correct horse battery staple", f"WALLET_PASSPHRASE={MARKER}"),
        ("passphrase: don't look back, friend\nand then", f"passphrase: {MARKER}\nand then"),
        ("seed: little words, not many", f"seed: {MARKER}"),
        ('{"note": "password: two words", "asset": "BTC"}', f'{{"note": "password: {MARKER}", "asset": "BTC"}}'),
        ('"{\\"note\\": \\"password: two words\\"}"', f'"{{\\"note\\": \\"password: {MARKER}\\"}}"'),
        ("password=Tr0ub4dor&3xyzzy", f"password={MARKER}"),
        ("a=1&password=Tr0ub4dor&3xyzzy&side=buy", f"a=1&password={MARKER}&side=buy"),
        ("client_secret=Tr0ub4dor&3xyzzy&side=buy", f"client_secret={MARKER}&side=buy"),
        ("level=info password=two words side=buy", f"level=info password={MARKER} side=buy"),
        ("Server=x;Password=a;b;Database=y", f"Server=x;Password={MARKER};Database=y"),
    ],
)
def test_a_sentence_is_gone_to_its_end(text: str, scrubbed: str) -> None:
    assert scrub(text) == scrubbed
    assert scrub(scrubbed) == scrubbed


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("Authorization: Token Zq7odd88Value", f"Authorization: {MARKER}"),
        ("Authorization: HMAC-SHA256 Credential=Zq7, Signature=abcdef", f"Authorization: {MARKER}"),
        ("Authorization: Bearer abc", f"Authorization: Bearer {MARKER}"),
        ("Cookie: session=abc; theme=dark\r\nAccept: */*", f"Cookie: {MARKER}\r\nAccept: */*"),
        (
            r"b'GET / HTTP/1.1\r\nAuthorization: Token Zq7\r\nHost: h'",
            rf"b'GET / HTTP/1.1\r\nAuthorization: {MARKER}\r\nHost: h'",
        ),
        ("X-Auth: Token Zq7odd88Value", f"X-Auth: {MARKER}"),
    ],
)
def test_a_header_is_gone_to_the_end_of_its_line(text: str, scrubbed: str) -> None:
    assert scrub(text) == scrubbed
    assert scrub(scrubbed) == scrubbed


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ("auth=('agent', 'hunter2-pw')", f"auth={MARKER}"),
        ("{'keypair': [12, 250, 7], 'asset': 'BTC'}", f"{{'keypair': {MARKER}, 'asset': 'BTC'}}"),
        ("credentials = {'user': 'a', 'which': 'b'}", f"credentials = {MARKER}"),
    ],
)
def test_what_stands_in_brackets_is_gone_with_them(text: str, scrubbed: str) -> None:
    assert scrub(text) == scrubbed
    assert scrub(scrubbed) == scrubbed


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        (
            "Command '['tool', '--password', 'Zq7 odd', 'x']' returned 1",
            f"Command '['tool', '--password', '{MARKER}', 'x']' returned 1",
        ),
        ("psql --password Zq7odd88Value -h db", f"psql --password {MARKER} -h db"),
        ("psql --db-password 'Zq7 odd' -h db", f"psql --db-password '{MARKER}' -h db"),
        ("run --api-key=Zq7odd88Value now", f"run --api-key={MARKER} now"),
    ],
)
def test_the_option_of_a_command_is_a_name(text: str, scrubbed: str) -> None:
    assert scrub(text) == scrubbed
    assert scrub(scrubbed) == scrubbed


@pytest.mark.parametrize(
    "text",
    [
        "auth failed",
        "auth: failed",
        "token: missing, password: expired",
        "PurpleFlea(api_key=None, token=null)",
        "if not token:\n    raise ValueError('no key')",
        "the api key is missing, the token was refused",
        "--password -h db",
        "tokens_used: 1500, input_tokens=812, the token of trust",
        "signal: author reversal; keyboard=us; sort_key=price",
        "'token' in names, ['token', 'asset', 'side']",
    ],
)
def test_words_that_name_no_value_stay(text: str) -> None:
    assert scrub(text) == text
