"""Metrics of what agents record, derived from all of it: before any cycle is thinned, and whoever has died since.

::

    journal ──▶ derive ──▶ Totals ──▶ metrics_of ──┬──▶ Reports   ──▶ OTLP, every so often
       │      (each span)  (kept)    (a snapshot)  ├──▶ Endpoint  ──▶ Prometheus, when it asks
       └──▶ Readings ──▶ own_metrics ──────────────┘

    Totals      one journal's, written down together with the place up to which the journal has been read
    Readings    what the agent last said of itself: uptime, balances, drawdown; nothing that spans tell

So a shipper that begins anew goes on from that place with those totals: nothing is counted twice, or left out. Totals
are cumulative since the journal began; a report that is lost is made good by the next.

No name is in both.
"""

from fleaglass.shipper.metrics.derive import derive
from fleaglass.shipper.metrics.metric import Exemplar, HistogramPoint, Metric, NumberPoint
from fleaglass.shipper.metrics.own import own_metrics
from fleaglass.shipper.metrics.snapshot import metrics_of
from fleaglass.shipper.metrics.totals import Totals

__all__ = ["Exemplar", "HistogramPoint", "Metric", "NumberPoint", "Totals", "derive", "metrics_of", "own_metrics"]
