"""Prometheus' own tool: what it makes of a rule over series that it is told, and when.

The tool only says whether what is expected is so. It is told to expect nothing of a question whose answer is all turns
of a rule; where there are any, it says in its complaint which.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from fleaglass.alerts.rules.model import Rule, RuleBook
from fleaglass.provision.prometheus.rules import prometheus_rules
from fleaglass.provision.promql.series import label_of
from fleaglass.provision.yaml import yaml
from tests.support.agreement.history import STEP_S
from tests.support.agreement.turns import FIRES, RESOLVES, Group, To, Turns, grouped

__all__ = ["promtool", "turns_in_prometheus"]

_RESERVED: Final = {"__name__", "history", "to", "at"}
_COMPLAINT: Final = re.compile(r"^ +got: (.*)$", re.MULTILINE)
_TURN: Final = re.compile(r"\{((?:\"(?:[^\"\\]|\\.)*\"|[^}\"])*)\}")
_LABEL: Final = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*")')
_LESS_COLLECTING: Final = {"GOGC": "400"}
"""Of garbage: the tool needs little memory, and takes a third less time."""


def promtool(*arguments: str, folder: Path) -> str:
    """What it says.

    Raises:
        AssertionError: it is not content; with all that it says.
    """
    done = _run(arguments, folder)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def turns_in_prometheus(rule: Rule, histories: Sequence[Mapping[str, Sequence[str]]], folder: Path) -> list[Turns]:
    """When the exported rule fires and resolves, in each history.

    Args:
        rule: one that Prometheus can say.
        histories: of each the values of its series, at one step after the other.
        folder: for the tool's files.

    Raises:
        AssertionError: the tool does not take the rule, or the series.
    """
    (group,) = prometheus_rules(RuleBook(version=1, rules=(rule,)))["groups"]
    names = frozenset(re.findall(r"pf_\w+(?=[{\[ )])", yaml(group)))
    told = {"groups": [{**group, "rules": [*group["rules"], *_turns(rule)]}]}
    (folder / "rules.yml").write_text(yaml(told))
    promtool("check", "rules", "rules.yml", folder=folder)
    tests = [_test(number, series, names) for number, series in enumerate(histories)]
    settings = {"rule_files": ["rules.yml"], "evaluation_interval": f"{STEP_S}s"}
    (folder / "tests.yml").write_text(yaml({**settings, "tests": tests}))
    return _read(_run(("test", "rules", "tests.yml"), folder), len(histories))


def _turns(rule: Rule) -> Iterator[Mapping[str, Any]]:
    """Rules that remember when the alert began to fire and ceased to, as a series for each turn."""
    firing = f'ALERTS{{alertname="{rule.name}",alertstate="firing"}}'
    before = f"{firing} offset {STEP_S}s"
    by = ", ".join(map(label_of, rule.group_by))
    for to, now, otherwise in ((FIRES, firing, before), (RESOLVES, before, firing)):
        times = f"({now} unless {otherwise}) * 0 + time()"
        yield {"record": "turned", "expr": f'count_values by ({by}) ("at", {times})', "labels": {"to": to}}


def _test(number: int, series: Mapping[str, Sequence[str]], names: frozenset[str]) -> Mapping[str, Any]:
    known = {name: values for name, values in series.items() if name.partition("{")[0] in names}
    end = f"{(max(map(len, known.values())) - 1) * STEP_S}s"
    asked = f'label_replace(last_over_time(turned[{end}]), "history", "{number}", "", "")'
    return {
        "interval": f"{STEP_S}s",
        "input_series": [{"series": name, "values": " ".join(values)} for name, values in known.items()],
        "promql_expr_test": [{"expr": asked, "eval_time": end, "exp_samples": []}],
    }


def _read(done: subprocess.CompletedProcess[str], histories: int) -> list[Turns]:
    said = done.stdout + done.stderr
    found: list[list[tuple[Group, To, int]]] = [[] for _ in range(histories)]
    for complaint in _COMPLAINT.findall(said):
        for turn in _TURN.findall(complaint):
            labels = {name: json.loads(value) for name, value in _LABEL.findall(turn)}
            group = frozenset((name, value) for name, value in labels.items() if name not in _RESERVED)
            found[int(labels["history"])].append((group, labels["to"], int(labels["at"]) // STEP_S))
    assert (done.returncode == 0) != any(found), said
    assert said.count("expr:") == sum(map(bool, found)), said
    return [grouped(turns) for turns in found]


def _run(arguments: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["promtool", *arguments],
        cwd=folder,
        env={**os.environ, **_LESS_COLLECTING},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
