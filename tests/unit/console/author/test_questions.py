"""The reviewers' side of questions."""

import pytest

from guard.types.post import Segment
from guard.types.principal import Principal, Role
from tests.consoles import console
from tests.gates import THREE_PHONES


@pytest.fixture
def rig(tmp_path):
    with console(tmp_path) as made:
        made.sessions.people["marie"] = Principal("id-marie", "marie", "Marie Dupont", frozenset({Role.REVIEWER}))
        yield made


def asked(rig, why: str = "false-positive", text: str = "06 39 98 12 34", who: str = "marie") -> str:
    rig.clock.pass_by(seconds=1)
    assert rig.client(who).post("/mine/ask", {"text": text, "why": why, "words": "C'est notre standard."}).status == 303
    return rig.opened.store.read_now(lambda tx: tx.questions.open(99))[-1].id


def test_they_are_for_reviewers_alone(rig) -> None:
    name = asked(rig)
    for who in ("paul", "aude", "adam"):
        assert rig.client(who).get("/questions").status == 403
        assert rig.client(who).get(f"/questions/{name}").status == 403
        assert rig.client(who).post(f"/questions/{name}", {"upheld": "yes", "answer": "x"}).status == 403


def test_the_list_shows_no_text_and_reading_one_is_recorded(rig) -> None:
    name = asked(rig)
    client = rig.client("bob")
    listed = client.get("/questions").words
    assert "The rule is mistaken here" in listed
    assert "standard" not in listed
    assert rig.entries("view") == []
    words = client.get(f"/questions/{name}").words
    assert "C'est notre standard." in words
    assert "06 39 98 12 34" in words
    assert rig.entries("view") == [{"author": rig.opened.log.pseudonym("reviewer", "bob"), "question": name}]


def test_nobody_reads_or_answers_their_own_here(rig) -> None:
    name = asked(rig)
    client = rig.client("marie")
    page = client.get(f"/questions/{name}")
    assert "a colleague answers it" in page.words
    assert "standard" not in page.words
    assert client.post(f"/questions/{name}", {"upheld": "yes", "answer": "me"}).status == 409
    assert rig.entries("answer") == []


def test_an_answer_needs_a_verdict_and_words_and_is_given_once(rig) -> None:
    name = asked(rig)
    client = rig.client("bob")
    assert client.post(f"/questions/{name}", {"answer": "kept words"}).status == 422
    page = client.post(f"/questions/{name}", {"upheld": "yes", "answer": " "})
    assert page.status == 422
    assert "needs words" in page.words
    assert client.post(f"/questions/{name}", {"upheld": "yes", "answer": "D'accord."}).to == "/questions?done"
    again = rig.client("ana").post(f"/questions/{name}", {"upheld": "no", "answer": "Non."})
    assert again.status == 409
    assert "D'accord." in client.get(f"/questions/{name}").words
    assert "Answered lately" in client.get("/questions?done").words
    assert client.get("/questions/no-such").status == 404


def test_a_question_about_a_case_is_for_those_who_may_read_the_case(rig) -> None:
    number = rig.hold(THREE_PHONES, person="Marie Dupont")  # its rule names group:dpo
    event = rig.opened.store.read_now(lambda tx: tx.case(number)).event
    rig.client("marie").post("/mine/ask", {"event": event, "why": "review", "words": "secret words"})
    (question,) = rig.opened.store.read_now(lambda tx: tx.questions.open(9))
    bob = rig.client("bob")
    assert "secret words" not in bob.get(f"/questions/{question.id}").words
    assert bob.post(f"/questions/{question.id}", {"upheld": "yes", "answer": "x"}).status == 409
    seen = rig.client("ana").get(f"/questions/{question.id}").words
    assert "secret words" in seen
    assert "Astreinte" in seen
    page = rig.client("marie").get(f"/mine/{event}").words
    assert "Reviewer" in page[page.index("Who has looked") :]


@pytest.mark.parametrize("role", ["body", "spoiler", "poll-option", "alt", "other"])
def test_the_text_is_shown_wherever_in_the_post_it_stands(rig, role: str) -> None:
    texts = (Segment("/a/0", role, THREE_PHONES), Segment("/b", "title", "Astreinte"))
    number = rig.hold("", segments=texts, person="Marie Dupont")
    event = rig.opened.store.read_now(lambda tx: tx.case(number)).event
    rig.client("marie").post("/mine/ask", {"event": event, "why": "review", "words": "hm"})
    (question,) = rig.opened.store.read_now(lambda tx: tx.questions.open(9))
    words = rig.client("ana").get(f"/questions/{question.id}").words
    assert THREE_PHONES in words
    assert "was not kept" not in words


def test_what_would_change_in_the_rule_s_file_is_proposed(rig) -> None:
    text = rig.client("bob").get(f"/questions/{asked(rig)}").text.replace("&#34;", '"')
    assert '- "06 39 98 12 34"' in text
    text = rig.client("bob").get(f"/questions/{asked(rig, 'already-public')}").text.replace("&#34;", '"')
    assert "expires: 2026-12-31" in text
    assert "only: {rules: [phone]}" in text
    assert "For the rule’s file" not in rig.client("bob").get(f"/questions/{asked(rig, 'review')}").text


def proposed(rig, why: str, *texts: tuple[str, str]) -> str:
    segments = tuple(Segment(f"/{number}", *each) for number, each in enumerate(texts))
    number = rig.hold("", segments=segments, person="Marie Dupont")
    event = rig.opened.store.read_now(lambda tx: tx.case(number)).event
    rig.clock.pass_by(seconds=1)
    rig.client("marie").post("/mine/ask", {"event": event, "why": why, "words": "hm"})
    question = rig.opened.store.read_now(lambda tx: tx.questions.open(99))[-1]
    text = rig.client("ana").get(f"/questions/{question.id}").text.replace("&#34;", '"')
    return text.partition('<textarea id="proposal"')[2].partition("</textarea>")[0]


@pytest.mark.parametrize(
    "texts",
    [
        (("spoiler", "boulot"), ("body", THREE_PHONES)),
        (("body", "Ci-dessous"), ("spoiler", THREE_PHONES)),
        (("body", "Qui ?"), ("poll-option", "Moi"), ("poll-option", THREE_PHONES)),
    ],
)
def test_what_is_proposed_is_the_text_in_which_the_rule_finds_something(rig, texts) -> None:
    assert f'- "{THREE_PHONES}"' in proposed(rig, "false-positive", *texts)
    line = proposed(rig, "already-public", *texts)
    assert f'text: ["*{THREE_PHONES}*"]' in line
    assert f'- "{THREE_PHONES}"' in line
