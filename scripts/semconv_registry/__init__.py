"""Read, check and render the semantic-convention registry in schema/.

schema/*.yaml ── read.py ──> groups ── resolve.py ──> Registry ──┬─ render_python.py ──> src/fleaglass/semconv.py
                                                                 └─ render_markdown.py ─> docs/attributes.md
"""

from .model import Registry, RegistryError
from .render_markdown import render_markdown
from .render_python import render_python
from .resolve import load_registry

__all__ = ["Registry", "RegistryError", "load_registry", "render_markdown", "render_python"]
