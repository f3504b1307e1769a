"""`fleaglass doctor`: does what agents record arrive, at each destination of the settings, and if not, what to do."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, TypeAlias

import click
import msgspec

from fleaglass.destinations import HUB_ONLY, places
from fleaglass.settings import Settings
from fleaglass.shipper.check import Examination, Finding, Manner, examine, examine_sentry, leftovers

__all__ = ["command"]

_GLYPHS: Final = {"yes": "✓", "no": "✗", "unknown": "?", "warning": "!"}
_COLOURS: Final = {"yes": "green", "no": "red", "unknown": "yellow", "warning": "yellow"}
_PROXIES: Final = ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")
_TIMEOUT_S: Final = 5.0

Check: TypeAlias = Callable[[], Examination]


@click.command("doctor")
@click.argument("names", metavar="[DESTINATION]...", nargs=-1)
@click.option(
    "--patience",
    type=click.FloatRange(0, 600),
    default=10.0,
    show_default=True,
    help="Seconds that a span may take to show up where it can be read back.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")
def command(names: tuple[str, ...], patience: float, as_json: bool) -> int:
    """Check each destination: is it there, does it let you in, does it keep a span.

    Sends one span named fleaglass.doctor to each destination that an agent in this folder would have, by the same
    settings, and reads it back where that is possible. Exit codes: 0 all is well, 1 something is not, 2 misuse.

    Example: FLEAGLASS_DESTINATIONS=hub,honeycomb fleaglass doctor
    """
    settings = Settings.read({})
    has_proxy = any(os.environ.get(name) for name in _PROXIES)
    checks = _checks(settings, Manner(settings.service_name, _TIMEOUT_S, patience, has_proxy))
    if unknown := [name for name in names if name not in checks]:
        raise click.UsageError(f"there is no destination {unknown[0]!r}; there are {', '.join(checks) or 'none'}")
    remarks = [*settings.problems, *leftovers()]
    found: list[Examination] = []
    for name in names or checks:
        found.append(checks[name]())
        if not as_json:
            click.echo("\n".join(_block(found[-1])) + "\n")
    is_well = not settings.problems and all(each.is_well for each in found)
    if as_json:
        told = {"ok": is_well, "remarks": remarks, "destinations": [_facts(each) for each in found]}
        click.echo(msgspec.json.encode(told).decode())
    else:
        for remark in remarks:
            click.echo(f"{_glyph('warning')} {remark}")
        if not found:
            click.echo("nothing leaves: the setting exporter is none, and there is no DSN")
    return 0 if is_well else 1


def _checks(settings: Settings, manner: Manner) -> dict[str, Check]:
    """What is to be checked, by name."""
    checks: dict[str, Check] = {}
    if settings.exporter == "otlp" and not settings.disabled:
        for server in (server for place in places(settings) for server in place.servers):
            checks[server.destination.name] = partial(examine, server, manner)
    if settings.dsn is not None and settings.dsn != HUB_ONLY and not settings.disabled:
        checks["sentry"] = partial(examine_sentry, settings.dsn, manner)
    return checks


def _block(found: Examination) -> Iterator[str]:
    """A destination for people: a line of its own, then one for each step."""
    address = found.address or "no address"
    yield f"{_glyph('yes' if found.is_well else 'no')} {click.style(found.name, bold=True)}  {address}" + (
        f"  {found.backend}, {found.protocol}"
    )
    width = max(len(finding.step) for finding in found.findings)
    for finding in found.findings:
        yield from _line(finding, width)


def _line(finding: Finding, width: int) -> Iterator[str]:
    yield f"  {_glyph(finding.outcome)} {finding.step:{width}}  {finding.says}".rstrip()
    if finding.next:
        yield f"    {'':{width}}  → {finding.next}"


def _glyph(outcome: str) -> str:
    return click.style(_GLYPHS[outcome], fg=_COLOURS[outcome])


def _facts(found: Examination) -> dict[str, object]:
    return {"ok": found.is_well, **msgspec.to_builtins(found)}
