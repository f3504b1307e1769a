"""Fails when a page names something that is not there.

Checked in README.md, CONTRIBUTING.md, CHANGELOG.md, requirements/README.md, docs/*.md and docs/backends/*.md:
links and their fragments; paths of this repository in code; `make` targets; `fleaglass` commands and their options;
FLEAGLASS_… variables; and in Python examples, that they parse and that what they import from Fleaglass exists.

    python -m scripts.check_docs              all pages
    python -m scripts.check_docs PAGE ...     these
"""

import argparse
import ast
import importlib
import re
import shlex
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from scripts.cli_tree import Command, commands
from scripts.markdown import Code, Page
from scripts.verdict import verdict

__all__ = ["complaints", "main"]

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "requirements/README.md", "docs/*.md", "docs/backends/*.md")
# Places that setup makes: a page may name them before they are there.
BUILT = (".venv", "src/fleaglass/hub/static", "web/node_modules")
# What may read an environment variable.
READERS = (".ci/run", "src/**/*.py", "tests/**/*.py", "examples/**/*.py", "web/*.ts")
SHELLS = ("inline", "", "sh", "bash", "shell", "console")
VARIABLE = re.compile(r"\bFLEAGLASS_[A-Z_]*[A-Z]\b")


def complaints(page: Page) -> Iterator[str]:
    """A line, with its place, for each thing that `page` names and that does not exist."""
    name = page.path.relative_to(ROOT) if page.path.is_relative_to(ROOT) else page.path
    for line, target in page.links():
        yield from (f"{name}:{line}: {complaint}" for complaint in _link(page, target))
    for code in page.code():
        checks = [_paths, _variables]
        checks += [_commands] if code.language in SHELLS else []
        checks += [_python] if code.language == "python" else []
        for check in checks:
            yield from (f"{name}:{code.line}: {complaint}" for complaint in check(code))


def _link(page: Page, target: str) -> Iterator[str]:
    parts = urlsplit(target)
    if parts.scheme:  # another site; nothing here can tell whether it is there
        return
    path = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path
    if not path.exists():
        yield f"the link {target} leads nowhere"
    elif parts.fragment and path.suffix == ".md" and parts.fragment not in Page.read(path).anchors():
        yield f"the link {target} names no heading of {path.name}"


def _paths(code: Code) -> Iterator[str]:
    """Words with a slash that start with something at the top of this repository: `docs/hub.md`, `web/src/*.ts`."""
    top = {entry.name for entry in ROOT.iterdir()} | set(BUILT)
    for word in re.findall(r"(?<![\w./:@{-])[\w.-]+/[\w.*/-]*", code.text):
        path = word.rstrip(".")
        if path.split("/")[0] not in top or path.startswith(BUILT):
            continue
        if not any(ROOT.glob(path.rstrip("/"))):
            yield f"there is no {path}"


def _variables(code: Code) -> Iterator[str]:
    for variable in VARIABLE.findall(code.text):
        if variable not in _known_variables():
            yield f"nothing reads {variable}"


@cache
def _known_variables() -> frozenset[str]:
    readers = (path for pattern in READERS for path in ROOT.glob(pattern))
    return frozenset(name for reader in readers for name in VARIABLE.findall(reader.read_text(encoding="utf-8")))


def _commands(code: Code) -> Iterator[str]:
    for line in code.text.replace("\\\n", " ").splitlines():
        words = _words(line.strip().removeprefix("$ "))
        while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
            words = words[1:]
        if words[:1] == ["make"]:
            yield from _make(words[1:])
        elif words and words[0].removeprefix(".venv/bin/") == "fleaglass":
            yield from _fleaglass(words[1:])


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line, comments=True)
    except ValueError:  # a sentence with an apostrophe, not a command
        return []


def _make(words: list[str]) -> Iterator[str]:
    targets = set(re.findall(r"^([a-z][a-z0-9-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for word in words:
        if re.fullmatch(r"[a-z][a-z0-9-]*", word) and word not in targets:
            yield f"make has no target {word}"


def _fleaglass(words: list[str]) -> Iterator[str]:
    tree = _tree()
    command = tree["fleaglass"]
    for word in words:
        option = word.split("=")[0]
        if f"{command.path} {word}" in tree:
            command = tree[f"{command.path} {word}"]
        elif option.startswith("--") and option not in command.options:
            yield f"{command.path} has no option {option}"
        elif command.path == "fleaglass" and re.fullmatch(r"[a-z][a-z-]*", word):
            yield f"fleaglass has no command {word}"
            return


@cache
def _tree() -> dict[str, Command]:
    from fleaglass.cli import cli as fleaglass

    return {command.path: command for command in commands(fleaglass)}


def _python(code: Code) -> Iterator[str]:
    try:
        tree = compile(code.text, "example", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except SyntaxError as error:
        yield f"the example does not parse: {error.msg} in its line {error.lineno}"
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "fleaglass":
            module = importlib.import_module(node.module)
            yield from (f"{node.module} has no {name.name}" for name in node.names if not hasattr(module, name.name))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="*", type=Path)
    paths = parser.parse_args().pages or [path for pattern in PAGES for path in sorted(ROOT.glob(pattern))]
    found = (complaint for path in paths for complaint in complaints(Page.read(path.resolve())))
    return verdict(found, all_well=f"{len(paths)} pages name nothing that is not there")


if __name__ == "__main__":
    sys.exit(main())
