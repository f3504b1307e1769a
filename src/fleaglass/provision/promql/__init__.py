"""Rules as PromQL over the metrics that the shipper derives: what Prometheus and Grafana both build on."""
