"""A shipper's process whose batches are posted as JSON: HOME VERSION. It leaves when it has been idle for a second."""

from __future__ import annotations

import http.client
import json
import logging
import sys
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from fleaglass.journal import Destination, SentryDestination
from fleaglass.shipper import Accepted, Answer, Batch, NotNow, Shipper, Signal
from fleaglass.shipper.process import run

__all__: list[str] = []


class JsonOutlet:
    def __init__(self, destination: Destination, signal: Signal) -> None:
        address = destination.dsn if isinstance(destination, SentryDestination) else destination.traces
        self._place = urlsplit(address or "").netloc.rpartition("@")[2]
        self._signal = signal

    def send(self, batch: Batch) -> Answer:
        records = [dict(zip(each.__struct_fields__, msgspec.to_builtins(each), strict=True)) for each in batch.records]
        body = json.dumps({"id": batch.id, "signal": self._signal, "records": records}).encode()
        connection = http.client.HTTPConnection(self._place, timeout=5)
        try:
            connection.request("POST", "/", body)
            status = connection.getresponse().status
        except OSError as error:
            return NotNow(str(error))
        finally:
            connection.close()
        return Accepted() if status == 200 else NotNow(f"HTTP {status}")


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    has_shipped = run(
        Path(sys.argv[1]), lambda: Shipper(Path(sys.argv[1]), JsonOutlet), version=sys.argv[2], until_idle_s=1.0
    )
    sys.exit(0 if has_shipped else 1)
