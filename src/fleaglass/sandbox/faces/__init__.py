"""The two ways in which the venue speaks HTTP, over the same books.

`guide` is what the two integration guides document, under /v1; `live` is what the services' published code does, under
/live. A service of a face is one file: its paths, what it reads and what it answers.
"""

from fleaglass.sandbox.faces.face import Face
from fleaglass.sandbox.faces.guide import GUIDE
from fleaglass.sandbox.faces.live import LIVE

__all__ = ["FACES", "GUIDE", "LIVE", "face_at"]

FACES: tuple[Face, ...] = (GUIDE, LIVE)


def face_at(path: str) -> Face:
    """Return the face that speaks at a path; the guides' where none does."""
    return next((face for face in FACES if path == face.root or path.startswith(f"{face.root}/")), GUIDE)
