"""A stand-in for Purple Flea that runs as a process of its own: real balances, repeatable prices, faults on demand.

How a request travels::

    uvicorn ─ connection.py      can cut a connection without an answer
       └ app.py                  rate limit → fault draw → key → body
            └ dispatch.py        settle what fell due, then one SQLite transaction
                 └ handlers.py   one function per operation of operations.py
                      ├ trading/ orders, fills, positions     ├ escrow.py   ├ wallet.py   ├ accounts.py
                      └ ledger.py  every movement of money is a balanced journal entry

Nothing here is imported by an agent; `fleaglass sandbox` (cli/sandbox.py) is the way in.
"""

__all__: list[str] = []
