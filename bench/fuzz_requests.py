"""Request number n of a seed: always the same one, whoever sends it and when.

    seed payload ── mutate its JSON ──▶ item ──▶ envelope ── mutate its bytes ──▶ encode (or lie about it) ──▶ path, key

Most requests are damaged in one place only, so that they come far before they are refused.
"""

from __future__ import annotations

import gzip
import json
import random
import zlib
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from urllib.parse import quote

import brotli
import zstandard
from fuzz_seeds import CALLS, ITEMS, hex_id

__all__ = ["BOMB_BYTES", "ENCODINGS", "Request", "bomb", "envelope", "request"]

BOMB_BYTES: Final = 1_000_000_000

ENCODINGS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "identity": bytes,
    "gzip": lambda body: gzip.compress(body, 1, mtime=0),
    "deflate": lambda body: zlib.compress(body, 1),
    "br": lambda body: bytes(brotli.compress(body, quality=1)),
    "zstd": lambda body: zstandard.compress(body, 1),
}

_SECRET_WORDS: Final = "password=hunter2 api_key: abc Bearer eyJhbGciOi.x.y legal winner thank year wave sausage "
_TEXTS: Final[tuple[str, ...]] = (
    *("", " ", "\0", "a\0b", "\ufffe", "\u2028", "😀" * 50, "é" * 300, "\x1b[31m", "\r\n", "ſ", "\u202e"),
    *(
        "<script>alert(1)</script>",
        "'; DROP TABLE issues; --",
        "{{ default }}",
        "{{ tags.\0 }}",
        "%s%n{0}",
        "../../etc",
    ),
    *("NaN", "null", "-1", "0", "1e999", "9" * 400, "latest", "now", "-5m", "9999-12-31T23:59:59Z", "0001-01-01T00:00"),
    *("a@1.0.0", "@", "a@" + "9" * 150, "x" * 201, "x" * 9_000, _SECRET_WORDS, _SECRET_WORDS * 400, "/" * 300),
    *("2026-11-30T10:00:00+23:59", "1970-01-01", "0" * 32, "F" * 32, "Europe/Berlin", "*/7 0 31 2 *", "@daily"),
)
_NUMBERS: Final = (
    *(0, -1, 1, 2**31 - 1, 2**31, 2**32, 2**53 + 1, 2**63 - 1, 2**63, -(2**63), 2**64, 10**30),
    *(0.1, -0.0, 1e-320, 1e18, 1e300, 9_223_372_036, -9_223_372_037, 253_402_300_800),
)
_RAW: Final = (
    b"NaN",
    b"Infinity",
    b"-Infinity",
    b"1e999",
    b'"\\ud800"',
    b'"\\u0000"',
    b'"\xff\xfe"',
    b"[" * 2_000,
    b"}",
)
"""What is no JSON, or hardly, in the place of a value."""
_PLACE: Final = "\x01here\x01"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it goes over the wire; `about` says what was done to it. `torn`: bytes sent before hanging up."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    about: str
    torn: int | None = None


