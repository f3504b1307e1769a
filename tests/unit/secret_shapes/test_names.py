"""A field that is named like a secret holds one, whatever its value looks like; an ordinary word names none."""

import json

import numpy as np
import pytest

from fleaglass.recorder.scrub import MARKER, holds_secret, scrub, secret_name

VALUE = "Zq7odd88Value"

TELLING = """
    secret_key SECRET_KEY secretKey SECRETKEY aws_secret_access_key api_secret apisecret APISECRET clientSecret
    totp_secret seed wallet_seed walletSeed seeds seed_words seed_phrase seed_hex recovery_phrase secret_phrase
    phrase recovery_words recovery_codes backup_codes mnemonic mnemonic_words myMnemonic auth basic_auth oauth
    x-auth Authorization Proxy-Authorization auth_header authorization_header cookie Set-Cookie cookies pwd password
    db_password dbpassword PGPASSWORD walletPassword passwordHash password2 passphrase passcode passwd db_pass
    wallet_pass creds credentials aws_credentials key_material keypair key_pair priv_key privkey private_key
    privateKey private_key_pem private_key_b64 private_spend_key wallet_key encryption_key master_key hmac_key
    signing_key hl_signing_key view_key api_key apikey apiKeys API_KEY_2 PF_KEY casino_key tradingKey X-Auth-Key
    x-api-key custom.api_keys token bot_token accesstoken authToken refresh_token SENTRY_AUTH_TOKEN token_str jwt
    jwt_token pin pincode otp totp
"""

ORDINARY = """
    author author_id authority authorized authentication_ok keyboard monkey turkey key keys key_id api_key_id
    token_count tokens tokens_used inputTokens gen_ai.usage.input_tokens token_id token_address token_symbol
    secretary secret_count public_key pubkey publicKey primary_key sort_key cache_key idempotency_key foreignKey
    partition_key lookup_key order_key password_file password_length seed_capital seeded seedling passed pass
    pass_rate bypass compass mapping pinned ping spin phrases_seen cookie_count wallet_id order_id asset auth_failed
    auth_url jwt_expiry mnemonic_length credential_path OLDPWD code status_code words passenger
"""


@pytest.mark.parametrize("name", TELLING.split())
def test_a_name_tells_by_its_end(name: str) -> None:
    assert secret_name(name)
    assert secret_name(f"'{name}'"), "as Python prints it"
    assert secret_name(f"b'{name}'")
    assert secret_name(f"custom.{name}")


@pytest.mark.parametrize("name", TELLING.split())
def test_what_a_name_tells_is_gone_from_a_text(name: str) -> None:
    for text in (
        f"{name}={VALUE}",
        f"{name}: {VALUE}",
        f"with {name} = {VALUE}, refused",
        repr({name: VALUE}),
        json.dumps({"body": json.dumps({name: VALUE, "asset": "BTC"})}),
        f"Config({name}='{VALUE}', url='u')",
        f"a%3D1%26{name}%3D{VALUE}",
        f"curl --{name} {VALUE}",
    ):
        found = scrub(text)
        assert VALUE not in found
        assert MARKER in found
        assert scrub(found) == found


@pytest.mark.parametrize("name", ORDINARY.split())
def test_an_ordinary_word_tells_nothing(name: str) -> None:
    assert not secret_name(name)
    for text in (f"{name}={VALUE}", f"{name}: {VALUE}", repr({name: VALUE}), f"run --{name} {VALUE}"):
        assert scrub(text) == text


@pytest.mark.parametrize("name", ["private key", "API Key", "seed phrase", "recovery phrase", "access token"])
def test_a_name_of_two_words_is_one(name: str) -> None:
    assert secret_name(name)
    assert scrub(f"Invalid {name}: {VALUE}") == f"Invalid {name}: {MARKER}"


@pytest.mark.parametrize("value", [None, True, False, "None", "True", "False"])
def test_what_can_be_no_secret_is_none(value: object) -> None:
    assert not holds_secret("auth", value)


@pytest.mark.parametrize("seed", [42, -1, 2**63, np.int64(7), "42", "'42'"])
def test_a_seed_that_is_a_number_is_a_random_generators(seed: object) -> None:
    """A decision can be made again with it; a wallet's has 128 bits or more, and no other secret number is exempt."""
    assert not holds_secret("seed", seed)
    assert not holds_secret("gen_ai.request.seed", seed)
    assert holds_secret("pin", seed)
    assert holds_secret("password", seed)


@pytest.mark.parametrize("seed", [2**128, VALUE, "1" * 40, b"\x01\x02", 1.5])
def test_a_seed_that_is_anything_else_is_a_wallets(seed: object) -> None:
    assert holds_secret("seed", seed)


def test_a_seed_in_a_text_is_one_or_the_other() -> None:
    assert scrub("seed=42, seed: 7") == "seed=42, seed: 7"
    assert scrub(f"seed={2**128}") == f"seed={MARKER}"
    assert scrub("seed: 42 little words") == "seed: 42 little words"
