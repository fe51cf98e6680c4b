"""The tree of RFC 6962: its published vectors, and pymerkle as an independent oracle."""

from __future__ import annotations

from hashlib import sha256

import pymerkle
import pytest

from guard.audit import merkle
from guard.types.audit import Frontier

# The eight leaves and roots of the RFC 6962 reference implementation's tests.
LEAVES = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                           "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def hashes(count):
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


def test_published_roots():
    leaves = [merkle.leaf_hash(leaf) for leaf in LEAVES]
    frontier = Frontier()
    for size, expected in enumerate(ROOTS, 1):
        frontier = merkle.append(frontier, leaves[size - 1])
        assert merkle.root(leaves[:size]).hex() == expected
        assert merkle.root_of(frontier).hex() == expected
    assert merkle.root([]) == merkle.root_of(Frontier()) == sha256(b"").digest()


def test_roots_and_proofs_equal_those_of_pymerkle():
    oracle = pymerkle.InmemoryTree(algorithm="sha256")
    leaves = hashes(70)
    for size in range(1, 71):
        oracle.append_entry(str(size - 1).encode())
        assert merkle.root(leaves[:size]) == oracle.get_root(size)
    for size in (1, 2, 3, 31, 32, 33, 70):
        for index in range(size):
            path = merkle.inclusion_proof(leaves[:size], index)
            theirs = [bytes(step) for step in oracle.prove_inclusion(index + 1, size).path]
            assert set(path) <= set(theirs)


def test_published_consistency_proofs():
    leaves = [merkle.leaf_hash(leaf) for leaf in LEAVES]
    published = {
        (1, 8): [
            "96a296d224f285c67bee93c30f8a3091",
            "5f083f0a1a33ca076a95279832580db3",
            "6b47aaf29ee3c2af9af889bc1fb9254d",
        ],
        (6, 8): [
            "0ebc5d3437fbe2db158b9f126a1d118e",
            "ca854ea128ed050b41b35ffc1b87b8eb",
            "d37ee418976dd95753c1c73862b9398f",
        ],
        (2, 5): ["5f083f0a1a33ca076a95279832580db3", "bc1a0643b12e4d2d7c77918f44e0f4f7"],
    }
    for (old, size), path in published.items():
        assert [step.hex()[:32] for step in merkle.consistency_proof(leaves[:size], old)] == path


def test_frontier_of_a_whole_sequence():
    frontier = Frontier()
    for size in range(100):
        assert merkle.frontier_of(hashes(size)) == frontier
        frontier = merkle.append(frontier, hashes(size + 1)[-1])


@pytest.mark.parametrize("size", [*range(1, 34), 255, 256, 257])
def test_every_proof_verifies(size):
    leaves = hashes(size)
    root = merkle.root(leaves)
    for index in range(size):
        path = merkle.inclusion_proof(leaves, index)
        assert merkle.verify_inclusion(leaves[index], index, size, path, root)
        assert not merkle.verify_inclusion(leaves[index], index + size, size, path, root)
        assert not merkle.verify_inclusion(leaves[index], index, size, [*path, root], root)
        assert not path or not merkle.verify_inclusion(leaves[index], index, size, path[:-1], root)
    for old in range(size + 1):
        before, now = (old, merkle.root(leaves[:old])), (size, root)
        path = merkle.consistency_proof(leaves, old)
        assert merkle.verify_consistency(before, now, path)
        assert not merkle.verify_consistency(before, now, [*path, root])
        assert not merkle.verify_consistency((old, b"\x00" * 32), now, path)
        if path:
            assert not merkle.verify_consistency(before, now, path[:-1])
            assert not merkle.verify_consistency(before, (size, b"\x00" * 32), path)
    assert not merkle.verify_consistency((size + 1, root), (size, root), [])


def test_outside_the_tree():
    with pytest.raises(IndexError):
        merkle.inclusion_proof(hashes(3), 3)
    with pytest.raises(IndexError):
        merkle.consistency_proof(hashes(3), 4)
    assert merkle.inclusion_proof(hashes(1), 0) == []
