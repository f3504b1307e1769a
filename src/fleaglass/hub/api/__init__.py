"""The JSON API below /api/v1: what the hub knows, read from its store.

parameters, filters, times, cursor   what was asked        errors      what is wrong with it
sql, match, traces                   which traces          said, outcome  how each ended
summaries, listing, detail           what they say         spans       (in store/) one span
stats, orders, earnings, exposure    how it all went       money       exactly
performance…                         what earned, and where the time went
"""

from fleaglass.hub.api.routes import create_api

__all__ = ["create_api"]
