"""The log in its store: leaves and what belongs to them together, one signature per commit, erasure."""

from __future__ import annotations

import hmac
import json
from datetime import timedelta

import pytest

from guard.audit import merkle
from guard.audit.checkpoint import open_checkpoint
from guard.audit.log import AuditLog, erase_due, event_id
from guard.errors import StoreError, VerificationError
from guard.types.audit import AuditEntry, Record
from guard.types.held import CaseState
from tests.ledgers import NOW, held, opened

LATER = NOW + timedelta(days=31)


def test_the_checkpoint_signs_all_leaves(tmp_path):
    with opened(tmp_path) as here:
        here.add(5)
        here.add(3)
        note, leaves = here.store.read_now(lambda tx: (tx.checkpoint(), list(tx.leaves())))
        head = open_checkpoint(note, here.keys.verifier)
        assert head.size == 8
        assert head.root == merkle.root([merkle.leaf_hash(leaf) for leaf in leaves])


def test_a_leaf_commits_to_the_erasable(tmp_path):
    with opened(tmp_path) as here:
        (event,) = here.add(binding=b"\x05" * 32, action="allow")
        leaf, record = here.store.read_now(lambda tx: (next(tx.leaves()), tx.record(event)))
        covered = "\n".join(["postguard-record-v1", event, record.author, "05" * 32, ""])
        assert json.loads(leaf)["commit"] == hmac.digest(record.salt, covered.encode(), "sha256").hex()


def test_a_commit_without_a_leaf_is_not_signed_again(tmp_path):
    with opened(tmp_path) as here:
        here.add()
        note = here.store.read_now(lambda tx: tx.checkpoint())
        here.store.write_now(lambda tx: tx.open_case(held(1001)))
        assert here.store.read_now(lambda tx: tx.checkpoint()) == note
        here.add()
        assert here.store.read_now(lambda tx: tx.checkpoint()) != note
        assert here.store.read_now(here.log.check).size == 2


def test_an_entry_that_cannot_be_encoded_leaves_no_gap(tmp_path):
    with opened(tmp_path) as here:
        here.add()
        with pytest.raises(StoreError, match="float"):
            here.add(score=0.5)
        here.add()
        assert here.store.read_now(here.log.check).size == 2


def test_index_is_that_of_the_leaf(tmp_path):
    with opened(tmp_path) as here:
        entries = [AuditEntry(event_id(NOW), "start", NOW, {}) for _ in range(4)]
        indices = [here.store.write_now(lambda tx, entry=entry: here.log.append(tx, entry)) for entry in entries]
        assert indices == [0, 1, 2, 3]
        assert here.store.read_now(lambda tx: tx.leaf_index(entries[2].id)) == 2


def test_event_ids_are_ordered_by_time_and_unique():
    times = [NOW + timedelta(milliseconds=step) for step in range(20)]
    ids = [event_id(time) for time in times]
    assert ids == sorted(ids)
    assert len({event_id(NOW) for _ in range(1000)}) == 1000
    assert len(ids[0]) == 28


def test_at_start_a_tree_that_is_not_ours_is_refused(tmp_path):
    with opened(tmp_path / "one") as one, opened(tmp_path / "two") as two:
        assert one.store.read_now(two.log.check).size == 0
        one.add()
        with pytest.raises(VerificationError, match="not signed by"):
            one.store.read_now(two.log.check)
        with pytest.raises(VerificationError, match="not of"):
            AuditLog(one.keys, "another.example")


def test_at_start_a_tree_without_its_checkpoint_is_refused(tmp_path):
    with opened(tmp_path) as here:
        here.add(2)
        old = here.store.read_now(lambda tx: tx.checkpoint())
        here.add(1)
        for note in (old, None):
            here.store._writer.execute("UPDATE tree SET checkpoint = ?", (note,))
            with pytest.raises(VerificationError):
                here.store.read_now(here.log.check)


def case_with_record(here, tx, **changes):
    number = tx.next_case_number()
    event = event_id(NOW)
    tx.open_case(held(number, event=event, **changes))
    record = Record(event, b"s" * 32, "p", b"also sealed", b"wrapped", None)
    here.log.append(tx, AuditEntry(event, "decision", NOW, {"case": number}), record, b"\x02" * 32)
    return number, event


def test_erasure_takes_text_keys_and_salt_and_is_itself_an_entry(tmp_path):
    with opened(tmp_path) as here:
        write, read = here.store.write_now, here.store.read_now
        number, event = write(
            lambda tx: case_with_record(here, tx, state=CaseState.REJECTED, erase_after=NOW + timedelta(days=30))
        )
        assert write(lambda tx: erase_due(tx, here.log, NOW)) == []
        assert write(lambda tx: erase_due(tx, here.log, LATER)) == [event]
        assert write(lambda tx: erase_due(tx, here.log, LATER)) == []
        case, record = read(lambda tx: (tx.case(number), tx.record(event)))
        assert (case.sealed, case.wrapped_key, record) == (None, None, None)
        assert case.state is CaseState.REJECTED
        last = json.loads(list(read(lambda tx: list(tx.leaves())))[-1])
        assert (last["kind"], last["data"]) == ("erasure", {"event": event})
        assert read(here.log.check).size == 2


def test_what_still_waits_or_may_be_used_is_not_erased(tmp_path):
    with opened(tmp_path) as here:
        write = here.store.write_now
        due = NOW + timedelta(days=1)
        write(lambda tx: case_with_record(here, tx, state=CaseState.OPEN, erase_after=due))
        write(
            lambda tx: case_with_record(
                here, tx, state=CaseState.APPROVED, erase_after=due, expires=LATER + timedelta(days=1)
            )
        )
        assert write(lambda tx: erase_due(tx, here.log, LATER)) == []
        assert len(write(lambda tx: erase_due(tx, here.log, LATER + timedelta(days=2)))) == 1


def test_records_without_a_case_are_erased_when_due_in_parts(tmp_path):
    with opened(tmp_path) as here:

        def work(tx):
            for _ in range(5):
                event = event_id(NOW)
                record = Record(event, b"s" * 32, "p", None, None, NOW)
                here.log.append(tx, AuditEntry(event, "decision", NOW, {}), record)

        here.store.write_now(work)
        parts = [len(here.store.write_now(lambda tx: erase_due(tx, here.log, LATER, 2))) for _ in range(4)]
        assert parts == [2, 2, 1, 0]


def test_after_scrubbing_no_file_holds_the_erased_bytes(tmp_path):
    marker = b"needle-in-the-database-file"
    with opened(tmp_path) as here:
        here.store.write_now(
            lambda tx: case_with_record(here, tx, sealed=marker * 100, state=CaseState.REJECTED, erase_after=NOW)
        )
        assert any(marker in file.read_bytes() for file in tmp_path.glob("guard.db*"))
        here.store.write_now(lambda tx: erase_due(tx, here.log, LATER))
        here.store.scrub()
        assert not any(marker in file.read_bytes() for file in tmp_path.glob("guard.db*"))


def test_a_failed_first_unit_leaves_an_empty_unsigned_tree(tmp_path):
    with opened(tmp_path) as here:

        def broken(tx):
            here.append(tx)
            raise RuntimeError

        with pytest.raises(RuntimeError):
            here.store.write_now(broken)
        assert here.store.read_now(lambda tx: (tx.checkpoint(), tx.frontier.size)) == (None, 0)
