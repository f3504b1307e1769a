"""The rules for Prometheus, and who is told for Alertmanager."""
