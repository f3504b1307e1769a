"""Make Sentry say what the rules file says. The second time changes nothing.

Read first, all of it; then detectors, because workflows name their ids; then workflows; then what is ours and no longer
in the file is deleted. Each write names one id: without one, Sentry would take it for all that there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from msgspec.structs import replace

from fleaglass.alerts.rules.model import MissedSchedule, RuleBook
from fleaglass.provision.change import Change, as_written, differences
from fleaglass.provision.sentry import SentryApi, SentryApiError
from fleaglass.provision.sentry_alerts.bodies import Action, Detector, Workflow, body
from fleaglass.provision.sentry_alerts.plan import Planned, mark_of, plan, prefix_of

__all__ = ["apply_to_sentry", "slack_action"]

_READ: Final = "alerts:read, or org:read"
_WRITE: Final = "alerts:write, or org:write"
_CREATE: Final = "alerts:write, or project:write"
_CAMEL: Final = {
    "action_filters": "actionFilters",
    "condition_group": "conditionGroup",
    "detector_ids": "detectorIds",
    "logic_type": "logicType",
}


@dataclass(frozen=True, slots=True)
class _There:
    """What Sentry has: the project's detectors by kind, and the organisation's workflows."""

    metric: Sequence[Mapping[str, Any]]
    errors: Sequence[Mapping[str, Any]]
    monitors: Sequence[Mapping[str, Any]]
    workflows: Sequence[Mapping[str, Any]]


def slack_action(api: SentryApi, channel: str) -> Action:
    """Telling a channel, by the organisation's Slack integration.

    Raises:
        SentryApiError: there is none, or there are several.
    """
    found = [each for each in api.each("/integrations/", "org:read", providerKey="slack") if each.get("id")]
    if len(found) != 1:
        raise SentryApiError(f"{api.server} has {len(found) or 'no'} Slack integrations; one is needed")
    config = {"targetType": "specific", "targetIdentifier": "", "targetDisplay": channel}
    return Action(type="slack", integration_id=str(found[0]["id"]), data={}, config=config)


def apply_to_sentry(
    api: SentryApi, book: RuleBook, project: str, slack: Action | None = None, *, is_dry: bool
) -> Iterator[Change]:
    """Each change as it is made.

    Args:
        api: the organisation.
        book: the rules file.
        project: slug of the project.
        slack: see `slack_action`.
        is_dry: only tell.

    Raises:
        SentryApiError: Sentry is too old, said no, or has two of what should be one. What was told before is done.
    """
    there = _read(api, project)
    planned = plan(book, project, slack)
    kept: set[str] = set()
    for each in planned:
        ids: list[int]
        if each.detector is None:
            ids = [int(found["id"]) for found in _looked_at(each, there)]
        else:
            change, id_ = _detector(api, project, each.detector, there, is_dry)
            yield change
            ids = [] if id_ is None else [int(id_)]
            kept.add(each.detector.name)
        yield _workflow(api, replace(each.workflow, detector_ids=tuple(sorted(ids))), there, is_dry)
        kept.add(each.workflow.name)
    yield from _delete_others(api, project, there, kept, is_dry)


def _read(api: SentryApi, project: str) -> _There:
    try:
        metric = list(api.each("/detectors/", _READ, project=project, query="type:metric_issue"))
    except SentryApiError as error:
        if error.status == 404:
            raise _not_found(api) from None
        raise
    kinds = ("type:error", "type:monitor_check_in_failure")
    errors, monitors = (list(api.each("/detectors/", _READ, project=project, query=kind)) for kind in kinds)
    return _There(metric, errors, monitors, list(api.each("/workflows/", _READ)))


def _not_found(api: SentryApi) -> SentryApiError:
    """Either the organisation is unknown, or it is known and the server has no detectors yet."""
    try:
        api.send("GET", "/", scope="org:read")
    except SentryApiError as error:
        return error
    return SentryApiError(
        f"{api.server} is too old: this Sentry has no detectors API, and alerts cannot be applied; upgrade it, "
        "or check SENTRY_PROJECT",
        404,
    )


def _looked_at(planned: Planned, there: _There) -> Sequence[Mapping[str, Any]]:
    """The detectors that Sentry has made by itself, and that a workflow of ours looks at."""
    if planned.source == "errors":
        return there.errors
    assert isinstance(planned.rule, MissedSchedule)
    names = planned.rule.monitors
    return [each for each in there.monitors if not names or each.get("name") in names]


def _detector(api: SentryApi, project: str, wanted: Detector, there: _There, is_dry: bool) -> tuple[Change, str | None]:
    """What is done, and the detector's id; None where it would be made."""
    what = f'detector "{wanted.name}"'
    known = _one(what, [each for each in there.metric if each.get("name") == wanted.name])
    sent = body(wanted)
    if known is None:
        change = Change(what, "create", differences(None, sent))
        if is_dry:
            return change, None
        made = api.send("POST", f"/projects/{quote(project, safe='')}/detectors/", sent, scope=_CREATE)
        return change, str(made["id"])
    if not _is_marked(known):
        raise SentryApiError(f"{what} is there, and not ours: rename it, and apply again")
    seen, meant = _seen_detector(known), _told_detector(sent)
    lines = differences(as_written(seen, meant), meant)
    if lines and not is_dry:
        # Whoever connected it to workflows of their own keeps them.
        ids = [int(each) for each in known.get("workflowIds") or ()]
        api.send("PUT", f"/detectors/{known['id']}/", {**sent, "workflow_ids": ids}, scope=_WRITE)
    return Change(what, "update" if lines else "none", lines), str(known["id"])


