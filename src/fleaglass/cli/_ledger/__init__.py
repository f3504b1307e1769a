"""The commands of `fleaglass ledger`."""
