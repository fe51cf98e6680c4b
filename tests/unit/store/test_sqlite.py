"""The store's promise: durable, whole, ordered, and going on by itself after an error."""

from __future__ import annotations

import asyncio
import sqlite3
import stat
import threading

import pytest

from guard.errors import StoreError
from guard.store.sqlite import SqliteStore
from guard.types.held import CaseState, DeliveryState
from tests.ledgers import NOW, delivery, held, opened


@pytest.fixture(autouse=True, params=[True, False], ids=["own thread", "in the loop"])
def _who_commits(request, monkeypatch):
    monkeypatch.setitem(SqliteStore.__init__.__kwdefaults__, "own_thread", request.param)


def test_what_was_written_is_there_after_reopening(tmp_path):
    with opened(tmp_path) as first:
        events = first.add(3)
    with opened(tmp_path) as again:
        assert again.store.read_now(lambda tx: tx.frontier.size) == 3
        assert [again.store.read_now(lambda tx, event=event: tx.leaf_index(event)) for event in events] == [0, 1, 2]
        assert again.store.read_now(again.log.check).size == 3


def test_database_is_readable_by_its_owner_alone(tmp_path):
    with opened(tmp_path) as here:
        here.add()
        for file in tmp_path.glob("guard.db*"):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_durability_settings_are_in_force(tmp_path):
    with opened(tmp_path) as here:
        pragmas = {
            name: here.store._writer.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}


def test_a_failing_unit_takes_only_itself_back(tmp_path):
    with opened(tmp_path) as here:

        async def run():
            def broken(tx):
                here.append(tx)
                tx.open_case(held(tx.next_case_number()))
                here.append(tx)
                raise KeyError("mine")

            works = [here.append, broken] * 10
            return await asyncio.gather(*(here.store.write(work) for work in works), return_exceptions=True)

        outcomes = asyncio.run(run())
        assert [type(outcome) for outcome in outcomes] == [str, KeyError] * 10
        assert here.store.read_now(lambda tx: (tx.frontier.size, len(list(tx.leaves())), tx.cases())) == (10, 10, [])
        here.store.read_now(here.log.check)


def test_two_units_with_the_same_id_do_not_harm_their_batch(tmp_path):
    with opened(tmp_path) as here:
        same = delivery()

        async def run():
            works = [here.append] * 5 + [lambda tx: tx.add_delivery(same)] * 2
            return await asyncio.gather(*(here.store.write(work) for work in works), return_exceptions=True)

        outcomes = asyncio.run(run())
        assert [outcome for outcome in outcomes if isinstance(outcome, StoreError)] == [outcomes[-1]]
        assert here.store.read_now(lambda tx: (tx.frontier.size, tx.delivery(same.id))) == (5, same)
        here.store.read_now(here.log.check)


def test_a_thousand_waiting_writes_share_few_commits(tmp_path):
    with opened(tmp_path) as here:

        async def run():
            await asyncio.gather(*(here.store.write(here.append) for _ in range(1000)))

        asyncio.run(run())
        assert here.store.counters.units == 1000
        assert here.store.counters.commits <= 20
        assert here.store.read_now(here.log.check).size == 1000


def test_a_unit_sees_what_earlier_units_of_its_batch_wrote(tmp_path):
    with opened(tmp_path) as here:
        sent = delivery()

        def work(tx):
            tx.add_delivery(sent)
            assert tx.delivery(sent.id) == sent
            tx.settle_delivery(sent.id, DeliveryState.SENT, "109")
            event = here.append(tx)
            return tx.leaf_index(event), tx.record(event).event == event, tx.delivery(sent.id).upstream_id

        async def run():
            return await asyncio.gather(here.store.write(here.append), here.store.write(work))

        assert asyncio.run(run())[1] == (1, True, "109")


def test_nothing_is_committed_when_nothing_was_written(tmp_path):
    with opened(tmp_path) as here:
        assert here.store.write_now(lambda tx: tx.frontier.size) == 0
        assert here.store.counters.commits == 0


def test_a_failing_signature_fails_the_batch(tmp_path):
    with opened(tmp_path) as here:
        here.add()
        sign, here.store._before_commit = here.store._before_commit, lambda tx: 1 / 0
        with pytest.raises(StoreError, match="nothing was recorded"):
            here.add()
        here.store._before_commit = sign
        here.add()
        assert here.store.read_now(here.log.check).size == 2


