"""Cron monitors: what should run when, whether it did, and who was told."""
