"""What can be wrong with what others hand us.

::

    TreeError
    ├── ProofError        hashes that do not lead to the root, or a proof that cannot be read
    ├── NoteError         a note, key or signature that is malformed, false, or of nobody we know
    ├── CheckpointError   a note's text that is no checkpoint, or the wrong log's
    ├── PolicyError       a policy that cannot be read, with its line
    └── TileError         a tile's path or bytes
"""

from __future__ import annotations

__all__ = ["CheckpointError", "NoteError", "PolicyError", "ProofError", "TileError", "TreeError"]


class TreeError(ValueError):
    """The message says what is wrong, and where."""


class ProofError(TreeError):
    """The proof does not show what it should, or cannot be read."""


class NoteError(TreeError):
    """The note or key cannot be read, or is not to be believed."""


class CheckpointError(TreeError):
    """The text is no checkpoint, or not of the log that is meant."""


class PolicyError(TreeError):
    """The policy cannot be read, or is not fulfilled."""


class TileError(TreeError):
    """The path names no tile, or the bytes are none."""
