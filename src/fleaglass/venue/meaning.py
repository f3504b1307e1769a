"""What an answer means: the body of a success, or a typed error that tells what was asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from fleaglass.recorder.scrub import scrub, secret_name
from fleaglass.venue.body import Body
from fleaglass.venue.error_table import error_for
from fleaglass.venue.errors import OutcomeUnknown, TradingError, Unreachable, VenueError
from fleaglass.venue.fields import path_names
from fleaglass.venue.observe.operation import Fields, Observed
from fleaglass.venue.profile import Endpoint, Profile

__all__ = ["Asked"]

ErrorT = TypeVar("ErrorT", bound=TradingError)

_MAX_CODE_CHARS: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that was made or is about to be: the operation, its fields, and how the profile says it."""

    observed: Observed
    profile: Profile
    fields: Fields
    trace_id: str = "0" * 32

    @property
    def endpoint(self) -> Endpoint:
        """How the profile says the operation."""
        return self.profile.endpoints[self.observed.name]

    def meaning(self, status: int, content: bytes) -> Body:
        """The body of a success; raises the error that anything else means."""
        if status not in self.endpoint.success:
            code, message = self._complaint(content)
            kind = error_for(self.observed.service, status, code, message, spends=self.observed.spends)
            raise self.error(kind, message or "", status, code)
        try:
            body = Body.parse(content, self.endpoint)
        except ValueError as error:
            raise self.unreadable(str(error), status) from None
        if (missing := self._missing(body)) is not None:
            raise self.unreadable(f"the answer has no readable {missing}", status)
        return body

    def _missing(self, body: Body) -> str | None:
        """What a success must say and this does not: in itself, or in some line of its lists."""
        confirms, lines = self.observed.confirms, self.observed.lines
        if confirms and not _says_any(body, confirms):
            return " and no ".join(confirms)
        lists = [name for name, read in confirms.items() if read is Body.listed] if lines else []
        if all(line is not None and _says_any(line, lines) for name in lists for line in body.entries(name)):
            return None
        return f"{' and no '.join(lines)} in a line of its list"

    def unreadable(self, detail: str, status: int | None = None) -> VenueError:
        """There is no usable answer although the request was sent."""
        return self.error(OutcomeUnknown if self.observed.spends else Unreachable, detail, status)

    def error(self, kind: type[ErrorT], detail: str, status: int | None = None, code: str | None = None) -> ErrorT:
        """An error of this kind that carries what was asked."""
        return kind(
            detail,
            operation=self.observed.name,
            service=self.observed.service,
            phase=self.observed.phase,
            asset=_text(self.fields.get("asset")),
            order_id=_text(self.fields.get("order_id")),
            intent=self._intent(),
            status=status,
            code=code,
            trace_id=self.trace_id,
        )

    def _intent(self) -> dict[str, Any]:
        """The fields that are sent, except for secrets, what they are about, and the order they led to."""
        endpoint = self.profile.endpoints.get(self.observed.name)
        if endpoint is None:  # asked for by way of others
            return {name: value for name, value in self.fields.items() if value is not None}
        said = {*endpoint.sends, *path_names(endpoint), "asset", "order_id"}
        told = {name for name in said if not secret_name(name)}
        return {name: value for name, value in self.fields.items() if name in told and value is not None}

    def _complaint(self, content: bytes) -> tuple[str | None, str | None]:
        """Code and message of an error's body, as far as it has them."""
        service = self.profile.services[self.observed.service]
        names = {"code": service.error_code, "message": service.error_message}
        try:
            body = Body.parse(content, self.endpoint)
        except ValueError:
            return None, None
        said = Body(body.fields, names)
        code = said.text("code")
        # Scrubbed before it is cut or put into lower case: it may be a sentence that repeats what was sent.
        return code and scrub(code)[:_MAX_CODE_CHARS], said.text("message")


def _says_any(body: Body, fields: Mapping[str, Callable[[Body, str], object]]) -> bool:
    return any(read(body, name) is not None for name, read in fields.items())


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
