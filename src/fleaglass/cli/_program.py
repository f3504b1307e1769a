"""A program in this process as if Python itself had been given it: what `fleaglass run` runs.

The program is ``__main__`` to the end of the process, so threads and exit functions that outlive its last line still
find it there (`runpy` would take it away again).
"""

from __future__ import annotations

import builtins
import importlib.util
import os
import sys
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

__all__ = ["run_file", "run_module"]


def run_file(program: str, arguments: tuple[str, ...]) -> None:
    """``python program arguments…``"""
    path = os.path.abspath(program)
    sys.argv = [program, *arguments]
    sys.path.insert(0, str(Path(program).resolve().parent))
    main = _become_main(path, SourceFileLoader("__main__", path), None)
    _execute(compile(Path(path).read_bytes(), path, "exec", dont_inherit=True), main)


def run_module(name: str, arguments: tuple[str, ...]) -> None:
    """``python -m name arguments…``. ``ImportError`` if there is no such module, or nothing in it that can be run."""
    sys.argv = ["-m", *arguments]
    sys.path.insert(0, str(Path.cwd()))
    spec = _spec(name)
    code = spec.loader.get_code(spec.name) if spec.loader is not None else None  # type: ignore[attr-defined]
    if code is None:
        raise ImportError(f"there is no code in {name}")
    path = spec.origin or name
    sys.argv[0] = path
    _execute(code, _become_main(path, spec.loader, spec))


def _spec(name: str) -> ModuleSpec:
    """Of the module, or of its ``__main__`` if it is a package."""
    try:
        spec = importlib.util.find_spec(name)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise  # something that its package imports
        spec = None
    if spec is not None and spec.submodule_search_locations is not None:
        return _spec(f"{name}.__main__")
    if spec is None:
        raise ModuleNotFoundError(f"there is no module {name}", name=name) from None
    return spec


def _become_main(path: str, loader: Any, spec: ModuleSpec | None) -> ModuleType:
    main = ModuleType("__main__")
    main.__file__, main.__loader__, main.__spec__ = path, loader, spec
    main.__package__ = spec.parent if spec is not None else None
    main.__dict__.update(__builtins__=builtins, __cached__=spec.cached if spec is not None else None)
    sys.modules["__main__"] = main
    return main


def _execute(code: CodeType, main: ModuleType) -> None:
    exec(code, main.__dict__)
