"""Every fault at every operation in both profiles: what is recorded, held against the sandbox's own books."""
