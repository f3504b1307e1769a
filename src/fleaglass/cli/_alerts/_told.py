"""What `apply` and `export` have in common: the rules file, its secrets, and what another system cannot say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Literal, TypeAlias

import click

from fleaglass.alerts.rules import RuleBook, RulesError, parse
from fleaglass.alerts.rules.model import Secret
from fleaglass.provision.escalation import lost_escalations
from fleaglass.provision.grafana.notify import lost_in_grafana
from fleaglass.provision.losses import impossible_rules, lost_rules
from fleaglass.provision.prometheus.alertmanager import lost_in_alertmanager
from fleaglass.provision.sentry_alerts.plan import lost_in_sentry
from fleaglass.provision.verdict import Backend

__all__ = ["Target", "rule_book", "secret", "tell_losses"]

Target: TypeAlias = Backend | Literal["alertmanager"]
_LOST_BESIDES: Final[Mapping[Target, Callable[[RuleBook], list[str]]]] = {
    "prometheus": lambda book: [],  # who is told is Alertmanager's part
    "alertmanager": lost_in_alertmanager,
    "grafana": lost_in_grafana,
    "sentry": lost_in_sentry,
}


def rule_book(file: Path) -> RuleBook:
    """The rules of a file; what is wrong with it is misuse."""
    try:
        return parse(file.read_bytes().decode("utf-8", "replace"), str(file))
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read: {error.strerror}") from None
    except RulesError as error:
        raise click.UsageError(str(error)) from None


def secret(wanted: Secret, environ: Mapping[str, str]) -> str:
    """A secret's value, from where the rules file says."""
    if wanted.env:
        if wanted.env not in environ:
            raise click.UsageError(f"{wanted.env} is not set, and the rules file takes a secret from it")
        return environ[wanted.env]
    try:
        return Path(wanted.file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise click.UsageError(f"{wanted.file} cannot be read, and the rules file takes a secret from it") from None


def tell_losses(book: RuleBook, to: Target, *, is_strict: bool) -> None:
    """Say what the system does not do as the hub does, on stderr.

    Raises:
        click.exceptions.Exit: with 1, if something cannot be said at all and that was not to be.
    """
    others, rules = _LOST_BESIDES[to](book), list[str]()
    if to != "alertmanager":
        others, rules = [*lost_escalations(book, to), *others], lost_rules(book, to)
    for line in (*rules, *others):
        click.echo(f"{to}: {line}", err=True)
    if is_strict and (others or (to != "alertmanager" and impossible_rules(book, to))):
        raise click.exceptions.Exit(1)
