"""Whether a rule fires and resolves in Prometheus when the hub's judge says so, measured over generated histories.

::

    history ──▶ the hub's judge ─────────────────────────────────▶ turns ──┐
       └──────▶ the shipper's metrics ──▶ promtool, exported rule ──▶ turns ──┴──▶ how far apart, in steps
"""
