"""The one client for Sentry's REST API, and for the API of any server that is compatible with it.

    POST   organizations/{org}/releases/                      a release begins
    PUT    organizations/{org}/releases/{version}/            its commits; that it is out
    POST   organizations/{org}/releases/{version}/deploys/    it runs in an environment
    GET    organizations/{org}/repos/                         the repositories that the server knows
    any    organizations/{org}/…                              for alerts, see sentry_alerts/

Every failure is a `SentryApiError` whose message is one line: who said no, what it said, and what to do about it. The
token is in no message. Redirects are not followed, because the token would go along.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote, urlsplit

import httpx

from fleaglass.provision.commits import Commit

__all__ = ["SentryApi", "SentryApiError"]

_MAX_DETAIL_CHARS: Final = 300
_RELEASES: Final = "project:releases, or org:ci"
_MOST_PAGES: Final = 100
_MOST_WAITS: Final = 3
_MOST_WAIT_S: Final = 60.0
_TOKEN: Final = re.compile(r"[\x21-\x7e]+")
_NEXT_STEP: Final[Mapping[int, str]] = {
    400: "correct it and try again",
    401: "check SENTRY_AUTH_TOKEN",
    403: "give the token the scope {scope}",
    404: "check SENTRY_ORG, SENTRY_PROJECT and the version",
    429: "wait a minute and try again",
}


class SentryApiError(Exception):
    """The server said no, or could not be asked. ``status`` is the HTTP status, None if there was no answer."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class SentryApi:
    """One organisation at one server.

    Args:
        url: the server, such as ``https://sentry.io/`` or ``http://127.0.0.1:4318``.
        token: an auth token; sent to this server only, and never shown.
        org: slug of the organisation.
        transport: what carries requests, for tests.
        timeout_s: longest wait for one step of a request, in seconds.
        sleep: how to wait for so many seconds when the server asks for it; without it, that is an error at once.

    Raises:
        SentryApiError: the address or the token is none.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str,
        org: str,
        transport: httpx.BaseTransport | None = None,
        timeout_s: float = 15.0,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        if _TOKEN.fullmatch(token) is None:  # the HTTP library would refuse it as well, and show it
            raise SentryApiError("SENTRY_AUTH_TOKEN holds characters that no token has; copy it again")
        self._token = token
        self._sleep = sleep
        self._organization = f"/api/0/organizations/{quote(org, safe='')}"
        try:
            self.server = urlsplit(url).netloc.rpartition("@")[2] or url
            self._http = httpx.Client(
                base_url=url.rstrip("/"),
                headers={"Authorization": f"Bearer {token}", "User-Agent": "fleaglass"},
                transport=transport,
                timeout=timeout_s,
                follow_redirects=False,
            )
        except (httpx.InvalidURL, ValueError) as error:
            raise SentryApiError(
                f"the server cannot be asked ({self._harmless(str(error))}); check SENTRY_URL"
            ) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._http.close()

    def create_release(
        self, version: str, projects: Sequence[str], *, started: datetime, released: datetime | None = None
    ) -> dict[str, Any]:
        """Begin a release, or find it begun already. Returns the server's view of it."""
        body = {"version": version, "projects": list(projects), "dateStarted": _rfc3339(started)}
        if released is not None:
            body["dateReleased"] = _rfc3339(released)
        return self._object("POST", "/releases/", body)

    def finalize_release(self, version: str, projects: Sequence[str], *, released: datetime) -> dict[str, Any]:
        """Say that a release is out since ``released``; a release that the server does not know is made."""
        body = {"projects": list(projects), "dateReleased": _rfc3339(released)}
        try:
            return self._object("PUT", _release(version), body)
        except SentryApiError as error:
            if error.status != 404:
                raise
        return self.create_release(version, projects, started=released, released=released)

    def set_commits(self, version: str, commits: Sequence[Commit]) -> dict[str, Any]:
        """Tell the server what is in a release, commit by commit, newest first."""
        return self._object("PUT", _release(version), {"commits": [commit.for_sentry() for commit in commits]})

    def set_refs(self, version: str, repository: str, *, commit: str, previous: str | None) -> dict[str, Any]:
        """Name a release's last commit in a repository that the server can read, and leave the rest to it."""
        ref = {"repository": repository, "commit": commit}
        if previous is not None:
            ref["previousCommit"] = previous
        return self._object("PUT", _release(version), {"refs": [ref]})

    def integrated_repositories(self) -> list[str]:
        """Names of the repositories that the server can read for itself; [] if it has no such thing."""
        try:
            answer = self._send("GET", "/repos/")
        except SentryApiError as error:
            if error.status == 404:
                return []
            raise
        known = [entry for entry in answer if isinstance(entry, dict)] if isinstance(answer, list) else []
        return [str(entry.get("name")) for entry in known if _provider(entry).startswith("integrations:")]

    def previous_commit(self, version: str) -> str | None:
        """The last commit of the release before this one; None if the server knows of none."""
        try:
            answer = self._send("GET", f"{_release(version)}previous-with-commits/")
        except SentryApiError as error:
            if error.status == 404:
                return None
            raise
        last = answer.get("lastCommit") if isinstance(answer, dict) else None
        found = last.get("id") if isinstance(last, dict) else None
        return found if isinstance(found, str) else None

    def deploy(
        self,
        version: str,
        environment: str,
        *,
        started: datetime,
        finished: datetime,
        name: str | None = None,
        url: str | None = None,
    ) -> dict[str, Any]:
        """Say that a release runs in an environment, from ``finished`` on."""
        body: dict[str, Any] = {
            "environment": environment,
            "dateStarted": _rfc3339(started),
            "dateFinished": _rfc3339(finished),
        }
        body |= {key: value for key, value in (("name", name), ("url", url)) if value is not None}
        return self._object("POST", f"{_release(version)}deploys/", body)

    def each(self, path: str, scope: str, **query: str) -> Iterator[dict[str, Any]]:
        """The members of a list, page by page; see `send`."""
        cursor: str | None = None
        for _ in range(_MOST_PAGES):
            answer = self._answer("GET", path, None, scope, query if cursor is None else {**query, "cursor": cursor})
            members = self._told(answer)
            if not isinstance(members, list):
                raise SentryApiError(f"{self.server} did not answer as Sentry does; check SENTRY_URL")
            yield from (member for member in members if isinstance(member, dict))
            following = answer.links.get("next", {})
            cursor = following.get("cursor")
            if following.get("results") != "true" or cursor is None:
                return

    def send(self, method: str, path: str, body: Mapping[str, Any] | None = None, *, scope: str) -> Any:
        """Ask for anything of the organisation's.

        Args:
            method: of HTTP.
            path: below the organisation, such as ``/detectors/1/``.
            body: JSON.
            scope: what the token needs for it, for the message when it has not.

        Returns:
            The answer; None if it has no content.

        Raises:
            SentryApiError: see the module.
        """
        return self._told(self._answer(method, path, body, scope))

    def _object(self, method: str, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._send(method, path, body)
        if not isinstance(answer, dict):
            raise SentryApiError(f"{self.server} did not answer as Sentry does; check SENTRY_URL")
        return answer

    def _send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        return self.send(method, path, body, scope=_RELEASES)

    def _answer(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        scope: str,
        query: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        for attempt in range(_MOST_WAITS + 1):
            try:
                answer = self._http.request(method, self._organization + path, json=body, params=query)
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                why = self._harmless(str(error) or type(error).__name__)
                raise SentryApiError(f"{self.server} cannot be asked ({why}); check SENTRY_URL") from None
            wait_s = _retry_after_s(answer)
            if self._sleep is None or wait_s is None or wait_s > _MOST_WAIT_S or attempt == _MOST_WAITS:
                break
            self._sleep(wait_s)
        if not answer.is_success:
            raise SentryApiError(self._refusal(answer, scope), answer.status_code)
        return answer

    def _told(self, answer: httpx.Response) -> Any:
        if not answer.content:
            return None
        try:
            return _json(answer)
        except ValueError:
            raise SentryApiError(f"{self.server} did not answer with JSON; check SENTRY_URL") from None

    def _refusal(self, answer: httpx.Response, scope: str) -> str:
        if answer.is_redirect:
            return f"{self.server} points elsewhere (HTTP {answer.status_code}); set SENTRY_URL to the address it means"
        step = _NEXT_STEP.get(answer.status_code, "try again later").format(scope=scope)
        if (wait_s := _retry_after_s(answer)) is not None:
            step = f"wait {wait_s:g} s and try again"
        return f"{self.server} says HTTP {answer.status_code}{self._harmless(_detail(answer))}; {step}"

    def _harmless(self, text: str) -> str:
        """One short line without the token or control characters, whatever the server or the library put into it."""
        line = " ".join(text.replace(self._token, "[token]").split())[:_MAX_DETAIL_CHARS]
        line = "".join(filter(str.isprintable, line))
        return f" {line}" if text.startswith(" ") else line


def _retry_after_s(answer: httpx.Response) -> float | None:
    """How long the server asks to wait, in seconds; None if it does not."""
    told = answer.headers.get("Retry-After", "")
    return float(told) if answer.status_code in (429, 503) and told.isascii() and told.isdigit() else None


def _detail(answer: httpx.Response) -> str:
    """What the server says about its refusal: ``detail``, or the complaint of each field."""
    try:
        body = _json(answer)
    except ValueError:
        return ""
    if not isinstance(body, dict) or not body:
        return ""
    detail = body.get("detail")
    if detail is not None:
        return f" ({detail.get('message') if isinstance(detail, dict) else detail})"
    complaints = [
        f"{field}: {' '.join(map(str, said)) if isinstance(said, list) else said}" for field, said in body.items()
    ]
    return f" ({'; '.join(complaints)})"


def _json(answer: httpx.Response) -> Any:
    """What the server says; ``ValueError`` if that is no JSON, or nested as nobody would."""
    try:
        return answer.json()
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _provider(repository: Mapping[str, Any]) -> str:
    provider = repository.get("provider")
    return str(provider.get("id") or "") if isinstance(provider, dict) else ""


def _release(version: str) -> str:
    """The path of a release. ``@`` stays as it is, as sentry-cli sends it."""
    return f"/releases/{quote(version, safe='@')}/"


def _rfc3339(time: datetime) -> str:
    return time.isoformat(timespec="seconds").replace("+00:00", "Z")
