"""The endpoints of agents' ledgers."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar, get_args

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from fleaglass.hub.api.detail import parse_trace_id
from fleaglass.hub.api.errors import ErrorAnswer, Guarded, Problem, bad_filter, json_answer
from fleaglass.hub.api.ledgers.shapes import (
    EntryDetail,
    EntryPage,
    LedgerDetail,
    Ledgers,
    LedgerSpans,
    LedgerTroubles,
    Reports,
)
from fleaglass.hub.api.ledgers.spans import ledger_spans
from fleaglass.hub.api.ledgers.troubles import ledger_troubles
from fleaglass.hub.api.ledgers.view import detail, entry_detail, entry_of_row, report, summary
from fleaglass.hub.api.parameters import LIMIT, Given, Parameter, documented, given, text, whole_number
from fleaglass.hub.ledgers import Book
from fleaglass.hub.ledgers import Ledgers as Shelf
from fleaglass.hub.ledgers.checking import check, related
from fleaglass.hub.ledgers.paging import Wanted, page_of
from fleaglass.hub.ledgers.reports import reports_in
from fleaglass.hub.state import State
from fleaglass.hub.store import Store
from fleaglass.ledger.entry import Kind
from fleaglass.ledger.reading import UnusableLog
from fleaglass.ledger.tree.errors import TreeError
from fleaglass.ledger.tree.proof import SUFFIX

__all__ = ["ledger_routes"]

T = TypeVar("T")

_MOST_TRACES: Final = 50
_LEDGER: Final = Parameter("ledger", "Its name, as in the list.", where="path")
_INDEX: Final = Parameter("index", "Its place, from 0.", {"type": "integer", "minimum": 0}, where="path")
_TRACES: Final = (
    Parameter(
        "trace",
        f"A trace id, 1 to 32 hex digits; for several give it several times, at most {_MOST_TRACES}.",
        {"type": "string", "pattern": "^[0-9a-fA-F]{1,32}$"},
        repeatable=True,
    ),
)
_LAST: Final = 2**53 - 1
_BEFORE: Final = Parameter(
    "before",
    "Only entries before this place: `next_before` of the page before.",
    {"type": "integer", "minimum": 0, "maximum": _LAST, "default": _LAST},
)
_WANTED: Final = (
    Parameter("kind", "Only of this kind.", {"type": "string", "enum": list(get_args(Kind))}),
    Parameter("op", "Only of this operation, such as `trading.order`."),
    Parameter("order", "Only those that name this order, escrow or bet."),
    Parameter("trace", "Only of this trace.", {"type": "string", "pattern": "^[0-9a-fA-F]{1,32}$"}),
    _BEFORE,
    LIMIT,
)
_REFUSED: Final[dict[int | str, dict[str, Any]]] = {
    400: {"model": ErrorAnswer, "description": "A parameter is wrong"},
    503: {"model": ErrorAnswer, "description": "The files cannot be read, or the store did not answer"},
}
_MISSING: Final[dict[int | str, dict[str, Any]]] = {
    404: {"model": ErrorAnswer, "description": "There is no such thing"}
}
_PROOF: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "The file"},
    409: {"model": ErrorAnswer, "description": "It cannot be proved"},
}


def ledger_routes(store: Store, state: State, shelf: Shelf, now_ns: Callable[[], int]) -> APIRouter:
    """The endpoints over an open store and state and the ledgers. `now_ns` is Unix time in nanoseconds."""
    api = APIRouter(prefix="/api/v1", route_class=Guarded, tags=["ledgers"])

    @api.get("/ledgers", response_model=Ledgers, responses=_REFUSED)
    async def get_ledgers(request: Request) -> Response:
        """Each agent's ledger: how many entries, when it was last verified, what is open."""
        given(request.query_params.multi_items(), ())
        found = await _reading(shelf, lambda: [summary(book) for book in shelf.books().values()])
        folders = [os.fsencode(folder).decode("utf-8", "replace") for folder in shelf.folders]
        return json_answer({"ledgers": found, "folders": folders})

    @api.get("/ledger/spans", response_model=LedgerSpans, responses=_REFUSED, openapi_extra=documented(_TRACES))
    async def get_ledger_spans(request: Request) -> Response:
        """The spans of some traces that name an entry, each checked against its ledger there and then."""
        asked = given(request.query_params.multi_items(), _TRACES).get("trace", ())
        if len(asked) > _MOST_TRACES:
            message = f"trace must be given at most {_MOST_TRACES} times, got {len(asked)}"
            raise Problem(400, "bad_filter", message, "Ask again for the rest.")
        traces = list(dict.fromkeys(map(parse_trace_id, asked)))
        with _told():
            spans = await ledger_spans(store, shelf, traces)
        return json_answer({"checked_ns": str(now_ns()), "spans": spans})

    @api.get("/ledger/troubles", response_model=LedgerTroubles, responses=_REFUSED)
    async def get_troubles(request: Request) -> Response:
        """Ledgers that somebody should look at: tampered with, gone, or about which the hub has an alarm."""
        given(request.query_params.multi_items(), ())
        return json_answer({"troubles": await ledger_troubles(state, shelf, now_ns())})

    @api.get(
        "/ledgers/{ledger}",
        response_model=LedgerDetail,
        responses=_REFUSED | _MISSING,
        openapi_extra=documented([_LEDGER]),
    )
    async def get_ledger(request: Request) -> Response:
        """One ledger, with its intents that have no end."""
        given(request.query_params.multi_items(), ())
        return json_answer(await _reading(shelf, lambda: detail(_book(shelf, request))))

    @api.get(
        "/ledgers/{ledger}/entries",
        response_model=EntryPage,
        responses=_REFUSED | _MISSING,
        openapi_extra=documented([_LEDGER, *_WANTED]),
    )
    async def get_entries(request: Request) -> Response:
        """Entries, the newest first. A page may be short of what was asked for, and have a next one all the same."""
        asked = given(request.query_params.multi_items(), _WANTED)
        wanted, before, limit = _wanted(asked), whole_number(asked, _BEFORE), whole_number(asked, LIMIT)
        return json_answer(await _reading(shelf, lambda: _page(_book(shelf, request), wanted, before, limit)))

    @api.get(
        "/ledgers/{ledger}/entries/{index}",
        response_model=EntryDetail,
        responses=_REFUSED | _MISSING,
        openapi_extra=documented([_LEDGER, _INDEX]),
    )
    async def get_entry(request: Request) -> Response:
        """One entry, byte for byte, with its proof checked there and then."""
        given(request.query_params.multi_items(), ())
        return json_answer(await _reading(shelf, lambda: _detail(shelf, request, now_ns())))

    @api.get(
        "/ledgers/{ledger}/entries/{index}/proof",
        response_class=Response,
        responses=_REFUSED | _MISSING | _PROOF,
        openapi_extra=documented([_LEDGER, _INDEX]),
    )
    async def get_proof(request: Request) -> Response:
        """The proof as a file, for `fleaglass ledger check-proof`."""
        given(request.query_params.multi_items(), ())
        return await _reading(shelf, lambda: _proof(shelf, request))

    @api.get(
        "/ledgers/{ledger}/reports",
        response_model=Reports,
        responses=_REFUSED | _MISSING,
        openapi_extra=documented([_LEDGER]),
    )
    async def get_reports(request: Request) -> Response:
        """What comparing it with the venue gave, the newest first: what `fleaglass ledger reconcile --save` kept."""
        given(request.query_params.multi_items(), ())
        files = await _reading(shelf, lambda: reports_in(_book(shelf, request).place.reports))
        return json_answer({"reports": [report(file) for file in files]})

    return api


