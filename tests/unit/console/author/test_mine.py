"""My posts: mine alone, with what may be shown of them."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from guard.console.author.probing import SHUT_AT
from guard.outbox import questions, review
from guard.types.held import CaseState, Form, Review
from guard.types.inspection import Facts
from guard.types.post import Segment
from guard.types.principal import Principal
from guard.types.question import Ask
from tests.consoles import console
from tests.gates import THREE_PHONES
from tests.ledgers import delivery

MARIE = Principal("id-marie", "marie", "Marie Dupont", frozenset())


@pytest.fixture
def rig(tmp_path):
    with console(tmp_path) as made:
        made.sessions.people["marie"] = MARIE
        made.sessions.people["eve"] = Principal("id-eve", "eve", "Eve", frozenset())
        yield made


def event_of(rig, number: int) -> str:
    return rig.opened.store.read_now(lambda tx: tx.case(number)).event


def test_a_list_of_ones_own_and_no_others(rig) -> None:
    rig.hold(THREE_PHONES, person="Marie Dupont")
    words = rig.client("marie").get("/mine").words
    assert "Waiting for a colleague" in words
    assert "Telephone number" in words
    assert "Nothing here" in rig.client("eve").get("/mine").words
    assert "06 39" not in words  # the list is read over one's shoulder


def test_a_line_of_the_list_says_which_post_it_is(rig) -> None:
    number = rig.hold(THREE_PHONES, person="Marie Dupont")
    long = rig.hold(f"{THREE_PHONES} " + "et un mot encore " * 20, person="Marie Dupont")
    words = rig.client("marie").get("/mine").words
    assert f"case {number} Astreinte : ▇▇▇, ▇▇▇ et ▇▇▇ Telephone number" in words
    assert f"case {long} " in words
    assert "… Telephone number" in words
    rig.opened.store.write_now(lambda tx: tx.erase(event_of(rig, number)))
    assert f"case {number} Telephone number" in rig.client("marie").get("/mine").words


def test_the_first_words_are_of_the_text_at_fault(rig) -> None:
    for parts in (("body", "Qui ?"), ("poll-option", THREE_PHONES)), (("spoiler", "boulot"), ("body", THREE_PHONES)):
        segments = tuple(Segment(f"/{number}", *each) for number, each in enumerate(parts))
        number = rig.hold("", person="Marie Dupont", segments=segments)
        assert f"case {number} Astreinte : ▇▇▇, ▇▇▇ et ▇▇▇" in rig.client("marie").get("/mine").words


def test_another_person_s_decision_is_not_there_for_anybody_else(rig) -> None:
    event = event_of(rig, rig.hold(THREE_PHONES, person="Marie Dupont"))
    assert rig.client("marie").get(f"/mine/{event}").status == 200
    for who in ("eve", "ana", "dora", "adam"):
        assert rig.client(who).get(f"/mine/{event}").status == 404
        assert rig.client(who).post("/mine/ask", {"event": event, "why": "review", "words": "x"}).status == 404
    assert rig.client("marie").get("/mine/no-such").status == 404
    assert rig.entries("question") == []


def test_the_page_shows_the_text_its_marks_the_safe_version_and_who_looked(rig) -> None:
    number = rig.hold(THREE_PHONES, person="Marie Dupont")
    page = f"/mine/{event_of(rig, number)}"
    client = rig.client("marie")
    assert "Nobody has read it yet" in client.get(page).words
    rig.client("ana").get(f"/cases/{number}")
    answer = client.get(page)
    assert '<mark class="m-hold">06 39 98 12 34</mark>' in answer.text
    assert "Astreinte : [téléphone], [téléphone] et [téléphone]" in answer.words
    looked = answer.words[answer.words.index("Who has looked") :]
    assert "Reviewer" in looked
    assert "ana" not in looked.split("Ask a person")[0].lower().split()


def test_the_safe_version_is_of_each_text_that_changes(rig) -> None:
    parts = (Segment("/status", "body", "Ci-dessous"), Segment("/spoiler_text", "spoiler", THREE_PHONES))
    number = rig.hold("", person="Marie Dupont", segments=parts)
    answer = rig.client("marie").get(f"/mine/{event_of(rig, number)}")
    safe = answer.words[answer.words.index("A version that can go out as it is") :]
    assert safe.index("Content warning") < safe.index("Astreinte : [téléphone]") < safe.index("The rest of it stays")
    assert "Ci-dessous" not in safe


def test_of_a_text_of_which_only_labels_are_left_no_version_is_shown(rig) -> None:
    phones = "06 39 98 12 34, 06 39 98 12 35, 06 39 98 12 36"
    parts = (Segment("/status", "body", "Ci-dessous"), Segment("/spoiler_text", "spoiler", phones))
    number = rig.hold("", person="Marie Dupont", segments=parts)
    answer = rig.client("marie").get(f"/mine/{event_of(rig, number)}")
    assert "A version that can go out as it is" not in answer.words


def test_confidential_words_are_neither_marked_nor_cut(rig) -> None:
    number = rig.hold("Un rachat dans la photonique, 06 39 98 12 34", person="Marie Dupont")
    answer = rig.client("marie").get(f"/mine/{event_of(rig, number)}")
    assert '<mark class="m-redact">06 39 98 12 34</mark>' in answer.text
    assert "<mark" not in answer.text.replace('<mark class="m-redact">', "")
    assert "A version that can go out as it is" not in answer.words


def test_what_became_of_it_is_said_at_every_step(rig) -> None:
    number = rig.hold(THREE_PHONES, person="Marie Dupont")
    page = f"/mine/{event_of(rig, number)}"
    client = rig.client("marie")
    assert "Promised by" in client.get(page).words
    store, log, keys = rig.opened.store, rig.opened.log, rig.opened.keys
    yes = Review(True, "ana", rig.clock())
    store.write_now(lambda tx: review.approve(tx, log, keys, number, yes, groups=frozenset({"dpo"})))
    assert "Send the very same post again" in client.get(page).words
    other = rig.hold(THREE_PHONES + " !", person="Marie Dupont")
    no = Review(False, "ana", rig.clock(), "Plutôt le standard")
    store.write_now(lambda tx: review.reject(tx, log, other, no))
    assert "Plutôt le standard" in client.get(f"/mine/{event_of(rig, other)}").words
    store.write_now(lambda tx: tx.erase(event_of_in(tx, other)))
    assert "has been erased" in client.get(f"/mine/{event_of(rig, other)}").words


def event_of_in(tx, number: int) -> str:
    return tx.case(number).event


def test_a_post_that_is_to_go_inside_is_said_to(rig) -> None:
    number = rig.hold(THREE_PHONES, person="Marie Dupont")
    yes = Review(True, "dana", rig.clock(), form=Form.INTERNAL)
    store, log, keys = rig.opened.store, rig.opened.log, rig.opened.keys
    store.write_now(lambda tx: review.approve(tx, log, keys, number, yes, groups=frozenset({"dpo"})))
    words = rig.client("marie").get(f"/mine/{event_of(rig, number)}").words
    assert "Goes to the internal server: send it again" in words
    assert "it appears there, once, and not outside" in words
    used = rig.opened.store.read_now(lambda tx: tx.case(number))
    store.write_now(lambda tx: tx.update_case(replace(used, state=CaseState.USED)))
    assert "On the internal server" in rig.client("marie").get("/mine").words


def test_a_post_sent_again_while_it_waits_stands_once(rig) -> None:
    for _ in range(3):
        rig.hold(THREE_PHONES, person="Marie Dupont")
        rig.clock.pass_by(minutes=1)
    assert rig.client("marie").get("/mine").text.count('class="state') == 1


def test_a_decision_without_text_says_that_none_was_kept(rig) -> None:
    number = rig.hold(THREE_PHONES, person="Marie Dupont")
    author = rig.opened.store.read_now(lambda tx: tx.case(number)).author
    data = {
        "author": author, "network": "mastodon", "operation": "status.create", "visibility": "public",
        "action": "block", "disposition": "refuse", "matches": [{"rule": "gone/rule", "action": "block"}],
    }  # fmt: skip
    (event,) = rig.opened.add(1, **data)
    words = rig.client("marie").get(f"/mine/{event}").words
    assert "Not published" in words
    assert "gone/rule" in words
    assert "was not kept" in words


@pytest.mark.parametrize(
    ("state", "said"),
    [("refused", "the service itself refused it"), ("in_doubt", "did not confirm"), ("sent", "masked")],
)
def test_a_post_that_did_not_arrive_is_not_called_published(rig, state, said) -> None:
    number = rig.hold(THREE_PHONES, person="Marie Dupont")
    author = rig.opened.store.read_now(lambda tx: tx.case(number)).author
    data = {
        "author": author, "network": "mastodon", "visibility": "public", "action": "redact", "disposition": "deliver",
        "form": "redacted", "matches": [{"rule": "pii-fr/phone", "action": "redact"}],
    }  # fmt: skip
    (event,) = rig.opened.add(1, **data)
    sent = delivery(id=event, author=author)
    rig.opened.store.write_now(lambda tx: (tx.add_delivery(sent), tx.settle_delivery(event, state)))
    assert said in rig.client("marie").get(f"/mine/{event}").words


def test_asking_from_the_page_and_reading_the_answer(rig) -> None:
    event = event_of(rig, rig.hold(THREE_PHONES, person="Marie Dupont"))
    client = rig.client("marie")
    assert client.post("/mine/ask", {"event": event, "words": "why?"}).status == 422
    assert client.post("/mine/ask", {"event": event, "why": "review", "words": "Merci <b>!"}).to == "/mine?sent"
    assert "Merci <b>!" in client.get("/mine").words
    (question,) = rig.opened.store.read_now(lambda tx: tx.questions.open(9))
    ana = rig.sessions.people["ana"]
    rig.opened.store.write_now(
        lambda tx: questions.answer(
            tx,
            rig.opened.log,
            rig.opened.keys,
            question.id,
            ana,
            "Voici",
            rig.clock(),
            upheld=True,
            keep_for=timedelta(1),
        )
    )
    assert "Voici" in client.get("/mine").words
    assert "Voici" in client.get(f"/mine/{event}").words
    assert "Voici" not in rig.client("eve").get("/mine").words


def test_asking_from_the_bench_names_the_rules_that_speak(rig) -> None:
    client = rig.client("marie")
    page = client.post("/mine/ask", {"text": "06 39 98 12 34", "network": "x"})
    assert page.status == 200
    assert "What is it about?" in page.words
    done = {"text": "06 39 98 12 34", "network": "x", "why": "false-positive", "words": "", "rules": "client-x/name"}
    assert client.post("/mine/ask", done).to == "/mine?sent"
    (question,) = rig.opened.store.read_now(lambda tx: tx.questions.open(9))
    assert (question.ask, question.rules, question.decision) == (Ask.FALSE_POSITIVE, ("pii-fr/phone",), None)
    assert questions.read(rig.opened.keys, question).text == "06 39 98 12 34"
    assert client.post("/mine/ask", {"text": " ", "why": "review"}).to == "/compose"


def test_asking_is_no_way_to_fish(rig) -> None:
    rig.app.state.console.checks.slow_s = 0.0
    client = rig.client("marie")
    for day in range(SHUT_AT):
        client.post("/compose", {"text": f"{day} Vive Client X"})
        client.post("/compose", {"text": "Vive Client Y"})
    assert client.post("/mine/ask", {"text": "Vive Client X", "why": "review"}).status == 422
    assert rig.entries("question") == []


def test_too_many_questions_are_refused_and_nothing_typed_is_lost(rig) -> None:
    client = rig.client("marie")
    for number in range(questions.MOST_OPEN):
        assert client.post("/mine/ask", {"text": f"texte {number}", "why": "review"}).status == 303
    answer = client.post("/mine/ask", {"text": "one more", "why": "review", "words": "my words"})
    assert answer.status == 422
    assert "one more" in answer.text
    assert "my words" in answer.text


def test_older_ones_are_on_further_pages(rig) -> None:
    number = rig.hold(THREE_PHONES, person="Marie Dupont")
    author = rig.opened.store.read_now(lambda tx: tx.case(number)).author
    data = {"author": author, "network": "x", "disposition": "deliver", "action": "flag", "form": "written"}
    rig.opened.add(40, matches=[{"rule": "a/b", "action": "flag"}], **data)
    client = rig.client("marie")
    first = client.get("/mine")
    assert first.text.count('class="state') == 30
    link = first.text.split('href="/mine?before=')[1].split('"')[0]
    assert client.get(f"/mine?before={link}").text.count('class="state') == 11
    assert client.get("/mine?before=x").status == 200


def approve(rig, number: int, form: Form, **more) -> None:
    store, log, keys = rig.opened.store, rig.opened.log, rig.opened.keys
    yes = Review(True, "dana", rig.clock(), form=form)
    store.write_now(lambda tx: review.approve(tx, log, keys, number, yes, groups=frozenset({"dpo"}), **more))


def use(rig, number: int) -> None:
    store = rig.opened.store
    store.write_now(lambda tx: tx.update_case(replace(tx.case(number), state=CaseState.USED)))


def test_a_colleague_s_words_are_shown_before_they_go_out_under_the_author_s_name(rig) -> None:
    number = rig.hold(THREE_PHONES, person="Marie Dupont")
    inspect = partial(rig.desk.inspector().inspect, facts=Facts(rig.clock()))
    approve(rig, number, Form.EDITED, texts={"/status": "Astreinte : le standard"}, inspect=inspect)
    client, page = rig.client("marie"), f"/mine/{event_of(rig, number)}"
    words = client.get(page).words
    assert "Approved in another form: send it again" in words
    assert "Approved in this form Astreinte : le standard" in words
    assert "The approval stands until" in words
    assert "A version that can go out as it is" not in words, "one other form is enough"
    assert "Approved in another form" in client.get("/mine").words
    use(rig, number)
    words = client.get(page).words
    assert "Published in another form, after review" in words
    assert "Published in this form Astreinte : le standard" in words


def test_the_masked_form_is_shown_as_it_goes_out(rig) -> None:
    number = rig.hold(THREE_PHONES, person="Marie Dupont")
    approve(rig, number, Form.REDACTED)
    words = rig.client("marie").get(f"/mine/{event_of(rig, number)}").words
    assert "Approved in this form Astreinte : [téléphone], [téléphone] et [téléphone]" in words
    rig.opened.store.write_now(lambda tx: tx.erase(event_of_in(tx, number)))
    words = rig.client("marie").get(f"/mine/{event_of(rig, number)}").words
    assert "A colleague changed it" in words
    assert "Approved in this form" not in words


def test_the_hour_of_a_scheduled_post_is_said_to_belong_to_its_approval(rig) -> None:
    hour = ("scheduled_at", "2026-12-01T08:00:00+00:00")
    number = rig.hold(THREE_PHONES, person="Marie Dupont", extra=(hour,))
    page = f"/mine/{event_of(rig, number)}"
    assert "The hour of publication" not in rig.client("marie").get(page).words
    approve(rig, number, Form.WRITTEN)
    assert "The hour of publication belongs to the approval: keep 1 Dec 2026" in rig.client("marie").get(page).words


@pytest.mark.parametrize(
    ("operation", "waits", "passes"),
    [
        ("status.create", "Nothing is published yet", "Send the very same post again"),
        ("status.edit", "Your change waits. The earlier version stays", "Make the very same change again"),
        ("profile.update", "Your change waits. The earlier version stays", "Make the very same change again"),
        ("media.upload", "Nothing of this file", "Add this file again with the same description"),
    ],
)
def test_a_change_and_a_file_are_spoken_of_as_such(rig, operation: str, waits: str, passes: str) -> None:
    number = rig.hold(THREE_PHONES, person="Marie Dupont", operation=operation)
    page = f"/mine/{event_of(rig, number)}"
    assert waits in rig.client("marie").get(page).words
    approve(rig, number, Form.WRITTEN)
    assert passes in rig.client("marie").get(page).words
