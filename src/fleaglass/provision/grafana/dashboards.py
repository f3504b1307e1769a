"""Four dashboards over the metrics that the shipper serves: profit and loss, execution, wallets, escrow."""

from __future__ import annotations

from typing import Any

from fleaglass.provision.grafana.panels import Panel, dashboard

__all__ = ["dashboards"]


def dashboards() -> list[dict[str, Any]]:
    """All four. Their uids stay."""
    return [
        dashboard("fleaglass-pnl", "Fleaglass / P&L", _pnl()),
        dashboard("fleaglass-execution", "Fleaglass / Execution", _execution()),
        dashboard("fleaglass-wallets", "Fleaglass / Wallets", _wallets()),
        dashboard("fleaglass-escrow", "Fleaglass / Escrow", _escrow()),
    ]


_OF = 'agent_id=~"$agent"'


def _rate(metric: str, by: str, *more: str) -> str:
    return f"sum by ({by}) (rate({metric}{{{','.join((_OF, *more))}}}[$__rate_interval]))"


def _grown(metric: str, by: str, *more: str) -> str:
    return f"sum by ({by}) (increase({metric}{{{','.join((_OF, *more))}}}[$__range]))"


def _quantile(share: float, metric: str, by: str, *more: str) -> str:
    return f"histogram_quantile({share}, {_rate(f'{metric}_bucket', f'{by}, le', *more)})"


def _pnl() -> list[Panel]:
    realized = f"sum by (agent_id) (pf_trade_realized_usd{{{_OF}}})"
    return [
        Panel(title="Realized, now", unit="currencyUSD", kind="stat", width=8, queries=[(realized, "{{agent_id}}")]),
        Panel(
            title="Fees in this range",
            unit="currencyUSD",
            kind="stat",
            width=8,
            queries=[(_grown("pf_trade_fees_usd_total", "agent_id"), "{{agent_id}}")],
        ),
        Panel(
            title="Deepest drawdown",
            unit="percentunit",
            kind="stat",
            width=8,
            queries=[(f"max by (agent_id, window) (pf_drawdown_fraction{{{_OF}}})", "{{agent_id}} {{window}}")],
        ),
        Panel(
            title="Profit and loss, as agents tell it",
            unit="currencyUSD",
            queries=[(f"sum by (agent_id, pnl_type) (pf_trade_pnl_usdc{{{_OF}}})", "{{agent_id}} {{pnl_type}}")],
        ),
        Panel(
            title="Realized by what was done",
            unit="currencyUSD",
            queries=[(f"sum by (pf_span_name) (pf_trade_realized_usd{{{_OF}}})", "{{pf_span_name}}")],
        ),
        Panel(
            title="Drawdown",
            unit="percentunit",
            queries=[(f"max by (agent_id, window) (pf_drawdown_fraction{{{_OF}}})", "{{agent_id}} {{window}}")],
        ),
        Panel(
            title="Fees an hour",
            unit="currencyUSD",
            queries=[(f"3600 * {_rate('pf_trade_fees_usd_total', 'pf_span_name')}", "{{pf_span_name}}")],
        ),
    ]


