"""A recording receiver: an HTTP server that writes down every POST that it answers, as it came."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Post", "Recorder", "recording", "recording_in_a_thread"]


@dataclass(frozen=True)
class Post:
    """One request: its path, its headers by lower-case name, its body; when it was read, Unix nanoseconds."""

    path: str
    headers: Mapping[str, str]
    body: bytes
    at_ns: int = 0

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Recorder:
    """What was posted, and the status that is answered."""

    url: str = ""
    posts: list[Post] = field(default_factory=list)
    status: int = 200

    def to(self, path: str) -> list[Post]:
        return [post for post in list(self.posts) if post.path == path]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                self.posts.append(Post(first.split(" ")[1], headers, body, time.time_ns()))
                writer.write(f"HTTP/1.1 {self.status} Recorded\r\ncontent-length: 0\r\n\r\n".encode())
                await writer.drain()
        writer.close()


@asynccontextmanager
async def recording() -> AsyncIterator[Recorder]:
    """One on a free loopback port, on this event loop."""
    recorder = Recorder()
    server = await asyncio.start_server(recorder.serve, "127.0.0.1", 0)
    async with server:
        recorder.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield recorder


@contextmanager
def recording_in_a_thread() -> Iterator[Recorder]:
    """The same for tests without an event loop."""
    found: list[Recorder] = []
    ready, done = threading.Event(), threading.Event()

    async def run() -> None:
        async with recording() as recorder:
            found.append(recorder)
            ready.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    try:
        assert ready.wait(10)
        yield found[0]
    finally:
        done.set()
        thread.join(10)
