"""YAML read so that nothing in it is lost: a key that is there twice is refused, which YAML's own loader lets pass."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

__all__ = ["documents"]


class _Strict(yaml.SafeLoader):
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        own = [key.value for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        if twice := {key for key in own if own.count(key) > 1}:
            raise yaml.constructor.ConstructorError(None, None, f"twice: {', '.join(sorted(twice))}", node.start_mark)
        return super().construct_mapping(node, deep)


def documents(path: Path) -> list[Any]:
    """Every document of a file. Raises yaml.YAMLError."""
    return list(yaml.load_all(path.read_text(encoding="utf-8"), _Strict))
