"""Alerting: rules judged every five seconds, incidents, and who is told of them.

rules file ─▶ rulebook ─┐
store, state ─▶ feed ───┴─▶ rounds ─▶ judge ─▶ standings ─▶ incidents ─▶ groups ─▶ outbox ─▶ Slack, PagerDuty, …
"""
