"""Metrics of what agents record, derived from all of it: before any cycle is thinned, and whoever has died since.

::

    journal ──▶ derive ──▶ Totals ──▶ metrics_of ──┬──▶ Reports   ──▶ OTLP, every so often
              (each span)  (kept)    (a snapshot)  └──▶ Endpoint  ──▶ Prometheus, when it asks

    Totals      one journal's, written down together with the place up to which the journal has been read

So a shipper that begins anew goes on from that place with those totals: nothing is counted twice, or left out. Totals
are cumulative since the journal began; a report that is lost is made good by the next.

The names are none that the agent reports itself (``recorder/metrics.py``).
"""

from fleaglass.shipper.metrics.derive import derive
from fleaglass.shipper.metrics.metric import Exemplar, HistogramPoint, Metric, NumberPoint
from fleaglass.shipper.metrics.snapshot import metrics_of
from fleaglass.shipper.metrics.totals import Totals

__all__ = ["Exemplar", "HistogramPoint", "Metric", "NumberPoint", "Totals", "derive", "metrics_of"]
