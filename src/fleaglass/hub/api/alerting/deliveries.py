"""GET /alerts/notifications: what was sent, what waits, what was given up and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, cast

from sqlalchemy import Connection, and_, func, or_, select

from fleaglass.hub.alerting.tables import notifications
from fleaglass.hub.api.alerting.place import Place, decode, encode
from fleaglass.hub.api.alerting.rows import notification_answer
from fleaglass.hub.api.alerting.rule_shapes import NotificationCounts, NotificationPage
from fleaglass.hub.api.errors import bad_filter
from fleaglass.hub.api.parameters import LIMIT, Parameter, given, text, whole_number

__all__ = ["DELIVERY_PARAMETERS", "DeliveryFilters", "list_deliveries", "parse_deliveries"]

_STATUSES: Final = ("waiting", "sent", "dead", "dropped")

DELIVERY_PARAMETERS: Final = (
    Parameter("status", "Only what became this of; all when left out.", {"type": "string", "enum": list(_STATUSES)}),
    Parameter("receiver", "Only to the receiver of this name."),
    Parameter("cursor", "A next_cursor of the same list."),
    LIMIT,
)


@dataclass(frozen=True, slots=True)
class DeliveryFilters:
    """Which messages, and which page of them."""

    status: str | None
    receiver: str | None
    cursor: Place | None
    limit: int


def parse_deliveries(pairs: Iterable[tuple[str, str]]) -> DeliveryFilters:
    """The filters of a query string. Raises Problem."""
    found = given(pairs, DELIVERY_PARAMETERS)
    status, place = text(found, "status"), text(found, "cursor")
    if status is not None and status not in _STATUSES:
        raise bad_filter("status", f"one of {', '.join(_STATUSES)}", status, "Leave it out for all.")
    cursor = None if place is None else decode(place, "messages")
    return DeliveryFilters(status, text(found, "receiver"), cursor, whole_number(found, LIMIT))


def list_deliveries(connection: Connection, filters: DeliveryFilters) -> NotificationPage:
    """The page that the filters ask for. Raises StateError."""
    at = notifications.c
    wanted = [] if filters.receiver is None else [at.receiver == filters.receiver]
    counted = select(at.status, func.count()).where(*wanted).group_by(at.status)
    counts: dict[str, int] = dict(connection.execute(counted).all())
    if filters.status is not None:
        wanted.append(at.status == filters.status)
    if filters.cursor is not None:
        _, created_ns, number = filters.cursor
        wanted.append(or_(at.created_ns < created_ns, and_(at.created_ns == created_ns, at.id < number)))
    newest_first = select(notifications).where(*wanted).order_by(at.created_ns.desc(), at.id.desc())
    rows = connection.execute(newest_first.limit(filters.limit + 1)).all()
    page, more = rows[: filters.limit], rows[filters.limit :]
    last = Place(0, page[-1].created_ns, page[-1].id) if more else None
    return {
        "notifications": [notification_answer(row) for row in page],
        "next_cursor": None if last is None else encode(last, "messages"),
        "counts": cast(NotificationCounts, {status: counts.get(status, 0) for status in _STATUSES}),
    }
