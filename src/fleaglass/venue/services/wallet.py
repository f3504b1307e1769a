"""Wallets: what an agent owns and how fresh that knowledge is, sending it, and swapping it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from fleaglass import semconv
from fleaglass.recorder import Operation
from fleaglass.venue.body import Body
from fleaglass.venue.calls import Calls
from fleaglass.venue.errors import Unreachable
from fleaglass.venue.models import Balance, Quote, Swap, Transfer
from fleaglass.venue.money import Number, amount
from fleaglass.venue.observe import OPERATIONS, Fields
from fleaglass.venue.observe.wallet import keep_private_key, note_balance, valued
from fleaglass.venue.services.arguments import require_place

__all__ = ["Wallet"]

_MAX_CACHED: Final = 256
_BALANCE: Final = OPERATIONS["wallet.balance"]


@dataclass(frozen=True, slots=True)
class _Cached:
    balance: Balance
    read_at: float


class Wallet:
    """The wallet service. Reached as ``flea.wallet``.

    A wallet is named by the id or the address that the profile knows it by. ``network`` is for profiles that tell
    networks apart; they have a default. An argument that the profile has no place for is a ``ValueError``.

    Every method may raise ``AuthError`` and ``Unreachable``; ``send`` and ``swap`` also ``InsufficientFundsError``,
    ``NetworkError`` when the network behind the venue failed, and ``OutcomeUnknown`` when the answer is lost.
    """

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._cache: dict[tuple[str, str | None], _Cached] = {}
        # A balance from before an order would size the next one.
        calls.on_spend = self._forget
        self._spends = 0

    async def balance(self, wallet_id: str, *, max_age: float = 0.0, network: str | None = None) -> Balance:
        """What the wallet holds, from the venue or from a cache.

        Where the venue does not value it in USD, its price is asked for as well.

        Args:
            wallet_id: the wallet.
            max_age: how old a cached balance may be, in seconds. Whatever this client sends that may move money empties
                the cache, and while an order of its may still fill nothing is taken from it.
            network: the network whose balance it is.

        Raises:
            NotFoundError: there is no such wallet.
            Unreachable: the venue did not answer, or not with a value for each asset.
        """
        require_place(self._calls, "wallet.balance", network=network)
        fields = self._fields(wallet_id, network)
        key = wallet_id, network
        cached = self._cache.get(key)
        age_s = self._calls.monotonic() - cached.read_at if cached is not None else 0.0
        hit = cached is not None and age_s < max_age and not self._calls.moving
        more = {semconv.PF_CACHE_HIT: hit, semconv.PF_CACHE_AGE_S: age_s if hit else None}
        with self._calls.begin(_BALANCE, fields, more=more) as span:
            if cached is None or not hit:
                return await self._read(span, key, fields)
            note_balance(span, cached.balance)
            return cached.balance

    async def send(
        self,
        wallet_id: str,
        asset: str,
        amount_sent: Number,
        to: str,
        *,
        private_key: str | None = None,
        network: str | None = None,
        token: str | None = None,
    ) -> Transfer:
        """Send an asset to an address.

        Args:
            wallet_id: the wallet it comes from.
            asset: asset ticker.
            amount_sent: in units of the asset.
            to: the address it goes to.
            private_key: of the wallet, where the venue does not hold it. Sent to the venue and recorded nowhere.
            network: the network to send it on.
            token: contract address, where the asset is not the network's own coin and the profile asks for it.

        Raises:
            ValueError: an amount that is none, or a key that is missing. Nothing was sent.
        """
        keep_private_key(private_key)  # before anything can fail and be reported
        require_place(self._calls, "wallet.send", private_key=private_key, network=network, token=token)
        if private_key is None and "private_key" in self._calls.profile.endpoints["wallet.send"].sends:
            raise ValueError(f"private_key must be given: profile {self._calls.profile.name} holds no keys")
        fields = {
            **self._fields(wallet_id, network),
            "asset": asset,
            "amount": amount("amount_sent", amount_sent),
            "to": to,
            "private_key": private_key,
            "token": token,
        }
        return cast("Transfer", await self._calls.perform("wallet.send", fields))

    async def quote(
        self,
        wallet_id: str,
        from_asset: str,
        to_asset: str,
        amount_swapped: Number,
        *,
        network: str | None = None,
        to_network: str | None = None,
    ) -> Quote:
        """What a swap would give now. Arguments as for ``swap``."""
        require_place(self._calls, "wallet.quote", network=network, to_network=to_network)
        fields = self._swap_fields(wallet_id, from_asset, to_asset, amount_swapped, network, to_network)
        return cast("Quote", await self._calls.perform("wallet.quote", fields))

    async def swap(
        self,
        wallet_id: str,
        from_asset: str,
        to_asset: str,
        amount_swapped: Number,
        *,
        network: str | None = None,
        to_network: str | None = None,
        to: str | None = None,
    ) -> Swap:
        """Swap one asset for another.

        Args:
            wallet_id: the wallet both belong to.
            from_asset: asset ticker of what is given.
            to_asset: asset ticker of what is received.
            amount_swapped: in units of ``from_asset``.
            network: the network it is given on.
            to_network: the network it is received on; the same by default.
            to: the address it is received at; the wallet by default.
        """
        require_place(self._calls, "wallet.swap", network=network, to_network=to_network, to=to)
        fields = self._swap_fields(wallet_id, from_asset, to_asset, amount_swapped, network, to_network)
        fields["to"] = to or wallet_id
        return cast("Swap", await self._calls.perform("wallet.swap", fields))

    async def swap_status(self, swap_id: str) -> Swap:
        """How far a swap is that the venue settles later; what its answer leaves out is ``None``.

        Raises:
            ValueError: the profile settles a swap at once.
            Rejected: there is no such swap, or its status could not be found out.
        """
        if not self._calls.has("wallet.swap_status"):
            raise ValueError(f"profile {self._calls.profile.name} settles a swap at once: its answer has the status")
        swap = cast("Swap", await self._calls.perform("wallet.swap_status", {"swap_id": swap_id}))
        self._forget()  # what it brought may have come meanwhile
        return swap

    def _fields(self, wallet_id: str, network: str | None) -> dict[str, object]:
        return {"wallet_id": wallet_id, "network": network or self._calls.profile.wallet_network}

    def _swap_fields(
        self,
        wallet_id: str,
        from_asset: str,
        to_asset: str,
        amount_swapped: Number,
        network: str | None,
        to_network: str | None,
    ) -> dict[str, object]:
        fields = self._fields(wallet_id, network)
        return {
            **fields,
            "asset": from_asset,
            "to_asset": to_asset,
            "amount": amount("amount_swapped", amount_swapped),
            "to_network": to_network or fields["network"],
        }

    def _forget(self) -> None:
        self._cache.clear()
        self._spends += 1

    async def _read(self, span: Operation, key: tuple[str, str | None], fields: Fields) -> Balance:
        spends = self._spends
        asked_at = self._calls.monotonic()  # before, not after: the balance is as old as the question
        body = await self._calls.read(span, _BALANCE, fields)
        balance: Balance | None = _BALANCE.answered(span, fields, body, self._calls.profile)
        if balance is None and self._calls.has("wallet.price"):
            balance = await self._valued(span, fields, body)
        if balance is None:
            raise self._calls.asked(span, _BALANCE, fields).error(Unreachable, "the answer has no value for some asset")
        if spends != self._spends or self._calls.moving:
            return balance  # asked before an order of another task: not to be used again
        if len(self._cache) >= _MAX_CACHED:
            self._cache.pop(next(iter(self._cache)))
        self._cache[key] = _Cached(balance, asked_at)
        return balance

    async def _valued(self, span: Operation, fields: Fields, body: Body) -> Balance | None:
        """The balance of a network's own coin, with what it is worth now."""
        if (symbol := body.text("symbol")) is None:
            return None
        price = await self._calls.read(span, OPERATIONS["wallet.price"], {"asset": symbol})
        balance = valued(str(fields["wallet_id"]), body, price)
        if balance is not None:
            note_balance(span, balance)
        return balance
