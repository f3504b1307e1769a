"""`fleaglass doctor` says of each destination whether it works, and never shows a key."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fleaglass.cli import cli
from tests.unit.shipper.check.desk import answering
from tests.unit.shipper.odd_server import odd_server

KEY = "hcaik_0123456789"


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.startswith(("FLEAGLASS_", "OTEL_", "SENTRY_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HONEYCOMB_API_KEY", KEY)


def run(*arguments: str) -> Result:
    done = CliRunner().invoke(cli, ["doctor", "--patience", "0", *arguments], standalone_mode=False)
    assert KEY not in done.output
    return done


def test_a_block_for_each_destination(monkeypatch: pytest.MonkeyPatch) -> None:
    with odd_server(answering("200 OK")) as good, odd_server(answering("401 Unauthorized")) as bad:
        places = {"good": good, "bad": bad}
        toml = "".join(
            f'[destinations.{name}]\npreset = "honeycomb"\nendpoint = "http://127.0.0.1:{server.port}"\n'
            for name, server in places.items()
        )
        Path("fleaglass.toml").write_text(toml)
        done = run()
    assert done.return_value == 1
    first, second = done.output.strip().split("\n\n")
    lines = first.splitlines()
    assert lines[:4] == [
        f"✓ good  http://127.0.0.1:{good.port}  Honeycomb, http/protobuf",
        "  ✓ reachable",
        "  ✓ authenticated",
        "  ✓ accepted",
    ]
    assert lines[4].startswith("  ? read back      accepted, not read back: look there for the trace ")
    assert second.splitlines()[2:] == [
        "  ✗ authenticated  HTTP 401",
        "                   → check the key in HONEYCOMB_API_KEY; for a key of the EU instance set the endpoint "
        "https://api.eu1.honeycomb.io",
    ]


def test_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    with odd_server(answering("200 OK")) as server:
        monkeypatch.setenv("FLEAGLASS_DESTINATIONS", f"honeycomb=http://127.0.0.1:{server.port}")
        done = run("--json")
    assert done.return_value == 0
    told = json.loads(done.output)
    assert (told["ok"], told["remarks"]) == (True, [])
    (destination,) = told["destinations"]
    assert (destination["name"], destination["ok"]) == ("honeycomb", True)
    assert [finding["step"] for finding in destination["findings"]] == [
        "reachable",
        "authenticated",
        "accepted",
        "read back",
    ]


def test_only_those_that_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with odd_server(answering("200 OK")) as server:
        monkeypatch.setenv(
            "FLEAGLASS_DESTINATIONS", f"jaeger=http://127.0.0.1:1,lightstep=http://127.0.0.1:{server.port}"
        )
        done = run("lightstep")
    assert done.return_value == 0
    assert "jaeger" not in done.output


def test_errors_and_sessions_have_a_way_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    with odd_server(answering("200 OK")) as server:
        monkeypatch.setenv("SENTRY_DSN", f"http://abc@127.0.0.1:{server.port}/7")
        monkeypatch.setenv("FLEAGLASS_EXPORTER", "none")
        done = run("--json")
    (destination,) = json.loads(done.output)["destinations"]
    assert (destination["name"], destination["protocol"], destination["ok"]) == ("sentry", "envelopes", True)


def test_one_that_is_not_there_is_misuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLEAGLASS_DESTINATIONS", "hub")
    done = run("honeycomb")
    assert str(done.exception) == "there is no destination 'honeycomb'; there are hub"


def test_a_setting_that_is_not_used_is_no_good_health(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLEAGLASS_EXPORTER", "none")
    monkeypatch.setenv("FLEAGLASS_DESTINATIONS", "joeger")
    done = run()
    assert done.return_value == 1
    assert "! FLEAGLASS_DESTINATIONS: 'joeger' is no preset" in done.output
    assert "nothing leaves" in done.output
