"""A post's trip through real parts: what is sent, what never is, and in which order things become durable."""

import asyncio
import json
import time
from dataclasses import replace
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from guard.channels.body import parse_json
from guard.detect.base import DetectorInfo, Hit
from guard.detect.run import Detectors
from guard.errors import RequestError, StoreError, UpstreamError
from guard.gateway.app import GateApp
from guard.gateway.bodies import BodyBudget
from guard.gateway.submit import refusal_for, submit
from guard.inspector import Inspector
from guard.outbox import review
from guard.settings.load import Settings
from guard.types.held import CaseState, DeliveryState, Form, Review
from guard.types.hours import WorkingHours
from guard.types.http import HttpReply, HttpRequest
from guard.types.inspection import Facts
from tests.gates import LEAK, NOW, THREE_PHONES, Rig, rig, shipped_inspector

APPROVED = Review(approved=True, reviewer="dpo", at=NOW)


def approve(gate: Rig, number: int, form: Form = Form.WRITTEN) -> None:
    verdict = replace(APPROVED, form=form)
    gate.store.write_now(lambda tx: review.approve(tx, gate.log, gate.keys, number, verdict))


def message(reply: object) -> str:
    return json.loads(reply.body)["error"]


def run(scenario: object) -> None:
    asyncio.run(scenario)


def test_a_clean_post_is_recorded_before_it_is_sent(tmp_path: Path) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:
            seen = []
            gate.service.before = lambda _: seen.append(
                (gate.leaves(), gate.store.read_now(lambda tx: tx.deliveries(DeliveryState.SENDING)))
            )
            reply = await gate.post("Bonjour tout le monde")
            await gate.ledger.settled()
            assert reply.status == 200
            assert gate.sent() == ["Bonjour tout le monde"]
            ((leaves, sending),) = seen
            assert [leaf["kind"] for leaf in leaves] == ["decision"]
            assert len(sending) == 1
            assert [leaf["kind"] for leaf in gate.leaves()] == ["decision", "delivery"]
            assert gate.store.read_now(lambda tx: tx.deliveries(DeliveryState.SENT))[0].upstream_id == "100"

    run(scenario())


def test_a_phone_number_is_masked(tmp_path: Path) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:
            assert (await gate.post("Appelez Marie au 06 39 98 12 34", language="fr")).status == 200
            assert gate.sent() == ["Appelez Marie au [téléphone]"]
            await gate.ledger.settled()

    run(scenario())


def test_a_content_warning_is_offered_as_one_and_not_as_the_post(tmp_path: Path) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:
            reply = await gate.post("Astreinte ci-dessous", spoiler_text=THREE_PHONES)
            assert reply.status == 422
            assert "le reste inchangé : avertissement de contenu « Astreinte" in message(reply).replace("\u00a0", " ")
            numbers = "06 39 98 12 34, 06 39 98 12 35, 06 39 98 12 36"
            options = {"options": ["Oui", f"Appeler {numbers}"], "expires_in": 300}
            assert "option 2 « Appeler" in message(await gate.post("Qui ?", poll=options)).replace("\u00a0", " ")
            bare = message(await gate.post("Qui ?", poll={"options": ["Oui", numbers], "expires_in": 300}))
            assert "pii-fr/phone" in bare
            assert "option 2" not in bare, "nothing but labels would be left of it"

    run(scenario())


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("mdp : Tulipe2024! je répète Tulipe2024! merci", {}),
        ("allez, je redis : Tulipe2024!", {"spoiler_text": "mdp : Tulipe2024!"}),
        ("Lequel ?", {"poll": {"options": ["mdp : Tulipe2024!", "Tulipe2024!"], "expires_in": 300}}),
        ("Le code : digicode 4821 et voilà, et bien 48 21", {}),
    ],
)
def test_a_version_in_which_the_secret_still_stands_is_not_offered(tmp_path: Path, text: str, more: dict) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:
            told = message(await gate.post(text, **more))
            assert "secrets/secret" in told
            assert "[secret]" not in told

    run(scenario())


