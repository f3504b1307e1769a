"""How every check ends: the complaints on standard error and 1, or one sentence on standard output and 0."""

import sys
from collections.abc import Iterable

__all__ = ["verdict"]


def verdict(complaints: Iterable[str], *, all_well: str, remedy: str = "") -> int:
    """Print what was found, then `remedy`; or `all_well`. Returns the exit code."""
    found = list(complaints)
    if not found:
        print(all_well)
        return 0
    print("\n".join([*found, remedy] if remedy else found), file=sys.stderr)
    return 1
