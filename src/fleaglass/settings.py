"""Everything that can be configured, as one table and one frozen struct.

A value is looked for in four places, and the first that has it wins::

    argument  >  environment  >  fleaglass.toml  >  default

Inside the environment our own ``FLEAGLASS_*`` name comes before the standard one, and a standard variable of its own
(``OTEL_SERVICE_NAME``) before an entry in ``OTEL_RESOURCE_ATTRIBUTES``.

``Settings.load`` is pure: the environment is an argument like any other. A value that makes no sense is not an error,
because configuration of telemetry must never stop an agent from trading. The next source is used instead, and
``Settings.problems`` says so in words. Nothing else in the package reads ``os.environ``; only ``read`` does.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from fleaglass import _setting_parsers as parse
from fleaglass._setting_destinations import PRESET_NAMES, PROTOCOLS, NamedDestination
from fleaglass._setting_table import SETTINGS, Setting

__all__ = ["CONFIG_FILE", "PRESET_NAMES", "PROTOCOLS", "SETTINGS", "NamedDestination", "Setting", "Settings"]

CONFIG_FILE: Final = "fleaglass.toml"
_MISSING: Final = object()


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The outcome: one field per row of ``SETTINGS``, and what was wrong with the values that were not used."""

    agent_id: str
    strategy: str | None
    release: str | None
    environment: str
    region: str | None
    services: tuple[str, ...]
    service_name: str
    resource: tuple[tuple[str, str], ...]
    disabled: bool
    exporter: str
    protocol: str
    destinations: tuple[NamedDestination, ...]
    hub: tuple[str, ...] | None
    hub_token: str | None
    honeycomb_key: str | None
    lightstep_token: str | None
    datadog_key: str | None
    datadog_site: str
    endpoint: str
    headers: tuple[tuple[str, str], ...]
    timeout_s: float
    compression: str
    certificate: str | None
    rules: str | None
    guide_url: str | None
    live_url: str | None
    sampler: str
    sampler_ratio: float
    propagators: tuple[str, ...]
    capture_content: bool
    global_provider: bool
    stalled_after_s: float | None
    home: str | None
    ledger: str
    ledger_anchors: tuple[str, ...] | None
    shipper: str
    journal_bytes: int
    metrics: str
    metrics_endpoint: str | None
    metrics_interval_ms: int
    logs: str
    logs_endpoint: str | None
    capture_logs: bool
    dsn: str | None
    queue_spans: int
    batch_spans: int
    linger_ms: int
    keep_idle: float
    shutdown_timeout_s: float
    span_log: str | None
    problems: tuple[str, ...] = ()

    @classmethod
    def load(
        cls,
        arguments: Mapping[str, object] | None = None,
        environ: Mapping[str, str] | None = None,
        file: Mapping[str, object] | None = None,
    ) -> Settings:
        """Resolve every setting. Pure, and never raises for a bad value.

        Args:
            arguments: values from the call, by setting name; ``None`` means not given.
            environ: the environment. An empty variable counts as not set, as OpenTelemetry's specification has it.
            file: the parsed ``fleaglass.toml``, flat, by setting name.
        """
        problems: list[str] = []
        sources = _Sources(arguments or {}, environ or {}, file or {}, problems)
        values = {setting.name: sources.resolve(setting) for setting in SETTINGS}
        problems += sources.unknown_names()
        return cls(**values, problems=tuple(problems))

    @classmethod
    def read(cls, arguments: Mapping[str, object]) -> Settings:
        """``load`` with this process's environment and the ``fleaglass.toml`` of the working directory.

        ``FLEAGLASS_CONFIG`` names another file.
        """
        path = Path(os.environ.get("FLEAGLASS_CONFIG") or CONFIG_FILE)
        try:
            file = _parsed(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls.load(arguments, os.environ, {})
        except (OSError, ValueError) as error:
            settings = cls.load(arguments, os.environ, {})
            problem = f"{path} could not be read ({type(error).__name__}); its settings are not used"
            return msgspec.structs.replace(settings, problems=(*settings.problems, problem))
        return cls.load(arguments, os.environ, file)


def _parsed(text: str) -> dict[str, object]:
    import tomllib  # where there is no file, it need not be loaded

    return tomllib.loads(text)


class _Sources:
    """The places to look in, and how to look."""

    def __init__(
        self,
        arguments: Mapping[str, object],
        environ: Mapping[str, str],
        file: Mapping[str, object],
        problems: list[str],
    ) -> None:
        self._arguments = arguments
        self._environ = environ
        self._file = file
        self._problems = problems
        try:
            self._resource = dict(parse.pairs(environ.get("OTEL_RESOURCE_ATTRIBUTES", ""), ""))
        except ValueError:
            self._resource = {}

    def resolve(self, setting: Setting) -> Any:
        for source, raw in self._candidates(setting):
            try:
                return setting.parse(raw, source)
            except ValueError as error:
                self._problems.append(f"{source}: {error}; not used")
        return setting.default

    def _candidates(self, setting: Setting) -> Iterator[tuple[str, object]]:
        if (argument := self._arguments.get(setting.name)) is not None:
            yield setting.name, argument
        for variable in setting.variables:
            if value := self._environ.get(variable):
                yield variable, value
        for key in setting.resource_keys:
            if value := self._resource.get(key):
                yield f"OTEL_RESOURCE_ATTRIBUTES {key}", value
        if (entry := self._file.get(setting.name, _MISSING)) is not _MISSING:
            yield f"{CONFIG_FILE} {setting.name}", entry

    def unknown_names(self) -> list[str]:
        """A misspelt name in the file would otherwise be a setting that silently does nothing."""
        known = {setting.name for setting in SETTINGS}
        return [f"{CONFIG_FILE} {name}: no such setting" for name in self._file if name not in known]
