"""deploy/kubernetes holds what Kubernetes takes, its parts fit each other, and its command lines are Fleaglass's."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from fleaglass import __version__
from fleaglass.alerts.rules import parse
from fleaglass.hub.access.policy import policy
from tests.support.command_lines import parsed
from tests.support.kubernetes_manifests import (
    ConfigMap,
    Container,
    Job,
    PodDisruptionBudget,
    PodTemplate,
    Service,
    StatefulSet,
    read_manifests,
)

FOLDER = Path(__file__).parents[3] / "deploy/kubernetes"
ALL = list(read_manifests(FOLDER))
[HUBS] = [each for each in ALL if isinstance(each, StatefulSet)]
[MIGRATE] = [each for each in ALL if isinstance(each, Job)]
[ALERTS] = [each for each in ALL if isinstance(each, ConfigMap)]
[BUDGET] = [each for each in ALL if isinstance(each, PodDisruptionBudget)]
SERVICES = {each.metadata.name: each for each in ALL if isinstance(each, Service)}
[HUB] = HUBS.spec.template.spec.containers
PODS = {"hub": HUBS.spec.template, "migrate": MIGRATE.spec.template}
SECRETS = {
    "FLEAGLASS_STORE": "clickhouse://fleaglass:Ch1@clickhouse:8123/fleaglass?cluster=main",
    "FLEAGLASS_STATE": "postgresql://fleaglass:Pg1@postgres/fleaglass",
}


@pytest.mark.parametrize("pod", PODS.values(), ids=PODS)
def test_every_command_line_is_one_that_fleaglass_takes(pod: PodTemplate, monkeypatch: pytest.MonkeyPatch) -> None:
    [container] = pod.spec.containers
    assert container.image == f"fleaglass:{__version__}"
    for variable in container.env:
        assert variable.value_from.secret_key_ref.key == variable.name
        monkeypatch.setenv(variable.name, SECRETS[variable.name])
    assert parsed(container.args).params["store"] == SECRETS["FLEAGLASS_STORE"]


def test_a_hub_is_on_a_server_and_a_database_so_that_there_may_be_several() -> None:
    assert {variable.name for variable in HUB.env} == SECRETS.keys()
    assert HUBS.spec.replicas > BUDGET.spec.max_unavailable


def test_a_hub_may_be_called_by_the_services_name_and_probed_by_number() -> None:
    urls = [word.partition("=")[2] for word in HUB.args if word.startswith("--public-url=")]
    decided = policy("0.0.0.0", "auto", urls)
    assert "http://fleaglass:4318" in decided.public
    assert decided.asks
    assert decided.by_number
    assert "--host=0.0.0.0" in HUB.args


def test_it_is_alive_while_it_runs_and_ready_when_the_store_answers() -> None:
    probes = (HUB.startup_probe, HUB.liveness_probe, HUB.readiness_probe)
    assert [probe and probe.http_get.path for probe in probes] == ["/healthz", "/healthz", "/readyz"]
    assert {probe.http_get.port for probe in probes if probe} <= {port.name for port in HUB.ports}


def test_ports_are_those_that_the_hub_listens_on() -> None:
    context = parsed(HUB.args)
    assert {port.name: port.container_port for port in HUB.ports} == {
        "http": context.params["http_port"],
        "grpc": context.params["grpc_port"],
    }
    for service in SERVICES.values():
        assert {port.target_port for port in service.spec.ports} <= {port.name for port in HUB.ports}


def test_whatever_selects_hubs_selects_them() -> None:
    labels = HUBS.spec.template.metadata.labels
    [spread] = HUBS.spec.template.spec.topology_spread_constraints
    selectors = [HUBS.spec.selector, BUDGET.spec.selector, spread.label_selector]
    assert [each.match_labels for each in selectors] == [labels] * 3
    assert [service.spec.selector for service in SERVICES.values()] == [labels] * len(SERVICES)
    assert MIGRATE.spec.template.metadata.labels != labels
    assert SERVICES[HUBS.spec.service_name].spec.cluster_ip == "None"


@pytest.mark.parametrize("pod", PODS.values(), ids=PODS)
def test_what_is_mounted_is_there(pod: PodTemplate) -> None:
    claims = {claim.metadata.name for claim in HUBS.spec.volume_claim_templates} if pod is PODS["hub"] else set()
    [container] = pod.spec.containers
    mounted = [mount.name for mount in container.volume_mounts]
    assert sorted(mounted) == sorted({volume.name for volume in pod.spec.volumes} | claims)


@pytest.mark.parametrize("pod", PODS.values(), ids=PODS)
def test_what_is_written_is_on_a_volume(pod: PodTemplate) -> None:
    """The root file system is read-only."""
    [container] = pod.spec.containers
    writable = [mount.mount_path for mount in container.volume_mounts if not mount.read_only]
    assert parsed(container.args).params["data"].as_posix() in writable
    assert "/tmp" in writable


def test_the_rules_are_rules_and_where_the_hub_looks_for_them() -> None:
    [(name, text)] = ALERTS.data.items()
    assert parse(text, name).rules
    [alerts] = [volume for volume in HUBS.spec.template.spec.volumes if volume.config_map]
    assert alerts.config_map is not None
    assert alerts.config_map.name == ALERTS.metadata.name
    [mount] = [mount for mount in HUB.volume_mounts if mount.name == alerts.name]
    assert f"--rules={mount.mount_path}/{name}" in HUB.args


def test_its_memory_is_what_a_hub_takes_with_room() -> None:
    assert memory(HUB) == ("1Gi", "2Gi")


def memory(container: Container) -> tuple[str, str]:
    return container.resources.requests["memory"], container.resources.limits["memory"]


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("hub.yaml", "fleaglass:0", "fleaglass:latest-0", "image"),
        ("hub.yaml", "runAsNonRoot: true", "runAsNonRoot: false", "runAsNonRoot"),
        ("hub.yaml", "readOnlyRootFilesystem: true", "readOnlyRootFileSystem: true", "readOnlyRootFileSystem"),
        ("hub.yaml", "            capabilities: { drop: [ALL] }\n", "", "capabilities"),
        ("hub.yaml", "memory: 2Gi", "memory: 2GiB", "limits"),
        ("hub.yaml", "kind: StatefulSet", "kind: StatefulSets", "StatefulSets"),
        ("hub.yaml", "failureThreshold: 2", 'failureThreshold: "2"', "failureThreshold"),
        ("migrate.yaml", "restartPolicy: Never", "restartPolicy: never", "restartPolicy"),
        ("services.yaml", "clusterIP: None", "clusterIp: None", "clusterIp"),
        ("disruption.yaml", "policy/v1", "policy/v1beta1", "apiVersion"),
    ],
)
def test_a_mistake_in_it_is_found(tmp_path: Path, file: str, old: str, new: str, complaint: str) -> None:
    text = (FOLDER / file).read_text()
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new))
    with pytest.raises(msgspec.ValidationError, match=complaint):
        list(read_manifests(tmp_path))
