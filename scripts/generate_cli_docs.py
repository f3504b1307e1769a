"""Writes docs/cli.md from the commands' own help.

python -m scripts.generate_cli_docs            writes it
python -m scripts.generate_cli_docs --check    exits 1 when it is stale
"""

import argparse
import os
import sys
from pathlib import Path

from scripts.cli_tree import Command, commands
from scripts.verdict import verdict

__all__ = ["main", "page"]

PAGE = Path(__file__).resolve().parent.parent / "docs/cli.md"
INTRODUCTION = """<!-- Written by scripts/generate_cli_docs.py from the commands' help. Do not edit. -->

# Commands

Data goes to standard output and talk to standard error. Exit codes: 0 done, 1 the answer is no or something failed,
2 wrong arguments or a port in use (one line says which).
"""


def section(command: Command) -> str:
    """A command as a heading and its help."""
    command.context.max_content_width = command.context.terminal_width = 100
    return f"## {command.path}\n\n```text\n{command.command.get_help(command.context).rstrip()}\n```\n"


def page() -> str:
    """The whole page."""
    from fleaglass.cli import cli as fleaglass

    return "\n".join([INTRODUCTION, *(section(command) for command in commands(fleaglass))])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when docs/cli.md is stale")
    arguments = parser.parse_args()
    os.environ.pop("COLUMNS", None)  # the page is the same on every terminal
    new = page()
    if arguments.check:
        stale = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != new
        complaints = ["docs/cli.md does not say what the commands' help says"] if stale else []
        return verdict(complaints, all_well="docs/cli.md is current", remedy="run `make generate`")
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
