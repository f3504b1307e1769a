"""A backend's name is enough: where it is, which header has its key, what it takes. A mistake costs only itself."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.destinations import PRESETS, Place, places
from fleaglass.settings import PRESET_NAMES, Settings

DSN = "https://abc@o1.ingest.sentry.example/7"
KEYS = {
    "HONEYCOMB_API_KEY": "hcaik_0123456789",
    "LS_ACCESS_TOKEN": "ls-token-0123",
    "DD_API_KEY": "dd-key-0123",
    "SENTRY_DSN": DSN,
}
CLASSIC = "0123456789abcdef" * 2


def load(destinations: object, environ: dict[str, str] | None = None, **file: object) -> Settings:
    settings = Settings.load({}, KEYS if environ is None else environ, {"destinations": destinations, **file})
    assert not settings.problems
    return settings


def only(destinations: object, environ: dict[str, str] | None = None, **file: object) -> Place:
    (place,) = places(load(destinations, environ, **file))
    return place


def test_every_name_that_the_settings_know_has_a_preset() -> None:
    assert tuple(PRESETS) == PRESET_NAMES


@pytest.mark.parametrize(
    ("name", "traces", "headers", "logs"),
    [
        ("hub", "http://127.0.0.1:4318/v1/traces", {}, "http://127.0.0.1:4318/v1/logs"),
        ("jaeger", "http://127.0.0.1:4318/v1/traces", {}, None),
        ("tempo", "http://127.0.0.1:4318/v1/traces", {}, None),
        (
            "honeycomb",
            "https://api.honeycomb.io/v1/traces",
            {"x-honeycomb-team": "hcaik_0123456789"},
            "https://api.honeycomb.io/v1/logs",
        ),
        ("lightstep", "https://ingest.lightstep.com/v1/traces", {"lightstep-access-token": "ls-token-0123"}, None),
        (
            "datadog",
            "https://otlp.datadoghq.com/v1/traces",
            {"dd-api-key": "dd-key-0123", "compute_stats": "true"},
            None,
        ),
        (
            "sentry",
            "https://o1.ingest.sentry.example/api/7/integration/otlp/v1/traces",
            {"x-sentry-auth": "sentry sentry_key=abc"},
            "https://o1.ingest.sentry.example/api/7/integration/otlp/v1/logs",
        ),
        ("otlp", "http://127.0.0.1:4318/v1/traces", {}, "http://127.0.0.1:4318/v1/logs"),
    ],
)
def test_a_name_is_enough(name: str, traces: str, headers: dict[str, str], logs: str | None) -> None:
    place = only([name])
    assert place.problem == ""
    assert (place.destination.traces, place.destination.headers, place.destination.logs) == (traces, headers, logs)
    assert place.destination.sentry_op is (name == "sentry")


def test_without_destinations_everything_is_as_opentelemetry_has_it() -> None:
    environ = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://c:1", "OTEL_EXPORTER_OTLP_HEADERS": "a=b"}
    (place,) = places(Settings.load({}, environ))
    assert (place.destination.name, place.destination.traces) == ("otlp", "http://c:1/v1/traces")
    assert place.destination.headers == {"a": "b"}
    assert place.metrics == "http://c:1/v1/metrics"


def test_the_headers_of_the_endpoint_go_to_nobody_else() -> None:
    """They may hold a key."""
    values = {"jaeger": {}, "otlp": {}, "another": {"preset": "otlp", "endpoint": "http://a:1"}}
    settings = load(values, headers={"authorization": "Bearer secret"}, logs_endpoint="http://logs:1/v1/logs")
    found = [place.destination for place in places(settings)]
    assert [each.headers for each in found] == [{}, {"authorization": "Bearer secret"}, {}]
    assert [each.logs for each in found] == [None, "http://logs:1/v1/logs", "http://a:1/v1/logs"]


@pytest.mark.parametrize(
    ("values", "traces", "logs"),
    [
        ({"hub": {"protocol": "grpc"}}, "http://127.0.0.1:4317", "http://127.0.0.1:4317"),
        ({"tempo": {"protocol": "grpc", "endpoint": "http://tempo:4317/ignored"}}, "http://tempo:4317", None),
        ({"honeycomb": {"protocol": "grpc"}}, "https://api.honeycomb.io:443", "https://api.honeycomb.io:443"),
        ({"otlp": {"protocol": "grpc"}}, "http://127.0.0.1:4317", "http://127.0.0.1:4317"),
    ],
)
def test_grpc_has_a_port_of_its_own_and_no_path(values: object, traces: str, logs: str | None) -> None:
    place = only(values)
    assert (place.destination.protocol, place.destination.traces, place.destination.logs) == ("grpc", traces, logs)
    assert place.metrics is None


@pytest.mark.parametrize("variable", ["OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"])
def test_opentelemetrys_own_variable_asks_for_grpc(variable: str) -> None:
    (place,) = places(Settings.load({}, {variable: "grpc"}))
    assert (place.destination.protocol, place.destination.traces) == ("grpc", "http://127.0.0.1:4317")
    (place,) = places(Settings.load({}, {variable: "grpc", "OTEL_EXPORTER_OTLP_ENDPOINT": "https://c:1"}))
    assert place.destination.traces == "https://c:1"


def test_an_address_is_the_same_with_and_without_its_path() -> None:
    for address in ("http://t:4318", "http://t:4318/", "http://t:4318/v1/traces"):
        assert only({"tempo": address}).destination.traces == "http://t:4318/v1/traces"
        (place,) = places(Settings.load({}, {"FLEAGLASS_DESTINATIONS": f"hub,tempo={address}"}))[1:]
        assert place.destination.traces == "http://t:4318/v1/traces"


HUB = {"FLEAGLASS_HUB": "https://hub.example/", "FLEAGLASS_HUB_TOKEN": "flea_token"}
BEARER = {"authorization": "Bearer flea_token"}


def test_a_hub_elsewhere_needs_its_address_and_a_token_and_no_destinations() -> None:
    (place,) = places(Settings.load({}, HUB))
    assert (place.destination.name, place.destination.traces) == ("hub", "https://hub.example/v1/traces")
    assert (place.destination.headers, place.destination.snapshots) == (BEARER, True)
    assert place.query == "https://hub.example/api/v1/traces/{trace_id}"
    (given,) = places(Settings.load({"hub": "http://10.0.0.7:4318"}, HUB))
    assert given.destination.traces == "http://10.0.0.7:4318/v1/traces"


def test_destinations_by_name_say_where_a_hub_is_and_its_setting_else() -> None:
    hub, jaeger, other = places(
        load({"hub": {}, "jaeger": {}, "other": {"preset": "hub", "endpoint": "http://o:1"}}, HUB)
    )
    assert [each.destination.traces for each in (hub, other)] == [
        "https://hub.example/v1/traces",
        "http://o:1/v1/traces",
    ]
    assert [each.destination.headers for each in (hub, jaeger, other)] == [BEARER, {}, BEARER]
    assert only({"hub": {"key": "flea_other"}}, HUB).destination.headers == {"authorization": "Bearer flea_other"}


SEVERAL = "https://a.example/, https://b.example/fleaglass"


def test_several_hubs_before_one_store_are_one_place_with_several_servers() -> None:
    (place,) = places(Settings.load({}, {**HUB, "FLEAGLASS_HUB": SEVERAL}))
    first, second = place.servers
    for of in (place, first):
        assert (of.destination.name, of.destination.traces) == ("hub", "https://a.example/v1/traces")
        assert of.query == "https://a.example/api/v1/traces/{trace_id}"
    assert (second.destination.name, second.destination.traces) == ("hub-2", "https://b.example/fleaglass/v1/traces")
    assert second.query == "https://b.example/fleaglass/api/v1/traces/{trace_id}"
    assert (second.destination.headers, second.destination.others) == (BEARER, ())
    assert place.envelopes is not None
    assert [place.envelopes.dsn, *place.envelopes.others] == ["https://a.example/1", "https://b.example/1"]
    assert places(Settings.load({"hub": ["https://a.example/", "https://b.example/fleaglass"]}, HUB)) == (place,)


def test_each_of_several_hubs_needs_a_whole_address() -> None:
    (problem,) = Settings.load({}, {"FLEAGLASS_HUB": "https://a.example,b.example"}).problems
    assert "must be an http:// or https:// address" in problem


def test_a_hubs_token_goes_to_hubs_alone() -> None:
    token = {"FLEAGLASS_HUB_TOKEN": "flea_token"}
    (here,) = places(Settings.load({}, token))
    (elsewhere,) = places(Settings.load({}, {**token, "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}))
    assert (here.destination.headers, elsewhere.destination.headers) == (BEARER, {})


def test_a_dataset_is_named_where_it_counts() -> None:
    assert "x-honeycomb-dataset" not in only(["honeycomb"]).destination.headers
    assert only({"honeycomb": {"dataset": "d"}}).destination.headers["x-honeycomb-dataset"] == "d"
    classic = only(["honeycomb"], {"HONEYCOMB_API_KEY": CLASSIC})
    assert classic.destination.headers["x-honeycomb-dataset"] == "purple-flea-agent"


def test_a_second_destination_of_a_preset_has_a_name_and_a_key_of_its_own() -> None:
    values = {
        "honeycomb": {},
        "eu": {"preset": "honeycomb", "endpoint": "https://api.eu1.honeycomb.io", "key": "of-the-eu-1"},
    }
    us, eu = places(load(values))
    assert us.destination.headers == {"x-honeycomb-team": "hcaik_0123456789"}
    assert (eu.destination.name, eu.destination.headers) == ("eu", {"x-honeycomb-team": "of-the-eu-1"})
    assert eu.destination.traces == "https://api.eu1.honeycomb.io/v1/traces"


def test_datadogs_site_and_its_agent_on_this_machine() -> None:
    site = only(["datadog"], {**KEYS, "DD_SITE": "us5.datadoghq.com"})
    assert site.destination.traces == "https://otlp.us5.datadoghq.com/v1/traces"
    agent = only({"datadog": {"endpoint": "http://127.0.0.1:4317", "protocol": "grpc"}}, {})
    assert (agent.problem, agent.destination.traces) == ("", "http://127.0.0.1:4317")


@pytest.mark.parametrize(
    ("values", "query"),
    [
        (["hub"], "http://127.0.0.1:4318/api/v1/traces/{trace_id}"),
        ({"hub": {"protocol": "grpc", "endpoint": "http://h:4317"}}, "http://h:4318/api/v1/traces/{trace_id}"),
        ({"jaeger": "https://j.example/"}, "https://j.example:16686/api/v3/traces/{trace_id}"),
        ({"tempo": "http://[::1]:4318"}, "http://[::1]:3200/api/v2/traces/{trace_id}"),
        ({"tempo": {"query": "https://g.example/tempo/"}}, "https://g.example/tempo/api/v2/traces/{trace_id}"),
        ({"otlp": {"query": "http://j:16686/api/v3/traces/"}}, "http://j:16686/api/v3/traces/{trace_id}"),
        (["otlp"], None),
        (["honeycomb"], None),
    ],
)
def test_who_can_be_asked_for_a_trace_is_known(values: object, query: str | None) -> None:
    assert only(values).query == query


@pytest.mark.parametrize(
    ("values", "environ", "says"),
    [
        (["honeycomb"], {}, "it has no key: set HONEYCOMB_API_KEY, or honeycomb_key in fleaglass.toml"),
        (["lightstep"], {}, "it has no key: set LS_ACCESS_TOKEN"),
        (["datadog"], {}, "it has no key: set DD_API_KEY"),
        ({"datadog": {"protocol": "grpc"}}, KEYS, "Datadog takes no gRPC"),
        (["sentry"], {}, "it has no DSN: set SENTRY_DSN"),
        (["sentry"], {"SENTRY_DSN": "nonsense"}, "the DSN must begin with http"),
        ({"sentry": {"protocol": "grpc"}}, KEYS, "Sentry takes no gRPC"),
        ({"sentry": "https://s.example"}, KEYS, "its address and key are those of the DSN"),
        ({"jaeger": {"key": "k"}}, KEYS, "Jaeger asks for no key"),
        ({"tempo": {"dataset": "d"}}, KEYS, "Tempo has no datasets"),
        ({"otlp": {"key": "k"}}, KEYS, "OTLP asks for no key"),
        ({"hub": {"protocol": "grpc"}}, {"FLEAGLASS_HUB": "http://h:4318"}, "the setting hub is an address for HTTP"),
    ],
)
def test_what_cannot_work_is_said_beforehand(values: object, environ: dict[str, str], says: str) -> None:
    assert only(values, environ).problem.startswith(says)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ("hub,joeger", "'joeger' is no preset; there are hub, jaeger, tempo"),
        ("hub,hub", "names 'hub' twice"),
        ("jaeger=4318", "endpoint of 'jaeger' must be an http:// or https:// address"),
        ({"jaeger": {"adress": "http://j"}}, "'jaeger' has 'adress', and may have preset, endpoint"),
        ({"jaeger": {"protocol": "udp"}}, "protocol of 'jaeger' must be http/protobuf or grpc"),
        ({"jaeger": 4318}, "'jaeger' must have an address or a table"),
        (17, "must be a list of names"),
    ],
)
def test_a_misspelt_one_is_told_by_name(raw: object, says: str) -> None:
    loaded = Settings.load({"destinations": raw})
    assert loaded.destinations == ()
    (problem,) = loaded.problems
    assert problem.startswith(f"destinations: {says}")


@given(
    raw=st.recursive(
        st.none() | st.text(string.printable) | st.integers() | st.sampled_from(PRESET_NAMES),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.sampled_from((*PRESET_NAMES, "x", "preset", "endpoint", "headers", "query")), inner)
        ),
    )
)
def test_whatever_is_written_there_stops_no_agent(raw: object) -> None:
    settings = Settings.load({"destinations": raw}, KEYS)
    assert all(isinstance(place.problem, str) for place in places(settings))
