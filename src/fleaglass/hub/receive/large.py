"""Where large bodies are parsed: off the event loop, which one would hold for a while, and one after the other.

The interpreter parses one at a time anyhow, and a body of empty messages or lists takes thirty times its size once it
is parsed: several of them at once would take as much room as they are.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Final

__all__ = ["LARGE"]

LARGE: Final = ThreadPoolExecutor(1, thread_name_prefix="fleaglass-parser")
