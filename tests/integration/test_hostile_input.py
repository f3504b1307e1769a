"""Whatever is sent to a hub: a clear refusal, or it is kept and shown as the text that it is; and the hub goes on.

Each test sends something hostile over a real socket to a real hub, and then an ordinary event, which has to arrive.
"""

from __future__ import annotations

import gzip
import json
import re
import socket
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from itertools import count
from pathlib import Path
from typing import Any

import brotli
import httpx
import pytest
import zstandard

from tests.support.processes import Hub, eventually, running_hub

pytestmark = pytest.mark.integration

ENVELOPE = "/api/1/envelope/"
STORE = "/api/1/store/"
SCRIPT = "<script>alert(1)</script>"
LONG = "on and on, " * 400_000
GIGABYTE = 1_000_000_000
MOST_MB = 300
"""What requests may make a hub take: a body as it was sent and inflated, which ends at 40 MiB, and room to read one
and to digest one."""

_numbers = count()


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with running_hub(tmp_path_factory.mktemp("hub")) as running:
        yield running


@pytest.fixture(autouse=True)
def and_the_next_event_arrives(hub: Hub) -> Iterator[None]:
    yield
    kind = f"Ordinary{next(_numbers)}Error"
    assert post(hub, event({"exception": [{"type": kind, "value": "x"}]})).status_code == 200
    assert issue(hub, kind)["title"] == f"{kind}: x"
    assert hub.get("/api/v1/status")["intake"] == {"waiting": 0, "waiting_bytes": 0, "aside": 0}


