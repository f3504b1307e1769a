"""A log beside a real sandbox that loses acknowledgements: by its database, its own word, both profiles' lists."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from fleaglass.ledger.entry import Entry
from fleaglass.venue import LIVE, Access, NotPlacedError, OutcomeUnknown
from fleaglass.venue.sync import PurpleFlea
from tests.support.ledger_folder import write_ledger
from tests.support.processes import FLEAGLASS
from tests.unit.ledger.reconcile.book import Log
from tests.unit.ledger.reconcile.test_against_sandbox import told

pytestmark = pytest.mark.integration

FAULTS = ("drop-ack:trade@40%", "drop-ack:casino@40%", "drop-ack:escrow@40%")
TURNS = 8


@contextmanager
def sandbox(db: Path, *faults: str) -> Iterator[str]:
    """The address of one whose prices stand still."""
    command = [*FLEAGLASS, "sandbox", "--port", "0", "--json", "--speed", "0", "--rate-limit", "0", "--db", str(db)]
    command += (word for fault in faults for word in ("--fault", fault))
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def opened(url: str, agent_id: str) -> dict[str, Any]:
    answer = httpx.post(f"{url}/_sandbox/accounts", json={"agent_id": agent_id, "credit_usd": 5000})
    account: dict[str, Any] = answer.raise_for_status().json()
    return account


def keys(account: dict[str, Any]) -> dict[str, str]:
    """What the command finds in its environment."""
    live = {f"PURPLE_FLEA_{name.upper()}_API_KEY": one["api_key"] for name, one in account["live"].items()}
    return {"PURPLE_FLEA_API_KEY": account["api_key"], **{name: key for name, key in live.items() if key}}


class Agent:
    """Writes what it is about to do, and what it was told; of what was lost, it looks for each second one later."""

    def __init__(self, flea: PurpleFlea, finder: PurpleFlea) -> None:
        self.flea, self.finder = flea, finder
        self.log = Log("agent-1")
        self.lost = 0

    def does(self, op: str, call: Callable[[], Any], **asked: object) -> Any:
        fields = {name: str(value) for name, value in asked.items() if value is not None}
        ref = self.log.intent(op, time.time_ns(), **fields)
        try:
            got = call()
        except OutcomeUnknown as error:
            self.lost += 1
            self.log.outcome(ref, state="unknown")
            return self._resolved(ref, error, fields) if self.lost % 2 else None
        self.log.outcome(ref, **{"state": "done", **told(got, fields)})
        return got

    def _resolved(self, ref: str, error: OutcomeUnknown, fields: dict[str, str]) -> Any:
        try:
            got = self.finder.resolve(error)
        except NotPlacedError:
            self.log.resolution(ref, "absent", state="not_placed")
        except OutcomeUnknown:
            self.log.resolution(ref, "unknown", state="unknown")
        else:
            self.log.resolution(ref, "found", **{"state": "done", **told(got, fields)})
            return got
        return None

    def trades(self, payee: str, *, sized: bool) -> None:
        """Something of each sort, again and again."""
        for turn in range(TURNS):
            quantity = Decimal("0.001") + Decimal(turn) / 1000
            size = {"size_usd": quantity * self.flea.trading.market("BTC").price} if sized else {}
            self._trades_once(turn, payee, quantity, size)
        self.does("trading.close", lambda: self.flea.trading.close(asset="BTC"), asset="BTC")

    def _trades_once(self, turn: int, payee: str, quantity: Decimal, size: dict[str, Decimal]) -> None:
        flea, usd = self.flea, 10 + turn
        about = {"asset": "BTC", "side": "buy", "quantity": quantity, **size}
        self.does("trading.order", lambda: flea.trading.execute("BTC", "buy", quantity), **about)
        bet = {"game": "coin_flip", "amount_usd": usd}
        self.does("casino.bet", lambda: flea.casino.bet("coin_flip", usd, side="heads"), **bet)
        held = {"amount_usd": usd, "counterparty_id": payee}
        escrow = self.does("escrow.create", lambda: flea.escrow.create(usd, payee, "a report"), **held)
        if escrow is not None and turn % 2:
            about_it = {"escrow_id": escrow.escrow_id}
            self.does("escrow.release", lambda: flea.escrow.release(escrow.escrow_id), **about_it)


def reconciled(folder: Path, *options: str, env: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [*FLEAGLASS, "ledger", "reconcile", str(folder), "--json", *options],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **(env or {})},
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, json.loads(done.stdout)


def without_order(entries: list[Entry], order_id: str) -> list[Entry]:
    refs = {entry.ref for entry in entries if entry.attributes.get("order_id") == order_id}
    return [entry for entry in entries if entry.id not in refs and entry.ref not in refs]


def test_with_lost_acknowledgements_all_is_accounted_for_by_the_guides(tmp_path: Path) -> None:
    folder, db = tmp_path / "agent-1", tmp_path / "sandbox.db"
    with sandbox(db, *FAULTS) as url:
        account, other = opened(url, "agent-1"), opened(url, "agent-2")
        about = {"api_key": account["api_key"], "base_url": account["base_url"]}
        with PurpleFlea(**about, resolve_timeout=0.0) as flea, PurpleFlea(**about, resolve_timeout=0.5) as finder:
            agent = Agent(flea, finder)
            agent.trades(other["agent_id"], sized=False)
        write_ledger(folder, agent.log.entries)
        httpx.post(f"{url}/_sandbox/faults", json={"faults": []}).raise_for_status()
        by_api = reconciled(folder, "--venue", "guide", "--base-url", account["base_url"], env=keys(account))
        history = httpx.get(f"{url}/_sandbox/history", params={"account": "agent-1"})
        (tmp_path / "history.jsonl").write_bytes(history.raise_for_status().content)
    assert agent.lost > 0
    by_file = reconciled(folder, "--venue", str(tmp_path / "history.jsonl"))
    by_tables = reconciled(folder, "--venue", str(db), "--account", "agent-1")
    assert by_tables == by_file
    for code, found in (by_api, by_tables):
        assert code == 0, found
        assert found["counts"].keys() == {"matched", "probable"}
        assert sum(found["counts"].values()) == len([one for one in agent.log.entries if one.kind == "intent"])

    (order_id, *_) = [one.attributes["order_id"] for one in agent.log.entries if "order_id" in one.attributes]
    write_ledger(folder, without_order(agent.log.entries, order_id))
    code, found = reconciled(folder, "--venue", str(db), "--account", "agent-1")
    assert (code, found["counts"]["venue_only"]) == (1, 1)
    assert found["findings"][0]["lines"][0]["id"] == order_id


def test_with_lost_acknowledgements_all_is_accounted_for_by_the_published_code(tmp_path: Path) -> None:
    folder, db = tmp_path / "agent-1", tmp_path / "sandbox.db"
    with sandbox(db, *FAULTS) as url:
        account, other = opened(url, "agent-1"), opened(url, "agent-2")
        services = {
            name: Access(api_key=one["api_key"], base_url=one["base_url"]) for name, one in account["live"].items()
        }
        about: dict[str, Any] = {"profile": LIVE, "services": services}
        with PurpleFlea(**about, resolve_timeout=0.0) as flea, PurpleFlea(**about, resolve_timeout=0.5) as finder:
            agent = Agent(flea, finder)
            agent.trades(other["live"]["casino"]["account_id"], sized=True)
        write_ledger(folder, agent.log.entries)
        httpx.post(f"{url}/_sandbox/faults", json={"faults": []}).raise_for_status()
        by_api = reconciled(folder, "--venue", "live", "--base-url", f"{url}/live", env=keys(account))
    assert agent.lost > 0
    code, found = reconciled(folder, "--venue", str(db), "--account", account["live"]["casino"]["account_id"])
    assert (code, found["counts"].keys()) == (0, {"matched", "probable"}), found
    # It has no list of escrows, so that one whose answer was lost cannot be found.
    assert (by_api[0], by_api[1]["counts"].keys()) == (0, {"matched", "probable", "not_listed"}), by_api
