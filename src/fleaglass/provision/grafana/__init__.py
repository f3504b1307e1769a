"""The rules for Grafana, as files that it reads when it starts, or by its HTTP API; and four dashboards."""
