"""Grafana says what the rules file says, however often that is asked for; what is not ours stays as it is."""

from __future__ import annotations

import json

import msgspec
import pytest

from fleaglass.alerts.rules.model import RuleBook, Secret
from fleaglass.provision.change import Change
from fleaglass.provision.grafana.api import GrafanaApi, GrafanaError
from fleaglass.provision.grafana.apply import apply_to_grafana
from fleaglass.provision.grafana.rules import Sources
from tests.support.answering import answering
from tests.support.grafana_api import TOKEN, FakeGrafana
from tests.unit.provision.books import BOOK, P99

KEY = "pd_canary_0123456789"


def reveal(secret: Secret) -> str:
    return KEY if secret.env else "https://hooks.example.com/1"


def applied(server: FakeGrafana, rules: RuleBook = BOOK, *, is_dry: bool = False) -> list[Change]:
    with answering(server.answer) as url, GrafanaApi(url, token=TOKEN) as api:
        return list(apply_to_grafana(api, rules, Sources(), reveal, is_dry=is_dry))


def test_the_second_time_sends_no_write() -> None:
    server = FakeGrafana()
    assert {change.kind for change in applied(server)} == {"create"}
    server.asked.clear()
    assert {change.kind for change in applied(server)} == {"none"}
    assert server.writes == []


def test_a_dry_run_tells_the_same_and_sends_no_write() -> None:
    server = FakeGrafana()
    told = applied(server, is_dry=True)
    assert server.writes == []
    assert told == applied(server)


def test_no_secret_is_told() -> None:
    server = FakeGrafana()
    told = "\n".join(map(str, applied(server)))
    assert KEY not in told
    assert "hooks.example.com" not in told
    assert any(KEY in json.dumps(each.body) for each in server.writes), "but it is sent"


def test_everybody_elses_routes_stay() -> None:
    server = FakeGrafana()
    theirs = server.policies["routes"][0]
    applied(server)
    ours, other = server.policies["routes"]
    assert other == theirs
    assert server.policies["receiver"] == "grafana-default-email"
    assert ours["object_matchers"] == [["managed_by", "=", "fleaglass"]]


def test_a_changed_threshold_is_one_update_told_as_a_diff() -> None:
    server = FakeGrafana()
    applied(server)
    server.asked.clear()
    slower = msgspec.structs.replace(BOOK, rules=(msgspec.structs.replace(P99, above_ms=3000), *BOOK.rules[1:]))
    (changed,) = [each for each in applied(server, slower) if each.kind != "none"]
    assert (changed.kind, changed.what) == ("update", 'rule "p99-order"')
    assert any(line.strip("+ ") == "3000.0" for line in changed.lines)
    assert [each.method for each in server.writes] == ["PUT"]


def test_a_rule_that_left_the_file_is_deleted() -> None:
    server = FakeGrafana()
    applied(server)
    fewer = msgspec.structs.replace(BOOK, rules=BOOK.rules[1:])
    assert [str(each) for each in applied(server, fewer) if each.kind != "none"] == ['delete rule "p99-order"']
    assert "p99-order" not in [rule["title"] for rule in server.groups["fleaglass/fleaglass"]["rules"]]


@pytest.mark.parametrize(
    ("status", "step"), [(401, "check GRAFANA_TOKEN"), (403, "give the service account the role Editor")]
)
def test_a_refusal_is_one_line_with_what_to_do(status: int, step: str) -> None:
    server = FakeGrafana(answers=[(status, {"message": f"no\n{TOKEN}"})])
    with pytest.raises(GrafanaError, match=step) as said:
        applied(server)
    assert TOKEN not in str(said.value)
    assert "\n" not in str(said.value)


def test_two_routes_with_our_mark_stop_it() -> None:
    server = FakeGrafana()
    server.policies["routes"] = [{"object_matchers": [["managed_by", "=", "fleaglass"]]}] * 2
    with pytest.raises(GrafanaError, match="delete one"):
        applied(server)
