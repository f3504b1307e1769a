"""The shapes of the ledgers' endpoints."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from fleaglass.hub.api.scalars import Duration, Nanoseconds, SpanId, TraceId
from fleaglass.hub.ledgers.checking import ClaimState
from fleaglass.hub.ledgers.trouble import TroubleKind

__all__ = [
    "EntryDetail",
    "EntryPage",
    "EntrySeen",
    "LedgerDetail",
    "LedgerSpan",
    "LedgerSpans",
    "LedgerSummary",
    "LedgerTroubles",
    "Ledgers",
    "OpenIntentSeen",
    "ProblemSeen",
    "ReportSeen",
    "Reports",
    "TroubleSeen",
    "VerifiedSeen",
]

Hash = Annotated[str, Field(description="SHA-256, 64 lower-case hex digits.", pattern="^[0-9a-f]{64}$")]


class ProblemSeen(TypedDict):
    """Something that cannot be so in a log that nobody touched."""

    index: Annotated[int | None, Field(description="The first entry that it is about, if that can be told.")]
    where: Annotated[str, Field(description="The file.")]
    what: str


class VerifiedSeen(TypedDict):
    """What came of verifying a whole log."""

    at_ns: Nanoseconds
    took_ns: Duration
    result: Annotated[
        Literal["whole", "tampered", "unusable"],
        Field(description="`unusable`: there was nothing that could be verified, such as no checkpoint yet."),
    ]
    signed: Annotated[
        bool,
        Field(description="The signature was checked too; that needs the log's public key, by `up --ledger-key`."),
    ]
    size: Annotated[int, Field(description="So many entries, from the first.")]
    first_bad: Annotated[int | None, Field(description="The first entry that cannot be believed.")]
    cosigned: Annotated[
        int | None,
        Field(description="So many entries had the hub cosigned as a witness; more than `size`: some are not there."),
    ]
    newer: Annotated[int, Field(description="Entries of a newer form, whose content was not looked at.")]
    problems: Annotated[list[ProblemSeen], Field(description="Those about the first entries, at most 100.")]
    why: Annotated[str | None, Field(description="Of `unusable`: why.")]


class EntrySeen(TypedDict):
    """One entry; all but its place is null or empty if it cannot be read."""

    index: int
    kind: Annotated[str, Field(description="As it says, or `unreadable`.")]
    id: str | None
    ref: Annotated[str | None, Field(description="The id of the entry that it answers.")]
    op: str | None
    at_ns: Annotated[Nanoseconds | None, Field(description="By the agent's clock.")]
    agent: str | None
    strategy: str | None
    release: str | None
    environment: str | None
    trace_id: TraceId | None
    span_id: SpanId | None
    attributes: dict[str, str]
    committed: Annotated[list[str], Field(description="Names of what it holds only as salted hashes.")]
    problem: Annotated[str | None, Field(description="Why it cannot be read.")]


class OpenIntentSeen(TypedDict):
    """An intent whose end the log does not know."""

    entry: EntrySeen
    lost: Annotated[bool, Field(description="An outcome says that the answer was lost.")]


class LedgerSummary(TypedDict):
    """One log, as its newest checkpoint has it."""

    ledger: Annotated[str, Field(description="Its name here: that of its folder.")]
    agent: Annotated[str | None, Field(description="Who writes it, by its latest entry.")]
    origin: Annotated[str | None, Field(description="How it calls itself; null if its checkpoint cannot be read.")]
    size: Annotated[int | None, Field(description="Entries that its checkpoint speaks for.")]
    root: Hash | None
    kinds: Annotated[dict[str, int], Field(description="How many there are of each kind.")]
    last_ns: Annotated[Nanoseconds | None, Field(description="When the latest entry was, by the agent's clock.")]
    open: Annotated[int, Field(description="Intents without an end.")]
    read: Annotated[int, Field(description="Entries that could be read for this.")]
    problem: Annotated[str | None, Field(description="Why not all could be read.")]
    verified: Annotated[VerifiedSeen | None, Field(description="The last time; null until it was done.")]


class Ledgers(TypedDict):
    """All logs, by folder and name."""

    ledgers: list[LedgerSummary]
    folders: Annotated[list[str], Field(description="Where the hub looks for logs.")]


class LedgerDetail(TypedDict):
    """One log, and what is open in it."""

    ledger: LedgerSummary
    open: Annotated[list[OpenIntentSeen], Field(description="The oldest, at most 200; `ledger.open` says how many.")]


class EntryPage(TypedDict):
    """Some entries, the newest first."""

    entries: list[EntrySeen]
    size: Annotated[int, Field(description="Of the log.")]
    next_before: Annotated[int | None, Field(description="`before` of the next page; null after the first entry.")]


class EntryDetail(TypedDict):
    """One entry, checked for this answer."""

    ledger: str
    entry: EntrySeen
    raw: Annotated[str, Field(description="Its bytes, which were hashed; what is no UTF-8 as \\\\x and two digits.")]
    leaf_hash: Annotated[Hash | None, Field(description="Of these bytes; null if they cannot be read.")]
    checked_ns: Nanoseconds
    proved: Annotated[bool, Field(description="Its hash leads to the root that the checkpoint names.")]
    signed: Annotated[bool, Field(description="The checkpoint's signature was checked too.")]
    size: Annotated[int, Field(description="Entries that this checkpoint speaks for.")]
    steps: Annotated[int, Field(description="Hashes of the proof.")]
    problem: str | None
    related: Annotated[list[EntrySeen], Field(description="What it answers and what answers it, as far as near.")]


class DifferenceSeen(TypedDict):
    """A field that differs; both sides are empty where their values are not kept."""

    field: str
    ours: str
    venues: str


class FindingSeen(TypedDict):
    """One thing that is not plainly well."""

    verdict: str
    agent: str
    what: str
    entries: Annotated[list[int], Field(description="Of the log of that agent.")]
    ids: list[str]
    at_ns: Nanoseconds | None
    why: str
    differences: list[DifferenceSeen]


class ReportSeen(TypedDict):
    """What comparing with the venue gave."""

    name: Annotated[str, Field(description="The file's.")]
    problem: Annotated[str | None, Field(description="Why it cannot be read; the rest is empty then.")]
    at_ns: Nanoseconds | None
    venue: str
    clean: bool
    counts: Annotated[
        dict[str, int], Field(description="How many findings there are of each verdict, the worst first.")
    ]
    findings: list[FindingSeen]
    left_out: int
    troubles: list[str]


class Reports(TypedDict):
    """Saved reports, the newest first; at most ten."""

    reports: list[ReportSeen]


class LedgerSpan(TypedDict):
    """A span that names an entry, and whether that is so."""

    trace_id: TraceId
    span_id: SpanId
    origin: str
    index: int
    leaf_hash: str
    ledger: Annotated[str | None, Field(description="The log's name here.")]
    state: Annotated[
        ClaimState,
        Field(
            description="`in`: the leaf hash matches. `differs`: another entry stands there. `waiting`: no checkpoint"
            " speaks of it yet. `broken`: the log cannot prove it. `no_log`: the hub has no such log."
        ),
    ]
    says: Annotated[str, Field(description="The same for people.")]
    signed: bool


class LedgerSpans(TypedDict):
    """The spans of some traces that name an entry of a ledger, checked for this answer."""

    checked_ns: Nanoseconds
    spans: list[LedgerSpan]


class TroubleSeen(TypedDict):
    """A ledger that somebody should look at, and why."""

    severity: Literal["danger", "doubt"]
    kind: Annotated[
        TroubleKind,
        Field(
            description="`tampered`: verifying found it. `gone`: it had entries, and cannot be verified any more."
            " `missing`: entries that the hub has cosigned are not there. The others are alarms of the witness."
        ),
    ]
    agent: Annotated[str, Field(description="Whose, by the log's own name.")]
    ledger: Annotated[str | None, Field(description="Its name here; null if the hub has only heard of it.")]
    says: str
    since_ns: Nanoseconds


class LedgerTroubles(TypedDict):
    """The worst first."""

    troubles: list[TroubleSeen]
