"""The commands of `fleaglass alerts`."""
