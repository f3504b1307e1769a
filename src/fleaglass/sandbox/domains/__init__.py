"""Domain names: `names` says what may be registered and for how much, `registry` sells, `auctions` sells on."""

__all__: list[str] = []
