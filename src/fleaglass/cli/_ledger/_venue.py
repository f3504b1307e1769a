"""Where the venue's history comes from: a file, a sandbox's database, or the venue itself."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from fleaglass.ledger.reconcile import Claim, History, UnusableHistory, decode

if TYPE_CHECKING:
    from fleaglass.venue.history import Role

__all__ = ["Source", "history_of"]

_SQLITE: Final = b"SQLite format 3\0"
_KEY: Final = "PURPLE_FLEA_API_KEY"


@dataclass(frozen=True, slots=True)
class Source:
    """``venue`` is a file or a profile's name; the rest as in the command's options."""

    venue: str
    base_url: str | None
    account: str | None


def history_of(source: Source, claims: Iterable[Claim], now_ns: int) -> tuple[History, Sequence[str]]:
    """The history, and in words what of it could not be read."""
    if source.venue in {"guide", "live"}:
        return _by_api(source, claims, now_ns)
    path = Path(source.venue)
    try:
        with path.open("rb") as file:
            head = file.read(len(_SQLITE))
            content = _of_sandbox(path, source.account) if head == _SQLITE else head + file.read()
        return decode(content), ()
    except OSError as error:
        raise click.UsageError(f"--venue {path} cannot be read: {error.strerror}") from None
    except UnusableHistory as error:
        raise click.UsageError(f"--venue {path}: {error}") from None


def _of_sandbox(path: Path, account: str | None) -> bytes:
    from fleaglass.sandbox.db import UnusableDatabase
    from fleaglass.sandbox.history import NoSuchAccount, read_history

    try:
        return read_history(path, account)
    except UnusableDatabase as error:
        raise click.UsageError(f"--venue {error}") from None
    except NoSuchAccount as error:
        raise click.UsageError(f"--account {account or 'is missing'}: {error}") from None


def _by_api(source: Source, claims: Iterable[Claim], now_ns: int) -> tuple[History, Sequence[str]]:
    from fleaglass.venue import GUIDE, LIVE, PurpleFlea
    from fleaglass.venue.access import Access, live_at
    from fleaglass.venue.history import read_history

    is_live = source.venue == "live"
    services = live_at(source.base_url) if is_live and source.base_url else {}
    for service, key in _keys(LIVE.services).items() if is_live else ():
        services[service] = replace(services.get(service, Access()), api_key=key)
    escrows = _escrows(claims)

    async def read() -> tuple[History, Sequence[str]]:
        flea = PurpleFlea(
            os.environ.get(_KEY) or None,
            profile=LIVE if is_live else GUIDE,
            base_url=None if is_live else source.base_url,
            services=services,
        )
        async with flea:
            found = await read_history(flea, escrows, now_ns)
        return found.history, found.troubles

    try:
        return asyncio.run(read())
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _keys(services: Iterable[str]) -> Mapping[str, str]:
    names = {service: f"PURPLE_FLEA_{service.upper()}_API_KEY" for service in services}
    return {service: os.environ[name] for service, name in names.items() if os.environ.get(name)}


def _escrows(claims: Iterable[Claim]) -> Mapping[str, Role]:
    """The escrows that the logs name, and what the agent is in each: only who created one releases it."""
    found: dict[str, Role] = {}
    for claim in claims:
        if claim.op.startswith("escrow.") and claim.id is not None:
            if claim.op in {"escrow.create", "escrow.release"}:
                found[claim.id] = "creator"
            else:
                found.setdefault(claim.id, "counterparty")
    return found
