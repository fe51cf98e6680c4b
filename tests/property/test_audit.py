"""What must always hold of the log: any one changed byte is found, every proof verifies, every altered one fails."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guard.audit import merkle, tiles
from guard.audit.encode import decode, encode
from guard.audit.export import export
from guard.audit.verify import verify_export
from guard.errors import StoreError, VerificationError
from guard.types.audit import Frontier
from tests.ledgers import opened

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(max_codepoint=127), max_size=5), inner, max_size=4)
    ),
    max_leaves=12,
)
entries = st.dictionaries(st.text(st.characters(max_codepoint=127), max_size=5), values, max_size=5)
few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """An exported log of 300 entries: full and partial tiles on two levels."""
    folder = tmp_path_factory.mktemp("log")
    with opened(folder / "gate") as here:
        here.add(300, note="é")
        here.store.read_now(lambda tx: export(tx, here.keys.verifier, folder / "out"))
    return folder / "out"


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def refused(log: Path, path: Path, changed: bytes) -> bool:
    original = path.read_bytes()
    path.write_bytes(changed)
    try:
        verify_export(log)
    except VerificationError:
        return True
    finally:
        path.write_bytes(original)
    return False


@settings(few, max_examples=150)
@given(data=st.data())
def test_any_changed_bit_of_any_file_is_found(log, data):
    path = data.draw(st.sampled_from(files_of(log)), label="file")
    content = path.read_bytes()
    place = data.draw(st.integers(0, len(content) - 1), label="place")
    mask = data.draw(st.integers(1, 255), label="mask")
    assert refused(log, path, content[:place] + bytes([content[place] ^ mask]) + content[place + 1 :])


@few
@given(data=st.data())
def test_any_cut_or_added_byte_is_found(log, data):
    path = data.draw(st.sampled_from(files_of(log)), label="file")
    content = path.read_bytes()
    place = data.draw(st.integers(0, len(content)), label="place")
    extra = data.draw(st.binary(min_size=0, max_size=3), label="extra")
    cut = data.draw(st.integers(0, 3), label="cut")
    changed = content[:place] + extra + content[place + cut :]
    assert changed == content or refused(log, path, changed)


@pytest.mark.parametrize("name", ["checkpoint", "key"])
def test_each_byte_of_the_signed_files_is_found(log, name):
    content = (log / name).read_bytes()
    for place, byte in enumerate(content):
        for changed in {byte ^ 1, byte ^ 0x20, ord("\n"), ord("A")} - {byte}:
            assert refused(log, log / name, content[:place] + bytes([changed]) + content[place + 1 :]), place


def test_the_untouched_log_verifies(log):
    assert verify_export(log).head.size == 300


@few
@given(entry=entries)
def test_canonical_bytes_are_read_back_and_unique(entry):
    raw = encode(entry)
    assert decode(raw) == entry
    assert encode(dict(reversed(entry.items()))) == raw


@few
@given(raw=st.binary(max_size=40) | entries.map(encode), place=st.integers(0, 200), byte=st.integers(0, 255))
def test_bytes_that_are_read_are_canonical(raw, place, byte):
    changed = raw[:place] + bytes([byte]) + raw[place + 1 :]
    try:
        value = decode(changed)
    except StoreError:
        return
    assert encode(value) == changed


@few
@given(bundle=st.lists(st.binary(max_size=20), max_size=8))
def test_bundles_round_trip(bundle):
    assert tiles.unpack(tiles.pack(bundle)) == bundle


@few
@given(raw=st.binary(max_size=60))
def test_bundles_have_one_spelling(raw):
    unpacked = tiles.unpack(raw)
    assert unpacked is None or tiles.pack(unpacked) == raw


@few
@given(size=st.integers(1, 130), data=st.data())
def test_proofs_verify_and_altered_ones_fail(size, data):
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(size)]
    root = merkle.root(leaves)
    index = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion_proof(leaves, index)
    assert merkle.verify_inclusion(leaves[index], index, size, path, root)
    other = data.draw(st.integers(0, size - 1).filter(lambda number: number != index)) if size > 1 else None
    if other is not None:
        assert not merkle.verify_inclusion(leaves[index], other, size, path, root)
    old = data.draw(st.integers(0, size))
    proof = merkle.consistency_proof(leaves, old)
    before = (old, merkle.root(leaves[:old]))
    assert merkle.verify_consistency(before, (size, root), proof)
    if proof:
        step = data.draw(st.integers(0, len(proof) - 1))
        altered = [*proof[:step], bytes(32), *proof[step + 1 :]]
        assert not merkle.verify_consistency(before, (size, root), altered)


@few
@given(size=st.integers(0, 200))
def test_appending_gives_the_whole_trees_root(size):
    leaves = [merkle.leaf_hash(bytes([number])) for number in range(size)]
    frontier = Frontier()
    for leaf in leaves:
        frontier = merkle.append(frontier, leaf)
    assert merkle.root_of(frontier) == merkle.root(leaves)
    assert frontier == merkle.frontier_of(leaves)
