"""What a client's fingerprint asks for, and what its variables stand for."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.hub.issues.event import Frame
from fleaglass.hub.issues.fingerprint import Fingerprint, fingerprint

from .made import event, raised


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ((), Fingerprint("default")),
        (("{{ default }}",), Fingerprint("default")),
        (("{{default}}",), Fingerprint("default")),
        (("{{\tdefault  }}",), Fingerprint("default")),
        (("{{ default }}", "BTC"), Fingerprint("hybrid", ("BTC",))),
        (("BTC", "{{default}}", "buy"), Fingerprint("hybrid", ("BTC", "buy"))),
        (("{{ default }}", "{{ default }}"), Fingerprint("hybrid")),
        (("TradeError", "BTC", "execute"), Fingerprint("custom", ("TradeError", "BTC", "execute"))),
        (("",), Fingerprint("custom", ("",))),
        # a variable only as a whole
        (("a {{ default }}",), Fingerprint("custom", ("a {{ default }}",))),
        (("{{ default }} ",), Fingerprint("custom", ("{{ default }} ",))),
        (("{{ two words }}",), Fingerprint("custom", ("{{ two words }}",))),
        (("{{ }}",), Fingerprint("custom", ("{{ }}",))),
        (("default",), Fingerprint("custom", ("default",))),
        (("{{ Default }}",), Fingerprint("custom", ("<unrecognized-variable-Default>",))),
    ],
)
def test_default_hybrid_or_custom(entries: tuple[str, ...], expected: Fingerprint) -> None:
    assert fingerprint(event(fingerprint=entries)) == expected


CRASH = Frame(
    function="place",
    module="agent.trade",
    filename="agent/trade.py",
    abs_path="/srv/agent/trade.py",
    package="/usr/lib/libtrade.so",
    in_app=True,
)
FULL = event(
    transaction="agent.decision_cycle",
    level="fatal",
    logger="agent",
    message="order 7 failed",
    tags={"asset": "BTC", "agent.phase": "execute", "empty": ""},
    exceptions=(raised("KeyError", value="'x'"), raised("TradeError", CRASH, value="no fill after 3s")),
)

VARIABLES = [
    # variable, of an event that says everything, of one that says nothing
    ("transaction", "agent.decision_cycle", "<no-transaction>"),
    ("level", "fatal", "error"),
    ("logger", "agent", "<no-logger>"),
    ("tags.asset", "BTC", "<no-value-for-tag-asset>"),
    ("tags.agent.phase", "execute", "<no-value-for-tag-agent.phase>"),
    ("tags.empty", "<no-value-for-tag-empty>", "<no-value-for-tag-empty>"),
    ("message", "order 7 failed", "<no-message>"),
    ("raw_message", "order 7 failed", "<no-message>"),
    ("type", "TradeError", "<no-type>"),
    ("error.type", "TradeError", "<no-type>"),
    ("value", "no fill after 3s", "<no-value>"),
    ("raw_value", "no fill after 3s", "<no-value>"),
    ("error.value", "no fill after 3s", "<no-value>"),
    ("function", "place", "<no-function>"),
    ("stack.function", "place", "<no-function>"),
    ("module", "agent.trade", "<no-module>"),
    ("stack.module", "agent.trade", "<no-module>"),
    ("path", "/srv/agent/trade.py", "<no-abs-path>"),
    ("stack.abs_path", "/srv/agent/trade.py", "<no-abs-path>"),
    ("stack.filename", "agent/trade.py", "<no-filename>"),
    ("package", "libtrade.so", "<no-package>"),
    ("stack.package", "libtrade.so", "<no-package>"),
    ("x", "<unrecognized-variable-x>", "<unrecognized-variable-x>"),
    ("tags", "<unrecognized-variable-tags>", "<unrecognized-variable-tags>"),
]


@pytest.mark.parametrize(("name", "said", "unsaid"), VARIABLES)
def test_a_variable_stands_for_what_the_event_says_of_it(name: str, said: str, unsaid: str) -> None:
    asked = ("{{ " + name + " }}",)
    assert fingerprint(msgspec.structs.replace(FULL, fingerprint=asked)).values == (said,)
    assert fingerprint(event(fingerprint=asked)).values == (unsaid,)


@pytest.mark.parametrize(
    ("frame", "path", "filename"),
    [(Frame(filename="a.py"), "a.py", "a.py"), (Frame(abs_path="/srv/a.py"), "/srv/a.py", "/srv/a.py")],
)
def test_path_and_filename_stand_in_for_each_other(frame: Frame, path: str, filename: str) -> None:
    asked = ("{{ path }}", "{{ stack.filename }}")
    assert fingerprint(event(stack=(frame,), fingerprint=asked)).values == (path, filename)


def test_an_entry_that_repeats_the_message_loses_its_variable_parts() -> None:
    asked = ("order 7 failed", "order 8 failed")
    found = fingerprint(event(message="order 7 failed", fingerprint=asked))
    assert found == Fingerprint("custom", ("order <num> failed", "order 8 failed"))


@given(st.lists(st.one_of(st.text(max_size=20), st.from_regex(r"\A\{\{ ?[a-z.]{1,9} ?\}\}\Z")), max_size=5))
def test_any_list_of_texts_is_a_fingerprint(entries: list[str]) -> None:
    found = fingerprint(event(fingerprint=tuple(entries)))
    assert len(found.values) <= len(entries)
    assert found.kind != "custom" or len(found.values) == len(entries)
