"""The hub's small, changing state: issues, releases, sessions, monitors and who may do what, in SQL.

metadata, schema     the tables, each room's in its own tables.py
migrate, migrations  from every earlier version's tables to these
state                transactions
leading              which of several hubs does what only one may
"""

from fleaglass.hub.state.leading import Alone, Lead, NotLeading, leading
from fleaglass.hub.state.migrate import NewerState
from fleaglass.hub.state.state import State, StateError, insert, open_state, refuses, state_url

__all__ = [
    "Alone",
    "Lead",
    "NewerState",
    "NotLeading",
    "State",
    "StateError",
    "insert",
    "leading",
    "open_state",
    "refuses",
    "state_url",
]
