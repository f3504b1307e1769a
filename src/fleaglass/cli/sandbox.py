"""`fleaglass sandbox`: run a stand-in for Purple Flea until interrupted."""

from __future__ import annotations

import json
import os
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from fleaglass.sandbox.db import UnusableDatabase
from fleaglass.sandbox.faults import BadFault, Fault, parse_fault
from fleaglass.sandbox.ratelimit import DEFAULT_LIMIT
from fleaglass.sandbox.server import Address, CannotListen, ServerSettings, serve
from fleaglass.sandbox.venue import VenueSettings

__all__ = ["command"]

_MOST_FREE_BALANCE = 10_000_000


def _faults(ctx: click.Context, param: click.Parameter, specs: tuple[str, ...]) -> tuple[Fault, ...]:
    try:
        return tuple(parse_fault(spec) for spec in specs)
    except BadFault as error:
        raise click.BadParameter(str(error), ctx, param) from error


def _usd(ctx: click.Context, param: click.Parameter, text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise click.BadParameter(f"{text!r} is not a number", ctx, param) from error
    if not amount.is_finite() or not 0 <= amount <= _MOST_FREE_BALANCE:
        raise click.BadParameter(f"{text} is not between 0 and {_MOST_FREE_BALANCE}", ctx, param)
    return amount


class _Misuse(click.ClickException):
    """One line on stderr, exit code 2."""

    exit_code = 2


@click.command(epilog="Example: fleaglass sandbox --port 8400 --fault latency:trade=2.5s@5% --fault drop-ack:trade@1%")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8400, show_default=True, help="Port; 0 takes a free one."
)
@click.option(
    "--db",
    type=click.Path(dir_okay=False, path_type=Path),
    help="SQLite file for accounts, orders and escrows; without it, a temporary one that is removed at the end.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**63 - 1),
    metavar="INTEGER",
    default=7,
    show_default=True,
    help="Prices, fills and faults repeat under one seed.",
)
@click.option(
    "--fault",
    "faults",
    metavar="SPEC",
    multiple=True,
    callback=_faults,
    help="What goes wrong, repeatable: latency[:TARGET]=TIME, error:STATUS[/CODE][:TARGET], drop-ack[:TARGET], "
    "hang[:TARGET], reset[:TARGET], malformed-json[:TARGET], wrong-types[:TARGET] or wrong-rows[:TARGET], "
    "each with @SHARE%.",
)
@click.option(
    "--speed",
    type=click.FloatRange(0, 1000),
    default=1.0,
    show_default=True,
    help="How fast prices move: 1 is four steps a second, 0 stands still.",
)
@click.option(
    "--free-balance",
    metavar="USD",
    callback=_usd,
    default="10000",
    show_default=True,
    help="USD that an agent's one faucet claim credits.",
)
@click.option(
    "--rate-limit",
    type=click.IntRange(0),
    default=DEFAULT_LIMIT,
    show_default=True,
    help="Requests per agent and minute before 429 under /v1; 0 for no limit, and none of those under /live either.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Also print the address and the process id as one JSON line on stdout."
)
def command(
    host: str,
    port: int,
    db: Path | None,
    seed: int,
    faults: tuple[Fault, ...],
    speed: float,
    free_balance: Decimal,
    rate_limit: int,
    as_json: bool,
) -> None:
    """Run a stand-in for Purple Flea: real balances, repeatable prices, faults on demand.

    All six services, under /v1 as the integration guides have them and under /live as the services' published code
    does. Accounts come from POST /v1/faucet/register and their money from POST /v1/faucet/claim; POST
    /_sandbox/accounts gives one account the keys for both. Stops on Ctrl-C or SIGTERM.
    """
    settings = ServerSettings(
        host=host,
        port=port,
        db=db,
        rate_limit=rate_limit,
        faults=faults,
        venue=VenueSettings(seed=seed, speed=speed, free_balance=free_balance, one_claim_per_address=rate_limit > 0),
    )

    def ready(address: Address) -> None:
        click.echo(f"fleaglass sandbox: {address.url}/v1 (seed {seed}, faults: {len(faults)})", err=True)
        if as_json:
            urls = {"url": address.url, "base_url": f"{address.url}/v1", "live_url": f"{address.url}/live"}
            click.echo(json.dumps({**urls, "pid": os.getpid()}))

    try:
        serve(settings, ready)
    except (CannotListen, UnusableDatabase) as error:
        raise _Misuse(str(error)) from error
