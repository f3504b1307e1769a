"""Session health: what a client says of its runs (update), and what is made of it."""
