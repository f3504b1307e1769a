"""`fleaglass ship`: the shipper in the foreground, beside agents that may not start one themselves."""

from __future__ import annotations

import json
import logging
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click

from fleaglass import __version__
from fleaglass.cli._home import home_option
from fleaglass.shipper import Shipper
from fleaglass.shipper.metrics.endpoint import Endpoint
from fleaglass.shipper.outlets import make_outlet
from fleaglass.shipper.process import read_running, run

__all__ = ["command"]

_TELL_EVERY_S = 10.0
_PUBLISH_EVERY_S = 1.0


@click.command("ship")
@home_option
@click.option(
    "--until-idle",
    type=click.FloatRange(0),
    metavar="SECONDS",
    help="Leave when no agent has run and nothing was left to send for so long.  [default: stay]",
)
@click.option(
    "--metrics-port",
    type=click.IntRange(0, 65_535),
    metavar="PORT",
    help="Serve what is derived from all records at /metrics, for a Prometheus server to scrape.",
)
@click.option(
    "--metrics-host",
    default="127.0.0.1",
    show_default=True,
    metavar="HOST",
    help="Address for --metrics-port. Whoever reaches it reads what the agents earn.",
)
@click.option("--json", "as_json", is_flag=True, help="Print how things are as a line of JSON, at once and every 10 s.")
def command(home: Path, until_idle: float | None, metrics_port: int | None, metrics_host: str, as_json: bool) -> None:
    """Send what agents have recorded where it belongs, until it has arrived.

    An agent starts this by itself, in the background, where it can. Exit code 1: another one, as new as this, ships
    this home already. Stops on Ctrl-C or SIGTERM; what is not sent stays in the journals.

    Example: fleaglass ship --until-idle 5
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    duties: list[Callable[[Shipper], None]] = [_Telling(home)] if as_json else []
    publishing = None if metrics_port is None else _Publishing(metrics_host, metrics_port)
    if publishing is not None:
        duties.append(publishing)

    def each_turn(shipper: Shipper) -> None:
        for duty in duties:
            duty(shipper)

    def make() -> Shipper:
        shipper = Shipper(home, make_outlet)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: shipper.stop())
        return shipper

    try:
        has_shipped = run(
            home,
            make,
            version=__version__,
            until_idle_s=until_idle,
            each_turn=each_turn,
        )
    except OSError as error:
        raise click.UsageError(f"{home} cannot be used: {error.strerror or error}") from None
    finally:
        if publishing is not None:
            publishing.close()
    if not has_shipped:
        other = read_running(home)
        who = f"process {other.pid}" if other is not None else "another process"
        raise click.ClickException(f"{who} ships {home} already")


class _Publishing:
    """Has the metrics served, as of the last second. Raises ``click.UsageError``: it cannot listen there."""

    def __init__(self, host: str, port: int) -> None:
        try:
            self._endpoint = Endpoint(host, port)
        except OSError as error:
            raise click.UsageError(f"{host}:{port} cannot be listened at: {error.strerror or error}") from None
        click.echo(f"metrics are at http://{host}:{self._endpoint.port}/metrics", err=True)
        self._published_at_s = -_PUBLISH_EVERY_S

    def close(self) -> None:
        """Serve nothing any more."""
        self._endpoint.close()

    def __call__(self, shipper: Shipper) -> None:
        now_s = time.monotonic()
        if now_s - self._published_at_s >= _PUBLISH_EVERY_S:
            self._published_at_s = now_s
            self._endpoint.publish(shipper.metrics())


class _Telling:
    """Says how things are, now and then."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._told_at_s = -_TELL_EVERY_S

    def __call__(self, shipper: Shipper) -> None:
        now_s = time.monotonic()
        if now_s - self._told_at_s >= _TELL_EVERY_S:
            self._told_at_s = now_s
            facts = {"home": str(self._home), "journals": shipper.journals, "idle": shipper.is_idle}
            click.echo(json.dumps(facts))
            sys.stdout.flush()
