"""TraceQL, Tempo's query language: the part of it that the hub answers.

::

    text ──parse──▶ tree ──written──▶ text         grammar.py, build.py, tokens.py, literals.py, words.py
                     │
                     └──▶ SQL                      fields.py, conditions.py, rows.py; patterns.py
"""

from fleaglass.hub.traceql.parse import parse, parse_field
from fleaglass.hub.traceql.refused import TraceQLError
from fleaglass.hub.traceql.tree import Query
from fleaglass.hub.traceql.written import written

__all__ = ["Query", "TraceQLError", "parse", "parse_field", "written"]
