"""What the tables of every room have in common: one registry, constraint names that every engine repeats, and times.

Times are Unix nanoseconds in 64-bit integers, as everywhere in the hub: no engine's own idea of a timestamp, no zone.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, MetaData
from sqlalchemy.types import TypeEngine

__all__ = ["METADATA", "Ns"]

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Ns: Final[TypeEngine[int]] = BigInteger()
"""Unix nanoseconds."""
