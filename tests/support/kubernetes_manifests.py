"""The part of Kubernetes' API that deploy/kubernetes uses; anything else in a manifest is refused.

Fields and their meaning are those of Kubernetes 1.31's API reference (core/v1, apps/v1, batch/v1, policy/v1).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from tests.support.strict_yaml import documents

__all__ = [
    "ConfigMap",
    "Container",
    "Job",
    "Manifest",
    "PodDisruptionBudget",
    "PodTemplate",
    "Service",
    "StatefulSet",
    "read_manifests",
]

Name = Annotated[str, Meta(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max_length=63)]
Image = Annotated[str, Meta(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)?:[0-9][0-9a-z.-]*$")]
Quantity = Annotated[str, Meta(pattern=r"^[0-9]+(m|Mi|Gi)?$")]
Port = Annotated[int, Meta(ge=1, le=65_535)]
PortName = Annotated[str, Meta(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max_length=15)]
Folder = Annotated[str, Meta(pattern=r"^/[a-z/]+$")]
Positive = Annotated[int, Meta(ge=1)]
Labels = dict[str, Name]


class _Strict(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    pass


class Metadata(_Strict):
    name: Name
    labels: Labels = {}


class OnlyLabels(_Strict):
    labels: Labels


class Selector(_Strict):
    match_labels: Annotated[Labels, Meta(min_length=1)]


# --- containers -------------------------------------------------------------------------------------------------------


class SecretKey(_Strict):
    name: Name
    key: Annotated[str, Meta(pattern=r"^[-._a-zA-Z0-9]+$")]


class FromSecret(_Strict):
    secret_key_ref: SecretKey


class Variable(_Strict):
    name: Annotated[str, Meta(pattern="^[A-Z_]+$")]
    value_from: FromSecret


class HttpGet(_Strict):
    path: Annotated[str, Meta(pattern="^/")]
    port: PortName


class Probe(_Strict):
    http_get: HttpGet
    period_seconds: Positive
    failure_threshold: Positive
    timeout_seconds: Positive = 1


class ContainerPort(_Strict):
    name: PortName
    container_port: Port


class Mount(_Strict):
    name: Name
    mount_path: Folder
    read_only: bool = False


class Capabilities(_Strict):
    drop: list[Literal["ALL"]]


class ContainerSecurity(_Strict):
    """All of it, said with every container: what is left out is Kubernetes' default, which allows it."""

    allow_privilege_escalation: Literal[False]
    read_only_root_filesystem: Literal[True]
    capabilities: Capabilities


class Resources(_Strict):
    requests: dict[Literal["cpu", "memory", "storage"], Quantity]
    limits: dict[Literal["cpu", "memory"], Quantity] = {}


class Container(_Strict):
    name: Name
    image: Image
    args: list[str]
    security_context: ContainerSecurity
    resources: Resources
    env: list[Variable] = []
    ports: list[ContainerPort] = []
    startup_probe: Probe | None = None
    liveness_probe: Probe | None = None
    readiness_probe: Probe | None = None
    volume_mounts: list[Mount] = []


# --- pods -------------------------------------------------------------------------------------------------------------


class Seccomp(_Strict):
    type: Literal["RuntimeDefault"]


class PodSecurity(_Strict):
    run_as_non_root: Literal[True]
    run_as_user: Positive
    run_as_group: Positive
    seccomp_profile: Seccomp
    fs_group: Positive | None = None


class OfConfigMap(_Strict):
    name: Name


class Empty(_Strict):
    pass


class Volume(_Strict):
    name: Name
    config_map: OfConfigMap | None = None
    empty_dir: Empty | None = None

    def __post_init__(self) -> None:
        if (self.config_map is None) == (self.empty_dir is None):
            raise ValueError("a volume is of one kind")


class Spread(_Strict):
    max_skew: Positive
    topology_key: Literal["kubernetes.io/hostname", "topology.kubernetes.io/zone"]
    when_unsatisfiable: Literal["DoNotSchedule", "ScheduleAnyway"]
    label_selector: Selector


class PodSpec(_Strict):
    containers: Annotated[list[Container], Meta(min_length=1)]
    automount_service_account_token: Literal[False]
    enable_service_links: Literal[False]
    security_context: PodSecurity
    volumes: list[Volume] = []
    restart_policy: Literal["Always", "OnFailure", "Never"] = "Always"
    termination_grace_period_seconds: Positive = 30
    topology_spread_constraints: list[Spread] = []


class PodTemplate(_Strict):
    metadata: OnlyLabels
    spec: PodSpec


# --- manifests --------------------------------------------------------------------------------------------------------


class ClaimSpec(_Strict):
    access_modes: list[Literal["ReadWriteOnce"]]
    resources: Resources


class Claim(_Strict):
    metadata: Metadata
    spec: ClaimSpec


class StatefulSetSpec(_Strict):
    service_name: Name
    replicas: Positive
    selector: Selector
    template: PodTemplate
    volume_claim_templates: list[Claim]
    pod_management_policy: Literal["OrderedReady", "Parallel"] = "OrderedReady"


class StatefulSet(_Strict, tag_field="kind", tag="StatefulSet"):
    api_version: Literal["apps/v1"]
    metadata: Metadata
    spec: StatefulSetSpec


class JobSpec(_Strict):
    backoff_limit: Positive
    template: PodTemplate


class Job(_Strict, tag_field="kind", tag="Job"):
    api_version: Literal["batch/v1"]
    metadata: Metadata
    spec: JobSpec


class ServicePort(_Strict):
    name: PortName
    port: Port
    target_port: PortName


class ServiceSpec(_Strict):
    selector: Annotated[Labels, Meta(min_length=1)]
    ports: Annotated[list[ServicePort], Meta(min_length=1)]
    cluster_ip: Literal["None"] | None = msgspec.field(name="clusterIP", default=None)
    publish_not_ready_addresses: bool = False


class Service(_Strict, tag_field="kind", tag="Service"):
    api_version: Literal["v1"]
    metadata: Metadata
    spec: ServiceSpec


class ConfigMap(_Strict, tag_field="kind", tag="ConfigMap"):
    api_version: Literal["v1"]
    metadata: Metadata
    data: dict[Annotated[str, Meta(pattern=r"^[-._a-zA-Z0-9]+$")], str]


class BudgetSpec(_Strict):
    max_unavailable: Positive
    selector: Selector


class PodDisruptionBudget(_Strict, tag_field="kind", tag="PodDisruptionBudget"):
    api_version: Literal["policy/v1"]
    metadata: Metadata
    spec: BudgetSpec


Manifest: TypeAlias = StatefulSet | Job | Service | ConfigMap | PodDisruptionBudget


def read_manifests(folder: Path) -> Iterator[Manifest]:
    """Every manifest of a folder. Raises yaml.YAMLError and msgspec.ValidationError."""
    for path in sorted(folder.glob("*.yaml")):
        yield from (msgspec.convert(each, Manifest) for each in documents(path))
