"""Precedence is argument > environment > file > default, everywhere, and no value stops an agent."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.settings import SETTINGS, NamedDestination, Settings

# Per setting: what an argument, an environment variable and the file may say, and what comes out of each.
EXAMPLES = {
    "agent_id": (("a", "a"), ("e", "e"), ("f", "f")),
    "strategy": (("a", "a"), ("e", "e"), ("f", "f")),
    "release": (("a@1", "a@1"), ("e@1", "e@1"), ("f@1", "f@1")),
    "environment": (("a", "a"), ("e", "e"), ("f", "f")),
    "region": (("a", "a"), ("e", "e"), ("f", "f")),
    "services": (
        (("trading", "wallet"), ("trading", "wallet")),
        ("escrow, casino", ("escrow", "casino")),
        (["x"], ("x",)),
    ),
    "service_name": (("a", "a"), ("e", "e"), ("f", "f")),
    "resource": (({"k": "a"}, (("k", "a"),)), ("k=e%2C1,l=2", (("k", "e,1"), ("l", "2"))), ({"k": "f"}, (("k", "f"),))),
    "disabled": ((True, True), ("true", True), (True, True)),
    "exporter": (("none", "none"), ("none", "none"), ("none", "none")),
    "protocol": (("grpc", "grpc"), ("GRPC", "grpc"), ("grpc", "grpc")),
    "destinations": (
        (["hub"], (NamedDestination(name="hub", preset="hub"),)),
        ("hub, ", (NamedDestination(name="hub", preset="hub"),)),
        (
            {"eu": {"preset": "honeycomb", "dataset": "d"}},
            (NamedDestination(name="eu", preset="honeycomb", dataset="d"),),
        ),
    ),
    "hub": (
        ("https://a", ("https://a",)),
        ("http://e:1, http://e:2", ("http://e:1", "http://e:2")),
        (["http://f"], ("http://f",)),
    ),
    "hub_token": (("a", "a"), ("e", "e"), ("f", "f")),
    "honeycomb_key": (("a", "a"), ("e", "e"), ("f", "f")),
    "lightstep_token": (("a", "a"), ("e", "e"), ("f", "f")),
    "datadog_key": (("a", "a"), ("e", "e"), ("f", "f")),
    "datadog_site": (("a.com", "a.com"), ("US5.datadoghq.com", "us5.datadoghq.com"), ("f.eu", "f.eu")),
    "endpoint": (
        ("http://a:1", "http://a:1/v1/traces"),
        ("https://e/base/", "https://e/base/v1/traces"),
        ("http://f:3/v1/traces", "http://f:3/v1/traces"),
    ),
    "headers": (({"k": "a"}, (("k", "a"),)), ("k=e", (("k", "e"),)), ({"k": "f"}, (("k", "f"),))),
    "timeout_s": ((1, 1.0), ("2.5", 2.5), (3, 3.0)),
    "compression": (("gzip", "gzip"), ("GZIP", "gzip"), ("gzip", "gzip")),
    "certificate": (("a.pem", "a.pem"), ("e.pem", "e.pem"), ("f.pem", "f.pem")),
    "guide_url": (
        ("http://127.0.0.1:8400/v1", "http://127.0.0.1:8400/v1"),
        ("http://e/v1", "http://e/v1"),
        ("http://f/v1", "http://f/v1"),
    ),
    "live_url": (
        ("http://127.0.0.1:8400/live", "http://127.0.0.1:8400/live"),
        ("https://e/live", "https://e/live"),
        ("http://f/live", "http://f/live"),
    ),
    "sampler": (("always_off", "always_off"), ("traceidratio", "traceidratio"), ("always_on", "always_on")),
    "sampler_ratio": ((0.1, 0.1), ("0.25", 0.25), (0.5, 0.5)),
    "propagators": ((("b3",), ("b3",)), ("B3, b3,baggage", ("b3", "baggage")), (["none"], ())),
    "capture_content": ((True, True), ("SPAN_ONLY", True), (True, True)),
    "global_provider": ((False, False), ("false", False), (False, False)),
    "stalled_after_s": ((900, 900.0), ("0.5", 0.5), (3600, 3600.0)),
    "home": (("a", "a"), ("/e", "/e"), ("f", "f")),
    "shipper": (("thread", "thread"), ("OFF", "off"), ("thread", "thread")),
    "metrics": (("none", "none"), ("none", "none"), ("none", "none")),
    "metrics_endpoint": (("http://a:1", "http://a:1"), ("https://e/x", "https://e/x"), ("http://f", "http://f")),
    "metrics_interval_ms": ((10, 10), ("20", 20), (30, 30)),
    "logs": (("none", "none"), ("none", "none"), ("none", "none")),
    "logs_endpoint": (("http://a:1", "http://a:1"), ("https://e/x", "https://e/x"), ("http://f", "http://f")),
    "capture_logs": ((False, False), ("false", False), (False, False)),
    "dsn": (("http://k@a/1", "http://k@a/1"), ("http://k@e/2", "http://k@e/2"), ("none", None)),
    "queue_spans": ((10, 10), ("20", 20), (30, 30)),
    "batch_spans": ((10, 10), ("20", 20), (30, 30)),
    "ledger": (("strict", "strict"), ("off", "off"), ("on", "on")),
    "ledger_anchors": (
        (("hub", "file:/a/b c"), ("hub", "file:/a/b c")),
        ("witness http://e/w name+0+k, webhook https://e/x", ("witness http://e/w name+0+k", "webhook https://e/x")),
        (["none"], ()),
    ),
    "keep_idle": ((0.5, 0.5), ("0.1", 0.1), (0, 0.0)),
    "linger_ms": ((10, 10), ("20", 20), (30, 30)),
    "shutdown_timeout_s": ((0, 0.0), ("0.5", 0.5), (1.5, 1.5)),
    "span_log": (("a.log", "a.log"), ("e.log", "e.log"), ("f.log", "f.log")),
    "journal_bytes": ((10, 10), ("20", 20), (30, 30)),
    "rules": ((Path("a.toml"), "a.toml"), ("e.toml", "e.toml"), ("f.toml", "f.toml")),
}
READ_IN_A_WAY_OF_THEIR_OWN = {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "XDG_STATE_HOME", "HOME", "LOCALAPPDATA"}


def test_the_struct_and_the_table_name_the_same_settings() -> None:
    fields = {field.name for field in msgspec.structs.fields(Settings)} - {"problems"}
    assert {setting.name for setting in SETTINGS} == fields == set(EXAMPLES)
    assert all(setting.help.endswith(".") for setting in SETTINGS)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
def test_argument_beats_environment_beats_file_beats_default(setting) -> None:
    (argument, from_argument), (variable, from_variable), (entry, from_entry) = EXAMPLES[setting.name]
    arguments, file = {setting.name: argument}, {setting.name: entry}

    def value(*sources) -> object:
        loaded = Settings.load(*sources)
        assert not loaded.problems
        return getattr(loaded, setting.name)

    for name in setting.variables:
        environ = {name: variable}
        assert value(arguments, environ, file) == from_argument
        if name not in READ_IN_A_WAY_OF_THEIR_OWN:
            assert value({}, environ, file) == from_variable
    assert value({}, {}, file) == from_entry
    assert value({}, {}, {}) == setting.default
    assert value({setting.name: None}, dict.fromkeys(setting.variables, ""), {}) == setting.default


@pytest.mark.parametrize(
    "setting", [setting for setting in SETTINGS if len(setting.variables) > 1], ids=lambda s: s.name
)
def test_the_first_variable_of_several_wins(setting) -> None:
    (argument, from_argument), (variable, _), _ = EXAMPLES[setting.name]
    first, *others = setting.variables
    if isinstance(argument, str):
        environ = {first: argument, **dict.fromkeys(others, variable)}
        assert getattr(Settings.load({}, environ), setting.name) == from_argument


@pytest.mark.parametrize(
    ("setting", "key"), [(setting.name, key) for setting in SETTINGS for key in setting.resource_keys]
)
def test_resource_attributes_come_after_the_variables_and_before_the_file(setting: str, key: str) -> None:
    environ = {"OTEL_RESOURCE_ATTRIBUTES": f"{key}=from-resource,other=1"}
    loaded = Settings.load({}, environ, {setting: "from-file"})
    assert getattr(loaded, setting) in ("from-resource", ("from-resource",))
    assert loaded.resource == ((key, "from-resource"), ("other", "1"))
    environ[f"FLEAGLASS_{setting.upper()}"] = "from-variable"
    assert getattr(Settings.load({}, environ), setting) in ("from-variable", ("from-variable",))


def test_the_traces_endpoint_is_used_as_it_is_and_a_base_gets_the_path() -> None:
    """OTLP specification, "Endpoint URLs for OTLP/HTTP"."""
    assert Settings.load({}, {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://h:1/x"}).endpoint == "http://h:1/x"
    assert Settings.load({}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://h:1/x"}).endpoint == "http://h:1/x/v1/traces"


def test_state_is_kept_where_programs_keep_theirs() -> None:
    """XDG Base Directory Specification: $XDG_STATE_HOME, else ~/.local/state; a relative one does not count."""
    environ = {"HOME": "/home/ada"}
    assert Settings.load({}, environ).home == "/home/ada/.local/state/fleaglass"
    assert Settings.load({}, environ | {"XDG_STATE_HOME": "state"}).home == "/home/ada/.local/state/fleaglass"
    assert Settings.load({}, environ | {"XDG_STATE_HOME": "/state"}).home == "/state/fleaglass"
    assert Settings.load({}, environ | {"FLEAGLASS_HOME": "/flea"}).home == "/flea"
    assert Settings.load().home is None


@pytest.mark.parametrize(
    ("raw", "seconds"), [("10", 10.0), ("0.2", 0.2), ("599", 599.0), ("600", 0.6), ("10000", 10.0)]
)
def test_a_timeout_in_the_specifications_milliseconds_is_understood(raw: str, seconds: float) -> None:
    assert Settings.load({}, {"OTEL_EXPORTER_OTLP_TIMEOUT": raw}).timeout_s == seconds


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("OTEL_BSP_MAX_QUEUE_SIZE", "many", "must be a number"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "0", "must be a whole number above 0"),
        ("OTEL_BSP_SCHEDULE_DELAY", "1.5", "must be a whole number above 0"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "-1", "must not be negative"),
        ("OTEL_TRACES_SAMPLER_ARG", "2", "must be from 0 to 1"),
        ("OTEL_TRACES_SAMPLER", "jaeger_remote", "must be always_on or"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json", "must be http/protobuf or grpc"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317", "must be an http:// or https:// address"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://[::1", "must be an http:// or https:// address"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-key", "has a part that is not key=value"),
        ("OTEL_SDK_DISABLED", "maybe", "must be true or false"),
        ("FLEAGLASS_AGENT_ID", "   ", "is blank"),
        ("FLEAGLASS_STALLED_AFTER", "0", "must be above 0"),
        ("FLEAGLASS_LEDGER_ANCHORS", "hub,https://hook.example/secret", "anchor 2 must be hub, witness URL VKEY,"),
        ("FLEAGLASS_LEDGER_ANCHORS", "hub,none", "anchor 2 must be hub, witness URL VKEY,"),
        ("FLEAGLASS_LEDGER_ANCHORS", "file:", "anchor 1 must be hub, witness URL VKEY,"),
        ("FLEAGLASS_LEDGER_ANCHORS", "witness http://h:1", "anchor 1 must be hub, witness URL VKEY,"),
        (
            "FLEAGLASS_LEDGER_ANCHORS",
            "webhook hook.example",
            "anchor 1: its URL must be an http:// or https:// address",
        ),
        ("AGENT_VERSION", "latest", "is no name for a release"),
        ("SENTRY_RELEASE", "feature/x", "is no name for a release"),
        ("SENTRY_RELEASE", "x" * 201, "must be at most 200 characters"),
    ],
)
def test_a_value_without_sense_is_named_and_not_used(variable: str, value: str, says: str) -> None:
    loaded = Settings.load({}, {variable: value})
    assert msgspec.structs.replace(loaded, problems=()) == Settings.load()
    (problem,) = loaded.problems
    assert problem.startswith(f"{variable}: ")
    assert says in problem


@pytest.mark.parametrize("variable", ["OTEL_EXPORTER_OTLP_HEADERS", "FLEAGLASS_LEDGER_ANCHORS"])
def test_a_header_or_an_address_that_makes_no_sense_is_not_repeated_since_it_may_be_a_secret(variable: str) -> None:
    assert "hunter2" not in Settings.load({}, {variable: "hunter2"}).problems[0]


def test_after_a_bad_value_the_next_source_counts() -> None:
    loaded = Settings.load({"queue_spans": "lots"}, {"OTEL_BSP_MAX_QUEUE_SIZE": "7"}, {"queue_spans": 9})
    assert loaded.queue_spans == 7
    assert loaded.problems == ("queue_spans: must be a number, got 'lots'; not used",)


def test_a_misspelt_name_in_the_file_is_noticed() -> None:
    assert Settings.load({}, {}, {"stategy": "x"}).problems == ("fleaglass.toml stategy: no such setting",)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20) | st.binary(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)


@given(
    arguments=st.dictionaries(st.sampled_from([setting.name for setting in SETTINGS]), JSON),
    environ=st.dictionaries(st.sampled_from([v for s in SETTINGS for v in s.variables]), st.text(max_size=30)),
    file=st.dictionaries(st.text(max_size=8) | st.sampled_from([setting.name for setting in SETTINGS]), JSON),
)
def test_no_configuration_raises(arguments, environ, file) -> None:
    loaded = Settings.load(arguments, environ, file)
    assert loaded.queue_spans > 0
    assert loaded.endpoint.startswith("http")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    for setting in SETTINGS:
        for variable in setting.variables:
            monkeypatch.delenv(variable, raising=False)
    return tmp_path


def test_the_file_of_the_working_directory_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Settings.read({}) == Settings.load()
    (folder / "fleaglass.toml").write_text('strategy = "vol-arb"\nservices = ["trading"]\n')
    assert Settings.read({}).strategy == "vol-arb"
    (folder / "other.toml").write_text('strategy = "other"\n')
    monkeypatch.setenv("FLEAGLASS_CONFIG", "other.toml")
    assert Settings.read({}).strategy == "other"
    monkeypatch.setenv("FLEAGLASS_STRATEGY", "from-env")
    assert Settings.read({}).strategy == "from-env"


def test_a_broken_file_is_named_and_not_used(folder: Path) -> None:
    (folder / "fleaglass.toml").write_text("strategy = \n")
    loaded = Settings.read({"agent_id": "a"})
    assert loaded.agent_id == "a"
    assert loaded.problems == ("fleaglass.toml could not be read (TOMLDecodeError); its settings are not used",)


@pytest.mark.parametrize(
    ("word", "recorded"),
    [("true", True), ("NO_CONTENT", False), ("SPAN_ONLY", True), ("event_only", False), ("SPAN_AND_EVENT", True)],
)
def test_opentelemetrys_words_for_where_content_goes(word: str, recorded: bool) -> None:
    settings = Settings.load({}, {"OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": word})
    assert (settings.capture_content, settings.problems) == (recorded, ())


@pytest.mark.parametrize("value", ["b3,jaeger", "none,b3"])
def test_propagators_that_are_not_spoken_are_named(value: str) -> None:
    settings = Settings.load({}, {"OTEL_PROPAGATORS": value})
    assert settings.propagators == ("tracecontext", "baggage")
    (problem,) = settings.problems
    assert problem.startswith("OTEL_PROPAGATORS: must be some of tracecontext, baggage, b3, b3multi, or none, got ")
