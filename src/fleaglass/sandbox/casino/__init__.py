"""Bets: `games` says what each can bring and how likely, `bets` places them against the house."""

__all__: list[str] = []
