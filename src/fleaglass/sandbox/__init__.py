"""A stand-in for Purple Flea that runs as a process of its own: real balances, repeatable prices, faults on demand.

How a request travels::

    uvicorn ─ connection.py          can cut a connection without an answer, or hold it
       └ app.py                      a route per endpoint
            └ exchange.py            rate limit → fault draw → key → body … → spoiled or lost answer
                 └ dispatch.py       settle what fell due, then one SQLite transaction
                      └ faces/       how HTTP says it: guide/ as the integration guides do, live/ as the services do
                           ├ trading/  orders, fills, positions     ├ casino/  games, bets
                           ├ domains/  registry, auctions           ├ escrow.py  ├ wallet.py  ├ vault.py  ├ accounts.py
                           └ ledger.py  every movement of money is a balanced journal entry

operations.py names what can be asked for, whichever face asks: faults (faults.py) and counts (tally.py) speak of these.

Nothing here is imported by an agent; `fleaglass sandbox` (cli/sandbox.py) is the way in.
"""

__all__: list[str] = []
