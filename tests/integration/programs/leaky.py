"""An agent that puts secrets wherever an author might, by mistake or for lack of thought.

    python leaky.py        with EVERYTHING in the environment: {"canaries": {name: [secret, planted]}, "leaky": url}

Each secret goes through every place by itself, in a trace of its own, so that what is found of it says where it was.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import logging
import os
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import httpx
import requests
from opentelemetry import baggage, context

import fleaglass
from fleaglass.venue import LIVE, PurpleFlea, TradingError, live_at

SETUP = json.loads(os.environ["EVERYTHING"])
VENUE = SETUP["leaky"]
log = logging.getLogger("strategy")


class Wallet:
    """Shows what it holds to whoever looks."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return f"Wallet({self.text})"


class Broken(Wallet):
    """Does so even when it cannot be shown."""

    def __repr__(self) -> str:
        raise ValueError(self.text)

    __str__ = __repr__


class Rude(Exception):
    """An error that cannot say what it is."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        raise ValueError(self.text)


def hook(event: Any, hint: dict[str, Any]) -> Any:
    """An author's before_send, which means well."""
    event.setdefault("extra", {})["argv"] = [SECRETS[0][1], {"password": SECRETS[0][0]}]
    return event


SECRETS = list(SETUP["canaries"].values())
ODD, HEXADECIMAL = (SETUP["canaries"][name][0] for name in ("odd key", "hexadecimal key"))
WITHOUT_WAITING: Any = {"resolve_timeout": 0, "sleep": lambda _: asyncio.sleep(0)}
GUIDE_CLIENT = PurpleFlea(ODD, base_url=f"{VENUE}/v1", **WITHOUT_WAITING)
LIVE_CLIENT = PurpleFlea(ODD, profile=LIVE, services=live_at(f"{VENUE}/live"), **WITHOUT_WAITING)
agent = fleaglass.init("mallory", strategy="leaky", release="leaky@1", environment="test", before_send=[hook])


def words_of(secret: str) -> list[str]:
    """A mnemonic as a list. Other secrets have no words, and pieces of them no shape."""
    words = secret.split()
    return words if len(words) >= 12 else []


def in_spans(secret: str, text: str) -> None:
    words = words_of(secret)
    with agent.cycle(market=text, asset=text, timestamp=text) as cycle:
        cycle.set(note=text, body={"private_key": secret, "list": [text, {"password": secret}]}, raw=text.encode())
        cycle.set(wallet=Wallet(text), wallets=[Wallet(text), text], words=words, broken=Broken(text))
        cycle.set(**{text: 1, "walletPassword": secret, "x_api_key": [secret], "order_id": text, "pnl_usd": text})
        cycle.set(secret_key=secret, wallet_seed=secret, auth=("agent", secret), command=["tool", "--password", secret])
        with agent.stage(text) as stage:
            stage.set(
                asset=text, text=f"line\n{text}\n", shown=repr(f"line\n{text}"), coded=json.dumps(json.dumps(text))
            )
        with agent.stage("signal.analysis") as stage:
            stage.signal({"type": text, "action": text, "asset": text, "confidence": text, "z_score": text})
            stage.signal(Wallet(text))
        with agent.pipeline(text, text) as pipeline:
            pipeline.set(quantity=text, signal_type=text)
            agent.risk_check(text, passed=False, value=text, limit=text)
        cycle.skip(f"{'long ' * 36}{text}")
    with agent.cycle() as cycle:
        cycle.reject(text)
    carrier = {"traceparent": text, "baggage": f"pf.task_type={text},pf.requester_agent_id={text}", text: text}
    with agent.cycle(), agent.handoff(text, counterparty=text, task=text):
        pass
    with agent.take_over(carrier, task_type=text, escrow_id=text, task=text) as task:
        task.set(note=text)
    good = {"traceparent": f"00-{'4' * 32}-{'5' * 16}-01"}
    with agent.take_over({**good, "baggage": f"pf.task_type={quote(text)},pf.requester_agent_id={quote(text)}"}):
        pass


