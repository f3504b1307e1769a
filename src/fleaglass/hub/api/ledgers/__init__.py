"""/ledgers and /ledger/spans: agents' ledgers, each answer checked against the files as they are now."""

from fleaglass.hub.api.ledgers.routes import ledger_routes

__all__ = ["ledger_routes"]
