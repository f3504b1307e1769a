"""Secrets of receivers, read when they are used: from the environment or a file. Nothing keeps them, or shows them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fleaglass.alerts.rules.model import Secret

__all__ = ["NoSecret", "read_secret"]


class NoSecret(Exception):
    """It is not where the rules file says; the text says where that is."""


def read_secret(secret: Secret, environ: Mapping[str, str]) -> str:
    """Its value, without blanks around it. Raises NoSecret."""
    if secret.env:
        value, place = environ.get(secret.env, ""), f"the environment variable {secret.env}"
    else:
        place = f"the file {secret.file}"
        try:
            value = Path(secret.file).read_text()
        except (OSError, ValueError) as error:
            raise NoSecret(f"{place} cannot be read: {type(error).__name__}") from None
    if not value.strip():
        raise NoSecret(f"{place} is empty or not set")
    return value.strip()
