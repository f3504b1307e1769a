"""An agent that fails, for tests of what is told of its failures."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import ClassVar, Final

import pytest

from fleaglass.recorder import Operation, OperationError
from fleaglass.testing import Recording, recording

__all__ = ["ORDER", "PLACEMENT", "Busy", "Margin", "Refused", "fail", "operation", "trader"]

PLACEMENT: Final = "order_placement"
ORDER: Final = {"asset": "BTC", "side": "buy", "quantity": 1.0, "order_type": "market"}


class Refused(OperationError):
    """As the venue's errors are: told everything when they are raised."""

    def __init__(self, text: str = "no", **about: str) -> None:
        super().__init__(text)
        for name, value in about.items():
            setattr(self, name, value)


class Margin(Refused):
    level: ClassVar[str] = "warning"


class Busy(Refused):
    transient: ClassVar[bool] = True


def trader() -> AbstractContextManager[Recording]:
    """A block with an agent that has a strategy and a release."""
    return recording("vol-arb-1", strategy="vol-arb-btc", release="agent-vol-arb@2.1.0", environment="staging")


def operation(record: Recording, phase: str | None = PLACEMENT, **attributes: object) -> Operation:
    service = {"service": "trading"} | {name: value for name, value in attributes.items() if name == "service"}
    rest = {f"pf.{name}": value for name, value in attributes.items() if name != "service"}
    return Operation(record.agent.core, "pf.trade.execute", str(service["service"]), rest, phase=phase)


def fail(record: Recording, error: BaseException, phase: str | None = PLACEMENT, **attributes: object) -> None:
    with pytest.raises(type(error)), record.agent.cycle(), operation(record, phase, **attributes):
        raise error
