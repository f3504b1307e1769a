"""Importing Fleaglass is free and silent, and never loads what the hub needs."""

import subprocess
import sys
from importlib import metadata

import pytest

import fleaglass

HEAVY = ("chdb", "clickhouse_connect", "fastapi", "grpc", "numpy", "pandas", "pyarrow", "requests", "uvicorn")


def run(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("name", ["fleaglass", "fleaglass.recorder", "fleaglass.venue", "fleaglass.testing"])
def test_an_agent_never_loads_the_hubs_dependencies(name: str) -> None:
    loaded = run(f"import sys, {name}\nprint([m for m in {HEAVY!r} if m in sys.modules])")
    assert loaded.strip() == "[]"


def test_importing_opens_nothing_starts_nothing_and_says_nothing() -> None:
    program = """
import sys
events = []
sys.addaudithook(lambda name, args: events.append(name))
import fleaglass
import threading
bad = [e for e in events if e.startswith(("socket", "subprocess", "os.putenv", "os.system"))]
print(bad, threading.active_count(), "opentelemetry" in sys.modules)
"""
    assert run(program).strip() == "[] 1 False"


def test_init_takes_no_network_action_and_starts_no_thread() -> None:
    program = """
import sys, threading
import fleaglass
fleaglass.init
events = []
sys.addaudithook(lambda name, args: events.append(name))
agent = fleaglass.init("a")
print([e for e in events if e.startswith("socket")], threading.active_count())
with agent.cycle():
    pass
agent.shutdown(0)
"""
    assert run(program).strip() == "[] 1"


def test_recording_a_cycle_never_loads_opentelemetrys_sdk() -> None:
    """It takes as long to load as all the rest. Watches and other libraries' spans do not need it either."""
    program = """
import os, sys
os.environ["OTEL_TRACES_EXPORTER"] = "none"
import fleaglass
from fleaglass.alerts import DurationWatch, RecordAll, WatchProcessor
agent = fleaglass.init("a", watches=[DurationWatch({"x": 0})])
tracer = agent.tracer_provider.get_tracer("another.library")
agent.tracer_provider.add_span_processor(WatchProcessor(DurationWatch({"x": 0})))
with agent.cycle() as cycle, agent.stage("x"), tracer.start_as_current_span("x") as span:
    span.add_event("seen", {"a": 1})
    cycle.skip("nothing")
print([name for name in sys.modules if name.startswith("opentelemetry.sdk.")])
"""
    assert run(program).strip() == "[]"


def test_an_agent_and_its_shipper_need_neither_opentelemetrys_sdk_nor_protobuf() -> None:
    program = """
import os, pkgutil, sys
for name in ("opentelemetry.sdk", "opentelemetry.exporter", "opentelemetry.proto", "google.protobuf", "grpc"):
    sys.modules[name] = None
import fleaglass
for package in ("alerts", "destinations", "journal", "provision", "recorder", "shipper", "testing", "venue"):
    for found in pkgutil.walk_packages([f"{fleaglass.__path__[0]}/{package}"], f"fleaglass.{package}."):
        if "grpc" not in found.name and ".instrument." not in found.name:
            __import__(found.name)
print("well")
"""
    assert run(program).strip() == "well"


SLOW = (
    "asyncio",
    "cronsim",
    "email",
    "httpx",
    "importlib.metadata",
    "sentry_sdk",
    "ssl",
    "statistics",
    "tomllib",
    "zoneinfo",
)


def test_beginning_to_record_loads_nothing_slow_that_it_does_not_need() -> None:
    program = f"""
import os, sys
os.environ["FLEAGLASS_SHIPPER"] = "off"
import fleaglass
agent = fleaglass.init("a", dsn="none")
with agent.cycle(), agent.stage("x"):
    pass
print([name for name in {SLOW!r} if name in sys.modules])
agent.shutdown(0)
"""
    assert run(program).strip() == "[]"


def test_the_version_is_the_packages() -> None:
    assert fleaglass.__version__ == metadata.version("fleaglass")


def test_the_public_names_are_there() -> None:
    assert set(fleaglass.__all__) <= set(dir(fleaglass))
    assert fleaglass.Agent.__name__ == "Agent"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        fleaglass.nothing  # noqa: B018
