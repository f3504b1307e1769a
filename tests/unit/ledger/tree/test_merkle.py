"""Roots and proofs are those of RFC 6962: by other implementations' vectors, and by the RFC's own recursion."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fleaglass.ledger.tree.errors import ProofError
from fleaglass.ledger.tree.merkle import (
    EMPTY_ROOT,
    Frontier,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_at,
    root_of,
)
from fleaglass.ledger.tree.tiles import TILE_BYTES, Tile, hash_reader, split_hashes, subtree_root
from tests.support.vectors import vectors
from tests.unit.ledger.tree import naive

MERKLE = vectors("rfc6962-merkle.json")
GOLDEN = vectors("golden-tlog.json")
LEAVES = naive.leaves(300)


@st.composite
def trees(draw: st.DrawFn) -> tuple[int, int]:
    """A size, and an index in it."""
    size = draw(st.integers(1, 300))
    return size, draw(st.integers(0, size - 1))


def test_an_empty_tree_and_a_tree_of_one_are_what_the_rfc_says() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root_of([]) == EMPTY_ROOT
    assert root_of([leaf_hash(b"")]) == leaf_hash(b"")
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


def test_an_odd_node_is_not_doubled_but_goes_up() -> None:
    one, two, three = LEAVES[:3]
    assert root_of([one, two, three]) == node_hash(node_hash(one, two), three)


@given(st.integers(0, 300))
def test_roots_are_those_of_the_recursion(size: int) -> None:
    assert root_of(LEAVES[:size]) == naive.root(LEAVES[:size])
    assert root_at(size, naive.reader(LEAVES)) == naive.root(LEAVES[:size])


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_tree_grows_on_from_where_it_was_stored(one: int, two: int) -> None:
    before, after = sorted((one, two))
    frontier = Frontier.at(before, naive.reader(LEAVES))
    for leaf in LEAVES[before:after]:
        frontier.append(leaf)
    assert (frontier.size, frontier.root()) == (after, naive.root(LEAVES[:after]))


@given(trees())
def test_inclusion_proofs_are_those_of_the_recursion_and_hold(tree: tuple[int, int]) -> None:
    size, index = tree
    proof = inclusion_proof(index, size, naive.reader(LEAVES))
    assert proof == naive.path(index, LEAVES[:size])
    check_inclusion(LEAVES[index], index, size, proof, naive.root(LEAVES[:size]))


@given(trees())
def test_consistency_proofs_are_those_of_the_recursion_and_hold(tree: tuple[int, int]) -> None:
    size2, size1 = tree[0], tree[1] + 1
    proof = consistency_proof(size1, size2, naive.reader(LEAVES))
    assert proof == naive.consistency(size1, LEAVES[:size2])
    check_consistency(size1, naive.root(LEAVES[:size1]), size2, naive.root(LEAVES[:size2]), proof)


@given(trees(), st.data())
def test_no_changed_inclusion_proof_holds(tree: tuple[int, int], data: st.DataObject) -> None:
    size, index = tree
    root = naive.root(LEAVES[:size])
    proof = inclusion_proof(index, size, naive.reader(LEAVES))
    for wrong in _changed(proof, data):
        with pytest.raises(ProofError):
            check_inclusion(LEAVES[index], index, size, wrong, root)
    for other in {data.draw(st.integers(-1, 301)), size} - {index}:
        with pytest.raises(ProofError):
            check_inclusion(LEAVES[index], other, size, proof, root)
    with pytest.raises(ProofError):
        check_inclusion(leaf_hash(b"another"), index, size, proof, root)


@given(trees(), st.data())
def test_no_changed_consistency_proof_holds(tree: tuple[int, int], data: st.DataObject) -> None:
    size2, size1 = tree[0], tree[1] + 1
    root1, root2 = naive.root(LEAVES[:size1]), naive.root(LEAVES[:size2])
    proof = consistency_proof(size1, size2, naive.reader(LEAVES))
    for wrong in _changed(proof, data):
        with pytest.raises(ProofError):
            check_consistency(size1, root1, size2, root2, wrong)
    for wrong1, wrong2 in [(EMPTY_ROOT, root2), (root1, EMPTY_ROOT)]:
        with pytest.raises(ProofError):
            check_consistency(size1, wrong1, size2, wrong2, proof)


def _changed(proof: list[bytes], data: st.DataObject) -> list[list[bytes]]:
    """Too long at either end; and, where there is something: too short, a bit turned, a hash of another length."""
    longer = [[*proof, EMPTY_ROOT], [EMPTY_ROOT, *proof]]
    if not proof:
        return longer
    at, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
    turned = (int.from_bytes(proof[at], "big") ^ 1 << bit).to_bytes(32, "big")
    others = [turned, proof[at][:-1], proof[at] + b"\0", b""]
    return [*longer, proof[1:], proof[:-1], *([*proof[:at], other, *proof[at + 1 :]] for other in others)]


@pytest.mark.parametrize(("size1", "size2"), [(0, 0), (0, 1), (2, 1), (-1, 3)])
def test_nothing_follows_from_an_empty_or_a_larger_tree(size1: int, size2: int) -> None:
    with pytest.raises(ProofError, match="nothing can be proved"):
        check_consistency(size1, EMPTY_ROOT, size2, EMPTY_ROOT, [])
    with pytest.raises(ProofError, match="nothing can be proved"):
        consistency_proof(size1, size2, naive.reader(LEAVES))


def test_proofs_of_sizes_that_nobody_has_end_at_once() -> None:
    with pytest.raises(ProofError, match="0 hashes instead of 63"):
        check_inclusion(LEAVES[0], 12345, (1 << 63) - 1, [], EMPTY_ROOT)
    with pytest.raises(ProofError, match="0 hashes instead of"):
        check_consistency(12345, EMPTY_ROOT, (1 << 63) - 1, EMPTY_ROOT, [])


@pytest.mark.skipif(MERKLE is None, reason="the vectors are not beside the repository")
def test_the_98_inclusion_vectors_of_another_implementation() -> None:
    cases = MERKLE["inclusion"]
    assert len(cases) == 98
    for case in cases:
        arguments = (_b(case["leafHash"]), case["leafIdx"], case["treeSize"], _proof(case), _b(case["root"]))
        assert _fails(check_inclusion, *arguments) is case["wantErr"], case["name"]


@pytest.mark.skipif(MERKLE is None, reason="the vectors are not beside the repository")
def test_the_98_consistency_vectors_of_another_implementation() -> None:
    cases = MERKLE["consistency"]
    assert len(cases) == 98
    for case in cases:
        roots = (case["size1"], _b(case["root1"]), case["size2"], _b(case["root2"]))
        assert _fails(check_consistency, *roots, _proof(case)) is case["wantErr"], case["name"]


@pytest.mark.skipif(GOLDEN is None, reason="the vectors are not beside the repository")
def test_the_149_golden_cases_of_another_implementation_read_from_tiles() -> None:
    cases = GOLDEN["cases"]
    assert len(cases) == 149
    leaves = naive.leaves(max(case["size"] for case in cases))
    levels = [leaves]
    while len(levels[-1]) >= 256:
        hashes = levels[-1]
        levels.append([subtree_root(hashes[at : at + 256]) for at in range(0, len(hashes) - 255, 256)])

    def fetch(tile: Tile) -> bytes:
        return b"".join(levels[tile.depth][tile.index * 256 :][: tile.width])

    for case in cases:
        size, index, old = case["size"], case["index"], case["oldSize"]
        read = hash_reader(size, fetch)
        root = _b(case["root"])
        inclusion, consistency = _proof({"proof": case["inclusion"]}), _proof({"proof": case["consistency"]})
        assert root_at(size, read) == root
        assert inclusion_proof(index, size, read) == inclusion
        assert consistency_proof(old, size, read) == consistency
        check_inclusion(leaves[index], index, size, inclusion, root)
        check_consistency(old, root_at(old, read), size, root, consistency)


def test_a_tile_of_256_hashes_has_the_root_of_its_subtree() -> None:
    tile = b"".join(LEAVES[:256])
    assert len(tile) == TILE_BYTES
    assert subtree_root(split_hashes(tile)) == naive.root(LEAVES[:256])


@settings(max_examples=20)
@given(st.lists(st.binary(min_size=32, max_size=32), max_size=64), st.integers(), st.integers())
def test_whatever_proof_is_checked_only_a_proof_error_comes_of_it(proof: list[bytes], one: int, two: int) -> None:
    assert _fails(check_inclusion, EMPTY_ROOT, one, two, proof, EMPTY_ROOT) in (True, False)
    assert _fails(check_consistency, one, EMPTY_ROOT, two, EMPTY_ROOT, proof) in (True, False)


def _fails(check: Any, *arguments: Any) -> bool:
    try:
        check(*arguments)
    except ProofError:
        return True
    return False


def _proof(case: Any) -> list[bytes]:
    return [_b(each) for each in case["proof"] or []]


def _b(text: str) -> bytes:
    return b64decode(text)
