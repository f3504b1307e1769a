"""deploy/compose.yaml says what Compose understands, and its command lines are those of Fleaglass."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
import yaml

from fleaglass import __version__
from fleaglass.hub.access.policy import policy
from fleaglass.settings import Settings
from tests.support.command_lines import parsed
from tests.support.compose_file import Service, filled_in, read_compose
from tests.support.strict_yaml import documents

FOLDER = Path(__file__).parents[3] / "deploy"
COMPOSE = read_compose(FOLDER / "compose.yaml")
SECRETS = {"CLICKHOUSE_PASSWORD": "Ch1", "POSTGRES_PASSWORD": "Pg1", "FLEAGLASS_HUB_TOKEN": "flea_1"}
OURS = {name: service for name, service in COMPOSE.services.items() if service.image.startswith("fleaglass:")}
HUBS = {name: service for name, service in OURS.items() if service.command[0] == "up"}


def environment(service: Service) -> dict[str, str]:
    return {name: filled_in(value, SECRETS) for name, value in service.environment.items()}


def public_urls(service: Service) -> list[str]:
    return [word.partition("=")[2] for word in service.command if word.startswith("--public-url=")]


@pytest.mark.parametrize("name", OURS)
def test_every_command_line_is_one_that_fleaglass_takes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, value in environment(OURS[name]).items():
        monkeypatch.setenv(variable, value)
    context = parsed(OURS[name].command)
    assert context.params.get("store", "") == environment(OURS[name]).get("FLEAGLASS_STORE", "")


@pytest.mark.parametrize("name", OURS)
def test_our_containers_are_of_this_version_and_may_do_nothing_they_need_not(name: str) -> None:
    service = OURS[name]
    assert service.image == f"fleaglass:{__version__}"
    assert (service.user, service.read_only, service.cap_drop) == ("10001:10001", True, ["ALL"])
    assert service.security_opt == ["no-new-privileges:true"]


def test_there_are_two_hubs_and_each_is_called_by_its_own_name() -> None:
    assert {name: public_urls(hub) for name, hub in HUBS.items()} == {
        "hub-a": ["http://hub-a:4318"],
        "hub-b": ["http://hub-b:4318"],
    }
    assert all(policy("0.0.0.0", "auto", public_urls(hub)).asks for hub in HUBS.values())


def test_hubs_share_their_engines_and_no_folder() -> None:
    assert len({tuple(environment(hub).items()) for hub in HUBS.values()}) == 1
    folders = [mount.partition(":")[0] for hub in HUBS.values() for mount in hub.volumes if not mount.endswith(":ro")]
    assert sorted(folders) == ["hub-a", "hub-b"]


def test_the_agent_knows_every_hub_and_leaves_sending_to_the_shipper() -> None:
    agent, ship = COMPOSE.services["agent"], COMPOSE.services["ship"]
    settings = Settings.load(environ=environment(agent))
    assert settings.hub == tuple(url for hub in HUBS.values() for url in public_urls(hub))
    assert settings.problems == ()
    assert (settings.shipper, settings.hub_token) == ("off", "flea_1")
    assert str(settings.home) == parsed(ship.command).params["home"].as_posix()
    assert agent.volumes == ship.volumes
    assert agent.user == ship.user


def test_what_waits_for_another_can_be_told_that_it_is_there() -> None:
    for service in COMPOSE.services.values():
        for name, dependency in service.depends_on.items():
            other = COMPOSE.services[name]
            assert dependency.condition != "service_healthy" or other.healthcheck is not None
            assert dependency.condition != "service_completed_successfully" or other.restart == "no"


def test_every_volume_is_used_and_every_port_is_one_hubs() -> None:
    named = {mount.partition(":")[0] for each in COMPOSE.services.values() for mount in each.volumes}
    assert {name for name in named if not name.startswith("./")} == COMPOSE.volumes.keys()
    ports = [port.split(":")[1] for service in COMPOSE.services.values() for port in service.ports]
    assert len(ports) == len(set(ports)) == len(HUBS)


def test_a_hub_is_healthy_when_it_is_ready() -> None:
    for hub in HUBS.values():
        assert hub.healthcheck is not None
        [kind, program, option, code] = hub.healthcheck.test
        assert (kind, program, option) == ("CMD", "python", "-c")
        compile(code, "healthcheck", "exec")
        assert "http://127.0.0.1:4318/readyz" in code


def test_no_secret_is_written_down() -> None:
    for service in COMPOSE.services.values():
        for name, value in service.environment.items():
            if re.search("PASSWORD|TOKEN", name):
                assert re.fullmatch(r"\$\{[A-Z_]+(:\?|-)\}", value)
            if "@" in value:
                assert re.match(r"[a-z]+://fleaglass:\$\{[A-Z_]+:\?\}@", value)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("postgres:15", "postgres:latest", "image"),
        ("postgres:15", "registry.example/postgres:15", "image"),
        ("restart: unless-stopped", "restart: sometimes", "restart"),
        ("    ports:", "    prots:", "unknown field `prots`"),
        ("127.0.0.1:4318:4318", "4318:4318", "ports"),
        ("start_period: 30s", "start_period: 30", "start_period"),
        ('FLEAGLASS_SHIPPER: "off"', "FLEAGLASS_SHIPPER: off", "environment"),
    ],
)
def test_a_mistake_in_it_is_found(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    text = (FOLDER / "compose.yaml").read_text()
    assert old in text
    path = tmp_path / "compose.yaml"
    path.write_text(text.replace(old, new))
    with pytest.raises(msgspec.ValidationError, match=complaint):
        read_compose(path)


def test_a_key_that_is_there_twice_is_found(tmp_path: Path) -> None:
    path = tmp_path / "twice.yaml"
    path.write_text("image: a\nuser: b\nimage: c\n")
    with pytest.raises(yaml.YAMLError, match="twice: image"):
        documents(path)


def test_the_image_is_made_of_this_version_for_the_user_that_runs_it() -> None:
    text = (FOLDER / "Containerfile").read_text()
    assert set(re.findall(r"fleaglass-([0-9][\w.]*)-py3", text)) == {__version__}
    assert f"--tag fleaglass:{__version__}" in text
    assert '\nUSER 10001:10001\nENTRYPOINT ["fleaglass"]\n' in text
    assert ":latest" not in text
