"""Which traces leave the process. What does not is recorded all the same; see `fleaglass.recorder.tracing`.

All but the first two follow a parent that is an agent's. Any other, of this process or from elsewhere, is treated like
none: or whoever hires an agent could switch its recording off, or make it record everything; and so could the program's
own tracing.
"""

from __future__ import annotations

from typing import Final, Protocol

from fleaglass.recorder.seams import Ids

__all__ = ["Sampler", "sampler_for"]

_BITS: Final = (1 << 64) - 1


class Sampler(Protocol):
    """Decides about one span."""

    def __call__(self, above: bool | None, is_remote: bool, trace_id: int, /) -> bool:
        """Whether it leaves the process.

        Args:
            above: whether its parent does; None where no agent of this process recorded that.
            is_remote: whether its parent is of another process.
            trace_id: of the span.
        """
        ...


def sampler_for(name: str, share: float, ids: Ids) -> Sampler:
    """By the name that OpenTelemetry gives it. Raises ``KeyError`` for an unknown one.

    Args:
        name: as in ``OTEL_TRACES_SAMPLER``.
        share: of the traces, from 0 to 1, for those that take a share.
        ids: where ids come from.
    """
    by_share = _below_ours(_share_of_traces(share, ids))
    return {
        "always_on": _on,
        "always_off": _off,
        "traceidratio": by_share,
        "parentbased_always_on": _below_ours(_on),
        "parentbased_always_off": _below_ours(_off),
        "parentbased_traceidratio": by_share,
    }[name]


def _on(above: bool | None, is_remote: bool, trace_id: int, /) -> bool:
    return True


def _off(above: bool | None, is_remote: bool, trace_id: int, /) -> bool:
    return False


def _below_ours(root: Sampler) -> Sampler:
    def decide(above: bool | None, is_remote: bool, trace_id: int, /) -> bool:
        return root(None, is_remote, trace_id) if above is None else above

    return decide


def _share_of_traces(share: float, ids: Ids) -> Sampler:
    """Takes a share of the traces by their ids, as all do who keep the same share, so they keep the same traces.

    A trace that was begun elsewhere has the id that a stranger gave it, who could choose one that is always kept, or
    never. For what is ours of it an id of our own decides.
    """
    bound = round(share * (1 << 64))

    def decide(above: bool | None, is_remote: bool, trace_id: int, /) -> bool:
        if is_remote:
            trace_id = ids.trace_id()
        return (trace_id & _BITS) < bound

    return decide
