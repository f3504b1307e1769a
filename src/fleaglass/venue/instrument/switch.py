"""On and off, once per process."""

from __future__ import annotations

import importlib
import importlib.util
import threading
from collections.abc import Sequence
from typing import Final

from fleaglass.recorder import guard
from fleaglass.settings import Settings
from fleaglass.venue.access import live_at
from fleaglass.venue.instrument.deployment import Deployment, Known
from fleaglass.venue.instrument.replacement import Replacement
from fleaglass.venue.instrument.watch import Watch
from fleaglass.venue.profiles import GUIDE, LIVE

__all__ = ["instrument", "uninstrument"]

_LIBRARIES: Final = ("httpx", "requests", "aiohttp")
_watch: Final = Watch()
_replaced: Final[dict[str, tuple[Replacement, ...]]] = {}
_lock: Final = threading.Lock()


def instrument(
    *, guide_url: str | None = None, live_url: str | None = None, deployments: Sequence[Deployment] | None = None
) -> None:
    """Record the program's own calls to Purple Flea, made with httpx, requests or aiohttp, from now on.

    Doing it again replaces what is recognised. Never raises for a telemetry reason.

    Args:
        guide_url: where the profile ``guide`` is served, such as ``http://127.0.0.1:8400/v1``; in production, unless
            FLEAGLASS_GUIDE_URL or ``fleaglass.toml`` says something else.
        live_url: the same for ``live``: the address that its six services are below.
        deployments: what to recognise instead of both profiles.
    """
    with guard("instrumenting"):
        known = Known(_both(guide_url, live_url) if deployments is None else deployments)
        with _lock:
            _watch.known = known
            for name in _LIBRARIES:
                with guard(f"instrumenting {name}"):
                    _replace_in(name)


def uninstrument() -> None:
    """Leave the program's calls alone again."""
    with guard("ending the instrumentation"), _lock:
        _watch.known = None
        for replacements in _replaced.values():
            for replacement in replacements:
                replacement.undo()


def _replace_in(name: str) -> None:
    """Put ours into a library, unless they are there, or it is not."""
    replaced = _replaced.get(name)
    if replaced is not None and all(replacement.holds for replacement in replaced):
        return
    if _is_installed(name):
        _replaced[name] = importlib.import_module(f"fleaglass.venue.instrument.with_{name}").patch(_watch)


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ValueError:  # a test suite's stand-in for it
        return False


def _both(guide_url: str | None, live_url: str | None) -> tuple[Deployment, Deployment]:
    settings = Settings.read({"guide_url": guide_url, "live_url": live_url})
    services = {} if settings.live_url is None else live_at(settings.live_url)
    return Deployment(GUIDE, base_url=settings.guide_url), Deployment(LIVE, services=services)