def in_breadcrumbs(secret: str, text: str) -> None:
    agent.breadcrumb(text, text, level=text, data={"password": secret, "deep": {"er": [text]}}, note=text)  # type: ignore[arg-type]
    agent.breadcrumb(
        "note", f"it is {text}", api_key=secret, raw=text.encode(), wallet=Wallet(text), broken=Broken(text)
    )
    agent.position_change(text, text, size=text, price=text, rationale=text)
    agent.breadcrumb("config", "loaded", secret_key=secret, seed=secret, jwt=secret, recovery_phrase=secret)
    agent.state(**{"wallet": Wallet(text), text: text, "mnemonic": secret, "words": words_of(secret)})
    agent.state(priv_key=secret, passcode=secret)
    agent.state_from(lambda: {"wallet": {"mnemonic": secret, "pk": text, "broken": Broken(text)}})
    agent.marker(text, **{text: text, "api_key": secret, "note": f"now {text}"})
    agent.marker("parameters", api_key=secret, wallet_key=secret, note=text)
    agent.phase(text)
    with suppress(ValueError), agent.monitor(text, schedule=text):
        raise ValueError(text)


def in_models(secret: str, text: str) -> None:
    with agent.cycle(), agent.stage("signal.analysis") as stage:
        prompt = [{"role": text, "content": [{"type": "text", "text": text}, {"password": secret}]}, text]
        with stage.chat(text, text, prompt=prompt) as call:
            call.usage(finish_reason=text, response_model=text, response_id=text, completion=f"Sure: {text}")
            call.set(note=text)
        stage.model_call(provider=text, model=text, prompt={"role": "user", "content": text}, completion=text)
        with (
            agent.invoke_agent(text, provider=text, model=text),
            agent.execute_tool(
                text, call_id=text, arguments={"headers": {"X-Api-Key": secret}, "url": text, "words": words_of(secret)}
            ) as tool,
        ):
            tool.result({"text": text, "nested": json.dumps({"clientSecret": secret, "note": text})})
    tracer = agent.tracer_provider.get_tracer(text)
    with agent.cycle(), tracer.start_as_current_span(text, attributes={"a": text, "password": secret}) as span:
        span.add_event(text, {"b": text})
        span.record_exception(ValueError(text))


def in_errors(secret: str, text: str) -> None:
    def fail(api_key: str, headers: list[tuple[str, str]], wallet: Wallet, **more: Any) -> None:
        nested = {"body": {"private_key": secret, "list": [text]}, text: 1, text.encode(): text}
        words, raw, url = words_of(secret), text.encode(), f"https://venue.example/?api_key={quote(secret)}"
        broken = Broken(text)
        try:
            raise KeyError(text, nested, raw)
        except KeyError as error:
            error.add_note(f"seen with {text}")
            raise ValueError(f"401 {words} {url} {wallet} {headers}") from error
        finally:
            del broken

    def failing() -> None:
        fail(secret, [("Authorization", f"Bearer {secret}"), ("X-Note", text)], Wallet(text), password=secret)

    try:
        with agent.cycle(), agent.stage("thinking"):
            failing()
    except ValueError as error:
        agent.capture(error, body={"private_key": secret}, text=text, words=words_of(secret))
    for raised in (
        Rude(text),
        RuntimeError(text, {"password": secret}, text.encode(), words_of(secret)),
        ExceptionGroup(text, [ValueError(text), Rude(text)]),
        type(text, (Exception,), {})(text),
        TradingError(text, asset=text, phase=text, order_id=text, service=text, code=text, intent={"a": text}),
    ):
        with suppress(Exception), agent.cycle():
            raise raised
    thread = threading.Thread(target=fail, args=(secret, [("a", text)], Wallet(text)), name=text)
    thread.start()
    thread.join()


def in_libraries(secret: str, text: str) -> None:
    """Errors whose frames below the author's hold the secret: as a key, as a file, as a whole request."""
    nowhere = "http://127.0.0.1:9/v1/price"
    headers, query = {"Authorization": f"Token {secret}", "X-Auth-Key": secret}, {"api_key": secret, "note": text}

    def signing() -> None:
        phrase = (
            "copper lantern meadow pigeon saddle velvet "
            "window yellow zebra candle forest garden"
        )  # fmt: skip
        auth = ("agent", secret)
        assert not (phrase and auth)

    for call in (
        lambda: hmac.new(secret, b"message", "sha256"),  # type: ignore[arg-type]
        lambda: base64.b64decode(f"{secret}1".encode() + b"="),
        lambda: json.loads(f"[{json.dumps(text)}"),
        lambda: os.environ[secret[:3]],
        lambda: requests.post(nowhere, params=query, json={"password": secret}, headers=headers, timeout=5),
        lambda: httpx.post(nowhere, params=query, json={"note": text}, headers=headers, timeout=5, verify=False),
        lambda: subprocess.run(["false", "--password", secret], check=True),
        signing,
    ):
        with suppress(Exception), agent.cycle(), agent.stage("thinking"):
            call()


