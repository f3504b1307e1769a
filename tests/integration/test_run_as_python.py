"""`fleaglass run` is Python: what a program prints, and how it ends, is the same without it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.processes import FLEAGLASS, sending

pytestmark = [pytest.mark.integration, pytest.mark.timeout(120)]

PROGRAMS = {
    "a mistake in the first line": "def f(:\n    pass\n",
    "an error": "def f():\n    raise ValueError('as it is')\nf()\n",
    "an error hook of its own": """
        import sys
        sys.excepthook = lambda kind, error, trace: print("mine:", kind.__name__, trace.tb_frame.f_code.co_name)
        1 / 0
        """,
    "interrupted": """
        import atexit, signal
        atexit.register(print, "said at the exit")
        print("before")
        signal.raise_signal(signal.SIGINT)
        """,
    "terminated": "import os, signal\nprint('before', flush=True)\nos.kill(os.getpid(), signal.SIGTERM)\n",
    "an exit with a message": "import sys\nsys.exit('that was that')\n",
    "no exit at all": "import os\nos._exit(5)\n",
    "an exit in a thread": """
        import sys, threading
        thread = threading.Thread(target=sys.exit, args=(3,))
        thread.start()
        thread.join()
        print("still here")
        """,
    "a thread that outlives the last line": """
        import pickle, threading, time
        class Order:
            pass
        def work():
            time.sleep(0.2)
            print(pickle.loads(pickle.dumps(Order())).__class__)
        threading.Thread(target=work).start()
        """,
    "idle workers of a pool": """
        from concurrent.futures import ThreadPoolExecutor
        print(ThreadPoolExecutor(2).submit(str, 7).result())
        """,
    "processes of its own": """
        import multiprocessing
        def square(number):
            return number * number
        if __name__ == "__main__":
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                print(pool.map(square, [1, 2, 3]))
        """,
    "what it knows of itself": """
        import sys, beside
        print(__name__, __file__, __package__, __spec__, sys.argv, sys.stdin.read())
        print(sys.modules["__main__"].__dict__ is globals(), beside.HERE)
        """,
    "a session of its own": """
        import asyncio, fleaglass
        agent = fleaglass.init("own-agent")
        async def main():
            async with agent.session():
                with agent.cycle():
                    await asyncio.sleep(0)
        asyncio.run(main())
        print("done")
        """,
}


def ended(command: tuple[str, ...], folder: Path) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a command."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("FLEAGLASS_", "OTEL_"))}
    environment |= {**sending(), "FLEAGLASS_EXPORTER": "none"}
    ran = subprocess.run(
        command, cwd=folder, env=environment, input="piped", capture_output=True, text=True, timeout=30, check=False
    )
    return ran.returncode, ran.stdout, ran.stderr


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_file_runs_as_from_python(name: str, tmp_path: Path) -> None:
    (tmp_path / "my_runpy.py").write_text(_program(name))
    (tmp_path / "beside.py").write_text("HERE = True\n")
    arguments = ("my_runpy.py", "--asset", "BTC", "--", "-x")
    expected = ended((sys.executable, *arguments), tmp_path)
    assert ended((*FLEAGLASS, "run", "--strategy", "s", *arguments), tmp_path) == expected


@pytest.mark.parametrize("module", ["package", "package.agent"])
def test_a_module_runs_as_from_python(module: str, tmp_path: Path) -> None:
    (tmp_path / "package").mkdir()
    for name in ("__init__", "__main__", "agent"):
        says = (
            "import sys\nfrom . import beside\nprint(__name__, __file__, __package__, __spec__.name, sys.argv)\n1 / 0\n"
        )
        (tmp_path / "package" / f"{name}.py").write_text("" if name == "__init__" else says)
    (tmp_path / "package" / "beside.py").write_text("")
    code, printed, said = ended((sys.executable, "-m", module, "-m", "--asset"), tmp_path)
    assert ended((*FLEAGLASS, "run", "-m", module, "-m", "--asset"), tmp_path) == (code, printed, _without_runpy(said))


def test_no_such_module_is_one_line(tmp_path: Path) -> None:
    code, _, said = ended((*FLEAGLASS, "run", "-m", "nowhere.at_all"), tmp_path)
    assert (code, said.count("\n")) == (1, 1)
    assert "nowhere" in said


def test_an_option_that_is_none_is_said_to_be(tmp_path: Path) -> None:
    code, _, said = ended((*FLEAGLASS, "run", "--stategy", "momentum", "my_agent.py"), tmp_path)
    assert code == 2
    assert "--stategy" in said
    assert "no file" not in said


def _program(name: str) -> str:
    lines = PROGRAMS[name].splitlines()
    return "\n".join(line.removeprefix(" " * 8) for line in lines) + "\n"


def _without_runpy(trace: str) -> str:
    """A traceback without the frames that ``python -m`` shows of itself, which are of nobody's program."""
    return "\n".join(line for line in trace.split("\n") if "<frozen runpy>" not in line)