async def _reading(shelf: Shelf, read: Callable[[], T]) -> T:
    """What waits for the disk, off the event loop. Raises Problem."""
    with _told():
        return await shelf.reading(read)


@contextmanager
def _told() -> Iterator[None]:
    """What cannot be read is said. Raises Problem."""
    try:
        yield
    except (OSError, UnusableLog, TreeError) as error:
        hint = "Agents keep writing it. See that the hub may read the folder; `fleaglass ledger verify` says more."
        raise Problem(503, "ledger_unreadable", f"the ledger cannot be read: {error}", hint) from None


def _book(shelf: Shelf, request: Request) -> Book:
    name = request.path_params["ledger"]
    book = shelf.books().get(name)
    if book is None:
        raise Problem(404, "ledger_not_found", f"there is no ledger {name[:100]!r}", "GET /api/v1/ledgers has all.")
    return book


def _wanted(asked: Given) -> Wanted:
    kind, trace = text(asked, "kind"), text(asked, "trace")
    if kind is not None and kind not in get_args(Kind):
        raise bad_filter("kind", "a kind of entry", kind, f"Known are: {', '.join(get_args(Kind))}.")
    return Wanted(kind, text(asked, "op"), text(asked, "order"), None if trace is None else parse_trace_id(trace))


def _page(book: Book, wanted: Wanted, before: int, limit: int) -> EntryPage:
    size = book.place.checkpoint_claimed().size
    page = page_of(book.place, size, wanted, before, limit)
    return {"entries": [entry_of_row(row) for row in page.rows], "size": size, "next_before": page.next}


def _place(shelf: Shelf, request: Request) -> tuple[Book, int]:
    """Which entry is meant. Raises Problem if the log has no such entry."""
    book = _book(shelf, request)
    asked = request.path_params["index"]
    size = book.place.checkpoint_claimed().size
    if not re.fullmatch(r"[0-9]{1,16}", asked) or int(asked) >= size:
        hint = f"Its newest checkpoint speaks of {size} entries, from 0 on."
        raise Problem(404, "entry_not_found", f"the ledger has no entry {asked[:100]!r}", hint)
    return book, int(asked)


def _detail(shelf: Shelf, request: Request, checked_ns: int) -> EntryDetail:
    book, index = _place(shelf, request)
    found = check(book.place, index, shelf.keys)
    others = related(book.place, found.size, index, found.entry) if found.entry else []
    return entry_detail(book.place.name, found, [entry_of_row(row) for row in others], checked_ns)


def _proof(shelf: Shelf, request: Request) -> Response:
    book, index = _place(shelf, request)
    found = check(book.place, index, shelf.keys)
    if found.proof is None:
        hint = "`fleaglass ledger verify` says what is wrong with the log."
        raise Problem(409, "not_provable", f"entry {index} cannot be proved: {found.problem}", hint)
    name = re.sub(r"[^A-Za-z0-9._@~-]", "_", f"{book.place.name}-{index}{SUFFIX}")
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(found.proof.encode(), headers=headers, media_type="text/plain; charset=utf-8")
