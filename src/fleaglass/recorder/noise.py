"""Which failures are no issue: expected now and then, and without consequence.

A rule looks at a failure and says whether it is noise. What is dropped is counted, and stays on its span. A failure
while an order is being placed, and one after which money may have moved, is never dropped, whatever the rules say; and
a rule that fails itself, or says anything but ``True``, drops nothing: an ``async`` one answers with a coroutine.

Types are matched as Python does it, subclasses included: ``asyncio.TimeoutError`` is the built-in ``TimeoutError``, and
no exception is called ``httpx.RemoteProtocolError`` by its own name.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from fleaglass.recorder.guard import guard
from fleaglass.recorder.story import OperationError

__all__ = ["DEFAULT_NOISE", "PLACEMENT", "Failure", "NoiseRule", "Rule", "noise_of", "transient"]

PLACEMENT: Final = "order_placement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One failure and its circumstances.

    Attributes:
        error: the exception; ``None`` for an error that was only logged.
        phase: what the agent was at, such as ``order_placement``.
        asset: the asset it was about.
        order_id: the order it was about.
        service: the service that was called.
        span: name of the span it happened in.
        trace_id: the trace of that span, 32 hexadecimal digits.
        span_id: the span itself, 16 hexadecimal digits.
        spending: whether a request that may move money had left.
        says_so: whether the error itself says what trade it is about.
    """

    error: BaseException | None
    phase: str | None = None
    asset: str | None = None
    order_id: str | None = None
    service: str | None = None
    span: str | None = None
    trace_id: str | None = None
    span_id: str | None = None
    spending: bool = False
    says_so: bool = False

    @property
    def placement(self) -> bool:
        """Whether it happened while an order was being placed."""
        return self.phase == PLACEMENT

    @property
    def trading(self) -> bool:
        """Whether the error is one of trading: the venue's, or one that says so."""
        return isinstance(self.error, OperationError) or self.says_so

    @property
    def at_stake(self) -> bool:
        """Whether an order was being placed, or money may have moved."""
        return self.placement or self.spending


Rule: TypeAlias = Callable[[Failure], bool]


@dataclass(frozen=True, slots=True)
class NoiseRule:
    """Calls errors of some types noise.

    Attributes:
        errors: exception classes; also as text, ``module.Name``, for a library that may not be installed or loaded.
            Python's own need no module. What is none is named in the log.
        phases: only in these phases; in all if there are none.
        services: only from these services; from all, and from none, if there are none.

    Of each, one may stand by itself.
    """

    errors: type[BaseException] | str | Sequence[type[BaseException] | str]
    phases: str | Sequence[str] = ()
    services: str | Sequence[str] = ()

    def __post_init__(self) -> None:
        """Names that can never match anything are worth knowing of before an error gets by."""
        self._types()

    def __call__(self, failure: Failure) -> bool:
        """Whether the failure is noise."""
        return (
            failure.error is not None
            and (not self.phases or failure.phase in _several(self.phases))
            and (not self.services or failure.service in _several(self.services))
            and isinstance(failure.error, self._types())
        )

    def _types(self) -> tuple[type[BaseException], ...]:
        return tuple(kind for named in _several(self.errors) if (kind := _type(named)))


def transient(failure: Failure) -> bool:
    """The venue was busy or out of reach, and nothing was to be changed."""
    return isinstance(failure.error, OperationError) and failure.error.transient


def noise_of(failure: Failure, rules: Sequence[Rule]) -> Rule | None:
    """The rule by which a failure is dropped; None when it goes out."""
    if failure.at_stake:
        return None
    for rule in rules:
        with guard.theirs("asking a noise rule"):
            answer: object = rule(failure)
            if answer is True:
                return rule
            if not isinstance(answer, bool | None):
                _say_no_answer(answer)
    return None


def _say_no_answer(answer: object) -> None:
    if isinstance(answer, Coroutine):
        answer.close()  # or Python complains that nobody awaited it
    kind = type(answer).__name__
    guard.say(f"rule answers {kind}", f"a noise rule answered with a {kind}, not with True or False; it drops nothing")


def _several(one_or_several: Any) -> tuple[Any, ...]:
    alone = isinstance(one_or_several, str) or not isinstance(one_or_several, Iterable)
    return (one_or_several,) if alone else tuple(one_or_several)


def _type(named: object) -> type[BaseException] | None:
    """The class. One whose module is not loaded has no instances."""
    with guard.theirs("looking for a class of errors"):
        found = named
        if isinstance(named, str):
            module, _, name = named.rpartition(".")
            if (loaded := sys.modules.get(module or "builtins")) is None:
                return None
            found = getattr(loaded, name, None)
        if isinstance(found, type) and issubclass(found, BaseException):
            return found
        guard.say(f"noise {named}", f"noise rule: {named} is no class of errors, so it matches nothing")
    return None


DEFAULT_NOISE: Final[tuple[Rule, ...]] = (
    NoiseRule((TimeoutError, "httpx.RemoteProtocolError")),
    transient,
)
