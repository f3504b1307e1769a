"""A broken rules file is told line by line, with what is expected there; a good one is what it says."""

from __future__ import annotations

import tomllib
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fleaglass.alerts.rules import RuleBook, RulesError, check, default_text, parse
from fleaglass.alerts.rules.model import (
    Count,
    Duration,
    ErrorRate,
    Inhibition,
    LogLine,
    Mute,
    PagerDuty,
    Percentile,
    Route,
    Secret,
    Selector,
    WalletFloor,
)

KINDS = (
    "slow_span, percentile, error_rate, ratio, count, anomaly, absence, streak, wallet_floor, drawdown, session_crash,"
    " missed_schedule, new_issue, in_flight_at_death"
)
DURATION = 'a duration such as "90s", "5m", "1h" or "7d"'
NAME = "a name of at most 64 lower-case letters, digits and hyphens"
SECRET = 'a table such as { env = "A_VARIABLE" } or { file = "/a/path" }, never the secret itself'
ZONE = 'a time zone such as "UTC" or "Europe/Berlin"'


def rule(kind: str, *lines: str, name: str = "r") -> str:
    """A file with one rule: its kind is in line 4, and ``lines`` begin in line 5."""
    return "\n".join(["version = 1", "[[rule]]", f'name = "{name}"', f'kind = "{kind}"', *lines])


def file(*lines: str) -> str:
    """A file whose ``lines`` begin in line 2."""
    return "\n".join(["version = 1", *lines])


SLOW = ('span = "order.pipeline"', "above_ms = 1")
RATE = ("last = 100",)
PAGER = ("[receivers.pager]", 'type = "pagerduty"')
ROUTE = ("[route]", "receivers = ['log']")
MAIL = ("[receivers.mail]", 'type = "email"', 'sender = "a@b"', 'host = "b"')