def _workflow(api: SentryApi, wanted: Workflow, there: _There, is_dry: bool) -> Change:
    what = f'workflow "{wanted.name}"'
    known = _one(what, [each for each in there.workflows if each.get("name") == wanted.name])
    sent = body(wanted)
    if known is None:
        if not is_dry:
            api.send("POST", "/workflows/", sent, scope=_WRITE)
        return Change(what, "create", differences(None, sent))
    meant = _camel(sent)
    meant["detectorIds"] = sorted(str(each) for each in sent["detector_ids"])
    seen = {**known, "detectorIds": sorted(str(each) for each in known.get("detectorIds") or ())}
    lines = differences(as_written(seen, meant), meant)
    if lines and not is_dry:
        api.send("PUT", f"/workflows/{known['id']}/", {"id": str(known["id"]), **sent}, scope=_WRITE)
    return Change(what, "update" if lines else "none", lines)


def _delete_others(api: SentryApi, project: str, there: _There, kept: set[str], is_dry: bool) -> Iterator[Change]:
    ours = [("workflow", each) for each in there.workflows if str(each.get("name", "")).startswith(prefix_of(project))]
    ours += [("detector", each) for each in there.metric if _is_marked(each)]
    for kind, each in ours:
        if each["name"] in kept:
            continue
        if not is_dry:
            api.send("DELETE", f"/{kind}s/{int(each['id'])}/", scope=_WRITE)
        yield Change(f'{kind} "{each["name"]}"', "delete")


def _one(what: str, found: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    if len(found) > 1:
        raise SentryApiError(f"Sentry has {len(found)} of {what}: delete all but one, and apply again")
    return found[0] if found else None


def _is_marked(detector: Mapping[str, Any]) -> bool:
    return mark_of("") in str(detector.get("description") or "")


def _told_detector(sent: Mapping[str, Any]) -> dict[str, Any]:
    """What would be told of a detector that we have sent: the kind of query is not, and order means nothing."""
    (source,) = sent["data_sources"]
    told = {name: value for name, value in source.items() if name != "queryType"}
    told["eventTypes"] = sorted(told["eventTypes"])
    rest = {name: value for name, value in sent.items() if name not in ("data_sources", "workflow_ids")}
    found: dict[str, Any] = _camel(rest)
    return {**found, "query": told}


def _seen_detector(known: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of one, with its query no longer wrapped up."""
    sources = known.get("dataSources") or [{}]
    query = dict((sources[0].get("queryObj") or {}).get("snubaQuery") or {})
    query["eventTypes"] = sorted(query.get("eventTypes") or ())
    return {**known, "query": query}


def _camel(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_CAMEL.get(name, name): _camel(each) for name, each in value.items()}
    return [_camel(each) for each in value] if isinstance(value, list | tuple) else value
