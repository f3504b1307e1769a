"""A hub that others can reach: its administrator's token is seen once, and nobody gets in without one."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grpc
import httpx
import pytest

from tests.support.otlp import traces
from tests.support.processes import FLEAGLASS, Hub, eventually, run, running_hub, sending

pytestmark = pytest.mark.integration

EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
PROTOBUF = {"content-type": "application/x-protobuf"}
TOKEN = re.compile(r"flea_[A-Za-z0-9_-]{43}")


def token(data: Path, *scopes: str) -> str:
    options = [word for scope in scopes for word in ("--scope", scope)]
    done = run("hub", "token", "create", "test", *options, "--data", str(data))
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a hub for which somebody has made tokens before it ever ran."""
    return tmp_path_factory.mktemp("hub")


@pytest.fixture(scope="module")
def sender(data: Path) -> str:
    return token(data, "ingest")


@pytest.fixture(scope="module")
def hub(data: Path, sender: str) -> Iterator[Hub]:
    with running_hub(data, "--auth", "on") as running:
        yield running


def test_the_administrators_token_is_printed_by_the_first_start_and_kept_nowhere(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with running_hub(tmp_path, "--host", "0.0.0.0") as hub:
        printed = capfd.readouterr()
        (secret,) = TOKEN.findall(printed.err)
        assert httpx.get(f"{hub.url}/api/v1/me").status_code == 401
        me = httpx.get(f"{hub.url}/api/v1/me", headers=bearer(secret)).json()
        assert (me["token"]["name"], me["scopes"]) == ("administrator", ["ingest", "read", "write", "admin"])
    with running_hub(tmp_path, "--host", "0.0.0.0", "--http-port", "0"):
        pass
    assert TOKEN.findall(capfd.readouterr().err) == []
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in kept if secret.encode() in path.read_bytes()] == []


def test_it_does_not_start_when_every_token_is_revoked(tmp_path: Path) -> None:
    token(tmp_path, "admin")
    assert run("hub", "token", "revoke", "1", "--data", str(tmp_path)).returncode == 0
    done = run("up", "--host", "0.0.0.0", "--http-port", "0", "--grpc-port", "0", "--data", str(tmp_path))
    assert done.returncode == 2
    assert "fleaglass hub token create NAME --scope admin" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_dsn_is_the_first_projects(tmp_path: Path) -> None:
    command = [*FLEAGLASS, "up", "--http-port", "0", "--grpc-port", "0", "--data", str(tmp_path), "--json"]
    with subprocess.Popen(
        [*command, "--public-url", "https://hub.example"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        process.terminate()
    assert ready["ui"] == "https://hub.example"
    (key,) = json.loads(run("hub", "key", "list", "--json", "--data", str(tmp_path)).stdout)
    assert ready["dsn"] == f"https://{key['public']}@hub.example/1"


def test_a_sender_needs_a_token_over_http_and_grpc(hub: Hub, sender: str) -> None:
    body = traces({}, trace=11).SerializeToString()
    assert httpx.post(f"{hub.url}/v1/traces", content=body, headers=PROTOBUF).status_code == 401
    assert httpx.post(f"{hub.url}/v1/traces", content=body, headers=PROTOBUF | bearer(sender)).status_code == 200
    with grpc.insecure_channel(hub.grpc) as channel:
        export = channel.unary_unary(EXPORT)
        with pytest.raises(grpc.RpcError) as refused:
            export(body, timeout=10)
        assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED
        assert export(body, timeout=10, metadata=[("authorization", f"Bearer {sender}")]) == b""


def test_a_dsn_opens_its_project_for_events_wherever_its_key_is_named(hub: Hub) -> None:
    (listed,) = json.loads(run("hub", "key", "list", "--json", "--data", str(hub.data)).stdout)
    key, item = listed["public"], '{"type":"event"}\n{"message":"x"}\n'

    def send(path: str, about: str = "{}", **headers: str) -> int:
        return httpx.post(f"{hub.url}{path}", content=f"{about}\n{item}", headers=headers).status_code

    auth = f"Sentry sentry_version=7, sentry_key={key}"
    assert send("/api/1/envelope/", **{"x-sentry-auth": auth}) == 200
    assert send(f"/api/1/envelope/?sentry_key={key}") == 200
    assert send("/api/1/envelope/", json.dumps({"dsn": listed["dsn"]})) == 200
    assert send("/api/1/envelope/", json.dumps({"dsn": "http://guessed@127.0.0.1:4318/1"})) == 403
    assert send("/api/1/envelope/?sentry_key=guessed") == 403
    assert send("/api/1/envelope/") == 401
    assert send("/api/9/envelope/", **{"x-sentry-auth": auth}) == 404


def test_a_token_works_from_the_moment_it_is_made_and_stops_when_it_is_revoked(hub: Hub) -> None:
    def status() -> int:
        return httpx.get(f"{hub.url}/api/v1/status", headers=bearer(secret)).status_code

    secret = token(hub.data, "read")
    assert status() == 200
    (number,) = (
        each["id"]
        for each in json.loads(run("hub", "token", "list", "--json", "--data", str(hub.data)).stdout)
        if secret.startswith(each["hint"])
    )
    assert run("hub", "token", "revoke", str(number), "--data", str(hub.data)).returncode == 0
    eventually(lambda: status() == 401)


def test_an_agent_elsewhere_sends_with_its_token_and_the_doctor_says_all_is_well(
    hub: Hub, sender: str, tmp_path: Path
) -> None:
    program = tmp_path / "agent.py"
    program.write_text("import fleaglass\nwith fleaglass.init('far-away').cycle():\n    pass\n")
    environ = {**os.environ, **sending(), "FLEAGLASS_HUB": hub.url, "FLEAGLASS_HUB_TOKEN": sender}
    subprocess.run([sys.executable, str(program)], env=environ, cwd=tmp_path, check=True, timeout=60)
    reader = bearer(token(hub.data, "read"))

    def agents() -> set[str]:
        answer = httpx.get(f"{hub.url}/api/v1/agents", headers=reader).json()
        return {agent["agent"] for agent in answer["agents"]}

    eventually(lambda: "far-away" in agents(), 20)
    checked = _doctor(environ, tmp_path)
    assert checked["ok"], checked
    (found,) = checked["destinations"]
    steps = {finding["step"]: (finding["outcome"], finding["says"]) for finding in found["findings"]}
    assert steps["is a hub"] == ("yes", "a Fleaglass hub that tells more only to a token that may read")
    assert steps["read back"][0] == "unknown"


def test_without_a_token_the_doctor_says_what_to_do(hub: Hub, tmp_path: Path) -> None:
    environ = {**os.environ, "FLEAGLASS_HUB": hub.url}
    environ.pop("FLEAGLASS_HUB_TOKEN", None)
    (found,) = _doctor(environ, tmp_path)["destinations"]
    refused = found["findings"][-1]
    assert (refused["step"], refused["outcome"]) == ("authenticated", "no")
    assert "this hub asks for a token" in refused["says"]
    assert refused["next"].startswith("set FLEAGLASS_HUB_TOKEN to what `fleaglass hub token create NAME")


def _doctor(environ: dict[str, str], folder: Path) -> dict[str, object]:
    done = subprocess.run(
        [*FLEAGLASS, "doctor", "--json"],
        env=environ,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found