PROBLEMS = [
    # the document
    ("version = 1\n[rule", '2: no TOML: Expected "]" at the end of a table declaration'.replace('"', "'")),
    ('a = """', "1: no TOML: Unterminated string"),
    ("", "1: version: is missing; expected 1"),
    ("version = 2", "1: version: expected 1, got 2"),
    (file("rules = []"), '2: rules: there is no such setting here; did you mean "rule"?'),
    (file("rule = 3"), "2: rule: expected a list, got 3"),
    (file("rule = [3]"), "2: rule 1: expected a table, got 3"),
    ("a = " + "[" * 2000, "1: its tables or lists are nested too deeply"),
    # kinds of values
    (
        rule("slow_span", SLOW[0], 'above_ms = "2s"'),
        '6: rule "r": above_ms: expected a number of milliseconds, got "2s"',
    ),
    (rule("slow_span", SLOW[0]), '2: rule "r": above_ms: is missing; expected a number of milliseconds'),
    (
        rule("slow_span", SLOW[0], "above_ms = -1"),
        '6: rule "r": above_ms: expected a number of milliseconds, 0 or more, got -1',
    ),
    (rule("slow_span", SLOW[0], "above_ms = nan"), '6: rule "r": above_ms: expected a number of milliseconds, got nan'),
    (
        rule("slow_span", SLOW[0], f"above_ms = 1{'0' * 400}"),
        f'6: rule "r": above_ms: expected a number of milliseconds, got 1{"0" * 58}…',
    ),
    (rule("slow_span", "span = ['a']", SLOW[1]), '5: rule "r": span: expected text, got a list'),
    (rule("slow_span", *SLOW, "window = 60"), f'7: rule "r": window: expected {DURATION}, got 60'),
    (rule("slow_span", *SLOW, 'window = "-5m"'), f'7: rule "r": window: expected {DURATION}, got "-5m"'),
    (rule("slow_span", *SLOW, 'for = "5 m"'), f'7: rule "r": for: expected {DURATION}, got "5 m"'),
    (rule("slow_span", *SLOW, "window = 07:32:00"), f'7: rule "r": window: expected {DURATION}, got 07:32:00'),
    (rule("slow_span", *SLOW, 'window = "0s"'), '7: rule "r": window: expected a duration above 0s'),
    (rule("slow_span", *SLOW, "enabled = 'no'"), '7: rule "r": enabled: expected true or false, got "no"'),
    (rule("slow_span", *SLOW, "group_by = 'span'"), '7: rule "r": group_by: expected a list, got "span"'),
    (rule("slow_span", *SLOW, "group_by = [", "'span',", "7]"), '9: rule "r": group_by[1]: expected text, got 7'),
    (rule("slow_span", *SLOW, "labels.team = 7"), '7: rule "r": labels.team: expected text, got 7'),
    (rule("slow_span", *SLOW, "labels = 7"), '7: rule "r": labels: expected a table, got 7'),
    (
        rule("slow_span", *SLOW, "[rule.where]", "a = { b = 1 }"),
        '8: rule "r": where.a: expected text, true or false, a whole number, a number or a list, got a table',
    ),
    (
        rule("slow_span", *SLOW, 'severity = "bad"'),
        '7: rule "r": severity: expected one of "critical", "error", "info", "warning", got "bad"',
    ),
    (
        rule("slow_span", *SLOW, "widnow = 1"),
        '7: rule "r": widnow: there is no such setting here; did you mean "window"?',
    ),
    (rule("slow_span", *SLOW, "xyz = 1"), '7: rule "r": xyz: there is no such setting here'),
    (rule("slow_span", *SLOW, name="A b"), f'3: rule "A b": name: expected {NAME}, got "A b"'),
    (file("[[rule]]", 'kind = "session_crash"'), f"2: rule 1: name: is missing; expected {NAME}"),
    (file("[[rule]]", 'name = "r"'), f'2: rule "r": kind: is missing; expected one of {KINDS}'),
    (rule("slow-span"), f'4: rule "r": kind: expected one of {KINDS}, got "slow-span"; did you mean "slow_span"?'),
    (rule("error_rate", *RATE, "above = 5"), '6: rule "r": above: expected a number from 0 to 1, got 5'),
    (rule("error_rate", "last = 0"), '5: rule "r": last: expected a whole number above 0, got 0'),
    (rule("error_rate", "last = 9.5"), '5: rule "r": last: expected a whole number above 0, got 9.5'),
    (
        rule("percentile", *SLOW, "quantile = 0"),
        '7: rule "r": quantile: expected a number above 0 and up to 1, got 0',
    ),
    (rule("anomaly", "times = 1"), '5: rule "r": times: expected a number above 1, got 1'),
    (rule("wallet_floor", "below_usd = 'x'"), '5: rule "r": below_usd: expected an amount in USD, got "x"'),
    (
        rule("count", "of = { span = ['a'], state = 'ok' }"),
        '5: rule "r": of.state: there is no such setting here; did you mean "status"?',
    ),
    (rule("count", "of = { status = 'bad' }"), '5: rule "r": of.status: expected one of "error", "ok", got "bad"'),
    # at one with itself
    (rule("error_rate"), '2: rule "r": last: expected either window or last, got neither'),
    (rule("error_rate", *RATE, "window = '5m'"), '5: rule "r": last: expected either window or last, got both'),
    (
        rule("error_rate", "last = 10", "minimum = 20"),
        '6: rule "r": minimum: expected at most last, which is 10, got 20: it would never be judged',
    ),
    (
        rule("error_rate", *RATE, "resolve_at = 0.1"),
        '6: rule "r": resolve_at: expected at most above, which is 0.05, got 0.1',
    ),
    (
        rule("ratio", "of = {}", "among = {}", "above = 0.2", "resolve_at = 0.3"),
        '8: rule "r": resolve_at: expected at most above, which is 0.2, got 0.3',
    ),
    (
        rule("percentile", *SLOW, "resolve_below_ms = 2"),
        '7: rule "r": resolve_below_ms: expected at most above_ms, which is 1, got 2',
    ),
    (
        rule("wallet_floor", "below_usd = 100", "resolve_at_usd = 99.5"),
        '6: rule "r": resolve_at_usd: expected at least below_usd, which is 100, got 99.5',
    ),
    (
        rule("anomaly", "group_by = ['agent']"),
        '5: rule "r": group_by: expected "agent" and "span" among them: what is normal is so for one operation',
    ),
    (
        rule("slow_span", *SLOW, "labels.kind = 'x'"),
        '7: rule "r": labels.kind: each incident has a label of this name already',
    ),
    (
        rule("session_crash") + "\n[[rule]]\nkind = 'session_crash'\nname = 'r'",
        '7: rule "r": name: another rule is called "r" already; incidents belong to a name',
    ),
    # who is told
    (file(*PAGER), f'2: receiver "pager": routing_key: is missing; expected {SECRET}'),
    (file(*PAGER, "routing_key = 'R0SECRET'"), f'4: receiver "pager": routing_key: expected {SECRET}'),
    (file(*PAGER, "routing_key = {}"), '4: receiver "pager": routing_key: expected either env or file, got neither'),
    (
        file(*PAGER, "routing_key = { env = 'A', file = 'b' }"),
        '4: receiver "pager": routing_key: expected either env or file, got both',
    ),
    (
        file(*PAGER, "routing_key = { env = 'R0-SECRET' }"),
        '4: receiver "pager": routing_key.env: expected the name of an environment variable',
    ),
    (
        file(*PAGER, "routing_key = { value = 'R0SECRET' }"),
        '4: receiver "pager": routing_key.value: there is no such setting here',
    ),
    (file(*MAIL, "to = []"), '6: receiver "mail": to: expected at least one address'),
    (
        file(*MAIL, "to = ['a@b']", "port = 70000"),
        '7: receiver "mail": port: expected a port from 1 to 65535, got 70000',
    ),
    (
        file("[receivers.x]", "type = 'slak'"),
        '3: receiver "x": type: expected one of slack, pagerduty, webhook, email, log, apprise, got "slak";'
        ' did you mean "slack"?',
    ),
    (file("[receivers.X]", "type = 'log'"), f'2: receiver "X": expected {NAME}, got "X"'),
    (
        file("[receivers.pager]", "type = 'log'", "[route]", "receivers = ['log',", "'pagr']"),
        '6: route.receivers[1]: there is no receiver "pagr"; did you mean "pager"?',
    ),
    (
        file("[[route.routes]]", "[[route.routes.routes]]", "receivers = ['x']"),
        '4: route.routes[0].routes[0].receivers[0]: there is no receiver "x"',
    ),
    (file("[route]", "group_wait = 30"), f"3: route.group_wait: expected {DURATION}, got 30"),
    (file("[[inhibit]]", "source = { rule = 'r' }"), "2: inhibit 1: target: is missing; expected a table"),
    # when nobody is told
    (file("[[mute]]", "times = []"), '3: mute 1: times: expected at least one, such as "mon-fri 22:00-06:00"'),
    (
        file("[[mute]]", "times = ['sat', 'mon 9-17']"),
        '3: mute 1: times[1]: expected days and hours such as "mon-fri 22:00-06:00", got "mon 9-17"',
    ),
    (file("[[mute]]", "times = ['sat']", "timezone = 'Mars'"), f'4: mute 1: timezone: expected {ZONE}, got "Mars"'),
    (file("[[mute]]", "times = ['sat']", "timezone = '../etc'"), f'4: mute 1: timezone: expected {ZONE}, got "../etc"'),
]


