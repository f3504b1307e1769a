"""`check_in` items → check-ins, every field checked.

    {"check_in_id": …, "monitor_slug": "nightly", "status": "ok", "duration": 1.5, "environment": "prod",
     "monitor_config": {"schedule": {"type": "crontab", "value": "0 3 * * *"}, "checkin_margin": 5, …}}

A run counts even if the schedule that it brings cannot be read: or a slip in a schedule would look like a run that was
missed.

Source: Sentry's check-in payload.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from fleaglass.hub.monitors.check_in import CheckIn, MonitorConfig
from fleaglass.hub.monitors.config import ConfigError, read_config
from fleaglass.hub.receive.payload import Malformed, object_of
from fleaglass.hub.receive.reading import HEX32
from fleaglass.hub.receive.scrub import scrub_text
from fleaglass.hub.receive.strictly import id_in, label_in, seconds_in

__all__ = ["check_in_of"]

_SLUG: Final = re.compile(r"[A-Za-z0-9_.-]{1,128}")


def check_in_of(payload: bytes) -> CheckIn:
    """One check-in. Raises Malformed, which names the field."""
    what = "the check-in"
    sent = object_of(payload, what)
    slug, status = sent.get("monitor_slug"), sent.get("status")
    if not isinstance(slug, str) or _SLUG.fullmatch(slug) is None:
        raise Malformed(f"{what}: monitor_slug must be 1 to 128 letters, digits and _.-, not {str(slug)[:40]!r}")
    if status not in ("in_progress", "ok", "error"):
        raise Malformed(f"{what}: status must be in_progress, ok or error, not {str(status)[:40]!r}")
    config, problem = _config(sent.get("monitor_config"))
    return CheckIn(
        slug=slug,
        check_in_id=id_in(sent, "check_in_id", what),
        status=status,
        environment=label_in(sent, "environment", what) or "production",
        duration_s=seconds_in(sent, "duration", what),
        release=label_in(sent, "release", what),
        config=config,
        problem=problem,
        trace_id=_trace_id(sent),
    )


def _config(sent: Any) -> tuple[MonitorConfig | None, str]:
    """The configuration, or why there is none: it may repeat what was sent, so it is scrubbed."""
    if sent is None:
        return None, ""
    if not isinstance(sent, dict):
        return None, "monitor_config must be an object"
    try:
        return read_config(sent), ""
    except ConfigError as error:
        return None, scrub_text(str(error))


def _trace_id(sent: Mapping[str, Any]) -> str:
    contexts = sent.get("contexts")
    trace = contexts.get("trace") if isinstance(contexts, dict) else None
    trace_id = trace.get("trace_id") if isinstance(trace, dict) else None
    return trace_id if isinstance(trace_id, str) and HEX32.fullmatch(trace_id) else ""
