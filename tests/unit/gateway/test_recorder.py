"""Two worker processes' gates and the one that records, here in one loop: what is shared exists once."""

import asyncio
import json
import socket
from contextlib import asynccontextmanager
from datetime import timedelta
from types import SimpleNamespace

import pytest

from guard.errors import StoreError, UpstreamError
from guard.gateway.gate import Gate
from guard.gateway.identify import Identities
from guard.gateway.ledger import Ledger
from guard.gateway.link import Link
from guard.gateway.media import Uploads
from guard.gateway.recorder import Recorder
from guard.gateway.remote import RemoteDuplicates, RemoteLedger
from guard.gateway.submit import submit
from guard.gateway.thread import ThreadMemory
from guard.outbox.review import approve
from guard.settings.load import Authors
from guard.store.reader import SqliteReader
from guard.types.held import Review
from guard.types.http import HttpRequest
from guard.wiring.heart import new_id
from guard.words.texts import Phrase
from tests.gates import NOW, THREE_PHONES, Rig, rig


class Worker:
    """One worker's gate in front of the rig's service."""

    def __init__(self, made: Rig, folder, sock: socket.socket) -> None:
        self.made, self.folder, self.sock = made, folder, sock
        self.ledger: RemoteLedger | None = None
        self.begun = asyncio.Event()
        self.memory = ThreadMemory()

    async def start(self) -> None:
        self.link = await Link.over(self.sock, self._take, lambda _: None)
        await self.begun.wait()
        made, speaks = self.made, self.made.gate.channel
        self.memory.tell = lambda told: self.link.tell("share", told)
        self.gate = Gate(
            name="test",
            channel=speaks,
            upstream=made.service,
            public_url="http://gate.example",
            inspector=lambda: made.inspector,
            ledger=self.ledger,
            identities=Identities(speaks, made.service, Authors(), 10),
            uploads=Uploads(self.reader),
            now=lambda: NOW,
            new_id=new_id,
            threads=made.gate.threads,
            duplicates=RemoteDuplicates("test", self.ledger, self.link),
            memory=self.memory,
        )

    def _take(self, link: Link, said) -> None:
        for _, kind, value in said:
            if kind == "begin":
                self.reader = SqliteReader(self.folder / "guard.db")
                made = self.made
                self.ledger = RemoteLedger(link, made.log, made.keys, self.reader, lambda: NOW, value)
                self.begun.set()
            elif kind == "doubt":
                self.ledger.learn(*value)
            elif kind == "share":
                self.memory.learn(value)

    async def post(self, text: str, *, key: str = "", **fields) -> tuple[int, dict]:
        headers = [(b"authorization", b"Bearer t"), (b"content-type", b"application/json")]
        if key:
            headers.append((b"idempotency-key", key.encode()))
        body = json.dumps({"status": text, **fields}).encode()
        request = HttpRequest("POST", "/api/v1/statuses", "", tuple(headers), body)
        try:
            reply = await submit(self.gate, request, self.gate.channel.route(request))
        except Exception as error:
            return getattr(error, "status", 503), {"error": str(error)}
        return reply.status, json.loads(reply.body)


@asynccontextmanager
async def crew(folder, count: int = 2, inspector=None):
    with rig(folder, inspector) as made:
        ledger = Ledger(made.store, made.log, made.keys, lambda: NOW, timedelta(days=180))
        events = SimpleNamespace(lost=0)

        def lost() -> None:
            events.lost += 1

        recorder = Recorder(ledger, lost, lambda: None)
        workers = []
        for _ in range(count):
            ours, theirs = socket.socketpair()
            worker = Worker(made, folder, theirs)
            await asyncio.gather(recorder.serve(ours), worker.start())
            workers.append(worker)
        try:
            yield SimpleNamespace(made=made, ledger=ledger, recorder=recorder, workers=workers, events=events)
        finally:
            for worker in workers:
                worker.link.close()
                worker.reader.close()
            await asyncio.sleep(0.01)
            await ledger.settled()
            await recorder.close()


def slowly(made: Rig, seconds: float = 0.05) -> None:
    """The service takes its time over each write."""
    fetch = made.service.fetch

    async def slow(request):
        if request.method == "POST":
            await asyncio.sleep(seconds)
        return await fetch(request)

    made.service.fetch = slow


def test_each_post_is_recorded_before_it_is_sent(tmp_path):
    async def scenario():
        async with crew(tmp_path) as run:
            seen = []
            run.made.service.before = lambda _: seen.append(
                sum(leaf["kind"] == "decision" for leaf in run.made.leaves())
            )
            replies = [await run.workers[n % 2].post(f"Bonjour {n}") for n in range(6)]
            assert [status for status, _ in replies] == [200] * 6
            assert seen == [1, 2, 3, 4, 5, 6]
            for worker in run.workers:
                await worker.ledger.settled()
            leaves = run.made.leaves()
            assert sum(leaf["kind"] == "delivery" and leaf["state"] == "sent" for leaf in leaves) == 6
            run.made.store.read_now(run.made.log.check)

    asyncio.run(scenario())