def test_the_founding_leak_never_leaves_and_is_in_no_record(tmp_path: Path) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:
            reply = await gate.post(LEAK)
            assert reply.status == 422
            assert "embargo" in message(reply)
            assert "galère 20 personnes" in message(reply)  # the safe version
            assert "client X" not in message(reply)
            assert gate.service.received == []
            (leaf,) = gate.leaves()
            assert leaf["disposition"] == "refuse"
            assert leaf["matches"] == [{"action": "block", "rule": "client-x/name"}]
            assert "galère" not in json.dumps(leaf, ensure_ascii=False)

    run(scenario())
    assert not any("galère".encode() in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


def test_held_text_lies_on_disk_only_sealed(tmp_path: Path) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:
            assert "1001" in message(await gate.post(THREE_PHONES))

    run(scenario())
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert files
    assert not any(b"Astreinte" in file.read_bytes() or b"06 39 98" in file.read_bytes() for file in files)


@pytest.mark.parametrize(
    ("form", "expected"),
    [(Form.WRITTEN, THREE_PHONES), (Form.REDACTED, "Astreinte : [téléphone], [téléphone] et [téléphone]")],
)
def test_an_approved_post_passes_once(tmp_path: Path, form: Form, expected: str) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:
            assert "1001" in message(await gate.post(THREE_PHONES, language="fr"))
            assert "1001" in message(await gate.post(THREE_PHONES, language="fr"))  # still waiting: the same case
            approve(gate, 1001, form)
            assert (await gate.post(THREE_PHONES, language="fr", key="renewed")).status == 200
            assert gate.sent() == [expected]
            assert "1002" in message(await gate.post(THREE_PHONES, language="fr"))
            await gate.ledger.settled()
            assert gate.store.read_now(lambda tx: tx.case(1001)).state is CaseState.USED

    run(scenario())


@pytest.mark.parametrize(
    "changed",
    [{"visibility": "unlisted"}, {"in_reply_to_id": "5"}, {"spoiler_text": "x"}, {"token": "other-account"}],
)
def test_an_approval_covers_this_very_post_only(tmp_path: Path, changed: dict[str, str]) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:
            await gate.post(THREE_PHONES)
            approve(gate, 1001)
            if "token" in changed:
                gate.service.fetch = _as_bob(gate)
            assert "1002" in message(await gate.post(THREE_PHONES, **changed))
            assert gate.service.received == []

    run(scenario())


@pytest.mark.parametrize(
    ("text", "changed", "said"),
    [
        (THREE_PHONES + " !", {}, "le texte, ne serait-ce que d’un signe."),
        (THREE_PHONES, {"visibility": "unlisted"}, "la visibilité."),
        (THREE_PHONES, {"scheduled_at": "2030-01-01T10:00:00Z"}, "l’heure de publication."),
        (THREE_PHONES, {"sensitive": "true"}, "un autre réglage"),
        (THREE_PHONES + " Autre chose", {}, ""),
    ],
)
def test_what_just_misses_an_approval_is_told_so(tmp_path: Path, text: str, changed: dict[str, str], said: str) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:
            await gate.post(THREE_PHONES)
            approve(gate, 1001)
            told = message(await gate.post(text, **changed))
            assert "dossier 1002" in told
            assert ("dossier 1001 est approuvé" in told) == bool(said)
            assert said in told

    run(scenario())


def _as_bob(gate: Rig):
    plain = gate.service.fetch

    async def fetch(request: HttpRequest):
        reply = await plain(request)
        return replace(reply, body=reply.body.replace(b"alice", b"bob")) if request.method == "GET" else reply

    return fetch


def test_a_rejected_post_stays_refused_with_the_reason(tmp_path: Path) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:
            await gate.post(THREE_PHONES)
            no = Review(approved=False, reviewer="dpo", at=NOW, reason="Trop de numéros")
            gate.store.write_now(lambda tx: review.reject(tx, gate.log, 1001, no))
            told = message(await gate.post(THREE_PHONES))
            assert "refus" in told
            assert gate.service.received == []

    run(scenario())


def test_nothing_is_sent_when_nothing_can_be_recorded(tmp_path: Path) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:

            async def full(_: object) -> None:
                raise StoreError("the disk is full")

            gate.store.write = full  # type: ignore[method-assign]
            with pytest.raises(StoreError):
                await gate.post("Bonjour")
            with pytest.raises(StoreError):
                await gate.post(THREE_PHONES)
            assert gate.service.received == []

    run(scenario())


class Odd:
    """A third party's detector that misbehaves as told."""

    info = DetectorInfo("odd", "1", frozenset({"ODD"}))

    def __init__(self, misbehave: object) -> None:
        self._misbehave = misbehave

    def detect(self, text: str) -> list[Hit]:
        return self._misbehave(text)


def _crash(_: str) -> list[Hit]:
    raise RuntimeError("Appelez Marie")


def _sleep(_: str) -> list[Hit]:
    time.sleep(0.5)
    return []


@pytest.mark.parametrize("misbehave", [_crash, _sleep, lambda _: [Hit("ODD", 5, 999, 1.0)]])
def test_a_detector_that_fails_holds_the_post(tmp_path: Path, misbehave: object) -> None:
    async def scenario() -> None:
        bundle = shipped_inspector().bundle
        inspector = Inspector(Detectors.build(bundle.matchers, extra=[Odd(misbehave)]), bundle)
        with rig(tmp_path, inspector, deadline_s=0.1) as gate:
            told = message(await gate.post("Appelez Marie"))
            assert "1001" in told
            assert "dans le doute" in told
            assert gate.service.received == []
            assert gate.leaves()[0]["reason"].startswith("detector-failed")
            assert "Marie" not in json.dumps(gate.leaves())

    run(scenario())


def test_an_inspector_that_breaks_holds_the_post(tmp_path: Path) -> None:
    class Broken(Inspector):
        def inspect(self, post, facts):
            raise MemoryError

    async def scenario() -> None:
        with rig(tmp_path, Broken(shipped_inspector().detectors, shipped_inspector().bundle)) as gate:
            assert "1001" in message(await gate.post("Bonjour"))
            assert gate.service.received == []

    run(scenario())


def test_what_the_service_refuses_credentials_for_is_not_inspected(tmp_path: Path) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:
            reply = await gate.post("Bonjour", token="expired")
            assert (reply.status, reply.body) == (401, b'{"error": "The access token is invalid"}')
            assert gate.leaves() == []

    run(scenario())


def test_a_send_without_an_answer_is_looked_up_before_it_is_sent_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:

            def lost(request: HttpRequest) -> None:
                gate.service.publish(request)  # it arrived, but the answer is lost
                raise UpstreamError("reset", sent=True)

            gate.service.before = lost
            reply = await gate.post("Bonjour tout le monde")
            assert reply.status == 504
            assert "peut-être publié" in message(reply)
            gate.service.before = lambda _: None
            again = await gate.post("Bonjour tout le monde")
            assert (again.status, json.loads(again.body)["id"]) == (200, "100")
            assert len(gate.service.received) == 1
            await gate.ledger.settled()
            how = (
                [(leaf["data"]["state"], leaf["data"]["how"]) for leaf in gate.leaves() if leaf["kind"] == "delivery"]
                if "data" in gate.leaves()[0]
                else [(leaf["state"], leaf["how"]) for leaf in gate.leaves() if leaf["kind"] == "delivery"]
            )
            assert how == [("in_doubt", "answered"), ("sent", "looked-up")]

    run(scenario())


def test_a_send_that_did_not_arrive_is_sent_once_after_the_look_up(tmp_path: Path) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:

            def lost(_: HttpRequest) -> None:
                raise UpstreamError("reset", sent=True)

            gate.service.before = lost
            await gate.post("Bonjour tout le monde")
            gate.service.before = lambda _: None
            assert (await gate.post("Bonjour tout le monde")).status == 200
            assert len(gate.service.published) == 1
            assert (await gate.post("Bonjour tout le monde")).status == 200  # a second post, on purpose
            assert len(gate.service.published) == 2
            await gate.ledger.settled()

    run(scenario())


def test_an_approval_is_given_back_when_the_service_cannot_be_reached(tmp_path: Path) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:
            await gate.post(THREE_PHONES)
            approve(gate, 1001)

            def down(_: HttpRequest) -> None:
                raise UpstreamError("no connection", sent=False)

            gate.service.before = down
            assert (await gate.post(THREE_PHONES)).status == 502
            await gate.ledger.settled()
            gate.service.before = lambda _: None
            assert (await gate.post(THREE_PHONES)).status == 200
            await gate.ledger.settled()

    run(scenario())


def test_deliveries_cut_off_by_a_crash_are_in_doubt_at_the_next_start(tmp_path: Path) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:

            class Killed(BaseException):
                pass

            def kill(_: HttpRequest) -> None:
                raise Killed

            gate.service.before = kill
            with pytest.raises(Killed):
                await gate.post("Bonjour tout le monde")
        with rig(tmp_path) as gate:
            assert await gate.ledger.recover() == 1
            assert (await gate.post("Bonjour tout le monde")).status == 200
            assert gate.sent() == ["Bonjour tout le monde"]
            await gate.ledger.settled()
            assert gate.store.read_now(lambda tx: tx.deliveries(DeliveryState.IN_DOUBT)) == []

    run(scenario())


def test_one_idempotency_key_publishes_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:
            first, second = await asyncio.gather(gate.post("Bonjour", key="k"), gate.post("Bonjour", key="k"))
            assert first.body == second.body
            assert len(gate.service.received) == 1
            with pytest.raises(RequestError) as caught:
                await gate.post("Autre chose", key="k")
            assert caught.value.status == 422
            assert (await gate.post(LEAK, key="blocked")).status == 422
            assert (await gate.post("Sans le nom", key="blocked")).status == 200  # a stopped post frees its key
            await gate.ledger.settled()

    run(scenario())


def test_the_clients_key_is_not_forwarded_as_written(tmp_path: Path) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:
            await gate.post("Bonjour", key="client X est perdu")
            forwarded = dict(gate.service.received[0].headers)[b"idempotency-key"]
            assert b"client" not in forwarded
            await gate.ledger.settled()

    run(scenario())


def test_the_deadline_and_clock_are_the_gates_own(tmp_path: Path) -> None:
    """After the embargo of client-x the same post is only flagged."""

    async def scenario() -> None:
        with rig(tmp_path) as gate:
            gate.gate.now = lambda: NOW + timedelta(days=365 * 12)
            assert (await gate.post(LEAK)).status == 200
            assert gate.leaves()[0]["action"] == "flag"
            await gate.ledger.settled()

    run(scenario())


UPLOAD = (
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="vacances.png"\r\nContent-Type: image/png\r\n\r\n'
    b"\x89PNG\r\n\x1a\n0000\r\n--b--\r\n"
)


@pytest.mark.parametrize("hold", [True, False])
def test_unread_media_is_recorded_and_can_be_held(tmp_path: Path, hold: bool) -> None:
    async def scenario() -> None:
        with rig(tmp_path, hold_unread_media=hold) as gate:
            headers = ((b"authorization", b"Bearer t"), (b"content-type", b"multipart/form-data; boundary=b"))
            request = HttpRequest("POST", "/api/v2/media", "", headers, UPLOAD)
            reply = await submit(gate.gate, request, gate.gate.channel.route(request))
            leaf = gate.leaves()[0]
            assert leaf["media"] == [{"type": "image/png", "size": 12, "inspected": False}]
            if hold:
                assert "1001" in message(reply)
                assert gate.service.received == []
                approve(gate, 1001)
                reply = await submit(gate.gate, request, gate.gate.channel.route(request))
            assert reply.status == 200
            assert b"vacances" not in gate.service.received[0].body
            # what came through this gate is known to a later post; what did not is held
            assert (await gate.post("Avec image", media_ids=[json.loads(reply.body)["id"]])).status == 200
            assert (await gate.post("Avec image", media_ids=["999"])).status == (422 if hold else 200)
            await gate.ledger.settled()

    run(scenario())


def _answer_500_after_publishing(gate: Rig) -> None:
    """The service acts, then fails: only a look-up can tell."""
    publish = gate.service.publish

    def fail(request: HttpRequest) -> None:
        publish(request)
        raise UpstreamError("it broke off", sent=True)

    gate.service.before = fail


def test_an_edited_approval_that_arrived_is_recognised(tmp_path: Path) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:
            await gate.post(THREE_PHONES)
            verdict = replace(APPROVED, form=Form.EDITED)
            again = shipped_inspector()

            def inspect(post):
                return again.inspect(post, Facts(now=NOW))

            texts = {"/status": "Astreinte : appelez le standard"}
            gate.store.write_now(
                lambda tx: review.approve(tx, gate.log, gate.keys, 1001, verdict, texts=texts, inspect=inspect)
            )
            _answer_500_after_publishing(gate)
            assert (await gate.post(THREE_PHONES)).status == 504
            gate.service.before = lambda _: None
            assert (await gate.post(THREE_PHONES)).status == 200
            assert [one["content"] for one in gate.service.published] == ["<p>Astreinte : appelez le standard</p>"]
            await gate.ledger.settled()
            assert gate.store.read_now(lambda tx: tx.case(1001)).state is CaseState.USED

    run(scenario())


def test_two_senders_of_one_doubtful_approved_post_publish_it_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:
            await gate.post(THREE_PHONES)
            approve(gate, 1001)

            def lost(_: HttpRequest) -> None:
                raise UpstreamError("reset", sent=True)

            gate.service.before = lost
            await gate.post(THREE_PHONES)
            gate.service.before = lambda _: None
            plain = gate.service.fetch

            async def slow(request: HttpRequest):
                await asyncio.sleep(0.02 * len(gate.service.published) + 0.01)
                return await plain(request)

            gate.service.fetch = slow
            answers = await asyncio.gather(*[gate.post(THREE_PHONES) for _ in range(5)])
            assert len(gate.service.published) == 1
            assert len({answer.body for answer in answers if answer.status == 200}) == 1
            await gate.ledger.settled()

    run(scenario())


def test_an_approval_is_given_back_when_the_post_cannot_be_rebuilt(tmp_path: Path) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:
            await gate.post(THREE_PHONES)
            approve(gate, 1001)
            render = gate.gate.channel.render

            def broken(*_: object) -> HttpRequest:
                raise IndexError

            gate.gate.channel.render = broken
            with pytest.raises(IndexError):
                await gate.post(THREE_PHONES)
            await gate.ledger.settled()
            gate.gate.channel.render = render
            assert (await gate.post(THREE_PHONES)).status == 200
            await gate.ledger.settled()

    run(scenario())


def test_nothing_leaves_once_the_database_file_is_gone(tmp_path: Path) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:
            assert (await gate.post("Bonjour")).status == 200
            await gate.ledger.settled()
            for file in tmp_path.glob("guard.db*"):
                file.unlink()
            with pytest.raises(StoreError):
                await gate.post("Encore")
            assert gate.sent() == ["Bonjour"]

    run(scenario())


def test_an_answer_that_names_nobody_is_no_answer_to_the_write(tmp_path: Path) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:
            gate.service.fetch = lambda _: asyncio.sleep(0, HttpReply(200, body=b'{"data": {}}'))
            with pytest.raises(UpstreamError):
                await gate.post("Bonjour")
            assert gate.leaves() == []

    run(scenario())


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"a": 1, "a": 2}', "corps de la requête : le JSON nomme deux fois un champ (envoyez un objet JSON"),
        (b'{"a": "\\ud800"}', "moitié de caractère"),
        (b"[]", "n’est pas un objet"),
    ],
)
def test_a_malformed_request_is_refused_in_the_author_s_language(body: bytes, said: str) -> None:
    with pytest.raises(RequestError) as caught:
        parse_json(body)
    assert said.replace(" :", ":") in refusal_for(caught.value, "fr").message
    assert refusal_for(caught.value, "en").message == str(caught.value)


