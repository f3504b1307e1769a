"""The hub: receives telemetry, stores it, and shows it. Needs `fleaglass[hub]`."""