@pytest.mark.parametrize(("text", "problem"), PROBLEMS, ids=[problem for _, problem in PROBLEMS])
def test_what_is_wrong_is_told_with_its_line_and_what_is_expected(text: str, problem: str) -> None:
    with pytest.raises(RulesError) as caught:
        parse(text)
    assert str(caught.value) == f"alerts.toml:{problem}"
    assert f"{caught.value.name}:{caught.value.line}: {caught.value.what}" == str(caught.value)


def test_no_error_shows_a_secret_that_stands_in_the_file_by_mistake() -> None:
    shown = "\n".join(str(each) for text, _ in PROBLEMS for each in check(text).problems)
    assert "SECRET" not in shown


def test_all_that_is_wrong_is_told_at_once_by_line() -> None:
    text = (
        rule("slow_span", "span = 1", "above_ms = '2s'") + '\n[[rule]]\nkind = "error_rate"\n[route]\nreceivers = ["x"]'
    )
    with pytest.raises(RulesError) as caught:
        parse(text, "a.toml")
    assert [(problem.name, problem.line) for problem in caught.value.problems] == [
        *[("a.toml", 5), ("a.toml", 6), ("a.toml", 7), ("a.toml", 10)],
    ]
    assert len(str(caught.value).splitlines()) == 4


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        (
            rule("slow_span", 'span = "pf.trade.exec"', SLOW[1]),
            '5: rule "r": span: "pf.trade.exec" is no span of Fleaglass\'s own; did you mean "pf.trade.execute"?',
        ),
        (
            rule("count", "of = { span = [", "'risk.check',", "'zzz'] }"),
            '7: rule "r": of.span[1]: "zzz" is no span of Fleaglass\'s own; right if your agent makes it',
        ),
        (
            file("[[mute]]", "times = ['sat']", "match = { rule = ['p99'] }"),
            '4: mute 1: match.rule: there is no rule "p99"',
        ),
        (
            rule("session_crash", "[[inhibit]]", "source = { rule = 'r' }", "target = { rule = 's' }"),
            '7: inhibit 1: target.rule: there is no rule "s"',
        ),
        (
            file(
                *ROUTE,
                "[[route.routes]]",
                "match.severity = ['error', 'info']",
                "[[route.routes]]",
                "match.severity = 'info'",
            ),
            "6: route.routes[1]: no incident gets here: routes[0] takes them all, and does not continue",
        ),
        (
            file(
                *ROUTE,
                "[[route.routes]]",
                "match.severity = 'error'",
                "[[route.routes.routes]]",
                "match.severity = 'info'",
            ),
            "6: route.routes[0].routes[0]: no incident gets here: a route above has another severity",
        ),
        (
            file("[[route.routes]]", "match.severity = 'error'"),
            "2: route: it has no receivers, so nobody is told of what none of its routes takes",
        ),
    ],
)
def test_what_is_hardly_meant_so_is_a_warning(text: str, warning: str) -> None:
    assert [str(each) for each in check(text).warnings] == [f"alerts.toml:{warning}"]
    assert isinstance(parse(text), RuleBook)


