"""Bytes that pass the protobuf parser but not the engine are refused as bytes, and add no row.

The two parsers differ on purpose-built input (a boolean of 39, an unknown group that never ends). What matters is that
the writer takes the engine's answer for what it is: about this body, not about the store.
"""

from __future__ import annotations

import random

from fleaglass.hub.receive.otlp import Malformed, parse
from fleaglass.hub.store import EngineError, Signal
from fleaglass.hub.store.engine import Engine
from fleaglass.hub.store.writer import PARSE_ERRORS
from tests.support.otlp import TEN_KINDS, logs, traces

BODIES: tuple[tuple[Signal, bytes], ...] = (
    ("traces", traces({"attributes": TEN_KINDS | {"pf.fill_price": 1.5}}, {"parent": 1}).SerializeToString()),
    ("logs", logs({"body": {"a": 1}, "attributes": TEN_KINDS}, {"body": "x"}).SerializeToString()),
)
MUTATIONS = 400


def mutated(random_: random.Random, body: bytes) -> bytes:
    """`body` with one to four bytes changed, added or removed."""
    out = bytearray(body)
    for _ in range(random_.choice((1, 1, 2, 4))):
        place = random_.randrange(len(out))
        match random_.choice("sssrib"):
            case "s":
                out[place] = random_.randrange(256)
            case "b":
                out[place] ^= 1 << random_.randrange(8)
            case "i":
                out[place:place] = random_.randbytes(random_.randrange(1, 6))
            case "r":
                del out[place : place + random_.randrange(1, 6)]
    return bytes(out)


def test_mutated_bodies_are_stored_or_refused_as_bytes(engine: Engine) -> None:
    random_ = random.Random(5)
    stored, refused = 0, set()
    for number in range(MUTATIONS):
        signal, body = BODIES[number % len(BODIES)]
        try:
            batch = parse(signal, mutated(random_, body))
        except Malformed:
            continue
        try:
            engine.insert(signal, batch.body)
            stored += 1
        except EngineError as error:
            refused.add(error.code)
    assert refused <= PARSE_ERRORS
    assert stored > MUTATIONS / 20
