"""The docs tell the truth: what a page names exists, and what a page must name is there."""

from pathlib import Path

import click
import pytest

from fleaglass.cli import cli as fleaglass
from scripts.check_docs import complaints
from scripts.cli_tree import Command, commands
from scripts.markdown import Page

ROOT = Path(__file__).parents[2]
COMMANDS = list(commands(fleaglass))


def complaints_about(tmp_path: Path, text: str) -> list[str]:
    page = tmp_path / "page.md"
    page.write_text(text)
    return [complaint.split(": ", 1)[1] for complaint in complaints(Page.read(page))]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[see](nowhere.md)", "the link nowhere.md leads nowhere"),
        ("![a picture](images/none.png)", "the link images/none.png leads nowhere"),
        ("# A heading\n\n[up](#another)", "the link #another names no heading of page.md"),
        ("Read `docs/nothing.md`.", "there is no docs/nothing.md"),
        ("```sh\npython examples/none.py\n```", "there is no examples/none.py"),
        ("Run `make coffee`.", "make has no target coffee"),
        ("```sh\nmake clean coffee\n```", "make has no target coffee"),
        ("Run `fleaglass brew`.", "fleaglass has no command brew"),
        ("```sh\n$ A=b fleaglass --strong  # comment\n```", "fleaglass has no option --strong"),
        ("```sh\nfleaglass up \\\n  --strong=1\n```", "fleaglass up has no option --strong"),
        ("Set `FLEAGLASS_" + "COFFEE=1`.", "nothing reads FLEAGLASS_" + "COFFEE"),
        ("```python\nfrom fleaglass import coffee\n```", "fleaglass has no coffee"),
        ("```python\ndef broken(:\n```", "the example does not parse: invalid syntax in its line 1"),
    ],
)
def test_a_name_of_nothing_is_found(tmp_path: Path, text: str, complaint: str) -> None:
    assert complaints_about(tmp_path, text) == [complaint]


@pytest.mark.parametrize(
    "text",
    [
        "# A heading, `code` and all\n\n[up](#a-heading-code-and-all)",
        "Read `src/fleaglass/` and `src/fleaglass/*.py`; the UI lands in `src/fleaglass/hub/static/index.html`.",
        "`GET /api/v1/traces/{id}` and `key/value` are no paths of ours.",
        "Run `make test`, or `make demo ARGS=--json`.",
        "```sh\n.venv/bin/fleaglass up --help\n```",
        "```python\nawait something()\n```",
        "It's what `fleaglass.init` does; don't make it worse.",
    ],
)
def test_a_name_of_something_is_let_pass(tmp_path: Path, text: str) -> None:
    assert complaints_about(tmp_path, text) == []


@pytest.mark.parametrize("command", COMMANDS, ids=[command.path for command in COMMANDS])
def test_every_command_and_option_has_help(command: Command) -> None:
    assert command.command.help
    silent = [
        parameter.name
        for parameter in command.command.params
        if isinstance(parameter, click.Option) and not parameter.hidden and not parameter.help
    ]
    assert silent == []


def test_every_command_is_in_the_reference() -> None:
    reference = (ROOT / "docs/cli.md").read_text()
    assert [command.path for command in COMMANDS if f"## {command.path}\n" not in reference] == []


def test_readme_links_every_page() -> None:
    linked = {target.split("#")[0] for _, target in Page.read(ROOT / "README.md").links()}
    assert {f"docs/{page.name}" for page in (ROOT / "docs").glob("*.md")} - linked == set()
