"""One file for each way to tell: what its service wants to hear, within its limits."""
