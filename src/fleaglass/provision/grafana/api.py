"""Grafana's HTTP API for provisioning: read what is there, write only what differs.

    GET, POST  /api/folders                                              a folder for all of it
    GET, PUT   /api/v1/provisioning/folder/{uid}/rule-groups/{group}     the rules
    GET, POST  /api/v1/provisioning/contact-points        PUT …/{uid}
    GET, POST  /api/v1/provisioning/mute-timings          PUT …/{name}
    GET, PUT   /api/v1/provisioning/policies                             one route of the tree is ours
    GET        /api/dashboards/uid/{uid}                  POST /api/dashboards/db

What is written stays editable in Grafana's pages (`X-Disable-Provenance`). A secret that is there already is not shown
by Grafana, so a changed one alone goes unnoticed: delete the contact point, and apply again. Failures are one line,
without the token; redirects are not followed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote

import httpx

__all__ = ["GrafanaApi", "GrafanaError"]

_TOKEN: Final = re.compile(r"[\x21-\x7e]+")
_MAX_DETAIL_CHARS: Final = 300
_NEXT_STEP: Final[Mapping[int, str]] = {
    401: "check GRAFANA_TOKEN",
    403: "give the service account the role Editor, or alerting and dashboard permissions",
    404: "check GRAFANA_URL",
}


class GrafanaError(Exception):
    """Grafana said no, or could not be asked. ``status`` is the HTTP status, None if there was no answer."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class GrafanaApi:
    """One Grafana.

    Args:
        url: such as ``http://127.0.0.1:3000``.
        token: of a service account; never shown.
        transport: what carries requests, for tests.
        timeout_s: longest wait for one step of a request, in seconds.

    Raises:
        GrafanaError: the address or the token is none.
    """

    def __init__(
        self, url: str, *, token: str, transport: httpx.BaseTransport | None = None, timeout_s: float = 15.0
    ) -> None:
        if _TOKEN.fullmatch(token) is None:
            raise GrafanaError("GRAFANA_TOKEN holds characters that no token has; copy it again")
        self._token = token
        headers = {"Authorization": f"Bearer {token}", "User-Agent": "fleaglass", "X-Disable-Provenance": "true"}
        try:
            self._http = httpx.Client(
                base_url=url.rstrip("/"),
                headers=headers,
                transport=transport,
                timeout=timeout_s,
                follow_redirects=False,
            )
        except (httpx.InvalidURL, ValueError) as error:
            raise GrafanaError(f"Grafana cannot be asked ({error}); check GRAFANA_URL") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._http.close()

    def get(self, *path: str) -> Any:
        """What is there; None if there is no such thing."""
        try:
            return self._send("GET", path)
        except GrafanaError as error:
            if error.status == 404:
                return None
            raise

    def put(self, *path: str, body: Any) -> None:
        """Make it so."""
        self._send("PUT", path, body)

    def post(self, *path: str, body: Any) -> None:
        """Make another."""
        self._send("POST", path, body)

    def _send(self, method: str, path: tuple[str, ...], body: Any = None) -> Any:
        where = "/api/" + "/".join(quote(part, safe="") for part in path)
        try:
            answer = self._http.request(method, where, json=body)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            why = self._harmless(str(error) or type(error).__name__)
            raise GrafanaError(f"Grafana cannot be asked ({why}); check GRAFANA_URL") from None
        if not answer.is_success:
            step = _NEXT_STEP.get(answer.status_code, "try again later")
            said = self._harmless(answer.text)
            raise GrafanaError(f"Grafana says HTTP {answer.status_code} to {method} {where} ({said}); {step}",
                               answer.status_code)  # fmt: skip
        try:
            return answer.json() if answer.content else None
        except (ValueError, RecursionError):
            raise GrafanaError("Grafana did not answer with JSON; check GRAFANA_URL") from None

    def _harmless(self, text: str) -> str:
        line = " ".join(text.replace(self._token, "[token]").split())[:_MAX_DETAIL_CHARS]
        return "".join(filter(str.isprintable, line))