def test_several_event_loops_may_write_at_once(tmp_path):
    with opened(tmp_path) as here:

        async def some():
            for _ in range(20):
                await here.store.write(here.append)

        threads = [threading.Thread(target=lambda: asyncio.run(some())) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert here.store.read_now(here.log.check).size == 60


def test_giving_up_waiting_does_not_take_the_write_back(tmp_path):
    with opened(tmp_path) as here:

        async def run():
            task = asyncio.ensure_future(here.store.write(here.append))
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

        asyncio.run(run())
        here.add()
        assert here.store.read_now(here.log.check).size == 2


def test_reading_cannot_write(tmp_path):
    with opened(tmp_path) as here, pytest.raises(StoreError):
        here.store.read_now(lambda tx: tx.open_case(held(1001)))


def test_reading_cannot_write_what_would_wait_either(tmp_path):
    with opened(tmp_path) as here:
        with pytest.raises(StoreError, match="query cannot write"):
            here.store.read_now(here.append)
        with pytest.raises(StoreError):
            here.store.read_now(lambda tx: (tx.add_delivery(delivery()), tx.deliveries(DeliveryState.SENDING)))
        assert here.store.read_now(lambda tx: (tx.frontier.size, tx.deliveries(DeliveryState.SENDING))) == (0, [])


def test_reading_sees_one_moment(tmp_path):
    with opened(tmp_path) as here:
        here.add()

        def work(tx):
            before = len(list(tx.leaves()))
            here.add()
            return before, len(list(tx.leaves()))

        assert here.store.read_now(work) == (1, 1)
        assert asyncio.run(here.store.read(lambda tx: tx.frontier.size)) == 2


def test_a_closed_store_refuses(tmp_path):
    with opened(tmp_path) as here:
        here.store.close()
        with pytest.raises(StoreError, match="closed"):
            here.add()


def test_closing_finishes_what_is_queued(tmp_path):
    with opened(tmp_path) as here:

        async def run():
            tasks = [asyncio.ensure_future(here.store.write(here.append)) for _ in range(50)]
            await asyncio.sleep(0)
            await asyncio.to_thread(here.store.close)
            await asyncio.gather(*tasks)

        asyncio.run(run())
    with opened(tmp_path) as again:
        assert again.store.read_now(again.log.check).size == 50


def test_leaves_can_be_neither_changed_nor_deleted(tmp_path):
    with opened(tmp_path) as here:
        here.add()
    connection = sqlite3.connect(tmp_path / "guard.db")
    for sql in ("UPDATE leaves SET entry = x'00'", "DELETE FROM leaves"):
        with pytest.raises(sqlite3.IntegrityError, match="leaves are never"):
            connection.execute(sql)
    connection.close()


def test_two_stores_on_one_file_take_turns(tmp_path):
    with opened(tmp_path) as one, opened(tmp_path) as other:
        for here in (one, other) * 5:
            here.add()
        assert other.store.read_now(other.log.check).size == 10


@pytest.mark.parametrize("content", [b"not a database at all, but long enough to be looked at" * 100])
def test_a_file_that_is_no_database_is_refused(tmp_path, content):
    (tmp_path / "guard.db").write_bytes(content)
    with pytest.raises(StoreError, match="not a postguard database"):
        SqliteStore(tmp_path / "guard.db")


def test_a_newer_schema_is_refused(tmp_path):
    with opened(tmp_path) as here:
        here.add()
    connection = sqlite3.connect(tmp_path / "guard.db")
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(StoreError, match="schema 999"):
        SqliteStore(tmp_path / "guard.db")


def test_a_lost_file_is_not_silently_made_anew(tmp_path):
    with opened(tmp_path) as here:
        here.add()
        here.store.write_now(lambda tx: tx.frontier)
        here.store._writer.close()
        here.store._writer = None
        for file in tmp_path.glob("guard.db*"):
            file.unlink()
        with pytest.raises(StoreError, match="gone"):
            here.add()


def test_cases_are_kept_whole(tmp_path):
    from dataclasses import replace

    from guard.types.held import Form, Review

    with opened(tmp_path) as here:
        numbers = []

        def work(tx):
            for _ in range(3):
                numbers.append(tx.next_case_number())
                tx.open_case(held(numbers[-1]))

        here.store.write_now(work)
        assert numbers == [1001, 1002, 1003]
        decided = replace(
            held(1002),
            state=CaseState.APPROVED,
            review=Review(True, "Dana", NOW, "fine", Form.REDACTED),
            expires=NOW,
            erase_after=NOW,
            sealed=None,
        )
        here.store.write_now(lambda tx: tx.update_case(decided))
        read = here.store.read_now
        assert read(lambda tx: tx.case(1002)) == decided
        assert read(lambda tx: tx.newest_case(b"\x02" * 32)) == held(1003)
        assert read(lambda tx: tx.newest_case(b"none")) is None
        assert read(lambda tx: tx.cases(CaseState.OPEN)) == [held(1001), held(1003)]
        assert read(lambda tx: tx.cases(limit=2)) == [held(1001), decided]
        with pytest.raises(StoreError, match="no case 7"):
            here.store.write_now(lambda tx: tx.update_case(held(7)))


def test_a_settled_delivery_keeps_its_first_verdict(tmp_path):
    with opened(tmp_path) as here:
        sent, waiting = delivery(), delivery(case=None)
        write, read = here.store.write_now, here.store.read_now
        write(lambda tx: [tx.add_delivery(each) for each in (sent, waiting)])
        write(lambda tx: tx.settle_delivery(sent.id, DeliveryState.SENT, "1"))
        write(lambda tx: tx.settle_delivery(sent.id, DeliveryState.REFUSED))
        write(lambda tx: tx.settle_delivery(waiting.id, DeliveryState.IN_DOUBT))
        assert read(lambda tx: tx.delivery(sent.id)).state is DeliveryState.SENT
        assert read(lambda tx: tx.deliveries(DeliveryState.SENDING)) == []
        assert [each.id for each in read(lambda tx: tx.deliveries(DeliveryState.IN_DOUBT))] == [waiting.id]


def test_many_rows_of_one_batch_all_arrive(tmp_path):
    with opened(tmp_path) as here:
        many = [delivery() for _ in range(151)]
        here.store.write_now(lambda tx: [tx.add_delivery(each) for each in many])
        here.store.write_now(lambda tx: [tx.settle_delivery(each.id, DeliveryState.SENT, each.id) for each in many])
        sent = here.store.read_now(lambda tx: tx.deliveries(DeliveryState.SENT))
        assert {each.upstream_id for each in sent} == {each.id for each in many}


def test_uploads_and_authors(tmp_path):
    from guard.types.post import Attachment, Author

    with opened(tmp_path) as here:
        write, read = here.store.write_now, here.store.read_now
        file = Attachment("sha256:" + "0" * 64, "image/png", 5)
        write(lambda tx: tx.put_media("mastodon", "alice", "7", file))
        assert read(lambda tx: tx.media("mastodon", "alice", "7")) == file
        assert read(lambda tx: tx.media("mastodon", "bob", "7")) is None
        alice = Author("mastodon", "alice@m.example", "alice", "Alice Martin")
        for _ in range(2):
            write(lambda tx: tx.put_author("p1", alice))
        assert here.store.counters.commits == 2
        write(lambda tx: tx.put_author("p1", Author("mastodon", "alice@m.example", "alice", "Alice Durand")))
        assert read(lambda tx: tx.author("p1")).person == "Alice Durand"
        assert read(lambda tx: tx.find_authors("@ALICE")) == ["p1"]
        assert read(lambda tx: tx.authors()) == [("p1", read(lambda tx: tx.author("p1")))]
        assert read(lambda tx: tx.find_authors("Alice Martin")) == []


def test_an_author_of_a_failed_unit_is_not_remembered(tmp_path):
    from guard.types.post import Author

    alice = Author("mastodon", "alice@m.example")
    with opened(tmp_path) as here:

        def broken(tx):
            tx.put_author("p1", alice)
            raise ValueError

        with pytest.raises(ValueError):
            here.store.write_now(broken)
        here.store.write_now(lambda tx: tx.put_author("p1", alice))
        assert here.store.read_now(lambda tx: tx.author("p1")) == alice


def test_many_may_open_a_new_file_at_once(tmp_path):
    """Turning a file to WAL answers `busy` at once, whatever the timeout."""
    for number in range(15):
        path, gate = tmp_path / f"{number}.db", threading.Barrier(6)
        stores, problems = [], []

        def start(path=path, gate=gate, stores=stores, problems=problems):
            gate.wait()
            try:
                stores.append(SqliteStore(path))
            except StoreError as error:
                problems.append(error)

        threads = [threading.Thread(target=start) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for store in stores:
            store.close()
        assert (len(stores), problems) == (6, [])
