"""What an agent is promised of its ledger when nothing fails."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from fleaglass.ledger.canonical import decode
from fleaglass.ledger.errors import EntryError, LedgerBusy, LedgerClosed, LedgerError, LedgerKeyError, LedgerWriteError
from fleaglass.ledger.log import Draft, Ledger, Seams
from fleaglass.ledger.storage.commit import Committer, Durable
from fleaglass.ledger.storage.layout import agent_slug, layout_of
from fleaglass.ledger.tree.keys import Ed25519Verifier, VerifierKey
from fleaglass.ledger.tree.merkle import leaf_hash, root_of
from fleaglass.ledger.tree.note import open_note
from tests.support.ledgers import (
    AGENT,
    Unsynced,
    checkpoint,
    intent,
    layout,
    ledger,
    outcome,
    seams,
    shown,
    stored,
    tile_paths,
)


def test_an_entry_is_under_a_signed_checkpoint_with_its_index_and_hash(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    receipt = log.append(intent(asset="BTC", size="0.5"))
    note = log.checkpoint()
    log.close()
    assert receipt.index == 0
    (raw,) = stored(tmp_path)
    assert leaf_hash(raw) == receipt.leaf_hash
    entry = decode(raw, "it")
    assert (entry.seq, entry.id, entry.agent, entry.attributes) == (
        "0",
        receipt.id,
        AGENT,
        {"asset": "BTC", "size": "0.5"},
    )
    signed = checkpoint(note)
    assert (signed.origin, signed.size, signed.root) == (f"fleaglass.ledger/{AGENT}", 1, receipt.leaf_hash)


@pytest.mark.parametrize("size", [1, 255, 256, 257, 600])
def test_a_log_of_any_size_has_the_files_that_the_format_asks_for_and_no_others(tmp_path: Path, size: int) -> None:
    log = ledger(tmp_path)
    for number in range(size):
        log.append(intent(number=str(number)))
        if number == size // 2:
            log.checkpoint()
    log.close()
    entries = stored(tmp_path)
    assert [decode(raw, "it").attributes["number"] for raw in entries] == [str(number) for number in range(size)]
    assert shown(tmp_path).root == root_of([leaf_hash(raw) for raw in entries])
    folder = layout(tmp_path).log
    found = {str(path.relative_to(folder)) for path in (folder / "tile").rglob("*") if path.is_file()}
    of_full_tiles = {path for path in found if (folder / path.partition(".p/")[0]).is_file() and ".p/" in path}
    assert tile_paths(size) <= found
    assert of_full_tiles == set()


def test_an_entry_is_in_the_log_once_its_append_returned_also_if_nothing_more_is_done(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    receipts = [log.append(intent(number=str(number))) for number in range(3)]
    kept = tmp_path / "kept"
    # What a process leaves that is killed here.
    subprocess.run(["cp", "-r", str(tmp_path / "ledger"), str(kept)], check=True)
    log.close()
    os.renames(kept, tmp_path / "again" / "ledger")
    later = ledger(tmp_path / "again", start=100)
    assert later.append(intent()).index == 3
    later.close()
    assert [leaf_hash(raw) for raw in stored(tmp_path / "again")[:3]] == [receipt.leaf_hash for receipt in receipts]


def test_it_goes_on_where_it_ended(tmp_path: Path) -> None:
    roots = []
    for start in range(0, 600, 100):
        log = ledger(tmp_path, start=start)
        for _ in range(99):
            log.append(intent())
        log.close()
        roots.append(shown(tmp_path))
    leaves = [leaf_hash(raw) for raw in stored(tmp_path)]
    assert [decode(raw, "it").seq for raw in stored(tmp_path)] == [str(number) for number in range(594)]
    for signed in roots:
        assert root_of(leaves[: signed.size]) == signed.root


def test_whoever_waits_is_told_that_it_is_on_the_disk(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    receipt = log.append(intent())
    assert not receipt.durable.done()
    receipt.durable.result(timeout=60)
    other = log.append(intent())
    assert other.durable.exception(timeout=60) is None
    assert not other.durable.cancel()
    log.close()


async def test_many_tasks_wait_for_one_commit_without_blocking_the_loop(tmp_path: Path) -> None:
    log = ledger(tmp_path)

    async def order() -> int:
        receipt = log.append(intent())
        await receipt.durable
        return receipt.index

    assert sorted(await asyncio.gather(*(order() for _ in range(64)))) == list(range(64))
    waiting = asyncio.create_task(order())
    await asyncio.sleep(0)
    waiting.cancel()  # the one who waits goes away; the entry stays
    await asyncio.gather(waiting, return_exceptions=True)
    assert await order() == 65
    done = log.append(intent()).durable
    await asyncio.wrap_future(done)
    await done
    log.close()


def test_a_loop_that_ends_before_the_commit_disturbs_nobody(tmp_path: Path) -> None:
    may_sync = threading.Event()

    class Slow(Unsynced):
        def fdatasync(self, handle: int) -> None:
            assert may_sync.wait(60)

    may_sync.set()
    log = ledger(tmp_path, Slow())
    may_sync.clear()
    durable = log.append(intent()).durable

    async def wait() -> None:
        await durable

    async def leave() -> None:
        waiting = asyncio.create_task(wait())
        await asyncio.sleep(0)
        waiting.cancel()

    asyncio.run(leave())
    may_sync.set()
    durable.result(timeout=60)
    log.append(intent()).durable.result(timeout=60)
    log.close()


def test_it_is_committed_and_signed_in_a_while_though_nobody_asks(tmp_path: Path) -> None:
    log = Ledger.open(tmp_path, AGENT, seams=Seams(commit_within_s=0.001, checkpoint_within_s=0.001))
    receipt = log.append(intent())
    while not layout(tmp_path).checkpoint.exists():
        os.sched_yield()
    assert receipt.durable.done()
    assert shown(tmp_path).size == 1
    log.close()


@pytest.mark.timeout(60)
def test_entries_after_one_that_ctrl_c_has_interrupted_are_signed_in_a_while_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ctrl_c(_: Committer) -> Durable:
        raise KeyboardInterrupt

    log = Ledger.open(tmp_path, AGENT, seams=Seams(commit_within_s=0.001, checkpoint_within_s=0.001))
    with monkeypatch.context() as patched:
        patched.setattr(Committer, "wrote", ctrl_c)
        with pytest.raises(KeyboardInterrupt):
            log.append(intent())
    assert len(log.open_intents()) == 1
    log.append(intent())
    while not layout(tmp_path).checkpoint.exists():
        os.sched_yield()
    log.close()
    assert shown(tmp_path).size == 2


@pytest.mark.timeout(60)
@pytest.mark.parametrize("thread", ["that commits", "that folds"])
def test_a_thread_that_ctrl_c_has_kept_from_being_told_of_an_entry_is_told_of_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, thread: str
) -> None:
    def ctrl_c() -> None:
        raise KeyboardInterrupt

    commits = thread == "that commits"  # by itself: a thread that folds has it commit
    seams = Seams(commit_within_s=0.001, checkpoint_within_s=600 if commits else 0.001)
    log = Ledger.open(tmp_path, AGENT, seams=seams)
    with monkeypatch.context() as patched:
        patched.setattr((log._committer if commits else log._checkpointer)._changed, "notify", ctrl_c)
        with pytest.raises(KeyboardInterrupt):
            log.append(intent())
    durable = log.append(intent()).durable
    while not (durable.done() if commits else layout(tmp_path).checkpoint.exists()):
        os.sched_yield()
    log.close()
    assert shown(tmp_path).size == 2


def test_256_entries_are_signed_without_waiting_for_the_time(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    for _ in range(256):
        log.append(intent())
    while not layout(tmp_path).checkpoint.exists():
        os.sched_yield()
    assert shown(tmp_path).size == 256
    log.close()


def test_intents_are_open_until_their_outcome_is_known(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    filled, unknown, lost, found = (log.append(intent(number=str(number))).id for number in range(4))
    log.append(outcome(filled, state="filled"))
    log.append(outcome(unknown, state="unknown"))
    log.append(outcome(found, state="unknown"))
    log.append(Draft(kind="resolution", t="1", mono="2", agent=AGENT, ref=found, attributes={"how": "absent"}))
    assert [entry.id for entry in log.open_intents()] == [unknown, lost]
    log.close()
    for start in (100, 200):
        log = ledger(tmp_path, start=start)
        assert [entry.id for entry in log.open_intents()] == [unknown, lost]
        log.append(intent())
        log.append(outcome(log.open_intents()[-1].id, state="filled"))
        if start == 100:
            log.close()
            layout(tmp_path).open_intents.write_bytes(b"00000000 [1,[0]]\n")
    log.append(outcome(lost, state="not_placed"))
    assert [entry.id for entry in log.open_intents()] == [unknown]
    log.close()


def test_one_log_has_one_writer_and_the_other_is_told_who(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    with pytest.raises(LedgerBusy, match=f"process {os.getpid()}"):
        ledger(tmp_path)
    log.close()
    ledger(tmp_path).close()


def test_two_agents_have_two_logs(tmp_path: Path) -> None:
    one, other = (Ledger.open(tmp_path, name, seams=seams()) for name in ("bot", "Bot"))
    one.append(intent())
    one.close()
    other.close()
    assert not layout_of(tmp_path, "Bot").checkpoint.exists()


@pytest.mark.parametrize("agent", ["Bot", "bot~2", "a b", "a+b", "..", "pf_live_" + "x" * 80, "ÄÖ", "", "a/b"])
def test_any_name_makes_a_folder_of_its_own_that_can_name_a_key(agent: str) -> None:
    slug = agent_slug(agent)
    assert slug != agent_slug(agent + "'")
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789._-")
    assert slug.strip(".")
    assert len(slug) <= 64


def test_a_closed_ledger_takes_nothing_more(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    log.close()
    log.close()
    with pytest.raises(LedgerClosed):
        log.append(intent())
    with pytest.raises(LedgerClosed):
        log.checkpoint()
    with pytest.raises(LedgerClosed):
        log.keep_anchor(b"", "esc_1")


def test_an_empty_log_has_no_checkpoint(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    assert log.checkpoint() == b""
    log.close()
    assert not layout(tmp_path).checkpoint.exists()
    assert not (layout(tmp_path).keys / "key").exists()


def test_a_bad_entry_is_refused_and_leaves_no_trace(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    with pytest.raises(EntryError):
        log.append(intent(size=5))  # type: ignore[arg-type]
    with pytest.raises(EntryError, match="erase"):
        log.append(Draft(kind="redact", t="1", mono="2", agent=AGENT))
    assert log.append(intent()).index == 0
    log.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_cannot_write_and_its_parent_goes_on(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    log.append(intent())
    child = os.fork()
    if child == 0:  # pragma: no cover
        try:
            log.append(intent())
        except LedgerClosed:
            log.close()
            os._exit(7)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert log.append(intent()).index == 1
    with pytest.raises(LedgerBusy):
        ledger(tmp_path)
    log.close()
    assert shown(tmp_path).size == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_ledger_that_was_closed_closes_nothing_of_a_forked_child(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    log.append(intent())
    log.close()
    handles = [os.open(tmp_path, os.O_RDONLY) for _ in range(8)]  # the numbers that the ledger had are taken again
    child = os.fork()
    if child == 0:  # pragma: no cover
        with suppress(OSError):
            list(map(os.fstat, handles))
            os._exit(7)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    for handle in handles:
        os.close(handle)


class Interrupting(Unsynced):
    """In the middle of the next append a signal handler is at work."""

    def __init__(self) -> None:
        self.handle_signal: Callable[[], object] | None = None

    def write(self, handle: int, content: bytes, at: int) -> int:
        handler, self.handle_signal = self.handle_signal, None
        if handler is not None:
            handler()
        return super().write(handle, content, at)


@pytest.mark.timeout(60)
def test_what_a_signal_handler_writes_in_the_middle_of_an_append_is_refused_and_the_log_stays_whole(
    tmp_path: Path,
) -> None:
    refused: list[str] = []

    def handler() -> None:
        for what in (lambda: log.append(intent(asset="ETH")), log.checkpoint, log.open_intents):
            with pytest.raises(LedgerWriteError, match="a signal handler") as error:
                what()
            refused.append(str(error.value))
        log.close()  # which may wait for nothing either

    disk = Interrupting()
    log = ledger(tmp_path, disk)
    log.append(intent(asset="BTC"))
    disk.handle_signal = handler
    log.append(intent(asset="SOL"))
    log.append(intent(asset="AVAX"))
    log.close()
    assert len(refused) == 3
    assert [decode(raw, "it").attributes["asset"] for raw in stored(tmp_path)] == ["BTC", "SOL", "AVAX"]
    ledger(tmp_path, start=100).close()


class Slow(Unsynced):
    """Another agent's process makes each folder in the same moment."""

    def mkdir(self, path: Path, mode: int) -> None:
        super().mkdir(path, mode)
        super().mkdir(path, mode)


