"""A credential in an address is known by where it stands; an id stands after its name and stays."""

from __future__ import annotations

import pytest

from fleaglass.recorder.scrub import MARKER, scrub

NODE_KEY = "9aa3d95b3bc440fa88ea12eaa4456161"
BOT = "7123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
MIXED = "aBcD3fGhIjKlMnOp9rStUvWxYz012345"


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        (
            f'HTTP Request: POST https://api.telegram.org/bot{BOT}/sendMessage "HTTP/1.1 200 OK"',
            f'HTTP Request: POST https://api.telegram.org/bot{MARKER}/sendMessage "HTTP/1.1 200 OK"',
        ),
        (f"POST /bot{BOT.replace(':', '%3A')}/getMe", f"POST /bot{MARKER}/getMe"),
        (f"the bot is {BOT}", f"the bot is {MARKER}"),
        (f"https://mainnet.infura.io/v3/{NODE_KEY}", f"https://mainnet.infura.io/v3/{MARKER}"),
        (f"wss://x.g.alchemy.com/v2/{MIXED} closed", f"wss://x.g.alchemy.com/v2/{MARKER} closed"),
        (f"https://odd.quiknode.pro/{'4f' * 20}/", f"https://odd.quiknode.pro/{MARKER}/"),
        (
            "https://hooks.slack.com/services/T02ABCDEF/B03GHIJKL/aB3dE5gH7jK9mN1pQ3sT5uV7",
            f"https://hooks.slack.com/services/T02ABCDEF/B03GHIJKL/{MARKER}",
        ),
        (
            f"https://discord.com/api/webhooks/1234567890123456789/{MIXED}_{MIXED}-x",
            f"https://discord.com/api/webhooks/1234567890123456789/{MARKER}",
        ),
        (
            f"https://x.office.com/webhookb2/1a2b/IncomingWebhook/{NODE_KEY}/3",
            f"https://x.office.com/webhookb2/1a2b/IncomingWebhook/{MARKER}/3",
        ),
        (f'"GET /v3/{NODE_KEY} HTTP/1.1" 401', f'"GET /v3/{MARKER} HTTP/1.1" 401'),
        (
            f"Max retries exceeded with url: /v3/{NODE_KEY}?key=Zq7odd88 (Caused by X)",
            f"Max retries exceeded with url: /v3/{MARKER}?{MARKER} (Caused by X)",
        ),
        (f"{{'path': '/v3/{NODE_KEY}'}}", f"{{'path': '/v3/{MARKER}'}}"),
        ("url: /v1/balance?key=Zq7odd88Value&wallet_pin=998877 (x)", f"url: /v1/balance?{MARKER} (x)"),
        (f"no answer of mainnet.infura.io/v3/{NODE_KEY}.", f"no answer of mainnet.infura.io/v3/{MARKER}."),
        (f"go.getblock.io/{NODE_KEY}", f"go.getblock.io/{MARKER}"),
        (
            f"next=https%3A%2F%2Fa%3Ab%40node.example%2Fv3%2F{NODE_KEY}%3Fx%3D1",
            f"next=https%3A%2F%2F{MARKER}@node.example%2Fv3%2F{MARKER}?{MARKER}",
        ),
        ("price?key=Zq7odd88Value", f"price?{MARKER}"),
    ],
)
def test_a_credential_in_an_address_is_gone(text: str, scrubbed: str) -> None:
    assert scrub(text) == scrubbed
    assert scrub(scrubbed) == scrubbed


@pytest.mark.parametrize(
    "text",
    [
        "GET https://api.purpleflea.com/v1/trading/order/ord_5f1c0b6f9a2e4d71 HTTP/1.1",
        "https://escrow.purpleflea.com/escrow/release/esc_0b6f5f1c0b6f5f1c",
        "/v1/pos_0b6f5f1c0b6f5f1c0b6f, /v1/bet_123e4567-e89b-12d3-a456-426614174000",
        "https://hc.example/123e4567-e89b-12d3-a456-426614174000",
        f"https://hub.example/api/v1/traces/{NODE_KEY}/spans/00f067aa0ba902b7",
        "https://wallet.purpleflea.com/v1/wallet/balance/0x52908400098527886E0F7030069857D2E4169EE7",
        "/v1/0x52908400098527886E0F7030069857D2E4169EE7",
        f"see trace/{NODE_KEY}, runs/{NODE_KEY} or trace%2F{NODE_KEY}",
        f"/root/.cache/{NODE_KEY}/archive/{NODE_KEY}",
        "https://a1b2c3.long-name-of-a-host.example/v1/orders",
        "/wallet/balance/7xKXtg2CW87d97TXJSDpbD5jBkheTqA83TZRuJosgAsU",
        "https://blog.example/2026/11/20/how-to-trade-btc-in-2027-like-a-machine",
        'File "/usr/lib/python3.11/site-packages/fleaglass/venue/services/trading.py", line 88, in execute',
        "/nix/store/5ynxyn3kvhkzmi8bv0hv0mhpyqhlpyfj-python3-3.11.6/lib/lib-dynload/_struct.cpython-311-x86_64-linux-gnu.so",
        "SELECT * FROM orders WHERE id = ? AND side = ?",
    ],
)
def test_ids_addresses_of_wallets_and_files_stay(text: str) -> None:
    assert scrub(text) == text