@pytest.mark.parametrize(
    "text",
    [
        rule("slow_span", 'span = "chat claude-5"', SLOW[1]),
        rule("slow_span", 'span = "POST /trading/order"', SLOW[1]),
        file(
            *ROUTE,
            "[[route.routes]]",
            "match.severity = 'info'",
            "continue = true",
            "[[route.routes]]",
            "match.severity = 'info'",
        ),
        file(
            *ROUTE,
            "[[route.routes]]",
            "match = { severity = 'info', kind = 'count' }",
            "[[route.routes]]",
            "match.kind = 'count'",
        ),
    ],
)
def test_what_may_well_be_meant_so_is_none(text: str) -> None:
    assert check(text).warnings == ()


def test_a_file_says_what_a_book_holds() -> None:
    book = parse(
        """
        version = 1
        [[rule]]
        name = "p99"
        kind = "percentile"
        span = "order.pipeline"
        above_ms = 2000
        resolve_below_ms = 1e3
        window = "1.5h"
        for = "500ms"
        [[rule]]
        name = "rate"
        kind = "error_rate"
        last = 100
        among = { span = ["a", "b"], where = { "pf.asset" = ["BTC", 7, true] } }
        [[rule]]
        name = "first"
        kind = "count"
        of.error = ["X"]
        [[rule]]
        name = "floor"
        kind = "wallet_floor"
        below_usd = "100.10"
        resolve_at_usd = 150.1
        [receivers.pager]
        type = "pagerduty"
        routing_key.env = "KEY"
        [route]
        receivers = ["log"]
        [[route.routes]]
        match.severity = ["critical", "error"]
        receivers = ["pager"]
        continue = true
        repeat_interval = "1d"
        [[inhibit]]
        source.rule = "floor"
        target.rule = "first"
        equal = ["agent"]
        [[mute]]
        times = ["sat,sun"]
        timezone = "Europe/Berlin"
        """
    )
    assert book == RuleBook(
        version=1,
        rules=(
            Percentile(
                name="p99",
                span="order.pipeline",
                above_ms=2000.0,
                resolve_below_ms=1000.0,
                window=Duration(5400),
                for_=Duration(0.5),
            ),
            ErrorRate(name="rate", last=100, among=Selector(span=("a", "b"), where={"pf.asset": ("BTC", 7, True)})),
            Count(name="first", of=Selector(error=("X",))),
            WalletFloor(name="floor", below_usd=Decimal("100.10"), resolve_at_usd=Decimal("150.1")),
        ),
        receivers={"log": LogLine(), "pager": PagerDuty(routing_key=Secret(env="KEY"))},
        route=Route(
            receivers=("log",),
            routes=(
                Route(
                    match={"severity": ("critical", "error")},
                    receivers=("pager",),
                    continue_=True,
                    repeat_interval=Duration(86_400),
                ),
            ),
        ),
        inhibitions=(Inhibition(source={"rule": "floor"}, target={"rule": "first"}, equal=("agent",)),),
        mutes=(Mute(times=("sat,sun",), timezone="Europe/Berlin"),),
    )


