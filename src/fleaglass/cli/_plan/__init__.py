"""What a fleet of agents takes, by arithmetic over what was measured.

    figures    what was measured: the number, its unit, where and when
    fleet      what the reader says: how many agents, how busy, on which machines
    load       what the fleet does in a second
    sizing     what it takes: bytes, days, hubs, shards
    limits     at how many agents something does not hold any more, and what to do then
    plan       the whole of it
    telling    all of it as text and as JSON

Everything but `telling` computes in whole numbers and fractions, so that results are exact. Nothing here does I/O.
"""

from __future__ import annotations
