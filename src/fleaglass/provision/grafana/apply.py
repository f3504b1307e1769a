"""Make a Grafana say what the rules file says, by its HTTP API. The second time changes nothing.

Of each thing that is there, only what we would write is looked at: Grafana adds fields of its own. A route of the
policy tree is ours if it asks for our mark; the rest of the tree is written back as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from fleaglass.alerts.rules.model import RuleBook, Secret
from fleaglass.provision.change import Change, as_written, differences
from fleaglass.provision.grafana.api import GrafanaApi, GrafanaError
from fleaglass.provision.grafana.dashboards import dashboards
from fleaglass.provision.grafana.files import FOLDER, GROUP
from fleaglass.provision.grafana.notify import DEFAULT_RECEIVER, contact_points, mute_timings, policy
from fleaglass.provision.grafana.rules import EVERY_S, MANAGED_BY, Sources, grafana_rules

__all__ = ["apply_to_grafana"]

_FOLDER_UID: Final = "fleaglass"
_SECRET: Final = frozenset({"url", "integrationKey"})
_REDACTED: Final = "[REDACTED]"
"""What Grafana tells instead of a secret."""
_PROVISIONING: Final = ("v1", "provisioning")


def apply_to_grafana(
    api: GrafanaApi, book: RuleBook, sources: Sources, reveal: Callable[[Secret], str], *, is_dry: bool
) -> Iterator[Change]:
    """Each change as it is made, in an order in which all that is named is there already.

    Args:
        api: the Grafana.
        book: the rules file.
        sources: uids of its data sources.
        reveal: the value of a secret.
        is_dry: only tell.

    Raises:
        GrafanaError: Grafana said no. What was told before is done.
    """
    steps = (
        _folder(api, is_dry),
        _contact_points(api, contact_points(book, reveal), is_dry),
        _mute_timings(api, mute_timings(book), is_dry),
        _policy(api, policy(book), is_dry),
        _rules(api, grafana_rules(book, sources), is_dry),
        _dashboards(api, is_dry),
    )
    for step in steps:
        yield from step


def _folder(api: GrafanaApi, is_dry: bool) -> Iterator[Change]:
    there = api.get("folders", _FOLDER_UID)
    if there is None and not is_dry:
        api.post("folders", body={"uid": _FOLDER_UID, "title": FOLDER})
    yield Change(f'folder "{FOLDER}"', "create" if there is None else "none")


def _contact_points(api: GrafanaApi, wanted: list[dict[str, Any]], is_dry: bool) -> Iterator[Change]:
    there = {each["uid"]: each for each in _list(api, *_PROVISIONING, "contact-points")}
    for point in wanted:
        known = there.get(point["uid"])
        change = _compared(f'contact point "{point["name"]}" ({point["type"]})', known, point)
        if change.kind == "create" and not is_dry:
            api.post(*_PROVISIONING, "contact-points", body=point)
        elif change.kind == "update" and not is_dry:
            api.put(*_PROVISIONING, "contact-points", point["uid"], body=point)
        yield change


def _mute_timings(api: GrafanaApi, wanted: list[dict[str, Any]], is_dry: bool) -> Iterator[Change]:
    there = {each["name"]: each for each in _list(api, *_PROVISIONING, "mute-timings")}
    for timing in wanted:
        change = _compared(f'mute timing "{timing["name"]}"', there.get(timing["name"]), timing)
        if change.kind == "create" and not is_dry:
            api.post(*_PROVISIONING, "mute-timings", body=timing)
        elif change.kind == "update" and not is_dry:
            api.put(*_PROVISIONING, "mute-timings", timing["name"], body=timing)
        yield change


def _policy(api: GrafanaApi, wanted: Mapping[str, Any], is_dry: bool) -> Iterator[Change]:
    tree = api.get(*_PROVISIONING, "policies") or {"receiver": DEFAULT_RECEIVER}
    routes = list(tree.get("routes") or [])
    mark = [[name, "=", value] for name, value in MANAGED_BY.items()]
    ours = [number for number, route in enumerate(routes) if route.get("object_matchers") == mark]
    if len(ours) > 1:
        raise GrafanaError("two routes of the notification policy ask for managed_by=fleaglass; delete one")
    change = _compared("notification policy", routes[ours[0]] if ours else None, wanted)
    if change.kind != "none" and not is_dry:
        if ours:
            routes[ours[0]] = wanted
        else:
            routes.insert(0, wanted)
        api.put(*_PROVISIONING, "policies", body={**tree, "routes": routes})
    yield change


def _rules(api: GrafanaApi, rules: list[dict[str, Any]], is_dry: bool) -> Iterator[Change]:
    path = (*_PROVISIONING, "folder", _FOLDER_UID, "rule-groups", GROUP)
    found = api.get(*path) or {}
    there = {rule["uid"]: rule for rule in found.get("rules", ())}
    wanted = [_for_api(rule) for rule in rules]
    changes = [_compared(f'rule "{rule["title"]}"', there.get(rule["uid"]), rule) for rule in wanted]
    gone = there.keys() - {rule["uid"] for rule in wanted}
    changes += [Change(f'rule "{there[uid]["title"]}"', "delete") for uid in sorted(gone)]
    if any(change.kind != "none" for change in changes) and not is_dry:
        group = {"title": GROUP, "folderUid": _FOLDER_UID, "interval": EVERY_S, "rules": wanted}
        api.put(*path, body=group)
    yield from changes


def _for_api(rule: Mapping[str, Any]) -> dict[str, Any]:
    """The API spells two names in another way than files do, and asks each rule where it is."""
    own = {**rule, "keep_firing_for": rule["keepFiringFor"], "folderUID": _FOLDER_UID, "ruleGroup": GROUP, "orgID": 1}
    del own["keepFiringFor"]
    return own


def _dashboards(api: GrafanaApi, is_dry: bool) -> Iterator[Change]:
    for board in dashboards():
        there = api.get("dashboards", "uid", board["uid"])
        change = _compared(f'dashboard "{board["title"]}"', there and there.get("dashboard"), board)
        if change.kind != "none" and not is_dry:
            body = {"dashboard": {"id": None, **board}, "folderUid": _FOLDER_UID, "overwrite": True}
            api.post("dashboards", "db", body=body)
        yield change


def _list(api: GrafanaApi, *path: str) -> list[dict[str, Any]]:
    found = api.get(*path)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _compared(what: str, there: Mapping[str, Any] | None, wanted: Mapping[str, Any]) -> Change:
    if there is None:
        return Change(what, "create", differences(None, wanted, _SECRET))
    lines = differences(as_written(there, wanted, _means_the_same), wanted, _SECRET)
    return Change(what, "update" if lines else "none", lines)


def _means_the_same(there: Any, wanted: Any) -> bool:
    """A secret that Grafana does not show, or ``90s`` that it tells as ``1m30s``."""
    if there == _REDACTED:
        return True
    if not isinstance(there, str) or not isinstance(wanted, str):
        return False
    length_s = _length_s(there)
    return length_s is not None and length_s == _length_s(wanted)


def _length_s(text: str) -> float | None:
    units = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
    total, rest = 0.0, text
    while rest:
        digits = len(rest) - len(rest.lstrip("0123456789"))
        unit = next((name for name in units if rest[digits:].startswith(name)), None)
        if not digits or unit is None:
            return None
        total += int(rest[:digits]) * units[unit]
        rest = rest[digits + len(unit) :]
    return total if text else None