def test_a_book_does_not_change() -> None:
    book = parse(rule("session_crash"))
    with pytest.raises(AttributeError):
        book.rules = ()  # type: ignore[misc]


def test_the_log_is_always_a_receiver() -> None:
    assert parse(file(*PAGER, "routing_key.env = 'A'")).receivers.keys() == {"log", "pager"}


def test_bytes_that_are_no_text_are_told_by_line() -> None:
    assert str(check(b"version = 1\n# caf\xe9").problems[0]) == "alerts.toml:2: no UTF-8 text"


DEFAULT = default_text()
PIECES = st.sampled_from(
    [*DEFAULT.splitlines(), "= 1", "[[rule]]", "[rule.where]", "[", '"', "'''", "a.b = {}", "\x00"]
)


@given(st.binary(max_size=60) | st.lists(PIECES, max_size=30).map(lambda lines: "\n".join(lines).encode()))
def test_whatever_the_file_holds_it_is_rules_or_problems_with_lines(outside: bytes) -> None:
    checked = check(outside)
    assert (checked.book is None) is bool(checked.problems)
    last = outside.count(b"\n") + 1
    assert all(1 <= problem.line <= last for problem in (*checked.problems, *checked.warnings))


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(st.data())
def test_a_setting_of_any_other_value_is_told_at_its_line(data: st.DataObject) -> None:
    """One value of the default file is replaced by anything: the result is rules, or a problem with that line."""
    lines = DEFAULT.splitlines()
    places = [number for number, line in enumerate(lines) if " = " in line and line[0] not in "#[ " and line[-1] != "["]
    place = data.draw(st.sampled_from(places))
    value = data.draw(ANYTHING.filter(lambda value: value is not None))
    key = lines[place].partition(" = ")[0]
    lines[place] = f"{key} = {_toml(value)}"
    text = "\n".join(lines)
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    for problem in check(text).problems:
        assert abs(problem.line - (place + 1)) <= 9, problem


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(key)} = {_toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return msgspec.json.encode(value).decode() if isinstance(value, str | bool) else str(value)
