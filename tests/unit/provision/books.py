"""Rule books for tests."""

from __future__ import annotations

from fleaglass.alerts.rules.model import (
    Count,
    Email,
    ErrorRate,
    Inhibition,
    MissedSchedule,
    Mute,
    NewIssue,
    PagerDuty,
    Percentile,
    Ratio,
    Route,
    Rule,
    RuleBook,
    Secret,
    Selector,
    SlowSpan,
    Webhook,
)

__all__ = ["BOOK", "P99", "book"]

P99 = Percentile(
    name="p99-order",
    span="order.pipeline",
    above_ms=2000,
    resolve_below_ms=1000,
    severity="error",
    summary="Orders are slow.",
)


def book(*rules: Rule) -> RuleBook:
    """With these rules."""
    return RuleBook(version=1, rules=rules)


BOOK = RuleBook(
    version=1,
    rules=(
        P99,
        SlowSpan(name="slow-trade", span="pf.trade.execute", above_ms=2000, where={"pf.asset": "BTC"}),
        ErrorRate(name="agent-errors", above=0.05, last=100),
        Ratio(
            name="risk-rejections",
            of=Selector(where={"pf.risk.passed": False}),
            among=Selector(span=("risk.check",)),
            above=0.2,
        ),
        Count(
            name="critical-trade-failure",
            of=Selector(span=("pf.trade.execute",), error=("OrderRejectedError", "InsufficientMarginError")),
        ),
        Count(name="many-timeouts", of=Selector(error=("Timeout",)), above=5),
        NewIssue(name="new-issue"),
        MissedSchedule(name="missed-schedule"),
        SlowSpan(name="switched-off", span="pf.trade.execute", above_ms=2000, enabled=False),
    ),
    receivers={
        "pager": PagerDuty(routing_key=Secret(env="PAGER_KEY")),
        "hook": Webhook(url=Secret(file="/run/secrets/hook"), signing_secret=Secret(env="HOOK_SECRET")),
        "desk": Email(to=("a@example.com", "b@example.com"), sender="f@example.com", host="smtp.example.com"),
    },
    route=Route(
        receivers=("desk",),
        routes=(Route(match={"severity": ("critical", "error")}, receivers=("pager", "hook")),),
    ),
    inhibitions=(Inhibition(source={"rule": "p99-order"}, target={"rule": "slow-trade"}, equal=("agent",)),),
    mutes=(Mute(match={"severity": "warning"}, times=("fri 22:00-06:00",), timezone="Europe/Berlin"),),
)
