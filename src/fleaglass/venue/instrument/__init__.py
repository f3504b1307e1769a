"""No code at all: the calls that a program makes to Purple Flea by itself, recorded as our client records its own.

::

    import fleaglass

    fleaglass.init("momentum-1")
    fleaglass.instrument()          # or no line at all: fleaglass run my_agent.py

A request made with httpx, requests or aiohttp to an address of a profile is recognised by its method and path. The same
spans, attributes, breadcrumbs and errors come of it, because what an operation records is one table for both
(`fleaglass.venue.observe`). The program's requests, answers and exceptions stay its own; all that is added is the trace
context in the headers. Nothing is ever sent that the program did not send.
"""

from fleaglass.venue.instrument.deployment import Deployment
from fleaglass.venue.instrument.switch import instrument, uninstrument

__all__ = ["Deployment", "instrument", "uninstrument"]
