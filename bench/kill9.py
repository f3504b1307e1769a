"""kill -9 of a real agent, again and again, at random moments: is anything lost?

Each time an agent (kill9_agent.py) starts, records spans, sends orders to a venue that takes its time, and is killed:
while it starts, in the middle of a record, between two segments, with an order under way. It keeps the truth in a
mapping of its own. In the end a shipper sends all that is in the journals to a receiver, and both are compared.

    .venv/bin/python bench/kill9.py --kills 1000 --json

Last line: ended (spans that had ended by the truth), lost (of these, how many did not arrive), torn (stretches of the
journals that are damaged), open_expected and open_recovered (spans that were open, and how many of them arrived as
interrupted), in_flight_expected and in_flight_named (orders that had left and were not answered, and how many of them a
Sentry event names).
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from kill9_agent import HEAD_BYTES, LINE_BYTES, read
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

HERE = Path(__file__).parent
SHIP = (sys.executable, "-m", "fleaglass.cli", "ship", "--until-idle")
JOURNALS = (sys.executable, "-m", "fleaglass.cli", "journal", "list", "--json")
TRUTH_LINES = 1 << 18
LONGEST_S = 1.6
"""The last of the moments at which an agent is killed, in seconds after its start; about a third is for starting."""


@dataclass
class Receiver:
    """A venue that is slow, a collector and a Sentry server, at one address."""

    ended: set[int] = field(default_factory=set)
    interrupted: set[int] = field(default_factory=set)
    named: set[int] = field(default_factory=set)

    def __enter__(self) -> Receiver:
        chance = random.Random(1)

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(handler) -> None:
                body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
                if handler.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                if handler.path.endswith("/v1/traces"):
                    self._take_spans(body)
                elif handler.path.endswith("/envelope/"):
                    self._take_envelope(body)
                else:
                    time.sleep(chance.random() * 0.02)
                order = {"order_id": f"ord_{chance.getrandbits(48):x}", "status": "filled", "fill_price": "66000.5"}
                answer = json.dumps({**order, "filled_quantity": "1", "fee_usd": "0.1"}).encode()
                handler.send_response(200)
                handler.send_header("Content-Length", str(len(answer)))
                handler.end_headers()
                with suppress(OSError):  # it was killed meanwhile
                    handler.wfile.write(answer)

            do_GET = do_POST

            def log_message(handler, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _take_spans(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            for scope in resource.scope_spans:
                for span in scope.spans:
                    is_interrupted = any(each.key == "pf.interrupted" for each in span.attributes)
                    (self.interrupted if is_interrupted else self.ended).add(int.from_bytes(span.span_id, "big"))

    def _take_envelope(self, body: bytes) -> None:
        for line in body.splitlines():
            with suppress(ValueError):
                item: Any = json.loads(line)
                told = item.get("contexts", {}).get("interrupted", {}).get("in_flight", [])
                self.named.update(int(each["span_id"], 16) for each in told)


def killed(folder: Path, number: int, address: str, moment_s: float) -> Path:
    """The truth of an agent that was killed so long after its start."""
    truth = folder / f"truth-{number}"
    with truth.open("wb") as file:
        file.truncate(HEAD_BYTES + LINE_BYTES * TRUTH_LINES)
    dsn = address.replace("//", "//key@") + "/1"
    agent = subprocess.Popen(
        [sys.executable, str(HERE / "kill9_agent.py"), str(truth), address, dsn, address],
        env={**os.environ, "FLEAGLASS_HOME": str(folder / "home"), "FLEAGLASS_SHIPPER": "off"},
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(moment_s)
    agent.kill()
    _, said = agent.communicate()
    if said:
        raise SystemExit(f"the agent says:\n{said}")
    return truth


def run(kills: int, seed: int) -> dict[str, int]:
    chance = random.Random(seed)
    found = dict.fromkeys(
        ("ended", "lost", "torn", "open_expected", "open_recovered", "in_flight_expected", "in_flight_named"), 0
    )
    with tempfile.TemporaryDirectory(prefix="fleaglass-kill9-") as place, Receiver() as receiver:
        folder = Path(place)
        for begin in range(0, kills, 50):
            truths = [
                killed(folder, number, receiver.address, chance.random() * LONGEST_S)
                for number in range(begin, min(begin + 50, kills))
            ]
            listed = subprocess.run(
                [*JOURNALS, "--home", str(folder / "home")], capture_output=True, text=True, check=True
            )
            found["torn"] += sum(json.loads(line).get("damaged", 0) for line in listed.stdout.splitlines())
            subprocess.run([*SHIP, "0.5", "--home", str(folder / "home")], capture_output=True, check=True)
            for truth in truths:
                _compare(read(truth), receiver, found)
                truth.unlink()
            print(f"{begin + len(truths)} of {kills} killed: {found}", file=sys.stderr)
    return {"kills": kills, **found}


def _compare(lines: list[tuple[bytes, int]], receiver: Receiver, found: dict[str, int]) -> None:
    said = {what: {span for each, span in lines if each == what} for what in (b"S", b"E", b"F")}
    found["ended"] += len(said[b"E"])
    found["lost"] += len(said[b"E"] - receiver.ended)
    still_open = said[b"S"] - said[b"E"] - receiver.ended
    found["open_expected"] += len(still_open)
    found["open_recovered"] += len(still_open & receiver.interrupted)
    in_flight = said[b"F"] - receiver.ended
    found["in_flight_expected"] += len(in_flight)
    found["in_flight_named"] += len(in_flight & receiver.named)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print only the result line")
    arguments = parser.parse_args()
    print(json.dumps(run(arguments.kills, arguments.seed)))


if __name__ == "__main__":
    main()