def post(hub: Hub, body: bytes, path: str = ENVELOPE, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.post(hub.url + path, content=body, headers=named, timeout=60)


def item(kind: str, payload: bytes, **header: Any) -> bytes:
    return b"%s\n%s\n" % (json.dumps({"type": kind, "length": len(payload), **header}).encode(), payload)


def event(body: Any, event_id: str = "") -> bytes:
    """An envelope with one event."""
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    return json.dumps({"event_id": event_id} if event_id else {}).encode() + b"\n" + item("event", payload)


def issue(hub: Hub, kind: str) -> dict[str, Any]:
    """The issue of that type, once it is there."""

    def found() -> list[dict[str, Any]]:
        return [row for row in hub.get("/api/v1/issues", q=kind)["issues"] if row["type"] == kind]

    row: dict[str, Any] = eventually(found, 30)[0]
    return row


def latest(hub: Hub, kind: str) -> dict[str, Any]:
    """The latest event of the issue of that type."""
    shown: dict[str, Any] = hub.get(f"/api/v1/issues/{issue(hub, kind)['id']}/events/latest")
    return shown


def nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


def frames(how_many: int, more: str = "") -> list[dict[str, Any]]:
    return [{"function": f"f{number}", **({"context_line": more} if more else {})} for number in range(how_many)]


REFUSED = {
    "nothing at all": (b"", 400, "the envelope's header (byte 0) is not JSON"),
    "no envelope": (b"GET / HTTP/1.1", 400, "the envelope's header (byte 0) is not JSON"),
    "half an envelope": (b'{}\n{"type":"event","length":90}\n{"a', 400, "says that it has 90 bytes, but 3 are left"),
    "an item that is longer than it says": (
        b'{}\n{"type":"event","length":1}\n{}\n',
        400,
        "does not end after 1 bytes",
    ),
    "a length that is none": (b'{}\n{"type":"event","length":"x"}\n{}', 400, "length must be a number of bytes"),
    "an event that is no JSON": (event(b"{'a': 1}"), 400, "item 1 (event) is not JSON"),
    "an event that is a list": (event([]), 400, "item 1 (event) must be a JSON object, not list"),
    "an event of binary zeros": (event(bytes(900)), 400, "item 1 (event) is not JSON"),
    "a thousand items and one": (b"{}\n" + item("event", b"{}") * 1_001, 400, "more than 1000 items"),
    "nesting without end": (event(nested(90_000)), 400, "item 1 (event) is not JSON"),
    "a million lists and more": (event(b'{"a":[' + b"[]," * 1_100_000 + b"1]}"), 400, "more than 1000000 lists"),
    "a header without end": (b'{"a":"' + b"x" * 100_000, 400, "is longer than 65536 bytes"),
    "a text of 10 MB": (event({"message": "x" * 10_000_000}), 413, "at most 5242880 without its attachments"),
    "a stack of 20 MB": (event({"stacktrace": {"frames": frames(100_000, "x" * 160)}}), 413, "at most 5242880"),
    "more than an envelope may have": (b"{}\n" + item("attachment", bytes(42_000_000)), 413, "larger than 41943040"),
}


@pytest.mark.parametrize(("body", "status", "told"), REFUSED.values(), ids=REFUSED)
def test_what_is_malformed_or_too_large_is_refused_with_what_and_where(
    hub: Hub, body: bytes, status: int, told: str
) -> None:
    answer = post(hub, body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")
    assert told in answer.json()["detail"]


NOBODY = {
    "no such project": ("/api/2/envelope/", {}, 404, "no project 2"),
    "no such project, by an old client": ("/api/2/store/", {}, 404, "no project 2"),
    "project 0": ("/api/0/envelope/", {}, 404, "no project 0"),
    "a project that is no number": ("/api/x/envelope/", {}, 400, "must be a number"),
    "a project beyond all numbers": (f"/api/{10**30}/envelope/", {}, 400, "must be a number"),
    "a wrong key": (ENVELOPE, {"x_sentry_auth": "Sentry sentry_key=" + "0" * 32}, 403, "no key of project 1"),
    "a wrong key in the address": (f"{ENVELOPE}?sentry_key=nonsense", {}, 403, "no key of project 1"),
    "a wrong key of an old client": (f"{STORE}?sentry_key=nonsense", {}, 403, "no key of project 1"),
}


@pytest.mark.parametrize(("path", "headers", "status", "told"), NOBODY.values(), ids=NOBODY)
def test_a_wrong_project_or_key_is_refused_and_nothing_is_kept(
    hub: Hub, path: str, headers: dict[str, str], status: int, told: str
) -> None:
    sent = b'{"exception":[{"type":"NobodysError"}]}'
    answer = post(hub, sent if "/store/" in path else event(sent), path, **headers)
    assert answer.status_code == status
    assert told in answer.json()["detail"]
    assert hub.get("/api/v1/issues", q="NobodysError")["issues"] == []


@cache
def bomb(encoding: str) -> bytes:
    """A gigabyte of zeros."""
    block = bytes(GIGABYTE // 100)
    if encoding == "br":
        stream = brotli.Compressor(quality=1)
        return b"".join(stream.process(block) for _ in range(100)) + bytes(stream.finish())
    if encoding == "zstd":
        frame = zstandard.ZstdCompressor(level=1).compressobj()
        return b"".join(frame.compress(block) for _ in range(100)) + frame.flush()
    zipped = zlib.compressobj(1, wbits=31 if encoding == "gzip" else 15)
    return b"".join(zipped.compress(block) for _ in range(100)) + zipped.flush()


def memory_mb(hub: Hub, line: str) -> float:
    """`VmRSS`, what the hub holds, or `VmHWM`, the most it ever held."""
    status = Path(f"/proc/{hub.process.pid}/status").read_text()
    return int(re.findall(rf"{line}:\s+([0-9]+) kB", status)[0]) / 1e3


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's figures of a process")
@pytest.mark.parametrize("path", [ENVELOPE, STORE, "/api/0/organizations/fleaglass/releases/"])
@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_a_gigabyte_in_a_small_body_never_takes_its_room(hub: Hub, encoding: str, path: str) -> None:
    before_mb = memory_mb(hub, "VmRSS")
    highest_mb = memory_mb(hub, "VmHWM")
    answer = post(hub, bomb(encoding), path, content_encoding=encoding)
    assert answer.status_code == 413
    assert "larger than the limit once decompressed" in answer.json()["detail"]
    assert memory_mb(hub, "VmHWM") <= max(highest_mb, before_mb + MOST_MB)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's figures of a process")
def test_many_events_of_empty_lists_at_once_take_the_room_of_one(hub: Hub) -> None:
    sent = event(b'{"a":[' + b"[]," * 990_000 + b"1]}")
    highest_mb = max(memory_mb(hub, "VmHWM"), memory_mb(hub, "VmRSS") + MOST_MB)
    with ThreadPoolExecutor(16) as senders:
        assert [answer.status_code for answer in senders.map(partial(post, hub), [sent] * 16)] == [200] * 16
    assert memory_mb(hub, "VmHWM") <= highest_mb


@pytest.mark.parametrize(
    ("encoding", "status", "told"),
    [
        ("snappy", 415, "'snappy' is not accepted"),
        ("gzip, br", 415, "is not accepted"),
        ("gzip", 400, "is not gzip"),
        ("deflate", 400, "is not deflate"),
        ("br", 400, "br"),
        ("zstd", 400, "zstd"),
    ],
)
def test_another_encoding_than_the_body_has_is_refused(hub: Hub, encoding: str, status: int, told: str) -> None:
    answer = post(hub, event({"message": "plain"}), content_encoding=encoding)
    assert answer.status_code == status
    assert told in answer.json()["detail"]


def test_half_a_compressed_body_is_refused(hub: Hub) -> None:
    answer = post(hub, gzip.compress(event({"message": "x" * 9_000}))[:-9], content_encoding="gzip")
    assert (answer.status_code, answer.json()["detail"]) == (400, "the gzip body ends too early")


def test_of_a_hundred_thousand_frames_both_ends_are_kept(hub: Hub) -> None:
    stack = {"frames": frames(100_000)}
    assert post(hub, event({"exception": [{"type": "DeepError", "stacktrace": stack}]})).status_code == 200
    (shown,) = latest(hub, "DeepError")["exceptions"]
    assert (len(shown["stack"]["frames"]), shown["stack"]["omitted"]) == (250, 99_750)
    assert [shown["stack"]["frames"][at]["function"] for at in (0, -1)] == ["f0", "f99999"]


def test_of_a_text_of_four_megabytes_the_beginning_is_kept(hub: Hub) -> None:
    sent = {"exception": [{"type": "LongError", "value": LONG}], "extra": {LONG[:9_000]: LONG[:9_000]}}
    assert post(hub, event(sent)).status_code == 200
    shown = latest(hub, "LongError")
    assert shown["exceptions"][0]["value"] == LONG[:8_191] + "…"
    assert shown["extra"] == {LONG[:199] + "…": LONG[:8_191] + "…"}


def test_of_deep_nesting_the_upper_levels_are_kept(hub: Hub) -> None:
    sent = b'{"exception":[{"type":"NestedError"}],"extra":%s}' % nested(500)
    assert post(hub, event(sent)).status_code == 200
    extra = latest(hub, "NestedError")["extra"]
    depth = 0
    while isinstance(extra, dict):
        extra, depth = extra["a"], depth + 1
    assert (depth, extra) == (9, "…")


def test_characters_that_no_text_should_have_are_kept_as_they_can_be(hub: Hub) -> None:
    odd = b'"release":"a\\u0000@1","environment":"\\u0000","user":{"id":"\\u0000"}'
    sent = b'{"exception":[{"type":"OddError","value":"a\\u0000b\\ud800c\xff"}],%s}' % odd
    assert post(hub, event(sent)).status_code == 200
    assert latest(hub, "OddError")["exceptions"][0]["value"] == "a\x00b?c\ufffd"


def scripted(value: Any) -> Any:
    """The same with a script in the place of every text."""
    if isinstance(value, dict):
        return {name: scripted(each) for name, each in value.items()}
    return [scripted(each) for each in value] if isinstance(value, list) else SCRIPT


def test_a_script_in_every_field_is_text_wherever_it_is_shown(hub: Hub) -> None:
    fields = {
        **dict.fromkeys(
            ("platform", "level", "logger", "transaction", "release", "environment", "server_name", "dist"), ""
        ),
        "message": "",
        "fingerprint": [""],
        "tags": {"tag": ""},
        "user": {"id": "", "email": "", "username": ""},
        "request": {"url": "", "headers": {"a": ""}, "data": {"b": ""}},
        "contexts": {"agent_state": {"a": ""}, "trace": {"trace_id": "", "op": ""}, "c": {"d": ""}},
        "extra": {"a": ""},
        "sdk": {"name": "", "version": ""},
        "breadcrumbs": {"values": [{"category": "", "message": "", "level": "", "data": {"a": ""}}]},
        "exception": {
            "values": [
                {
                    **dict.fromkeys(("type", "value", "module"), ""),
                    "mechanism": {"type": ""},
                    "stacktrace": {
                        "frames": [
                            {
                                **dict.fromkeys(("function", "module", "filename", "abs_path", "context_line"), ""),
                                "pre_context": [""],
                                "vars": {"v": ""},
                            }
                        ]
                    },
                }
            ]
        },
    }
    event_id = "5c" * 16
    file = item("attachment", SCRIPT.encode(), filename=f"{SCRIPT}.html", content_type="text/html")
    assert post(hub, event(scripted(fields), event_id) + file).status_code == 200
    row = issue(hub, SCRIPT)
    assert (row["title"], row["culprit"]) == (f"{SCRIPT}: {SCRIPT}", SCRIPT)
    asked = (
        "issues",
        f"issues/{row['id']}",
        f"issues/{row['id']}/events",
        f"issues/{row['id']}/events/{event_id}",
        "issues?environment=" + SCRIPT,
    )
    for path in asked:
        answer = httpx.get(f"{hub.url}/api/v1/{path}", timeout=10)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json"), path
        assert SCRIPT in answer.text, path
    (attached,) = hub.get(f"/api/v1/issues/{row['id']}/events/{event_id}")["attachments"]
    name = attached["name"]
    assert name == "script>.html"  # without the folders that a name may have
    downloaded = httpx.get(f"{hub.url}/api/v1/issues/{row['id']}/events/{event_id}/attachments/{name}")
    assert (downloaded.content, downloaded.headers["content-type"]) == (SCRIPT.encode(), "application/octet-stream")
    assert downloaded.headers["content-disposition"].startswith("attachment;")
    assert downloaded.headers["x-content-type-options"] == "nosniff"
    assert downloaded.headers["content-security-policy"] == "default-src 'none'; sandbox"


def test_a_name_with_odd_characters_is_a_name_that_can_be_asked_for(hub: Hub) -> None:
    event_id = "ab" * 16
    named = ['a\nb"c\r\n.txt', "../../etc/passwd", "\u202etxt.exe", "a?b#c%2f&d", LONG[:5_000], "..", ""]
    files = b"".join(item("attachment", b"%d" % at, filename=name) for at, name in enumerate(named))
    assert post(hub, event({"exception": [{"type": "FilesError"}]}, event_id) + files).status_code == 200
    place = f"/api/v1/issues/{issue(hub, 'FilesError')['id']}/events/{event_id}"
    found = eventually(lambda: hub.get(place)["attachments"])
    names = {each["name"] for each in found}
    assert names == {"abc.txt", "passwd", "\u202etxt.exe", "a?b#c%2f&d", LONG[:199] + "…", "attachment"}
    for name in names:
        path = httpx.URL(hub.url).copy_with(raw_path=f"{place}/attachments/".encode() + quoted(name))
        answer = httpx.get(path)
        assert (answer.status_code, len(answer.content)) == (200, 1), name
        assert "\n" not in answer.headers["content-disposition"]


def quoted(name: str) -> bytes:
    return "".join(f"%{byte:02X}" for byte in name.encode()).encode()


UNREADABLE = {
    "a session": ("session", b'{"sid":"x"}'),
    "sessions": ("sessions", b'{"aggregates":{}}'),
    "a check-in": ("check_in", b'{"monitor_slug":"<script>","status":"ok"}'),
    "logs": ("log", b"[1]"),
    "metrics": ("trace_metric", b'{"items":7}'),
    "spans": ("span", b'{"items":[[],null]}'),
    "a client report": ("client_report", b'{"discarded_events":[7]}'),
    "a transaction": ("transaction", b'{"contexts":[]}'),
    "what no hub knows": ("\x00<script>", b"\xff" * 900),
}


@pytest.mark.parametrize(("kind", "payload"), UNREADABLE.values(), ids=UNREADABLE)
def test_an_item_that_cannot_be_read_leaves_the_event_beside_it(hub: Hub, kind: str, payload: bytes) -> None:
    name = f"Beside{next(_numbers)}Error"
    sent = event({"exception": [{"type": name}]}) + item(kind, payload)
    assert post(hub, sent).status_code == 200
    assert issue(hub, name)["events"] == 1


def test_whoever_hangs_up_in_the_middle_is_nothing_to_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], hub: Hub
) -> None:
    with running_hub(tmp_path) as other:
        address = httpx.URL(other.url)
        for path in (ENVELOPE, STORE, "/v1/traces", "/api/v1/issues/1/comments", "/api/0/organizations/o/releases/"):
            head = f"POST {path} HTTP/1.1\r\nHost: {address.netloc.decode()}\r\nContent-Length: 100\r\n"
            with socket.create_connection((address.host, address.port or 0)) as connection:
                connection.sendall(f"{head}Content-Type: application/json\r\n\r\n{{".encode())
        assert post(other, event({"message": "still here"})).status_code == 200
        eventually(lambda: other.get("/api/v1/issues")["issues"])
    assert "Traceback" not in capfd.readouterr().err
