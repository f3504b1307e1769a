"""`fleaglass alerts export`: the rules as files for another system."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import click

from fleaglass.alerts.rules import FILE_NAME, RuleBook
from fleaglass.cli._alerts._told import Target, rule_book, tell_losses
from fleaglass.provision.grafana.files import grafana_files
from fleaglass.provision.grafana.rules import Sources
from fleaglass.provision.prometheus.alertmanager import alertmanager
from fleaglass.provision.prometheus.rules import prometheus_rules
from fleaglass.provision.sentry_alerts.bodies import body
from fleaglass.provision.sentry_alerts.plan import plan
from fleaglass.provision.yaml import yaml

__all__ = ["command"]


@click.command("export")
@click.argument("file", default=FILE_NAME, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--to",
    type=click.Choice(["prometheus", "alertmanager", "grafana", "sentry"]),
    required=True,
    help="For which system.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="The folder; made if need be.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 if something cannot be said there.")
@click.option(
    "--secrets",
    default="/run/secrets",
    show_default=True,
    help="Alertmanager: the folder with a file for each secret that is an environment variable elsewhere.",
)
@click.option("--prometheus-uid", default="prometheus", show_default=True, help="Grafana: uid of its data source.")
@click.option("--tempo-uid", default="", help="Grafana: uid of a Tempo to ask by TraceQL, where it can; experimental.")
@click.option("--project", envvar="SENTRY_PROJECT", default="agents", show_default=True, help="Sentry: the project.")
def command(
    file: Path,
    to: Target,
    out: Path,
    strict: bool,
    secrets: str,
    prometheus_uid: str,
    tempo_uid: str,
    project: str,
) -> None:
    """Write the rules as files of another system, and say what they do not say.

    FILE is alerts.toml by default. Files with the same names are replaced; no secret is in them.

    Example: fleaglass alerts export --to prometheus --out /etc/prometheus/rules
    """
    book = rule_book(file)
    for path, text in _files(book, to, secrets, Sources(prometheus_uid, tempo_uid), project).items():
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        click.echo(target)
    tell_losses(book, to, is_strict=strict)


def _files(book: RuleBook, to: Target, secrets: str, sources: Sources, project: str) -> Mapping[str, str]:
    made = f"Made by `fleaglass alerts export --to {to}`."
    match to:
        case "prometheus":
            return {"fleaglass.rules.yml": yaml(prometheus_rules(book), made)}
        case "alertmanager":
            return {"alertmanager.yml": yaml(alertmanager(book, secrets), made)}
        case "grafana":
            return grafana_files(book, sources)
        case "sentry":
            planned = plan(book, project)
            bodies = {
                "detectors": [body(each.detector) for each in planned if each.detector is not None],
                "workflows": [body(each.workflow) for each in planned],
            }
            return {"fleaglass.sentry.json": json.dumps(bodies, indent=2) + "\n"}
