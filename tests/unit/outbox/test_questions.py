"""Questions: asked about one's own, answered once and by another, all words sealed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from guard.errors import KeyFileError, ReviewError
from guard.outbox import questions
from guard.types.principal import Principal, Role
from guard.types.question import Ask, Words
from tests.consoles import console
from tests.gates import THREE_PHONES

MARIE = Principal("id-marie", "marie", "Marie")
ANA = Principal("id-ana", "ana", "Ana", frozenset({Role.REVIEWER}))
WORDS = Words("my own words about 06 39 98 12 34")


@pytest.fixture
def rig(tmp_path):
    with console(tmp_path) as made:
        yield made


def ask(rig, who=MARIE, why=Ask.FALSE_POSITIVE, words=WORDS, **more):
    store, log, keys = rig.opened.store, rig.opened.log, rig.opened.keys
    return store.write_now(lambda tx: questions.ask(tx, log, keys, who, why, words, rig.clock(), **more))


def answer(rig, question, who=ANA, text="An answer.", *, upheld=True):
    store, log, keys = rig.opened.store, rig.opened.log, rig.opened.keys
    keep = timedelta(days=30)
    return store.write_now(
        lambda tx: questions.answer(tx, log, keys, question, who, text, rig.clock(), upheld=upheld, keep_for=keep)
    )


def decision(rig, person="Marie") -> str:
    number = rig.hold(THREE_PHONES, person=person)
    return rig.opened.store.read_now(lambda tx: tx.case(number)).event


def test_a_question_about_ones_own_post_is_kept_sealed_and_recorded(rig) -> None:
    event = decision(rig)
    asked = ask(rig, decision=event)
    assert (asked.rules, asked.case, asked.decision) == (("pii-fr/phone",), 1001, event)
    assert questions.read(rig.opened.keys, asked) == WORDS
    (entry,) = rig.entries("question")
    assert entry == {
        "ask": "false-positive", "author": rig.opened.log.pseudonym("console", "id-marie"), "question": asked.id,
        "decision": event, "case": 1001, "rules": ["pii-fr/phone"],
    }  # fmt: skip
    assert b"my own words" not in asked.sealed
    kept = rig.opened.store.read_now(lambda tx: tx.questions.get(asked.id))
    assert kept == asked


def test_nobody_asks_about_anothers_post(rig) -> None:
    event = decision(rig, person="Bob")
    with pytest.raises(ReviewError, match="no such decision"):
        ask(rig, decision=event)
    assert rig.entries("question") == []


def test_an_answer_is_given_once_and_by_another_person(rig) -> None:
    asked = ask(rig, rules=["pii-fr/phone"])
    with pytest.raises(ReviewError, match="of their own"):
        answer(rig, asked.id, replace(MARIE, roles=ANA.roles))
    with pytest.raises(ReviewError, match="of their own"):
        answer(rig, asked.id, replace(ANA, person=" MARIE "))
    with pytest.raises(ReviewError, match="needs words"):
        answer(rig, asked.id, text="  ")
    rig.clock.pass_by(minutes=5)
    kept = answer(rig, asked.id, upheld=False)
    assert (kept.answered, kept.upheld) == (rig.clock(), False)
    assert questions.read(rig.opened.keys, kept) == replace(WORDS, answer="An answer.")
    with pytest.raises(ReviewError, match="answered already"):
        answer(rig, asked.id)
    with pytest.raises(ReviewError, match="no such question"):
        answer(rig, "other")
    assert rig.entries("answer") == [
        {"author": rig.opened.log.pseudonym("reviewer", "ana"), "question": asked.id, "upheld": False}
    ]


def test_too_many_that_wait_are_refused(rig) -> None:
    for _ in range(questions.MOST_OPEN):
        rig.clock.pass_by(seconds=1)
        ask(rig)
    with pytest.raises(ReviewError, match="wait for an answer"):
        ask(rig)
    first = rig.opened.store.read_now(lambda tx: tx.questions.open(1))[0]
    answer(rig, first.id)
    ask(rig)


def test_words_are_erased_when_their_time_is_over(rig) -> None:
    asked = ask(rig)
    answer(rig, asked.id)

    def erase():
        return rig.opened.store.write_now(lambda tx: questions.erase_due(tx, rig.opened.log, rig.clock()))

    assert erase() == 0
    rig.clock.pass_by(days=31)
    assert erase() == 1
    assert erase() == 0
    kept = rig.opened.store.read_now(lambda tx: tx.questions.get(asked.id))
    assert questions.read(rig.opened.keys, kept) is None
    assert rig.entries("erasure") == [{"event": asked.id}]


def test_sealed_words_cannot_be_moved_to_another_question(rig) -> None:
    one, other = ask(rig), ask(rig)
    with pytest.raises(KeyFileError):
        questions.read(rig.opened.keys, replace(other, sealed=one.sealed, wrapped_key=one.wrapped_key))


def test_who_reads_a_question_leaves_an_entry(rig) -> None:
    asked = ask(rig, decision=decision(rig))
    rig.opened.store.write_now(lambda tx: questions.record_view(tx, rig.opened.log, asked, ANA, rig.clock()))
    assert rig.entries("view") == [
        {"author": rig.opened.log.pseudonym("reviewer", "ana"), "question": asked.id, "case": 1001}
    ]
