"""The configuration files and the page in docs/backends promise what the presets expect."""

import re
import tomllib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from fleaglass.destinations import PRESETS, places
from fleaglass.settings import Settings
from scripts.markdown import Page

FOLDER = Path(__file__).parents[2] / "docs/backends"
PAGE = Page.read(FOLDER / "README.md")


def load(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text())


def port(address: str) -> int:
    return int(address.rpartition(":")[2])


def ports(receiver: dict[str, Any]) -> tuple[int, int]:
    """Of OTLP over HTTP and over gRPC."""
    protocols = receiver["otlp"]["protocols"]
    return port(protocols["http"]["endpoint"]), port(protocols["grpc"]["endpoint"])


def expected(name: str) -> tuple[int | None, int | None]:
    return urlsplit(PRESETS[name].http).port, urlsplit(PRESETS[name].grpc).port


def test_jaeger_takes_and_answers_where_the_preset_looks() -> None:
    config = load("jaeger.yaml")
    assert ports(config["receivers"]) == expected("jaeger")
    assert port(config["extensions"]["jaeger_query"]["http"]["endpoint"]) == PRESETS["jaeger"].query_port


def test_jaeger_has_no_loose_ends() -> None:
    config = load("jaeger.yaml")
    (pipeline,) = config["service"]["pipelines"].values()
    assert pipeline == {"receivers": list(config["receivers"]), "exporters": list(config["exporters"])}
    assert config["service"]["extensions"] == list(config["extensions"])
    (store,) = config["extensions"]["jaeger_storage"]["backends"]
    assert config["extensions"]["jaeger_query"]["storage"]["traces"] == store
    assert config["exporters"]["jaeger_storage_exporter"]["trace_storage"] == store


def test_tempo_takes_and_answers_where_the_preset_looks() -> None:
    config = load("tempo.yaml")
    assert ports(config["distributor"]["receivers"]) == expected("tempo")
    assert config["server"]["http_listen_port"] == PRESETS["tempo"].query_port


def test_tempo_can_be_reached_in_a_container_and_starts_in_2_and_3() -> None:
    config = load("tempo.yaml")
    protocols = config["distributor"]["receivers"]["otlp"]["protocols"]
    assert all(each["endpoint"].startswith("0.0.0.0:") for each in protocols.values())
    gone_in_3 = {"ingester", "ingester_client", "compactor", "metrics_generator_client", "overrides"}
    assert not gone_in_3 & config.keys()
    assert {"backend", "local", "wal"} <= config["storage"]["trace"].keys()


def test_grafana_asks_tempo() -> None:
    (source,) = load("grafana-datasource.yaml")["datasources"]
    assert source["type"] == "tempo"
    assert port(source["url"]) == load("tempo.yaml")["server"]["http_listen_port"]


@pytest.mark.parametrize("name", PRESETS)
def test_the_page_tells_the_truth_about_each_preset(name: str) -> None:
    preset = PRESETS[name]
    (row,) = re.findall(rf"^\| `{name}` \|(.*)\|$", (FOLDER / "README.md").read_text(), re.MULTILINE)
    http, grpc, key, takes, _ = (cell.strip().strip("`") for cell in row.split("|"))
    if name != "sentry":
        assert http == preset.http.format(site=Settings.load().datadog_site)
        assert key == preset.key_variable
    assert grpc == preset.grpc
    assert set(takes.split(", ")) == {"traces", *preset.takes}


def test_the_example_of_the_page_works() -> None:
    (example,) = [code.text for code in PAGE.code() if code.language == "toml"]
    settings = Settings.load({}, {}, tomllib.loads(example))
    assert not settings.problems
    found = places(settings)
    assert [(place.destination.name, place.problem) for place in found] == [("hub", ""), ("tempo", ""), ("eu", "")]
    assert found[1].query == "http://tempo:3200/api/v2/traces/{trace_id}"
    assert found[1].destination.headers == {"X-Scope-OrgID": "trading"}


def test_every_file_is_named_on_the_page() -> None:
    linked = {target for _, target in PAGE.links()}
    assert {path.name for path in FOLDER.glob("*.yaml")} <= linked
