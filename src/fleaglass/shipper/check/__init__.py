"""Whether a destination works, step by step, and if not, which mistake it is and what to do now.

::

    settings         what is missing there
    reachable        name, connection, TLS                                            reach.py
    authenticated    ┐ one test span, sent as the shipper sends, and what came back   over_http.py, over_grpc.py
    accepted         ┘                                                                answers.py
    read back        that span, where the backend has a query API                     read_back.py

Each step that fails ends the row. A mistake is one sentence and one next step; the words are in `mistakes.py` and
`answers.py`, the texts to recognise them by are what servers and libraries say today.
"""

from fleaglass.shipper.check.examine import Manner, examine, examine_sentry
from fleaglass.shipper.check.finding import Examination, Finding
from fleaglass.shipper.check.leftovers import leftovers

__all__ = ["Examination", "Finding", "Manner", "examine", "examine_sentry", "leftovers"]
