"""Any log that was cut or rewritten below what was noted is refused, any that has only grown since is not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guard.audit.catalogue import catch_up
from guard.audit.encode import encode_entry
from guard.audit.log import AuditLog, event_id
from guard.audit.noted import lost, read_noted, write_noted
from guard.store.sqlite import SqliteStore
from guard.types.audit import AuditEntry
from tests.ledgers import NOW, opened

MOST = 1100
"""Entries: more than four kept subtrees."""
SIZES = st.integers(1, MOST) | st.sampled_from([1, 2, 255, 256, 257, 511, 512, 513, 1023, 1024, 1025, MOST])


def leaves(first, end, said):
    for number in range(first, end):
        time = NOW + timedelta(seconds=number)
        event = event_id(time)
        yield event, encode_entry(AuditEntry(event, "decision", time, {"said": said, "number": number}))


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    """Keys, all leaves of the one history, and a number to name stores."""
    folder = tmp_path_factory.mktemp("log")
    with opened(folder) as here:
        return folder, here.keys, list(leaves(0, MOST, "so"))


def told(keys, history, caught_up, noted):
    """What is said of a log of these leaves, of which the catalogue covers so many, after the checkpoint was noted."""
    folder, its_keys, _ = keys
    file = folder / "one.db"
    for path in folder.glob("one.db*"):
        path.unlink()
    log = AuditLog(its_keys)
    store = SqliteStore(file, before_commit=log.before_commit, own_thread=False)
    try:
        if history:
            store.write_now(lambda tx: log.put(tx, *history))
        store.write_now(lambda tx: catch_up(tx, caught_up))
        if noted is None:
            write_noted(folder / "keys", store.read_now(lambda tx: tx.checkpoint()))
        note = read_noted(folder / "keys", its_keys.verifier)
        return store.read_now(lambda tx: lost(tx, log.check(tx), note, file))
    finally:
        store.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noted=SIZES, size=SIZES | st.just(0), caught_up=st.integers(0, MOST), fork=st.none() | st.integers(0, MOST))
def test_what_lacks_noted_entries_is_refused_and_no_other(keys, noted, size, caught_up, fork):
    """`fork`: from that entry on the log holds others than were noted."""
    so = keys[2]
    assert told(keys, so[:noted], 0, None) is None
    history = so[:size]
    if fork is not None and fork < size:
        history = [*so[:fork], *leaves(fork, size, "otherwise")]
    kept = min(size, MOST if fork is None else fork)
    """So many entries it has in common with what was noted."""
    loss = told(keys, history, caught_up, noted)
    assert (loss is None) == (kept >= noted)
    if loss is not None:
        assert (loss.noted.size, loss.size) == (noted, size)