def _execution() -> list[Panel]:
    order = 'pf_span_name=~"pf.trade.execute|order.pipeline"'
    failed = _rate("pf_span_errors_total", "pf_span_name")
    every = _rate("pf_span_duration_seconds_count", "pf_span_name")
    return [
        Panel(
            title="From signal to fill",
            unit="s",
            queries=[
                (_quantile(share, "pf_span_duration_seconds", "pf_span_name", order), f"{{{{pf_span_name}}}} {name}")
                for share, name in ((0.5, "p50"), (0.95, "p95"), (0.99, "p99"))
            ],
        ),
        Panel(
            title="Orders by state",
            unit="cps",
            queries=[(_rate("pf_trade_orders_total", "pf_order_state"), "{{pf_order_state}}")],
        ),
        Panel(
            title="Slippage",
            unit="none",
            queries=[
                (_quantile(share, "pf_trade_slippage_bps", "pf_asset"), f"{{{{pf_asset}}}} {name} (bps)")
                for share, name in ((0.5, "p50"), (0.95, "p95"))
            ],
        ),
        Panel(title="Share that failed", unit="percentunit", queries=[(f"{failed} / {every}", "{{pf_span_name}}")]),
        Panel(
            title="Errors by class",
            unit="cps",
            queries=[(_rate("pf_errors_total", "error_type"), "{{error_type}}")],
        ),
        Panel(
            title="Calls to Purple Flea, p95",
            unit="ms",
            queries=[(_quantile(0.95, "pf_order_latency_ms", "endpoint"), "{{endpoint}}")],
        ),
        Panel(
            title="Calls that failed",
            unit="cps",
            queries=[(_rate("pf_api_errors_total", "endpoint, error_type"), "{{endpoint}} {{error_type}}")],
        ),
        Panel(
            title="Risk checks",
            unit="cps",
            queries=[
                (_rate("pf_risk_checks_total", "pf_risk_check, pf_risk_passed"), "{{pf_risk_check}} {{pf_risk_passed}}")
            ],
        ),
        Panel(
            title="Decisions by outcome",
            unit="cps",
            queries=[(_rate("pf_cycle_duration_seconds_count", "pf_cycle_outcome"), "{{pf_cycle_outcome}}")],
        ),
        Panel(
            title="Since the last decision",
            unit="s",
            queries=[(f"max by (agent_id) (pf_cycle_age_seconds{{{_OF}}})", "{{agent_id}}")],
        ),
    ]


def _wallets() -> list[Panel]:
    worth = f"sum by (agent_id) (pf_wallet_value_usd{{{_OF}}})"
    read = 'pf_span_name="pf.wallet.balance_check"'
    return [
        Panel(title="Worth, now", unit="currencyUSD", kind="stat", width=24, queries=[(worth, "{{agent_id}}")]),
        Panel(
            title="Worth by kind of wallet",
            unit="currencyUSD",
            queries=[
                (
                    f"sum by (agent_id, pf_wallet_type) (pf_wallet_value_usd{{{_OF}}})",
                    "{{agent_id}} {{pf_wallet_type}}",
                )
            ],
        ),
        Panel(
            title="Balance by currency",
            unit="none",
            queries=[(f"sum by (agent_id, currency) (pf_wallet_balance{{{_OF}}})", "{{agent_id}} {{currency}}")],
        ),
        Panel(
            title="Reading the balance",
            unit="s",
            queries=[
                (_quantile(share, "pf_span_duration_seconds", "agent_id", read), f"{{{{agent_id}}}} {name}")
                for share, name in ((0.5, "p50"), (0.95, "p95"))
            ],
        ),
        Panel(
            title="Reads that failed",
            unit="cps",
            queries=[(_rate("pf_span_errors_total", "agent_id, error_type", read), "{{agent_id}} {{error_type}}")],
        ),
    ]


def _escrow() -> list[Panel]:
    escrow = 'pf_span_name=~"pf.escrow.*"'
    return [
        Panel(
            title="Escrows in this range, by status",
            unit="none",
            kind="bargauge",
            queries=[(_grown("pf_escrow_count_total", "status"), "{{status}}")],
        ),
        Panel(
            title="Fees for escrows in this range",
            unit="currencyUSD",
            kind="stat",
            queries=[
                (_grown("pf_trade_fees_usd_total", "agent_id", 'pf_span_name="pf.escrow.create"'), "{{agent_id}}")
            ],
        ),
        Panel(
            title="Escrows that reached a status",
            unit="cps",
            queries=[(_rate("pf_escrow_count_total", "status"), "{{status}}")],
        ),
        Panel(
            title="How long operations take, p95",
            unit="s",
            queries=[(_quantile(0.95, "pf_span_duration_seconds", "pf_span_name", escrow), "{{pf_span_name}}")],
        ),
        Panel(
            title="Operations that failed",
            unit="cps",
            queries=[
                (_rate("pf_span_errors_total", "pf_span_name, error_type", escrow), "{{pf_span_name}} {{error_type}}")
            ],
        ),
        Panel(
            title="Earned by escrow",
            unit="currencyUSD",
            queries=[
                (f"sum by (agent_id, pf_span_name) (pf_trade_realized_usd{{{_OF},{escrow}}})", "{{pf_span_name}}")
            ],
        ),
    ]
