"""Orders, fills and positions.

`placing` accepts an order and asks `fills` when and at what price it will fill; `matching` executes what falls due as
time passes; `settlement` turns one fill into postings and a changed `positions` row; `closing` ends a position.
"""

__all__: list[str] = []