def test_two_agents_that_start_at_once_in_a_new_home_both_get_their_logs(tmp_path: Path) -> None:
    log = ledger(tmp_path / "home", Slow())
    log.append(intent())
    log.close()
    assert shown(tmp_path / "home").size == 1


def test_no_other_process_may_write_until_what_was_fetched_back_is_kept(tmp_path: Path) -> None:
    disk = Interrupting()
    log = ledger(tmp_path, disk)
    log.append(intent())
    note = log.checkpoint()
    closing = threading.Thread(target=log.close)

    def close_meanwhile() -> None:
        closing.start()
        closing.join(0.2)  # it gets as far as it can
        with pytest.raises(LedgerBusy):
            ledger(tmp_path)

    disk.handle_signal = close_meanwhile
    log.keep_anchor(note, "hub")
    closing.join()
    with pytest.raises(LedgerClosed):
        log.keep_anchor(note, "hub")


def test_only_the_log_is_for_others_to_read(tmp_path: Path) -> None:
    home = tmp_path / "home"
    log = ledger(home)
    log.append(intent(), {"memo": "rent"})
    log.close()
    place = layout(home)
    for path in (place.state, place.keys, place.folder, *place.state.rglob("*"), *place.keys.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert not list(place.new.iterdir())
    assert b"rent" not in b"".join(path.read_bytes() for path in place.log.rglob("*") if path.is_file())


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_read_is_said_to_be_so(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    log.append(intent())
    log.close()
    layout(tmp_path).last_signed.chmod(0)
    with pytest.raises(LedgerError, match="cannot be read"):
        ledger(tmp_path)


def test_the_first_entry_is_written_before_cryptography_is_loaded(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from fleaglass.ledger.log import Draft, Ledger, Seams\n"
        "log = Ledger.open(Path(sys.argv[1]), 'a', seams=Seams(checkpoint_within_s=3600))\n"
        "log.append(Draft(kind='intent', t='1', mono='2', agent='a')).durable.result()\n"
        "print([name for name in sys.modules if name.split('.')[0] in ('cryptography', 'rfc8785', 'asyncio')])"
    )
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_service_that_holds_the_key_signs_instead(tmp_path: Path) -> None:
    class Service:
        name = "fleaglass.ledger/elsewhere"
        key_id = b"kms1"

        is_away = True

        def sign(self, text: bytes) -> bytes:
            if self.is_away:
                raise RuntimeError("busy")
            return b"signed:" + text[:4]

    service = Service()
    given = Seams(signer=service)
    log = Ledger.open(tmp_path, AGENT, seams=given)
    log.append(intent())
    with pytest.raises(LedgerKeyError, match=r"did not sign 1 entries.*busy"):
        log.checkpoint()
    service.is_away = False
    note = log.checkpoint()
    log.close()
    assert checkpoint(note).origin == Service.name
    assert not list(layout(tmp_path).keys.iterdir())
    log = Ledger.open(tmp_path, AGENT, seams=given)
    log.append(intent())
    assert checkpoint(log.checkpoint()).size == 2
    log.close()


def test_after_a_rotation_the_new_key_signs_and_the_old_one_has_vouched_for_it(tmp_path: Path) -> None:
    log = ledger(tmp_path)
    log.append(intent())
    before = log.checkpoint()
    vkey = log.rotate_key(why="a year has passed")
    both = layout(tmp_path).checkpoint.read_bytes()
    log.append(intent())
    after = log.checkpoint()
    log.close()
    entry = decode(stored(tmp_path)[1], "it")
    old, new = (Ed25519Verifier.of(VerifierKey.parse(entry.attributes[name])) for name in ("previous", "next"))
    assert entry.attributes["next"] == vkey
    assert open_note(before, [old]).signed_by == (old,)
    assert open_note(both, [old, new]).signed_by == (old, new)
    assert open_note(after, [old, new]).signed_by == (new,)
    later = ledger(tmp_path, start=500)
    later.append(intent())
    assert open_note(later.checkpoint(), [new]).signed_by == (new,)
    later.close()
