"""The hub as a witness of the agents' ledgers: `ledger/witness` with the state database to remember in.

::

    POST /witness/add-checkpoint  /witness/add-log ─▶ desk ─▶ one write transaction ─▶ kept, then answered
    GET  /api/v1/witness…         what it has cosigned, and its alarms: api/witness_routes.py

    tables, records   what it remembers
    desk              its key, and who answers
    telling           an alarm becomes an issue
    pressing          which alarms are to be looked at now
    forgetting        old checkpoints and alarms
    routes            HTTP, as tlog-witness has it
"""
