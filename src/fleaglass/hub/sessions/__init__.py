"""Session health: how runs of agents ended, and which of them ended without a word."""
