"""`fleaglass alerts apply`: make another system say what the rules file says. The second time changes nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click

from fleaglass.alerts.rules import FILE_NAME, RuleBook
from fleaglass.cli._alerts._told import rule_book, secret, tell_losses
from fleaglass.provision import SentryApi, SentryApiError
from fleaglass.provision.change import Change
from fleaglass.provision.grafana.api import GrafanaApi, GrafanaError
from fleaglass.provision.grafana.apply import apply_to_grafana
from fleaglass.provision.grafana.rules import Sources
from fleaglass.provision.prometheus.apply import PrometheusError, apply_to_prometheus
from fleaglass.provision.sentry_alerts.apply import apply_to_sentry, slack_action
from fleaglass.provision.verdict import Backend

__all__ = ["command"]


@click.command("apply")
@click.argument("file", default=FILE_NAME, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--to", type=click.Choice(["sentry", "grafana", "prometheus"]), required=True, help="Which system.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--strict", is_flag=True, help="Exit with 1 if something cannot be said there.")
@click.option("--url", help="The server.  [default: SENTRY_URL, GRAFANA_URL; for Prometheus, none is reloaded]")
@click.option("--org", envvar="SENTRY_ORG", help="Sentry: slug of the organisation; SENTRY_ORG.")
@click.option("--project", envvar="SENTRY_PROJECT", help="Sentry: slug of the project; SENTRY_PROJECT.")
@click.option("--slack-channel", help="Sentry: tell this channel, by its Slack integration, instead of mail.")
@click.option("--prometheus-uid", default="prometheus", show_default=True, help="Grafana: uid of its data source.")
@click.option("--tempo-uid", default="", help="Grafana: uid of a Tempo to ask by TraceQL, where it can; experimental.")
@click.option(
    "--rules-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Prometheus: the file that it reads rules from.",
)
def command(
    file: Path,
    to: Backend,
    dry_run: bool,
    strict: bool,
    url: str | None,
    org: str | None,
    project: str | None,
    slack_channel: str | None,
    prometheus_uid: str,
    tempo_uid: str,
    rules_file: Path | None,
) -> None:
    """Make Sentry, Grafana or Prometheus say what the rules file says, and tell each change as a diff.

    FILE is alerts.toml by default. What is there and the same is left alone; what is not ours is never touched. Tokens
    are SENTRY_AUTH_TOKEN (alerts:write) and GRAFANA_TOKEN (a service account, Editor). Exit codes: 0 done, 1 the server
    said no, 2 misuse.

    Example: fleaglass alerts apply --to sentry --dry-run
    """
    book = rule_book(file)
    match to:
        case "sentry":
            changes = _sentry(book, url, org, project, slack_channel, dry_run)
        case "grafana":
            changes = _grafana(book, url, Sources(prometheus_uid, tempo_uid), dry_run)
        case "prometheus":
            changes = _prometheus(book, url, rules_file, dry_run)
    try:
        _tell(changes, dry_run)
    except (SentryApiError, GrafanaError, PrometheusError) as error:
        raise click.ClickException(str(error)) from None
    tell_losses(book, to, is_strict=strict)


def _tell(changes: Iterator[Change], is_dry: bool) -> None:
    same = 0
    for change in changes:
        if change.kind == "none":
            same += 1
        else:
            click.echo(f"{'would ' if is_dry else ''}{change}")
    click.echo(f"{same} unchanged", err=True)


def _sentry(
    book: RuleBook, url: str | None, org: str | None, project: str | None, channel: str | None, is_dry: bool
) -> Iterator[Change]:
    if not org:
        raise click.UsageError("name the organisation with --org, or set SENTRY_ORG")
    if not project:
        raise click.UsageError("name a project with --project, or set SENTRY_PROJECT")
    server, token = url or os.environ.get("SENTRY_URL") or "https://sentry.io/", _token("SENTRY_AUTH_TOKEN")
    with SentryApi(server, token=token, org=org, sleep=time.sleep) as api:
        slack = slack_action(api, channel) if channel else None
        yield from apply_to_sentry(api, book, project, slack, is_dry=is_dry)


def _grafana(book: RuleBook, url: str | None, sources: Sources, is_dry: bool) -> Iterator[Change]:
    server = url or os.environ.get("GRAFANA_URL")
    if not server:
        raise click.UsageError("name the server with --url, or set GRAFANA_URL")
    with GrafanaApi(server, token=_token("GRAFANA_TOKEN")) as api:
        yield from apply_to_grafana(api, book, sources, partial(secret, environ=os.environ), is_dry=is_dry)


def _prometheus(book: RuleBook, url: str | None, rules_file: Path | None, is_dry: bool) -> Iterator[Change]:
    if rules_file is None:
        raise click.UsageError("name the file that Prometheus reads rules from with --rules-file")
    yield from apply_to_prometheus(book, rules_file, url, is_dry=is_dry)


def _token(name: str) -> str:
    """Not an option: what is typed is kept in the shell's history and shown to everybody by ps."""
    token = os.environ.get(name, "").strip()
    if not token:
        raise click.UsageError(f"set {name} to a token")
    return token
