"""Put the rules where a Prometheus reads them, and ask it to read them again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Final, Literal

import httpx

from fleaglass.alerts.rules.model import RuleBook
from fleaglass.provision.change import Change
from fleaglass.provision.prometheus.rules import prometheus_rules
from fleaglass.provision.yaml import yaml

__all__ = ["PrometheusError", "apply_to_prometheus"]

_TIMEOUT_S: Final = 15.0


class PrometheusError(Exception):
    """The file cannot be written, or Prometheus did not read it. The message is one line."""


def apply_to_prometheus(
    book: RuleBook,
    file: Path,
    url: str | None,
    *,
    is_dry: bool,
    transport: httpx.BaseTransport | None = None,
) -> Iterator[Change]:
    """The change to the file, if there is one, in place at once or not at all.

    Args:
        book: the rules file.
        file: which Prometheus names under ``rule_files``.
        url: of a Prometheus that was started with ``--web.enable-lifecycle``; none is asked if None.
        is_dry: only tell.
        transport: what carries requests, for tests.

    Raises:
        PrometheusError: see there.
    """
    wanted = yaml(prometheus_rules(book), "Made by `fleaglass alerts apply --to prometheus`.")
    try:
        there = file.read_text(encoding="utf-8") if file.exists() else None
        lines = tuple(unified_diff((there or "").split("\n"), wanted.split("\n"), lineterm="", n=0))[2:]
        kind = _kind(there, wanted)
        if kind != "none" and not is_dry:
            _write(file, wanted)
    except OSError as error:
        raise PrometheusError(f"{file} cannot be written: {error.strerror}") from None
    if kind != "none" and not is_dry and url is not None:
        _reload(url, transport)
    yield Change(f"rule file {file}", kind, lines if kind == "update" else ())


def _kind(there: str | None, wanted: str) -> Literal["create", "update", "none"]:
    if there is None:
        return "create"
    return "none" if there == wanted else "update"


def _write(file: Path, text: str) -> None:
    beside = file.with_name(f".{file.name}.new")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, file)


def _reload(url: str, transport: httpx.BaseTransport | None) -> None:
    try:
        with httpx.Client(base_url=url.rstrip("/"), transport=transport, timeout=_TIMEOUT_S) as http:
            answer = http.post("/-/reload")
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise PrometheusError(f"Prometheus cannot be asked to reload ({error}); the file is written") from None
    if not answer.is_success:
        said = " ".join(answer.text.split())[:300]
        raise PrometheusError(
            f"Prometheus says HTTP {answer.status_code} to a reload ({said}); the file is written. "
            "Reloading needs --web.enable-lifecycle"
        )
