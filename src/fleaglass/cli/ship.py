"""`fleaglass ship`: the shipper in the foreground, beside agents that may not start one themselves."""

from __future__ import annotations

import json
import logging
import signal
import sys
import time
from pathlib import Path

import click

from fleaglass.cli._home import home_option
from fleaglass.shipper import Shipper
from fleaglass.shipper.outlets import make_outlet
from fleaglass.shipper.process import own_version, read_running, run

__all__ = ["command"]

_TELL_EVERY_S = 10.0


@click.command("ship")
@home_option
@click.option(
    "--until-idle",
    type=click.FloatRange(0),
    metavar="SECONDS",
    help="Leave when no agent has run and nothing was left to send for so long.  [default: stay]",
)
@click.option("--json", "as_json", is_flag=True, help="Print how things are as a line of JSON, at once and every 10 s.")
def command(home: Path, until_idle: float | None, as_json: bool) -> None:
    """Send what agents have recorded where it belongs, until it has arrived.

    An agent starts this by itself, in the background, where it can. Exit code 1: another one, as new as this, ships
    this home already. Stops on Ctrl-C or SIGTERM; what is not sent stays in the journals.

    Example: fleaglass ship --until-idle 5
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    tell = _Telling(home) if as_json else None

    def make() -> Shipper:
        shipper = Shipper(home, make_outlet)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: shipper.stop())
        return shipper

    try:
        has_shipped = run(
            home,
            make,
            version=own_version(),
            until_idle_s=until_idle,
            each_turn=tell if tell is not None else lambda _: None,
        )
    except OSError as error:
        raise click.UsageError(f"{home} cannot be used: {error.strerror or error}") from None
    if not has_shipped:
        other = read_running(home)
        who = f"process {other.pid}" if other is not None else "another process"
        raise click.ClickException(f"{who} ships {home} already")


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