def in_logs(secret: str, text: str) -> None:
    with agent.cycle():
        log.info("key %s", text, extra={"api_key": secret, "note": text})
        log.warning("refused: %r", {"password": secret, "note": text})
        log.error("with %s and %s", text, Wallet(text))
        log.info("nothing can show %s", Broken(text))
        log.error(text)
        logging.getLogger(text).error("from %s", text)
        try:
            raise ValueError(text)
        except ValueError:
            log.exception("could not: %s", text)

        def talk() -> None:
            log.warning("in a thread of that name", stack_info=True)

        thread = threading.Thread(target=talk, name=text)
        thread.start()
        thread.join()
    log.error("outside of spans, %s", text)


async def at_the_venue(text: str, turn: int) -> None:
    """What is sent there is the author's own; what is recorded of it is ours."""
    token = context.attach(baggage.set_baggage("pf.task_type", text))
    for flea in (GUIDE_CLIENT, LIVE_CLIENT):
        with agent.cycle():
            await asyncio.gather(*(call() for call in calls(flea, text)[turn % 2 :: 2]), return_exceptions=True)
    context.detach(token)


def calls(flea: PurpleFlea, text: str) -> list[Callable[[], Any]]:
    place = {} if flea is GUIDE_CLIENT else {"network": text, "private_key": HEXADECIMAL, "token": text}
    return [
        lambda: flea.trading.execute(text, "buy", 1, reference=False, confirm_timeout=0),
        lambda: flea.trading.order(text),
        lambda: flea.trading.cancel(f"{text}/x" * 40),
        lambda: flea.trading.market(text),
        lambda: flea.trading.close(asset=text, reference=False),
        lambda: flea.wallet.send(text, text, 1, text, **place),
        lambda: flea.escrow.create(1, text, text, metadata={"note": text}, record_conditions=True),
        lambda: flea.escrow.dispute(text, reason=text),
        lambda: flea.casino.bet(text, 1, note=text),
        lambda: flea.casino.batch([{"game": text, "amount_usd": 1, "note": text}]),
        lambda: flea.faucet.claim(text),
        lambda: flea.domains.search(text),
        lambda: flea.domains.register(text),
        lambda: flea.domains.bid(text, 1),
    ]


async def with_httpx(secret: str, text: str) -> None:
    headers = {"X-Api-Key": secret, "Authorization": f"Bearer {secret}"}
    body = {"asset": text, "side": text, "quantity": text, "private_key": secret, "conditions": text, "mnemonic": text}
    async with httpx.AsyncClient(trust_env=False, timeout=5, verify=False) as http:
        with agent.cycle():
            for method, path in (
                ("POST", "/v1/trading/order"),
                ("POST", "/v1/escrow/create"),
                ("GET", f"/v1/trading/order/{quote(text, safe='')}"),
                ("POST", "/live/wallet/v1/wallet/send"),
            ):
                sent = httpx.Request(method, f"{VENUE}{path}", params={"api_key": secret, "n": text}, json=body)
                sent.headers.update(headers)
                with suppress(httpx.HTTPError):
                    (await http.send(sent)).raise_for_status()


async def main() -> None:
    fleaglass.instrument(guide_url=f"{VENUE}/v1", live_url=f"{VENUE}/live")
    async with agent.session():
        for turn, (secret, text) in enumerate(SECRETS):
            for place in (in_spans, in_breadcrumbs, in_models, in_errors, in_libraries, in_logs):
                place(secret, text)
            await asyncio.gather(at_the_venue(text, turn), with_httpx(secret, text))
            assert agent.flush(20), agent.counts()
    await GUIDE_CLIENT.close()
    await LIVE_CLIENT.close()
    assert agent.shutdown(timeout=10)


class Ours(logging.Handler):
    """Shows what Fleaglass says, and nothing that the program itself does."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("fleaglass"):
            print(self.format(record), flush=True)


logging.basicConfig(level=logging.INFO, handlers=[Ours()])
threading.excepthook = lambda _: None
asyncio.run(main())