@pytest.mark.parametrize("key", ["", "k1"])
def test_the_same_post_at_two_workers_is_sent_once(tmp_path, key):
    async def scenario():
        async with crew(tmp_path) as run:
            slowly(run.made)
            one, two = run.workers
            replies = await asyncio.gather(*(worker.post("Bonjour", key=key) for worker in (one, two, one, two)))
            assert {status for status, _ in replies} == {200}
            assert len({body["id"] for _, body in replies}) == 1
            assert len(run.made.service.received) == 1
            # Afterwards a named one is still known, an unnamed one may be said again
            await asyncio.sleep(0.02)
            assert (await two.post("Bonjour", key=key))[0] == 200
            assert len(run.made.service.received) == (1 if key else 2)

    asyncio.run(scenario())


def test_a_key_of_another_post_is_refused_by_every_worker(tmp_path):
    async def scenario():
        async with crew(tmp_path) as run:
            one, two = run.workers
            assert (await one.post("Bonjour", key="k"))[0] == 200
            await asyncio.sleep(0.02)
            status, body = await two.post("Bonsoir", key="k")
            assert (status, body["error"]) == (422, str(Phrase("author.key-reused")))
            assert (await one.post("Bonjour", key="k"))[0] == 200
            assert len(run.made.service.received) == 1

    asyncio.run(scenario())


def test_a_refused_send_frees_its_key_at_every_worker(tmp_path):
    async def scenario():
        async with crew(tmp_path) as run:
            one, two = run.workers

            def down(_):
                raise UpstreamError("down", sent=False)

            run.made.service.before = down
            assert (await one.post("Bonjour", key="k"))[0] == 502
            run.made.service.before = lambda _: None
            assert (await two.post("Bonjour encore", key="k"))[0] == 200

    asyncio.run(scenario())


def test_what_is_in_doubt_is_looked_up_by_whichever_worker_gets_it_again(tmp_path):
    async def scenario():
        async with crew(tmp_path) as run:
            one, two = run.workers
            made = run.made

            def act_then_break(request):
                made.service.publish(request)
                raise UpstreamError("broke off", sent=True)

            made.service.before = act_then_break
            assert (await one.post("Bonjour"))[0] == 504
            made.service.before = lambda _: None
            made.service.received.clear()
            replies = await asyncio.gather(two.post("Bonjour"), one.post("Bonjour"))
            assert [status for status, _ in replies] == [200, 200]
            first = [body["content"] for _, body in replies]
            assert first == ["<p>Bonjour</p>"] * 2
            # One look-up settled it; the other then was a post of its own or an equal answer, never a blind re-send
            assert len(made.service.received) <= 1
            assert not run.ledger.doubts()

    asyncio.run(scenario())


def test_an_approval_is_used_once_by_all_workers_together(tmp_path):
    async def scenario():
        async with crew(tmp_path) as run:
            one, two = run.workers
            made = run.made
            status, body = await one.post(THREE_PHONES)
            assert status == 422
            assert "1001" in body["error"]
            assert (await two.post(THREE_PHONES))[0] == 422
            made.store.write_now(lambda tx: approve_it(tx, made))
            slowly(made)
            replies = await asyncio.gather(*(w.post(THREE_PHONES) for w in (one, two, one, two)))
            assert [status for status, _ in replies] == [200] * 4
            assert len(made.service.received) == 1
            await asyncio.sleep(0.02)
            assert (await two.post(THREE_PHONES))[0] == 422

    asyncio.run(scenario())


def approve_it(tx, made: Rig) -> None:
    approve(tx, made.log, made.keys, 1001, Review(approved=True, reviewer="lea", at=NOW))


def test_one_bad_entry_does_not_spoil_its_neighbours(tmp_path):
    async def scenario():
        async with crew(tmp_path, 1) as run:
            worker = run.workers[0]
            real = run.ledger.put
            replies = await asyncio.gather(*(worker.post(f"Bonjour {n}") for n in range(4)))
            assert {status for status, _ in replies} == {200}
            fails = iter([True, False, False, False])

            def once(entries, tx):
                if len(entries) > 1:
                    raise ValueError
                if next(fails):
                    raise StoreError("no")
                real(entries, tx)

            run.ledger.put = once
            replies = await asyncio.gather(*(worker.post(f"Bonsoir {n}") for n in range(4)))
            assert sorted(status for status, _ in replies) == [200, 200, 200, 503]
            assert len(run.made.service.received) == 7

    asyncio.run(scenario())


def test_nothing_is_sent_when_the_recorder_has_gone(tmp_path):
    async def scenario():
        async with crew(tmp_path) as run:
            one, two = run.workers
            run.recorder._links[0].close()
            await asyncio.sleep(0.01)
            status, _ = await one.post("Bonjour")
            assert status == 503
            assert run.made.service.received == []
            assert run.events.lost == 1
            assert (await two.post("Bonjour"))[0] == 200

    asyncio.run(scenario())


def test_workers_tell_each_other_what_an_author_published(tmp_path):
    async def scenario():
        async with crew(tmp_path) as run:
            one, two = run.workers
            await one.post("Encore un projet avec client")
            await asyncio.sleep(0.02)
            author = await two.gate.identities.author(HttpRequest("POST", "/", "", ((b"authorization", b"Bearer t"),)))
            (earlier,) = two.memory.earlier(author, NOW)
            assert [segment.text for segment in earlier.segments] == ["Encore un projet avec client"]

    asyncio.run(scenario())
