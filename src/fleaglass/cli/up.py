"""`fleaglass up`: run the hub."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict
from pathlib import Path
from typing import get_args

import click
import uvloop

from fleaglass.cli._data import data_option, state_option, store_option
from fleaglass.cli._shelf import ledger_options
from fleaglass.cli._upkeep import upkeep_options
from fleaglass.hub.access.first_start import NoTokens
from fleaglass.hub.access.policy import Auth, policy
from fleaglass.hub.ledgers import Ledgers
from fleaglass.hub.serve import Addresses, Options, PortInUse, Quotas, serve
from fleaglass.hub.state import NewerState, StateError
from fleaglass.hub.store import EngineError, StoreHeld, WrongSchema, place_of, store_dsn
from fleaglass.hub.upkeep import Upkeep

__all__ = ["command"]

_PORT = click.IntRange(0, 65535)


@click.command("up")
@click.option("--http-port", type=_PORT, default=4318, show_default=True, help="OTLP over HTTP, the API and the UI.")
@click.option("--grpc-port", type=_PORT, default=4317, show_default=True, help="OTLP over gRPC.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--auth",
    type=click.Choice(get_args(Auth)),
    default="auto",
    show_default=True,
    help="Ask for tokens: auto does on any address but loopback, and with --public-url.",
)
@click.option(
    "--public-url",
    "public_urls",
    metavar="URL",
    multiple=True,
    help="An address others reach the hub by, such as https://hub.example; the first is in the DSN. May be repeated.",
)
@click.option(
    "--rules",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file of alert rules, read again whenever it changes; without it the default ones hold.",
)
@click.option(
    "--quota-spans-per-s",
    metavar="N",
    type=click.FloatRange(0, min_open=True),
    help="Spans a second that one agent may send on average; beyond them it is told to wait.  [default: any number]",
)
@click.option(
    "--quota-events-per-s",
    metavar="N",
    type=click.FloatRange(0, min_open=True),
    help="The same of Sentry's envelopes, for one project.  [default: any number]",
)
@click.option(
    "--trace-self",
    "traces_itself",
    is_flag=True,
    help="Store a span for each of the hub's own requests and commits, as service fleaglass-hub.",
)
@data_option
@store_option
@state_option
@upkeep_options
@ledger_options
@click.option("--json", "as_json", is_flag=True, help="Print the addresses as one line of JSON when ready.")
def command(
    http_port: int,
    grpc_port: int,
    host: str,
    auth: Auth,
    public_urls: tuple[str, ...],
    rules: Path | None,
    quota_spans_per_s: float | None,
    quota_events_per_s: float | None,
    traces_itself: bool,
    data: Path,
    store: str | None,
    state: str | None,
    upkeep: Upkeep,
    ledgers: Ledgers,
    as_json: bool,
) -> None:
    """Run the hub: receive telemetry, store it, show it.

    Port 0 takes any free port. On loopback the hub is open to this machine. Elsewhere it asks for tokens; the
    administrator's is made by the first start that asks, and printed once, on standard error.

    Example: fleaglass up --host 0.0.0.0 --public-url http://hub.example:4318
    """
    try:
        who = policy(host, auth, public_urls)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")

    def ready(addresses: Addresses, admin_token: str | None) -> None:
        if admin_token is not None:
            click.echo(f"The administrator's token, shown this once: {admin_token}", err=True)
        if as_json:
            click.echo(json.dumps({**asdict(addresses), "pid": os.getpid(), "data": str(data)}))
        else:
            click.echo(f"Fleaglass is up: {addresses.ui}", err=True)
            click.echo(f"  OTLP HTTP {addresses.otlp_http}   OTLP gRPC {addresses.otlp_grpc}", err=True)
            click.echo(f"  DSN       {addresses.dsn or 'none: make a key with fleaglass hub key create'}", err=True)
            click.echo(f"  store     {place_of(store_dsn(data, store)).shown}   (Ctrl-C stops)", err=True)

    try:
        quotas = Quotas(quota_spans_per_s, quota_events_per_s)
        options = Options(
            data, host, http_port, grpc_port, store, state, who, upkeep, rules, ledgers, quotas, traces_itself
        )
        uvloop.run(serve(options, ready))
    except (PortInUse, StoreHeld, WrongSchema, NoTokens) as error:
        raise click.UsageError(str(error)) from None
    except OSError as error:
        raise click.UsageError(f"the data directory {data} cannot be used: {error.strerror}") from None
    except EngineError as error:
        raise click.ClickException(f"the store cannot be opened: {error}") from None
    except NewerState as error:
        raise click.UsageError(str(error)) from None
    except StateError as error:
        raise click.ClickException(f"the state database cannot be opened: {error}") from None
