"""`fleaglass alerts fire`: does a message arrive?"""

from __future__ import annotations

from urllib.parse import quote

import click
import msgspec

from fleaglass.cli._hub_api import hub_option, post, token_option

__all__ = ["command"]


class _Verdict(msgspec.Struct):
    receiver: str
    problem: str | None


class _Fired(msgspec.Struct):
    verdicts: list[_Verdict]


@click.command("fire")
@click.option("--rule", required=True, metavar="NAME", help="The rule, of those that the hub has in force.")
@hub_option
@token_option
def command(rule: str, hub: str, token: str | None) -> None:
    """Send a message that is marked as a test to everybody who would hear of the rule, and say who took it.

    It goes out at once; no incident is opened, and PagerDuty is told its end. Exit code 1: somebody did not take it.

    Example: fleaglass alerts fire --rule p99-order
    """
    verdicts = post(hub, f"/api/v1/alerts/rules/{quote(rule, safe='')}/fire", {}, token, _Fired).verdicts
    width = max((len(each.receiver) for each in verdicts), default=0)
    for each in verdicts:
        click.echo(f"{each.receiver:<{width}}  {each.problem or 'taken'}")
    if not verdicts:
        raise click.ClickException(f"the routes name nobody who would hear of {rule}")
    if any(each.problem is not None for each in verdicts):
        raise click.exceptions.Exit(1)