def test_a_body_that_is_too_large_is_told_in_the_client_s_language(tmp_path: Path) -> None:
    async def asked(language: bytes) -> HttpReply:
        sent: list[dict] = []

        async def send(message: dict) -> None:
            sent.append(message)

        async def receive() -> dict:
            return {"type": "http.request", "body": body, "more_body": False}

        body = json.dumps({"status": "x" * 300_000}).encode()
        scope = {
            "type": "http", "method": "POST", "raw_path": b"/api/v1/statuses", "query_string": b"",
            "headers": [(b"content-type", b"application/json"), *([(b"accept-language", language)] if language else [])],
        }  # fmt: skip
        with rig(tmp_path) as gate:
            await GateApp(gate.gate, BodyBudget(1 << 20))(scope, receive, send)
        return sent[0]["reply"]

    french, english = asyncio.run(asked(b"")), asyncio.run(asked(b"en-GB,en;q=0.9"))
    assert (french.status, english.status) == (413, 413)
    assert message(french) == "le corps est trop grand pour cette passerelle (au plus 256\u00a0Kio)".replace(
        "\u00a0", " "
    )
    assert message(english) == "the body is too large for this gate (at most 256 KiB)"


def test_only_the_hours_that_the_settings_name_count_towards_a_promise(tmp_path: Path) -> None:
    hours = WorkingHours(9 * 60, 10 * 60, UTC)

    async def scenario() -> None:
        with rig(tmp_path) as gate:
            gate.gate.ledger._answer_by = Settings(answer_minutes=90, answer_hours=hours).answer_by
            told = message(await gate.post(THREE_PHONES)).replace("\u00a0", " ")
            assert "dossier 1001 : réponse d’ici 1 j 1 h. " in told, "an hour today, half an hour tomorrow"
            (line,) = gate.store.read_now(lambda tx: tx.queue.waiting(NOW, 10))
            assert line.due == NOW + timedelta(days=1, minutes=30), "the queue goes by it too"

    run(scenario())


