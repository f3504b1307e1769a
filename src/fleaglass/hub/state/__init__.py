"""The hub's small, changing state: issues, releases, sessions, monitors and who may do what, in SQL.

metadata, schema     the tables, each room's in its own tables.py
migrate, migrations  from every earlier version's tables to these
state                transactions
"""

from fleaglass.hub.state.migrate import NewerState
from fleaglass.hub.state.state import State, StateError, insert, open_state, refuses, state_url

__all__ = ["NewerState", "State", "StateError", "insert", "open_state", "refuses", "state_url"]
