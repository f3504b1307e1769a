"""`fleaglass alerts test`: when a rule would have fired."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
import msgspec

from fleaglass.cli._alerts._replayed import Answer, told, utc
from fleaglass.cli._alerts._told import rule_book
from fleaglass.cli._hub_api import hub_option, post, token_option

__all__ = ["command"]


@click.command("test")
@click.option("--rule", required=True, metavar="NAME", help="The rule's name.")
@click.option("--since", default="7d", show_default=True, help="How far back: a number and s, m, h, d or w.")
@click.option(
    "--file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The rules file that has the rule.  [default: the rules that the hub has in force]",
)
@hub_option
@token_option
@click.option("--json", "as_json", is_flag=True, help="Print the hub's answer as one line of JSON.")
def command(rule: str, since: str, file: Path | None, hub: str, token: str | None, as_json: bool) -> None:
    """Say when a rule would have fired, judged over the history that a hub has stored. Nobody is told anything.

    With --file a rule is tried before it is in force. It is judged every 5 s, over more than a week more
    seldom. Times are UTC.

    Example: fleaglass alerts test --rule p99-order --since 7d --file alerts.toml
    """
    body: dict[str, Any] = {"since": since}
    if file is not None:
        rule_book(file)  # what is wrong with it is told by its own name
        body["rule"] = file.read_bytes().decode("utf-8", "replace")
    raw = post(hub, f"/api/v1/alerts/rules/{quote(rule, safe='')}/replay", body, token, msgspec.Raw)
    if as_json:
        click.echo(bytes(raw))
        return
    answer = msgspec.json.decode(raw, type=Answer)
    for line in told(answer):
        click.echo(line)
    if answer.stopped is not None:
        click.echo(f"it got only until {utc(answer.until_ns)} UTC: {answer.stopped}", err=True)
