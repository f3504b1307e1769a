"""Chain wallets that look like real ones and open nothing: phrases, keys and addresses made from random digits.

Everything of a wallet follows from one secret in the state file, so `export` shows what `create` showed. No word of a
phrase and no digit of a key is derived the way that chains do it.
"""

from __future__ import annotations

import hmac
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from fleaglass.sandbox.draws import token

__all__ = ["CHAINS", "Keys", "address_of", "create", "owner", "read"]

CHAINS: Mapping[str, str] = {
    "base": "ETH",
    "ethereum": "ETH",
    "solana": "SOL",
    "bitcoin": "BTC",
    "tron": "TRX",
    "monero": "XMR",
}
"""By name: what the chain pays with."""

_WORD_LIST = """
abandon ability anchor apple arrow autumn bamboo beacon blossom breeze bridge candle canyon carbon cactus cherry
citizen clever copper coral cradle crystal dagger damp desert dolphin echo elbow ember fabric falcon feather
forest fossil garden ginger glacier harbor hazel hollow island ivory jungle kernel ladder lemon lunar magnet
marble meadow nephew oasis orbit panther pepper quartz raven ribbon saddle silver timber tunnel velvet winter
"""
_WORDS = _WORD_LIST.split()
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "023456789acdefghjklmnpqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Keys:
    """A wallet: its phrase, and by chain its addresses and private keys."""

    mnemonic: str
    addresses: Mapping[str, str]
    private_keys: Mapping[str, str]


def create(db: sqlite3.Connection, agent_id: str) -> Keys:
    """Make a new wallet for an agent; the one that it had is gone."""
    secret = secrets.token_hex(32)
    db.execute("INSERT OR REPLACE INTO vault VALUES (?, ?)", (agent_id, secret))
    db.execute("DELETE FROM chain_address WHERE agent_id = ?", (agent_id,))
    keys = _keys(secret)
    # base and ethereum share an address.
    rows = {address: (address, chain, agent_id) for chain, address in keys.addresses.items()}
    db.executemany("INSERT INTO chain_address VALUES (?, ?, ?)", list(rows.values()))
    return keys


def read(db: sqlite3.Connection, agent_id: str) -> Keys | None:
    """Return an agent's wallet, if it has created one."""
    row = db.execute("SELECT secret FROM vault WHERE agent_id = ?", (agent_id,)).fetchone()
    return _keys(row[0]) if row else None


def owner(db: sqlite3.Connection, address: str) -> str | None:
    """Return the agent that an address belongs to, if it is one of this venue."""
    row = db.execute("SELECT agent_id FROM chain_address WHERE address = ?", (address,)).fetchone()
    return row[0] if row else None


def address_of(keys: Keys, chain: str, private_key: str) -> str | None:
    """Return the address on a chain that a private key signs for, if it is one of these keys."""
    same = hmac.compare_digest(keys.private_keys[chain].encode(), private_key.encode())
    return keys.addresses[chain] if same else None


def _keys(secret: str) -> Keys:
    evm, evm_key = f"0x{_digits(secret, 'evm', 40)}", f"0x{_digits(secret, 'evm key', 64)}"
    return Keys(
        mnemonic=" ".join(_WORDS[int(_digits(secret, f"word {place}", 8), 16) % len(_WORDS)] for place in range(12)),
        addresses={
            "base": evm,
            "ethereum": evm,
            "solana": _spell(secret, "solana", _BASE58, 44),
            "bitcoin": f"bc1q{_spell(secret, 'bitcoin', _BECH32, 38)}",
            "tron": f"T{_spell(secret, 'tron', _BASE58, 33)}",
            "monero": f"4{_spell(secret, 'monero', _BASE58, 94)}",
        },
        private_keys={
            "base": evm_key,
            "ethereum": evm_key,
            "solana": _spell(secret, "solana key", _BASE58, 88),
            "bitcoin": f"L{_spell(secret, 'bitcoin key', _BASE58, 51)}",
            "tron": _digits(secret, "tron key", 64),
            "monero": _digits(secret, "monero key", 64),
        },
    )


def _digits(secret: str, label: str, count: int) -> str:
    return token(0, secret, label, digits=count)


def _spell(secret: str, label: str, alphabet: str, count: int) -> str:
    numbers = (int(_digits(secret, f"{label} {place}", 8), 16) for place in range(count))
    return "".join(alphabet[number % len(alphabet)] for number in numbers)
