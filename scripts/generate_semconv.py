"""Write src/fleaglass/semconv.py and docs/attributes.md from the registry in schema/.

    python scripts/generate_semconv.py           write both
    python scripts/generate_semconv.py --check   write nothing; exit 1 if either is stale

Exit codes: 0 done or up to date, 1 stale or the registry breaks a rule (one line per fault), 2 wrong arguments.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from semconv_registry import Registry, RegistryError, load_registry, render_markdown, render_python

__all__ = ["main", "outputs"]

ROOT = Path(__file__).resolve().parent.parent


def outputs(registry: Registry) -> dict[str, str]:
    """What is generated: path from the root of the repository → text."""
    return {
        "src/fleaglass/semconv.py": render_python(registry),
        "docs/attributes.md": render_markdown(registry),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(description="Generate semconv.py and attributes.md from the registry.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a generated file is stale")
    parser.add_argument("--root", type=Path, default=ROOT, help="repository to read schema/ from and write to")
    options = parser.parse_args(arguments)
    try:
        generated = outputs(load_registry(options.root / "schema"))
    except RegistryError as error:
        print(f"schema/ breaks {len(error.problems)} rule(s):", *error.problems, sep="\n  ", file=sys.stderr)
        return 1
    stale = [path for path, text in generated.items() if _current(options.root / path) != text]
    if options.check:
        for path in stale:
            print(f"{path} does not match schema/; run: python scripts/generate_semconv.py", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        (options.root / path).parent.mkdir(parents=True, exist_ok=True)
        (options.root / path).write_text(generated[path], "utf-8")
        print(f"wrote {path}", file=sys.stderr)
    return 0


def _current(path: Path) -> str | None:
    return path.read_text("utf-8") if path.exists() else None


if __name__ == "__main__":
    sys.exit(main())