def test_a_held_post_says_by_when_somebody_answers(tmp_path: Path) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:
            assert "dossier 1001 : réponse d’ici 4 h. " in message(await gate.post(THREE_PHONES)).replace("\u00a0", " ")
            soon = message(await gate.post(THREE_PHONES, scheduled_at=(NOW + timedelta(minutes=40)).isoformat()))
            assert "dossier 1002 : réponse d’ici 40 min. " in soon.replace("\u00a0", " ")
            gate.gate.now = lambda: NOW + timedelta(hours=3)
            assert "dossier 1001 : réponse d’ici 1 h. " in message(await gate.post(THREE_PHONES)).replace("\u00a0", " ")
            gate.gate.now = lambda: NOW + timedelta(hours=5)
            assert "dossier 1001. " in message(await gate.post(THREE_PHONES))

    run(scenario())


@pytest.mark.parametrize("form", [Form.WRITTEN, Form.REDACTED, Form.EDITED])
def test_an_approved_picture_passes_under_another_name(tmp_path: Path, form: Form) -> None:
    """Clients name their files anew for every upload, and the service never sees the name."""

    async def scenario() -> None:
        with rig(tmp_path) as gate:
            headers = ((b"authorization", b"Bearer t"), (b"content-type", b"multipart/form-data; boundary=b"))
            described = UPLOAD.replace(
                b"\r\n--b--",
                b'\r\n--b\r\nContent-Disposition: form-data; name="description"\r\n\r\n%b\r\n--b--'
                % THREE_PHONES.encode(),
            ).replace(b"vacances.png", b"numero 06 39 98 12 34.png")

            async def upload(body: bytes) -> HttpReply:
                request = HttpRequest("POST", "/api/v2/media", "", headers, body)
                return await submit(gate.gate, request, gate.gate.channel.route(request))

            assert "1001" in message(await upload(described))
            again, verdict = shipped_inspector(), replace(APPROVED, form=form)
            texts = {"/description": "Astreinte", "/@filename/file": "x"} if form is Form.EDITED else None
            gate.store.write_now(
                lambda tx: review.approve(
                    tx,
                    gate.log,
                    gate.keys,
                    1001,
                    verdict,
                    texts=texts,
                    inspect=lambda post: again.inspect(post, Facts(NOW)),
                )
            )
            secret = described.replace(b"numero 06 39 98 12 34.png", b"Client X.png")
            assert (await upload(secret)).status == 422, "what its name tells is read all the same"
            assert (await upload(described.replace(b"numero 06 39 98 12 34.png", b"a.png"))).status == 200
            assert b"a.png" not in gate.service.received[0].body
            await gate.ledger.settled()

    run(scenario())


def test_an_upload_that_nobody_confirmed_is_no_post_in_doubt(tmp_path: Path) -> None:
    async def scenario() -> None:
        with rig(tmp_path) as gate:

            def lost(_: HttpRequest) -> None:
                raise UpstreamError("reset", sent=True)

            gate.service.before = lost
            headers = ((b"authorization", b"Bearer t"), (b"content-type", b"multipart/form-data; boundary=b"))
            request = HttpRequest("POST", "/api/v2/media", "", headers, UPLOAD)
            reply = await submit(gate.gate, request, gate.gate.channel.route(request))
            assert (reply.status, "ajoutez-le de nouveau" in message(reply)) == (504, True)
            await gate.ledger.settled()

    run(scenario())


def test_who_only_reads_is_not_told_what_became_of_a_post() -> None:
    down = UpstreamError("down", sent=False)
    assert "publié" in refusal_for(down, "fr").message
    assert refusal_for(down, "fr", reading=True).message == "Le service ne répond pas. Réessayez dans un instant."
