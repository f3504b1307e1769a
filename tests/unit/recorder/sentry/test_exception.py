"""Of an exception's locals only those of the author's own code are told, and nothing that was said to a model."""

from __future__ import annotations

import base64
import hmac
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fleaglass.recorder.sentry.exception import exception_fields
from tests.support.programs import runs_program

SECRET = "Zq7odd88Value"
SAID = "buy all the tulips"


def sign(held: Any) -> None:
    hmac.new(held, b"msg", "sha256")


def decode(held: str) -> None:
    base64.b64decode(held)


def load(held: str) -> None:
    json.loads(f"[{held}")


def look_up(held: str) -> None:
    os.environ[held[:3]]


def frames_of(error: BaseException, *, capture_content: bool = False) -> list[dict[str, Any]]:
    fields = exception_fields(error, mechanism="test", handled=True, capture_content=capture_content)
    return [frame for value in fields["exception"]["values"] for frame in value["stacktrace"]["frames"]]


def frames_below(call: Callable[[], object], *, capture_content: bool = False) -> list[dict[str, Any]]:
    try:
        call()
    except Exception as error:
        return frames_of(error, capture_content=capture_content)
    raise AssertionError("it was to fail")


@pytest.mark.parametrize("fails", [sign, decode, load, look_up])
@pytest.mark.parametrize("directory", ["", "/"], ids=["here", "where everything is below"])
def test_locals_of_the_standard_library_are_not_told(
    fails: Callable[[str], None], directory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They hold a key, a wallet's file, the whole environment. Some of its modules are frozen and have no place."""
    monkeypatch.setenv("ODDLY_NAMED", SECRET)
    monkeypatch.chdir(directory or Path.cwd())
    frames = frames_below(lambda: fails(SECRET))
    own = [frame for frame in frames if frame["function"] == fails.__name__]
    assert own[0]["vars"] == {"held": f"'{SECRET}'"}
    below = frames[frames.index(own[0]) + 1 :]
    assert below
    assert not any("vars" in frame or frame["in_app"] for frame in below)


def run(source: str, path: Path, **scope: Any) -> Callable[[], object]:
    """The function ``fail`` of a file."""
    scope["__name__"] = path.stem
    exec(compile(source, str(path), "exec"), scope)
    failing: Callable[[], object] = scope["fail"]
    return failing


FAILS = "def fail():\n    size = 3\n    raise ValueError\n"


def test_the_authors_own_code_is_below_the_working_directory_or_beside_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("opt/agent", "work"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "work")
    runs_program(monkeypatch, tmp_path / "opt" / "agent" / "main.py")
    places = (
        "work/strategy.py",
        "opt/agent/main.py",
        "opt/agent/lib/risk.py",
        "opt/agent-of-others/main.py",
        "work-2/a.py",
    )
    told = [frames_below(run(FAILS, tmp_path / place))[-1].get("vars") for place in places]
    assert told == [{"size": "3"}, {"size": "3"}, {"size": "3"}, None, None]


def test_a_directory_that_is_gone_costs_only_what_was_below_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert frames_below(run(FAILS, tmp_path / "a.py"))[-1]["function"] == "fail"


WORDS = "scatter velvet ginger orphan cruise maple dizzy tunnel fabric lizard quantum harvest".split()  # noqa: SIM905
LINES = "\n".join(f'    "{word}",' for word in WORDS)
SOURCES = [
    f'HELD = (\n    "{" ".join(WORDS[:8])} "\n    "{" ".join(WORDS[8:])}"\n)\n\n\n',
    f"HELD = [\n{LINES}\n]\n",
    f"HELD = (\n    '-----BEGIN PRIVATE KEY-----'\n    '{' '.join(WORDS[:6])}'\n    '-----END PRIVATE KEY-----'\n)\n",
]


@pytest.mark.parametrize("source", SOURCES)
def test_a_secret_that_is_wrapped_over_lines_of_source_is_not_shown_in_part(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lines that are shown begin and end anywhere in it."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "strategy.py"
    path.write_text(source + FAILS)
    frame = frames_below(run(source + FAILS, path))[-1]
    shown = [*frame["pre_context"], frame["context_line"], *frame["post_context"]]
    assert not any(word in line for word in WORDS for line in shown)
    assert frame["context_line"] == "    raise ValueError"
    assert frame["pre_context"][-2:] == ["def fail():", "    size = 3"]
    assert len(frame["pre_context"]) == 5


class InAnArchive:
    """A loader, as that of a zip file: there is source, and no file that has it."""

    def __init__(self, source: str) -> None:
        self._source = source

    def get_source(self, name: str) -> str:
        return self._source


def test_source_that_is_in_no_file_is_scrubbed_as_far_as_it_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    source = f'HELD = (\n    "{" ".join(WORDS[:6])} "\n    "{" ".join(WORDS[6:])}"\n)\n{FAILS}'
    frame = frames_below(run(source, tmp_path / "agent.zip" / "strategy.py", __loader__=InAnArchive(source)))[-1]
    assert frame["pre_context"] == ['    "[scrubbed]', '"', ")", "def fail():", "    size = 3"]
    assert frame["context_line"] == "    raise ValueError"


def ask(**kwargs: Any) -> None:
    raise RuntimeError("model down")


def think(question: str) -> None:
    request = {"model": "m", "messages": [{"role": "user", "content": question}], "size": 3}
    history = [{"role": "user", "content": [{"type": "text", "text": question}]}]
    user_prompt, systemPrompt, prompt_tokens = question, question, 812
    shown = f"Message(id='m1', content=[TextBlock(text='{question}')], role='assistant')"
    said = json.dumps(history)
    del question
    ask(**request, shown=shown, said=said, history=history, prompts=(user_prompt, systemPrompt, prompt_tokens))


def test_what_was_said_is_found_by_name_and_by_form_at_every_depth() -> None:
    frames = frames_below(lambda: think(SAID))
    assert SAID not in json.dumps([frame["vars"] for frame in frames if frame["function"] in ("think", "ask")])
    told = next(frame["vars"] for frame in frames if frame["function"] == "think")
    assert told == {
        "request": {"model": "'m'", "messages": "[content]", "size": "3"},
        "history": [{"role": "'user'", "content": "[content]"}],
        "user_prompt": "[content]",
        "systemPrompt": "[content]",
        "prompt_tokens": "812",
        "shown": "[content]",
        "said": "[content]",
    }


def test_what_was_said_stays_on_request() -> None:
    frames = frames_below(lambda: think(SAID), capture_content=True)
    told = next(frame["vars"] for frame in frames if frame["function"] == "think")
    assert told["user_prompt"] == f"'{SAID}'"
    assert "[content]" not in json.dumps(told)