def request(seed: int, number: int, now_s: float, key: str) -> Request:
    """Request `number`; its clients' clocks show `now_s` Unix seconds, and `key` opens project 1."""
    chance = random.Random(f"{seed} {number}")
    kind = chance.choices((_call, _bomb, _store, _sent), (25, 1, 4, 70))[0]
    made = kind(chance, now_s, key)
    if chance.random() < 0.01:
        return Request(made.method, made.path, made.headers, made.body, f"{made.about}, torn", len(made.body) // 2)
    return made


@cache
def bomb(encoding: str) -> bytes:
    """A gigabyte of zeros in that encoding."""
    block, blocks = bytes(BOMB_BYTES // 100), 100
    if encoding == "br":
        stream = brotli.Compressor(quality=1)
        return b"".join(stream.process(block) for _ in range(blocks)) + bytes(stream.finish())
    if encoding == "zstd":
        frame = zstandard.ZstdCompressor(level=1).compressobj()
        return b"".join(frame.compress(block) for _ in range(blocks)) + frame.flush()
    zipped = zlib.compressobj(9, wbits=31 if encoding == "gzip" else 15)
    return b"".join(zipped.compress(block) for _ in range(blocks)) + zipped.flush()


def envelope(items: Sequence[tuple[Mapping[str, Any], bytes]], header: Mapping[str, Any] | None = None) -> bytes:
    """An envelope of item headers and payloads, each with its length."""
    lines = [json.dumps(header or {}).encode()]
    for item, payload in items:
        lines += [json.dumps({"length": len(payload), **item}).encode(), payload]
    return b"\n".join(lines) + b"\n"


# --- kinds of requests ------------------------------------------------------------------------------------------------


def _sent(chance: random.Random, now_s: float, key: str) -> Request:
    """An envelope of one to four items."""
    items, about = [], []
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        kind = chance.choice((*ITEMS, "event", "event", "attachment"))
        header, payload, done = _item(chance, kind, now_s)
        items.append((header, payload))
        about.append(f"{kind}: {done}")
    header = {"event_id": hex_id(chance), "sent_at": chance.choice(("2026-11-30T10:00:00Z", now_s, None, "later"))}
    if chance.random() < 0.1:
        header, done = _changed(chance, {**header, "dsn": f"http://{key}@h/1", "trace": {"trace_id": hex_id(chance)}})
        about.append(f"header: {done}")
    body = envelope(items, header if isinstance(header, dict) else {"event_id": header})
    return _posted(chance, "envelope", body, key, "; ".join(about))


def _store(chance: random.Random, now_s: float, key: str) -> Request:
    _, payload, done = _item(chance, "event", now_s)
    return _posted(chance, "store", payload, key, f"store: {done}")


def _bomb(chance: random.Random, now_s: float, key: str) -> Request:
    encoding = chance.choice(("gzip", "deflate", "br", "zstd"))
    headers = {"content-encoding": encoding, "x-sentry-auth": f"Sentry sentry_key={key}"}
    path = chance.choice(("/api/1/envelope/", "/api/1/store/", "/api/0/organizations/fleaglass/releases/"))
    return Request("POST", path, headers, bomb(encoding), f"{encoding} bomb")


def _call(chance: random.Random, now_s: float, key: str) -> Request:
    """A call of one of the JSON APIs, with odd parts of its path, odd parameters or an odd body."""
    method, path, body = chance.choice(CALLS)
    about = "as it is"
    where, _, query = path.partition("?")
    turn = chance.randrange(4)
    if turn == 0 and where.count("/") > 3:
        parts = where.split("/")
        at = chance.randrange(4, len(parts))
        parts[at] = quote(chance.choice(_TEXTS)[:2_000], safe=chance.choice(("", "@/")))
        where, about = "/".join(parts), f"path part {at}"
    elif turn == 1:
        pairs = [pair.split("=") for pair in query.split("&") if pair] or [["cursor", "x"]]
        at = chance.randrange(len(pairs))
        pairs[at][-1] = chance.choice((*_TEXTS, *map(str, _NUMBERS)))[:2_000]
        query = "&".join(f"{name}={quote(value)}" for name, value in pairs)
        about = f"parameter {pairs[at][0]}"
    elif body is not None:
        body, about = _changed(chance, deepcopy(body))  # the seed stays as it is
    sent = b"" if body is None else _json(chance, body)
    if body is not None and chance.random() < 0.1:
        sent, about = _damaged(chance, sent), f"{about}, bytes"
    path = where + (f"?{query}" if query else "")
    return Request(method, path, {"content-type": "application/json"}, sent, f"{method} {path[:80]}: {about}")


def _posted(chance: random.Random, endpoint: str, body: bytes, key: str, about: str) -> Request:
    """A body on its way to project 1, usually."""
    if chance.random() < 0.1:
        body, about = _damaged(chance, body), f"{about}; bytes"
    encoding = chance.choice(tuple(ENCODINGS))
    body = ENCODINGS[encoding](body)
    if chance.random() < 0.05:
        body, about = _damaged(chance, body), f"{about}; {encoding} bytes"
    told = encoding if chance.random() < 0.97 else chance.choice((*ENCODINGS, "snappy", "gzip, br", ""))
    path, headers = f"/api/1/{endpoint}/", {"content-encoding": told, "content-type": "application/x-sentry-envelope"}
    whom = chance.random()
    if whom < 0.9:
        headers["x-sentry-auth"] = f"Sentry sentry_version=7, sentry_key={key}, sentry_client=fuzz/1"
    elif whom < 0.95:
        wrong = chance.choice(("0" * 32, "", "%00", "é", "x" * 500))
        path, about = f"{path}?sentry_key={quote(wrong)}", f"{about}; wrong key"
    else:
        path = f"/api/{quote(chance.choice(('2', '0', '99999999999999999999', '-1', 'x', '١', '1%00')))}/{endpoint}/"
        headers["x-sentry-auth"], about = f"Sentry sentry_key={key}", f"{about}; wrong project"
    return Request("POST", path, headers, body, about)


# --- damage -----------------------------------------------------------------------------------------------------------


def _item(chance: random.Random, kind: str, now_s: float) -> tuple[dict[str, Any], bytes, str]:
    """Header and payload of an item, and what was done to it."""
    if kind == "attachment":
        name = chance.choice(("log.txt", *_TEXTS))[:3_000]
        header = {"type": kind, "filename": name, "content_type": chance.choice(("text/html", *_TEXTS))[:3_000]}
        return header, chance.randbytes(chance.choice((0, 9, 5_000, 200_000))), "odd name"
    payload, about = _changed(chance, ITEMS[kind](chance, now_s))
    header = {"type": kind}
    if chance.random() < 0.03:
        changed, done = _changed(chance, {**header, "content_type": "application/json", "item_count": 3})
        header, about = changed if isinstance(changed, dict) else header, f"{about}, header {done}"
    sent = _json(chance, payload)
    if chance.random() < 0.05:
        sent, about = _damaged(chance, sent), f"{about}, bytes"
    return header, sent, about


def _changed(chance: random.Random, value: Any) -> tuple[Any, str]:
    """A JSON value with some of its parts replaced, and which."""
    about: list[str] = []
    for _ in range(chance.choice((0, 1, 1, 1, 2, 5))):
        parts: list[tuple[Any, Any]] = []
        _collect(value, parts)
        if not parts:
            break
        holder, at = chance.choice(parts)
        deed = chance.randrange(10)
        if deed == 0:
            del holder[at]
        elif deed == 1 and isinstance(holder, dict):
            holder[chance.choice(_TEXTS)] = holder.pop(at)
        elif deed == 2 and isinstance(holder, list) and not about:
            holder[:] = (holder * chance.choice((2, 50, 1_000)))[:3_000]
            return value, f"many of {at}"  # they are all the same: what is changed in one now would be in all
        elif deed == 3:
            holder[at] = _nested(chance)
        else:
            holder[at] = _odd(chance)
        about.append(f"{at}" if isinstance(at, str) else f"[{at}]")
    return value, f"changed {', '.join(about)[:80]}" if about else "as it is"


def _collect(value: Any, parts: list[tuple[Any, Any]]) -> None:
    """Every place within a value, as what holds it and its name or number there."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value[:20]) if isinstance(value, list) else ()
    for at, inner in list(pairs):
        parts.append((value, at))
        if len(parts) < 2_000:
            _collect(inner, parts)


def _nested(chance: random.Random) -> Any:
    inner: Any = chance.choice(_TEXTS)
    for _ in range(chance.choice((5, 30, 200))):
        inner = {"a": inner} if chance.random() < 0.5 else [inner]
    return inner


def _odd(chance: random.Random) -> Any:
    kind = chance.randrange(8)
    if kind < 4:
        return chance.choice(_TEXTS)
    if kind < 6:
        return chance.choice(_NUMBERS)
    if kind == 6:
        return chance.choice((None, True, False, [], {}, [[]], [None], {"": None}, {"values": None}))
    return chance.choice((_PLACE, "x" * chance.choice((70_000, 300_000, 2_000_000)), [0] * 20_000))


def _json(chance: random.Random, value: Any) -> bytes:
    """JSON, with what is none where `_odd` left a place for it. Depths that our own encoder refuses are cut."""
    text = json.dumps(value, ensure_ascii=chance.random() < 0.5)
    return text.encode(errors="surrogatepass").replace(json.dumps(_PLACE).encode(), chance.choice(_RAW))


def _damaged(chance: random.Random, body: bytes) -> bytes:
    """A few bytes changed, left out, put in or doubled."""
    found = bytearray(body)
    for _ in range(chance.choice((1, 1, 3, 20))):
        at = chance.randrange(len(found) + 1)
        deed = chance.randrange(4)
        if deed == 0 and at < len(found):
            found[at] ^= 1 << chance.randrange(8)
        elif deed == 1:
            del found[at : at + chance.choice((1, 8, 500))]
        elif deed == 2:
            found[at:at] = chance.choice((b"\0", b"\n", b'"', b"{", b"\xff\xff", b"\n{}\n", chance.randbytes(9)))
        else:
            found[at:at] = found[at : at + 200]
    return bytes(found)
