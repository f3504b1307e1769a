"""Who is told by Alertmanager: secrets are files, mutes hang where they belong, and what is lost is said."""

from __future__ import annotations

from typing import Any

from fleaglass.alerts.rules.model import Mute, Other, Route, RuleBook, Secret, Webhook
from fleaglass.provision.prometheus.alertmanager import alertmanager, lost_in_alertmanager
from tests.unit.provision.books import BOOK


def receivers() -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in alertmanager(BOOK, "/secrets")["receivers"]}


def test_a_secret_is_a_file_named_by_its_variable_or_the_file_that_is_named() -> None:
    both = receivers()["pager+hook"]
    assert both["pagerduty_configs"][0]["routing_key_file"] == "/secrets/PAGER_KEY"
    assert both["webhook_configs"] == [{"send_resolved": True, "url_file": "/run/secrets/hook"}]


def test_mail_goes_to_everybody_that_is_named() -> None:
    (mail,) = receivers()["desk"]["email_configs"]
    assert (mail["to"], mail["smarthost"]) == ("a@example.com, b@example.com", "smtp.example.com:587")


def test_two_mutes_that_both_match_mute_together() -> None:
    mutes = (Mute(times=("sat",), match={"severity": "warning"}), Mute(times=("12:00-13:00",), match={"agent": "a"}))
    book = RuleBook(version=1, mutes=mutes)
    (ours,) = alertmanager(book)["route"]["routes"]
    first, second = ours["routes"]
    assert first["mute_time_intervals"] == ["fleaglass-mute-1"]
    assert first["routes"][0]["mute_time_intervals"] == ["fleaglass-mute-1", "fleaglass-mute-2"]
    assert second["mute_time_intervals"] == ["fleaglass-mute-2"]


def test_a_route_whose_children_go_on_has_no_mutes_of_its_own_or_it_would_tell_twice() -> None:
    child = Route(match={"agent": "a"}, continue_=True)
    book = RuleBook(version=1, mutes=(Mute(times=("sat",)),), route=Route(receivers=("log",), routes=(child,)))
    (ours,) = alertmanager(book)["route"]["routes"]
    (only,) = ours["routes"]
    assert only["continue"] is True
    assert [each["mute_time_intervals"] for each in only["routes"]] == [["fleaglass-mute-1"]]


def test_what_is_lost_is_said() -> None:
    secret = Secret(env="S")
    book = RuleBook(version=1, receivers={"a": Other(url=secret), "b": Webhook(url=secret, signing_secret=secret)})
    assert lost_in_alertmanager(book) == [
        "receiver a: Alertmanager has no apprise, so nobody is told",
        "receiver b: Alertmanager sends JSON of its own, unsigned",
    ]
