"""ClickHouse's HTTP interface before an embedded engine, in a process of its own: for tests only.

    python -m tests.support.clickhouse_front FOLDER [--shards N]     prints {"port": …}; ends when its stdin does

So the code that speaks to a server is run against one that parses, stores and answers as a server does. It answers what
clickhouse-connect sends: queries as text, with data behind them, or in a form when their parameters are long; settings
and `param_…` in the address, a user by basic authentication, /ping, compressed bodies and answers, an engine's error
with its code in a header.

With --shards it plays a cluster, as far as one engine can: see tests/support/one_engine_cluster.py.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import os
import re
import sys
import tempfile
import threading
import time
import uuid
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import chdb
import lz4.frame
import zstandard

from fleaglass.hub.store.layout import Layout
from tests.support.one_engine_cluster import on_one_engine, shares

USER: Final = "fleaglass"
PASSWORD: Final = "p@ss:word/%"
LAYOUT: Final = Layout("fleaglass", "main")
"""What a cluster's tables are called here."""

_CODE: Final = re.compile(r"Code: (\d+)\.")
_FORMAT: Final = re.compile(rb"\bFORMAT\s+(\w+)\s*;?\s*$", re.IGNORECASE)
_INSERT: Final = re.compile(rb"(INSERT INTO \w+) (FORMAT \w+)\n")
_NOT_SETTINGS: Final = frozenset(
    {"database", "query", "query_id", "wait_end_of_query", "enable_http_compression", "client_protocol_version"}
    | {"send_progress_in_http_headers", "http_headers_progress_interval_ms"}
)
_UNPACK: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "": bytes,
    "gzip": gzip.decompress,
    "deflate": zlib.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
    "lz4": lz4.frame.decompress,
}
_STATUS: Final = {60: 404, 62: 400, 81: 404, 516: 403}
"""A server's HTTP status by the engine's error code; any other is 500."""


class Handle:
    """One connection's engine handle, which holds a database and settings from one query to the next."""

    def __init__(self, folder: Path, shards: int) -> None:
        self._engine: Any = chdb.connect(str(folder))
        self._shards = shards
        self._database = "default"
        self._settings: dict[str, str] = {}
        if shards:
            self._engine.query(shares(LAYOUT))

    def ask(self, sql: bytes, address: Mapping[str, str]) -> bytes:
        """What the engine answers. Raises RuntimeError with the engine's words."""
        if self._shards:
            sql = on_one_engine(sql, self._shards)
        if not sql.strip():  # a statement that one engine has no use for
            return b""
        settings = {key: value for key, value in address.items() if key not in _NOT_SETTINGS and key[:6] != "param_"}
        self._put(settings, address.get("database", "default"))
        parameters = {key[6:]: value for key, value in address.items() if key.startswith("param_")}
        with _data_apart(sql) as statement:
            answer: bytes = self._engine.query(statement, "TabSeparated", params=parameters).bytes() or b""
        return answer

    def close(self) -> None:
        self._engine.close()

    def _put(self, settings: dict[str, str], database: str) -> None:
        if database != self._database:
            self._engine.query(f"USE `{database}`")
            self._database = database
        for name in self._settings.keys() - settings.keys():
            self._engine.query(f"SET {name} = DEFAULT")
            del self._settings[name]
        for name, value in settings.items():
            if self._settings.get(name) != value:
                quoted = value.replace("\\", "\\\\").replace("'", "\\'")
                self._engine.query(f"SET {name} = '{quoted}'")
                self._settings[name] = value


@contextmanager
def _data_apart(sql: bytes) -> Iterator[bytes]:
    """The statement, with an insert's data in a file: behind a statement this engine takes zero bytes for its end."""
    insert = _INSERT.match(sql)
    if insert is None:
        yield sql
        return
    with tempfile.NamedTemporaryFile(suffix=".data") as file:
        file.write(sql[insert.end() :])
        file.flush()
        yield insert[1] + b" FROM INFILE '" + file.name.encode() + b"' " + insert[2]


class Front(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    folder: Path
    shards: int
    _handle: Handle | None = None

    def do_GET(self) -> None:
        if urlsplit(self.path).path == "/ping":
            self._answer(200, b"Ok.\n")
        else:
            self._query(b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = _UNPACK[self.headers.get("Content-Encoding", "")](body)
        kind = self.headers.get("Content-Type", "")
        self._query(b"", _fields(kind, body)) if kind.startswith("multipart/form-data") else self._query(body)

    def finish(self) -> None:
        super().finish()
        if self._handle is not None:
            self._handle.close()

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _query(self, body: bytes, form: Mapping[str, str] | None = None) -> None:
        address = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True)) | dict(form or {})
        wanted = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.headers.get("Authorization") != f"Basic {wanted}":
            self._fail(f"Code: 516. DB::Exception: {USER}: Authentication failed. (AUTHENTICATION_FAILED)")
            return
        sql = b"\n".join(part for part in (address.get("query", "").encode(), body) if part)
        try:
            if self._handle is None:
                self._handle = Handle(self.folder, self.shards)
            answer = self._handle.ask(sql, address)
        except Exception as error:
            self._fail(str(error))
            return
        format_ = _FORMAT.search(sql)
        headers = {"X-ClickHouse-Summary": json.dumps({"written_rows": "0"}), "X-ClickHouse-Timezone": "UTC"}
        if answer:
            headers["X-ClickHouse-Format"] = format_[1].decode() if format_ else "TabSeparated"
        if address.get("enable_http_compression") == "1" and "gzip" in self.headers.get("Accept-Encoding", ""):
            answer = gzip.compress(answer, 1)
            headers["Content-Encoding"] = "gzip"
        self._answer(200, answer, headers)

    def _fail(self, said: str) -> None:
        code = int(found[1]) if (found := _CODE.search(said)) else 0
        self._answer(_STATUS.get(code, 500), said.encode(), {"X-ClickHouse-Exception-Code": str(code)})

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("X-ClickHouse-Query-Id", str(uuid.uuid4()))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _fields(kind: str, body: bytes) -> dict[str, str]:
    """What a form says, by name: how a query with long parameters comes."""
    form = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    fields = {}
    for part in form.walk():
        name = part.get_param("name", header="content-disposition")
        value = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(value, bytes):
            fields[name] = value.decode()
    return fields


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--shards", type=int, default=0)
    given = arguments.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    os.chdir(given.folder)  # where the engine leaves the protobuf text that it is given inline
    os.environ["TZ"] = "UTC"
    time.tzset()
    Front.folder, Front.shards = given.folder / "store", given.shards
    keeps_open = Handle(Front.folder, 0)  # else the engine would end with each last connection
    server = ThreadingHTTPServer(("127.0.0.1", 0), Front)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(json.dumps({"port": server.server_port}), flush=True)
    sys.stdin.read()
    server.shutdown()
    keeps_open.close()
    os._exit(0)  # connections that are still open hold threads of the engine


if __name__ == "__main__":
    main()
