"""Exported logs: the layout of tlog-tiles, and a verifier that misses nothing."""

from __future__ import annotations

import os
import shutil

import pytest

from guard.audit import merkle, tiles
from guard.audit.checkpoint import VerifierKey, sign
from guard.audit.encode import encode
from guard.audit.export import export, prove
from guard.audit.keys import load_keys
from guard.audit.verify import read_key, verify_export, verify_leaves, verify_proof
from guard.errors import StoreError, UsageError, VerificationError
from guard.types.audit import TreeHead
from tests.ledgers import ORIGIN, opened


def exported(folder, entries):
    """An export of so many entries, and the open ledger's key."""
    with opened(folder / "gate") as here:
        here.add(entries)
        here.store.read_now(lambda tx: export(tx, here.keys.verifier, folder / "out"))
        return folder / "out", here.keys


def write_log(folder, keys, entries, note=None):
    """A log of these very bytes, signed whatever they are: what someone with the signing key could write."""
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    files = {tiles.KEY: f"{keys.verifier}\n".encode()}
    for path, start, width in tiles.bundles(len(entries)):
        files[path] = tiles.pack(entries[start : start + width])
    files |= dict(tiles.hash_tiles(leaves))
    head = TreeHead(len(leaves), merkle.root(leaves))
    files[tiles.CHECKPOINT] = (note or sign(head, keys.verifier, keys.sign)).encode()
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def files_of(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_names_of_the_specification():
    assert tiles.tile_path("entries", 1234067, 256) == "tile/entries/x001/x234/067"
    assert tiles.tile_path(0, 0, 256) == "tile/0/000"
    assert tiles.tile_path(1, 999, 17) == "tile/1/999.p/17"
    assert tiles.tile_path(0, 1000, 1) == "tile/0/x001/000.p/1"


def test_a_tree_of_70000_has_the_tiles_of_the_specification():
    files = tiles.expected_files(70_000)
    count = {
        level: sum(path.startswith(f"tile/{level}/") for path in files) for level in ("0", "1", "2", "3", "entries")
    }
    assert count == {"0": 274, "1": 2, "2": 1, "3": 0, "entries": 274}
    assert {"tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1", "tile/entries/273.p/112"} <= files
    assert tiles.expected_files(256) == {"checkpoint", "key", "tile/0/000", "tile/1/000.p/1", "tile/entries/000"}


@pytest.mark.parametrize("entries", [1, 2, 255, 256, 257, 600])
def test_an_export_verifies(tmp_path, entries):
    folder, keys = exported(tmp_path, entries)
    assert files_of(folder) == sorted(tiles.expected_files(entries))
    verified = verify_export(folder)
    assert (verified.head.size, verified.key) == (entries, keys.verifier)
    assert verify_export(folder, keys.verifier) == verified


def test_tiles_of_large_trees_agree_with_the_list_of_files(tmp_path):
    leaves = [b"%032d" % number for number in range(256 * 256 + 300)]
    hashes = {path for path in tiles.expected_files(len(leaves)) if path.startswith("tile/") and "entries" not in path}
    found = dict(tiles.hash_tiles(leaves))
    assert found.keys() == hashes
    assert found["tile/2/000.p/1"] == merkle.root(leaves[:65536])


def test_the_key_can_be_pinned(tmp_path):
    folder, keys = exported(tmp_path, 3)
    other = load_keys(tmp_path / "other", ORIGIN)
    write_log(tmp_path / "forged", other, [encode({"a": 1})])
    assert verify_export(tmp_path / "forged").key == other.verifier
    with pytest.raises(VerificationError, match="another key"):
        verify_export(tmp_path / "forged", keys.verifier)
    (tmp_path / "pin").write_text(f"{keys.verifier}\n")
    assert read_key(str(tmp_path / "pin")) == read_key(str(keys.verifier)) == keys.verifier
    for source in (str(tmp_path / "none"), "no+key", str(tmp_path)):
        with pytest.raises(VerificationError):
            read_key(source)
    assert verify_export(folder, read_key(str(tmp_path / "pin"))).head.size == 3


def test_growth_since_an_older_checkpoint(tmp_path):
    with opened(tmp_path / "gate") as here:
        here.add(5)
        old = here.store.read_now(lambda tx: tx.checkpoint())
        here.add(300)
        here.store.read_now(lambda tx: export(tx, here.keys.verifier, tmp_path / "out"))
        new = here.store.read_now(lambda tx: tx.checkpoint())
        read = here.store.read_now
        assert verify_export(tmp_path / "out", since=old).grown_from.size == 5
        assert (
            read(lambda tx: verify_leaves(tx.leaves(), tx.checkpoint(), here.keys.verifier, old)).grown_from.size == 5
        )

        rewritten = [encode({"a": number}) for number in range(400)]
        with pytest.raises(VerificationError, match="older checkpoint"):
            verify_export(write_log(tmp_path / "rewritten", here.keys, rewritten), since=old)
        with pytest.raises(VerificationError, match="shrank"):
            verify_export(write_log(tmp_path / "shorter", here.keys, rewritten[:3]), since=new)


def test_the_live_log(tmp_path):
    with opened(tmp_path) as here:
        read, key = here.store.read_now, here.keys.verifier
        assert read(lambda tx: verify_leaves(tx.leaves(), tx.checkpoint(), key)).head.size == 0
        here.add(10)
        assert read(lambda tx: verify_leaves(tx.leaves(), tx.checkpoint(), key)).head.size == 10
        here.store._writer.execute("DROP TRIGGER leaves_are_final_u")
        here.store._writer.execute(
            "UPDATE leaves SET entry = CAST(replace(entry, 'decision', 'decisiom') AS BLOB) WHERE idx = 4"
        )
        with pytest.raises(VerificationError):
            read(lambda tx: verify_leaves(tx.leaves(), tx.checkpoint(), key))
        with pytest.raises(VerificationError, match="no checkpoint"):
            verify_leaves([encode({})], None, key)


@pytest.mark.parametrize(
    "entry", [b'{"a":1.5}', b'{"a": 1}', b'{"b":1,"a":2}', b"text", b"", b'{"a":"\xff"}', b'["list"]']
)
def test_signed_entries_that_are_not_canonical_are_refused(tmp_path, entry):
    keys = load_keys(tmp_path / "keys", ORIGIN)
    folder = write_log(tmp_path / "out", keys, [encode({"a": 1}), entry])
    with pytest.raises(VerificationError, match="entry 1: an audit entry is not canonical"):
        verify_export(folder)


def test_missing_and_added_files(tmp_path):
    folder, _ = exported(tmp_path, 300)
    for name in files_of(folder):
        content = (folder / name).read_bytes()
        (folder / name).unlink()
        with pytest.raises(VerificationError):
            verify_export(folder)
        (folder / name).write_bytes(content)
    for name in ("note.txt", "tile/0/002", "tile/0/001.p/45", "tile/.hidden", "tile/entries/000.p/9", "checkpoint.bak"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"")
        with pytest.raises(VerificationError, match="does not belong"):
            verify_export(folder)
        (folder / name).unlink()
        if not any((folder / name).parent.iterdir()):
            (folder / name).parent.rmdir()
    (folder / "empty").mkdir()
    with pytest.raises(VerificationError, match="does not belong"):
        verify_export(folder)
    (folder / "empty").rmdir()
    verify_export(folder)


def test_links_and_folders_in_place_of_files(tmp_path):
    folder, _ = exported(tmp_path, 3)
    shutil.copy(folder / "key", tmp_path / "elsewhere")
    (folder / "key").unlink()
    (folder / "key").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(VerificationError, match="does not belong"):
        verify_export(folder)
    (folder / "key").unlink()
    (folder / "key").mkdir()
    with pytest.raises(VerificationError, match="cannot be read"):
        verify_export(folder)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(VerificationError, match="cannot be read"):
        verify_export(tmp_path / "none")


def test_a_huge_file_is_not_read_whole(tmp_path):
    folder, _ = exported(tmp_path, 3)
    os.truncate(folder / "tile/0/000.p/3", 10**11)
    with pytest.raises(VerificationError, match="larger than"):
        verify_export(folder)


def test_a_broken_off_export_has_no_checkpoint(tmp_path):
    with opened(tmp_path / "gate") as here:
        here.add(300)
        (tmp_path / "out").mkdir()
        stop = VerifierKey(here.keys.verifier.name, here.keys.verifier.public)

        def work(tx):
            tiles_pack, count = tiles.pack, []

            def full(entries):
                count.append(1)
                if len(count) == 2:
                    raise OSError(28, "No space left on device")
                return tiles_pack(entries)

            tiles.pack = full
            try:
                export(tx, stop, tmp_path / "out")
            finally:
                tiles.pack = tiles_pack

        with pytest.raises(StoreError, match="No space left"):
            here.store.read_now(work)
    with pytest.raises(VerificationError):
        verify_export(tmp_path / "out")


def test_only_a_new_folder_is_written_to(tmp_path):
    with opened(tmp_path / "gate") as here:
        with pytest.raises(UsageError, match="empty"):
            here.store.read_now(lambda tx: export(tx, here.keys.verifier, tmp_path / "out"))
        here.add()
        with pytest.raises(UsageError, match="not empty"):
            here.store.read_now(lambda tx: export(tx, here.keys.verifier, tmp_path))
        (tmp_path / "file").write_text("")
        with pytest.raises(StoreError, match="cannot be written"):
            here.store.read_now(lambda tx: export(tx, here.keys.verifier, tmp_path / "file"))


@pytest.mark.parametrize("entries", [1, 2, 7, 256, 300])
def test_proofs_of_single_entries(tmp_path, entries):
    with opened(tmp_path) as here:
        here.add(entries)
        key = here.keys.verifier
        for index in {0, entries // 2, entries - 1}:
            proof = here.store.read_now(lambda tx, index=index: prove(tx, key, index))
            assert proof.startswith("c2sp.org/tlog-proof@v1\nextra ")
            assert verify_proof(proof, key)[0] == index
            lines = proof.split("\n")
            for number, line in enumerate(lines):
                changed = [*lines[:number], line[:-1] + chr(ord(line[-1]) ^ 1) if line else "x", *lines[number + 1 :]]
                with pytest.raises(VerificationError):
                    verify_proof("\n".join(changed), key)
        with pytest.raises(UsageError, match="no entry"):
            here.store.read_now(lambda tx: prove(tx, key, entries))
        with pytest.raises(VerificationError):
            verify_proof("", key)
