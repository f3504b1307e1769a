"""Defects 15, 16, 35 and 36: who an agent says it is."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import sentry_sdk
from click.testing import CliRunner
from opentelemetry import trace as api
from opentelemetry.sdk.resources import Resource

import fleaglass
from fleaglass.cli import cli
from fleaglass.recorder import EndedSpan, Seams
from fleaglass.testing import CapturedSentry, recording
from tests.defects.raw import in_new_process, raw_sentry


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Agents made here send nothing."""
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")


def test_d15_raw_the_second_provider_is_ignored() -> None:
    told = in_new_process(
        """
        import json
        from opentelemetry import trace
        from opentelemetry.sdk.trace import TracerProvider
        def init():
            provider = TracerProvider()
            trace.set_tracer_provider(provider)
            return provider
        first, second = init(), init()
        in_use = trace.get_tracer_provider()
        print(json.dumps({"first_in_use": in_use is first, "second_in_use": in_use is second}))
        """
    )
    assert told == {"first_in_use": True, "second_in_use": False}


def test_d15_ours_init_twice_is_one_agent_with_an_end_and_nothing_global() -> None:
    before = api.get_tracer_provider()
    spans: list[EndedSpan] = []
    agent = fleaglass.init("twice", seams=Seams(sinks=(spans.append,)))
    again = fleaglass.init("twice")
    with agent.stage("one"), again.stage("two"):
        pass
    assert again is agent
    assert [span.name for span in spans] == ["two", "one"]
    assert api.get_tracer_provider() is before
    assert agent.shutdown() is True
    assert fleaglass.init("twice") is not agent
    fleaglass.init("twice").shutdown()


def test_d16_raw_what_the_program_says_beats_what_the_operator_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "momentum-eu")
    resource = Resource.create({"service.name": "purple-flea-agent", "deployment.region": "us-east-1"})
    assert resource.attributes["service.name"] == "purple-flea-agent"
    assert "cloud.region" not in resource.attributes


def test_d16_ours_the_environment_counts_and_the_names_are_the_standard_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "momentum-eu")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=staging,cloud.region=eu-west-1,team=a")
    spans: list[EndedSpan] = []
    agent = fleaglass.init("vol-arb-1", seams=Seams(sinks=(spans.append,)))
    with agent.stage("one"):
        pass
    agent.shutdown()
    told = {
        "service.name": "momentum-eu",
        "service.instance.id": "vol-arb-1",
        "deployment.environment.name": "staging",
        "cloud.region": "eu-west-1",
        "team": "a",
    }
    assert {name: spans[0].resource.get(name) for name in told} == told


def test_d35_raw_a_tag_named_release_is_not_the_release() -> None:
    with raw_sentry(release="agent@1") as sent:
        sentry_sdk.set_tag("release", "agent@2")
        sentry_sdk.capture_message("x")
    assert (sent.event["release"], sent.event["tags"]) == ("agent@1", {"release": "agent@2"})


def test_d35_ours_the_release_is_on_every_event_and_every_span() -> None:
    with recording(release="agent@2") as record:
        with record.agent.cycle():
            pass
        record.agent.capture(ValueError("x"))
    assert record.events[0]["release"] == "agent@2"
    assert "release" not in record.events[0]["tags"]
    resource = record.spans[0].resource
    assert (resource["service.version"], resource["pf.release"]) == ("agent@2", "agent@2")


def git(folder: Path, *arguments: str) -> str:
    base = ["git", "-C", str(folder), "-c", "user.name=A", "-c", "user.email=a@example.org"]
    return subprocess.run([*base, *arguments], check=True, capture_output=True, text=True).stdout.strip()


def work_tree(folder: Path) -> Path:
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / "agent.py").write_text("limit = 1\n")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "one")
    return folder


def test_d36_raw_git_knows_no_edits_no_container_and_answers_for_whoever_owns_the_folder(tmp_path: Path) -> None:
    tree = work_tree(tmp_path / "somebody-elses")
    commit = git(tree, "rev-parse", "--short", "HEAD")
    (tree / "agent.py").write_text("limit = 1000\n")
    assert git(tree, "rev-parse", "--short", "HEAD") == commit
    (tree / "vendored").mkdir()
    assert git(tree / "vendored", "rev-parse", "--short", "HEAD") == commit
    with pytest.raises(subprocess.CalledProcessError):
        git(tmp_path, "rev-parse", "--short", "HEAD")


def test_d36_ours_the_build_leaves_the_release_behind_and_says_when_the_tree_was_edited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = work_tree(tmp_path / "vol-arb")
    (tree / "agent.py").write_text("limit = 1000\n")
    stamped = CliRunner().invoke(cli, ["release", "stamp", "--path", str(tree)]).output.strip()
    assert stamped == f"vol-arb@{git(tree, 'rev-parse', 'HEAD')[:12]}+dirty"
    assert (tree / "fleaglass.release").read_text().strip() == stamped


def test_d36_ours_what_the_deployment_says_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SENTRY_RELEASE", "agent-vol-arb@2.1.0")
    sentry = CapturedSentry()
    agent = fleaglass.init("vol-arb-1", seams=Seams(sentry=sentry))
    agent.capture(ValueError("x"))
    agent.shutdown()
    assert sentry.events[0]["release"] == "agent-vol-arb@2.1.0"
