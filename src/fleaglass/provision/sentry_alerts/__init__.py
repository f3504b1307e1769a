"""The rules for Sentry: detectors (what is measured) and workflows (who is told), by its current API."""
