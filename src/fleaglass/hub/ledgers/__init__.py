"""Agents' ledgers, for people to look at: the hub reads their files, checks them, and writes nothing.

::

    places      folders ──▶ which logs there are, by name
    growth      one log, kept up with as it grows: how many entries, which intents are open
    paging      its entries, newest first
    checking    one entry, with its path to the signed root; what a span says it has
    verifying   all of a log, now and then
    reports     what comparing it with the venue gave, where that was saved
    shelf       all logs, and the task that verifies them
    trouble     what is not as it should be, with the alarms of the hub as a witness
    files       files of folders that others write

Of a log's folder only what anybody may be served is opened, and saved reports. Disclosures, keys and the WAL are the
agent's.
"""

from fleaglass.hub.ledgers.shelf import Book, Ledgers, verifying

__all__ = ["Book", "Ledgers", "verifying"]
