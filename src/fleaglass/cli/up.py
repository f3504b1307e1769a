"""`fleaglass up`: run the hub."""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict
from pathlib import Path

import click
import uvloop

from fleaglass.cli._data import data_option, store_option
from fleaglass.hub.serve import Addresses, Options, PortInUse, serve
from fleaglass.hub.state import NewerState, StateError
from fleaglass.hub.store import EngineError, StoreHeld, store_dsn, store_folder

__all__ = ["command"]

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PORT = click.IntRange(0, 65535)


@click.command("up")
@click.option("--http-port", type=_PORT, default=4318, show_default=True, help="OTLP over HTTP, the API and the UI.")
@click.option("--grpc-port", type=_PORT, default=4317, show_default=True, help="OTLP over gRPC.")
@click.option("--host", default="127.0.0.1", show_default=True, help="A loopback address to listen on.")
@data_option
@store_option
@click.option("--json", "as_json", is_flag=True, help="Print the addresses as one line of JSON when ready.")
def command(http_port: int, grpc_port: int, host: str, data: Path, store: str | None, as_json: bool) -> None:
    """Run the hub: receive OpenTelemetry, store it, show it.

    Port 0 takes any free port. Example: fleaglass up --http-port 5318 --grpc-port 5317
    """
    if host not in _LOOPBACK:
        raise click.BadParameter(f"{host!r} is not a loopback address; the hub has no access control yet")
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")

    def ready(addresses: Addresses) -> None:
        if as_json:
            click.echo(json.dumps({**asdict(addresses), "pid": os.getpid(), "data": str(data)}))
        else:
            click.echo(f"Fleaglass is up: {addresses.ui}", err=True)
            click.echo(f"  OTLP HTTP {addresses.otlp_http}   OTLP gRPC {addresses.otlp_grpc}", err=True)
            click.echo(f"  store     {store_folder(store_dsn(data, store))}   (Ctrl-C stops)", err=True)

    try:
        uvloop.run(serve(Options(data, host, http_port, grpc_port, store), ready))
    except (PortInUse, StoreHeld) as error:
        raise click.UsageError(str(error)) from None
    except OSError as error:
        raise click.UsageError(f"the data directory {data} cannot be used: {error.strerror}") from None
    except EngineError as error:
        raise click.ClickException(f"the store cannot be opened: {error}") from None
    except NewerState as error:
        raise click.UsageError(str(error)) from None
    except StateError as error:
        raise click.ClickException(f"the state database cannot be opened: {error}") from None
