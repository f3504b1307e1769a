"""The shipper as a thread of an agent: where no process may live beside it, and in tests."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Final

from fleaglass._forks import in_forked_children
from fleaglass.shipper.shipper import Shipper

__all__ = ["ShipperThread"]

_logger: Final = logging.getLogger("fleaglass.shipper")


class ShipperThread:
    """Every method may be called from any thread, and none raises.

    Args:
        make: makes the shipper, when it is first needed.
    """

    def __init__(self, make: Callable[[], Shipper]) -> None:
        self._make = make
        self._let_go()
        in_forked_children(self._let_go)

    def _let_go(self) -> None:
        """Nothing runs. In a forked child: the thread was its parent's."""
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._shipper: Shipper | None = None
        self._is_stopped = False

    def wake(self) -> None:
        """There is something new to send. The first call starts the thread."""
        with self._lock:
            if self._shipper is not None:
                self._shipper.wake()
            elif not self._is_stopped:
                self._shipper = self._make()
                self._thread = threading.Thread(target=self._run, args=(self._shipper,), name="fleaglass-shipper")
                self._thread.daemon = True
                self._thread.start()

    def stop(self, timeout_s: float) -> bool:
        """End it, at most ``timeout_s`` seconds from now; whether it has ended. What is not sent stays where it is."""
        with self._lock:
            self._is_stopped = True
            thread, shipper = self._thread, self._shipper
        if thread is None or shipper is None:
            return True
        shipper.stop()
        thread.join(timeout_s)
        return not thread.is_alive()

    def _run(self, shipper: Shipper) -> None:
        try:
            shipper.run()
        except Exception:
            _logger.exception("the shipper ends with an internal error; what is recorded stays in the journal")
        finally:
            shipper.close()
