"""The grammar, and how its parts are called in messages. The rules build the tree in build.py, by the same names.

As in Tempo, && and || bind alike, from left to right, and both looser than > and >>.
"""

from __future__ import annotations

from typing import Final

__all__ = ["CALLED", "GRAMMAR"]

GRAMMAR: Final = r"""
query: sets ("|" _stage)* ["|" metric] ["with" "(" hint ("," hint)* ")"]

?sets: relation
    | sets AND relation -> together
    | sets OR relation -> either
?relation: primary
    | relation GT primary -> child
    | relation BELOW primary -> descendant
?primary: "{" [test] "}" -> filter
    | "(" sets ")"

?test: unit
    | test AND unit -> every
    | test OR unit -> some
?unit: field _operator value -> comparison
    | TRUE -> true
    | FALSE -> false
    | "(" test ")"

_stage: select | by | having
select: "select" "(" field ("," field)* ")"
by: "by" "(" field ")"
having: (COUNT "(" ")" | AGGREGATE "(" field ")") _operator (INTEGER | FLOAT | DURATION)

metric: (COUNTING "(" ")" | OVER_TIME "(" field ")" | QUANTILE "(" field ("," (INTEGER | FLOAT))+ ")") [groups]
groups: "by" "(" field ("," field)* ")"
hint: WORD "=" value

field: ATTRIBUTE | WORD
value: STRING | INTEGER | FLOAT | DURATION | TRUE | FALSE | NIL | WORD
_operator: EQUAL | UNEQUAL | GT | GTE | LT | LTE | MATCH | NO_MATCH

AND: "&&"
OR: "||"
BELOW: ">>"
EQUAL: "="
UNEQUAL: "!="
GT: ">"
GTE: ">="
LT: "<"
LTE: "<="
MATCH: "=~"
NO_MATCH: "!~"
TRUE: "true"
FALSE: "false"
NIL: "nil"
COUNT: /count\b/
AGGREGATE: /(?:avg|min|max|sum)\b/
COUNTING: /(?:rate|count_over_time)\b/
OVER_TIME: /(?:avg|min|max|sum|histogram)_over_time\b/
QUANTILE: /quantile_over_time\b/
ATTRIBUTE: /[A-Za-z]*\.(?:"(?:[^"\\]|\\.)*"|[^\s(){}=!<>~|&^,"`])+/s
WORD: /[A-Za-z_][A-Za-z0-9_]*(?::[A-Za-z]+)?/
STRING: /"(?:[^"\\]|\\.)*"|`[^`]*`/s
DURATION.3: /-?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|μs|ms|s|m|h|d))+(?![A-Za-z0-9_.])/
FLOAT.2: /-?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?(?![A-Za-z0-9_.])|-?[0-9]+[eE][-+]?[0-9]+(?![A-Za-z0-9_.])/
INTEGER.1: /-?[0-9]+(?![A-Za-z0-9_.])/

%ignore /\s+/
"""

CALLED: Final = {
    "AND": "&&",
    "OR": "||",
    "BELOW": ">>",
    "EQUAL": "=",
    "UNEQUAL": "!=",
    "GT": ">",
    "GTE": ">=",
    "LT": "<",
    "LTE": "<=",
    "MATCH": "=~",
    "NO_MATCH": "!~",
    "TRUE": "true",
    "FALSE": "false",
    "NIL": "nil",
    "COUNT": "count()",
    "AGGREGATE": "avg(), min(), max() or sum()",
    "COUNTING": "rate() or count_over_time()",
    "OVER_TIME": "avg_, min_, max_, sum_ or histogram_over_time()",
    "QUANTILE": "quantile_over_time()",
    "ATTRIBUTE": "an attribute",
    "WORD": "a word",
    "STRING": "text in quotes",
    "DURATION": "a duration",
    "FLOAT": "a number",
    "INTEGER": "a number",
    "LBRACE": "{",
    "RBRACE": "}",
    "LPAR": "(",
    "RPAR": ")",
    "VBAR": "|",
    "COMMA": ",",
    "SELECT": "select()",
    "BY": "by()",
    "WITH": "with",
    "$END": "the end",
}
"""Terminal -> what a message calls it."""
