"""Watches: rules that look at every span as it ends, inside the agent, and raise alerts.

    a span ends ──▶ DurationWatch     this one took too long
                    ErrorRateWatch    too many of the last ones failed        ──▶ Alert ──▶ a log line, and a callback
                    PercentileWatch   the slowest per cent became too slow
                    CountWatch        too many of a kind within a time

The rules file makes watches of all of them (`fleaglass.alerts.rules.watches_of`).

A watch is a pure rule: spans go in, alerts come out, and the spans' own times are the only clock. ``fleaglass.init``
runs those it is given; `WatchProcessor` runs them in any other OpenTelemetry setup.
"""

from fleaglass.alerts.alert import Alert
from fleaglass.alerts.count import CountWatch
from fleaglass.alerts.duration import DurationWatch
from fleaglass.alerts.error_rate import ErrorRateWatch
from fleaglass.alerts.percentile import PercentileWatch
from fleaglass.alerts.processor import WatchProcessor
from fleaglass.alerts.sampler import RecordAll
from fleaglass.alerts.watch import SpanView, Watch

__all__ = [
    "Alert",
    "CountWatch",
    "DurationWatch",
    "ErrorRateWatch",
    "PercentileWatch",
    "RecordAll",
    "SpanView",
    "Watch",
    "WatchProcessor",
]
