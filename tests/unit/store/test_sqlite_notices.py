"""The outbox's rows and the place in the log."""

from dataclasses import replace
from datetime import timedelta

import pytest

from guard.errors import StoreError
from guard.types.notice import Channel, Kind, Notice, NoticeState
from guard.types.question import Ask, Question
from tests.ledgers import NOW, opened

ONE = Notice("n1", Kind.HELD, Channel.MAIL, "a@corp.example", {"cases": [1001], "rules": ["é"]}, NOW, NOW)


@pytest.fixture
def store(tmp_path):
    with opened(tmp_path) as made:
        yield made.store


def test_a_notice_comes_back_as_it_was_and_is_kept_once(store) -> None:
    store.write_now(lambda tx: (tx.notices.add(ONE), tx.notices.add(replace(ONE, recipient="other"))))
    assert store.read_now(lambda tx: tx.notices.of_kind(Kind.HELD, NOW)) == [ONE]
    tried = replace(ONE, tries=2, due=NOW + timedelta(minutes=4), error="why")
    store.write_now(lambda tx: tx.notices.update(tried))
    assert store.read_now(lambda tx: tx.notices.of_kind(Kind.HELD, NOW)) == [tried]


def test_those_due_come_in_order_and_only_while_they_wait(store) -> None:
    late = replace(ONE, id="n2", due=NOW + timedelta(minutes=1))
    sent = replace(ONE, id="n3", state=NoticeState.SENT)
    store.write_now(lambda tx: [tx.notices.add(each) for each in (late, sent, ONE)])
    assert store.read_now(lambda tx: tx.notices.due(NOW, 10)) == [ONE]
    assert store.read_now(lambda tx: tx.notices.due(NOW + timedelta(hours=1), 10)) == [ONE, late]
    assert store.read_now(lambda tx: tx.notices.due(NOW + timedelta(hours=1), 1)) == [ONE]
    store.write_now(lambda tx: tx.notices.forget(NOW + timedelta(days=1)))
    assert [each.id for each in store.read_now(lambda tx: tx.notices.of_kind(Kind.HELD, NOW))] == ["n1", "n2"]


def test_one_that_was_tried_takes_no_more_in(store) -> None:
    def waiting():
        return store.read_now(lambda tx: tx.notices.waiting(Kind.HELD, Channel.MAIL, "a@corp.example"))

    assert waiting() is None
    store.write_now(lambda tx: tx.notices.add(ONE))
    assert waiting() == ONE
    store.write_now(lambda tx: tx.notices.update(replace(ONE, tries=1)))
    assert waiting() is None


def test_the_place_in_the_log_moves_only_from_where_it_is(store) -> None:
    assert store.write_now(lambda tx: tx.notices.follow(0, 5, [("p", 1), ("p", 3), ("q", 4)]))
    assert not store.write_now(lambda tx: tx.notices.follow(0, 5, [("p", 2)]))
    assert store.read_now(lambda tx: tx.notices.followed()) == (5, 0)
    assert store.read_now(lambda tx: tx.notices.about(["p", "q"], 2)) == [4, 3]
    assert store.read_now(lambda tx: tx.notices.about(["p", "q"], 9, before=4)) == [3, 1]


def test_an_old_log_is_followed_from_its_start_but_makes_no_notices(tmp_path) -> None:
    import sqlite3

    with opened(tmp_path) as made:
        made.add(7)
    with sqlite3.connect(tmp_path / "guard.db") as file:  # as a guard before 0005 left it
        for name in ("followed", "entries_about", "notices", "questions", "not_own"):
            file.execute(f"DROP TABLE {name}")
        file.execute("ALTER TABLE sessions DROP COLUMN vouched")
        file.execute("DROP INDEX deliveries_of_cases")
        file.execute("PRAGMA user_version = 4")
    file.close()
    with opened(tmp_path) as made:
        assert made.store.read_now(lambda tx: tx.notices.followed()) == (0, 7)


def test_questions_come_back_as_they_were(store) -> None:
    question = Question("q1", "id-marie", "Marie", Ask.REVIEW, None, None, ("a/b", "c/d"), NOW, b"s", b"k")
    later = replace(question, id="q2", ask=Ask.RESPONSIBILITY)
    store.write_now(lambda tx: (tx.questions.add(later), tx.questions.add(question)))
    assert store.read_now(lambda tx: tx.questions.open(9)) == [question, later]
    assert store.read_now(lambda tx: tx.questions.open(9, after="q1")) == [later]
    answered = replace(question, answered=NOW, upheld=True, erase_after=NOW, sealed=b"t")
    store.write_now(lambda tx: tx.questions.update(answered))
    assert store.read_now(lambda tx: tx.questions.of("id-marie", 9)) == [later, answered]
    assert store.read_now(lambda tx: tx.questions.answered(9)) == [answered]
    assert store.read_now(lambda tx: tx.questions.asked("id-marie")) == 1
    assert store.read_now(lambda tx: tx.questions.due_erasures(NOW, 9)) == [answered]
    with pytest.raises(StoreError, match="no such question"):
        store.write_now(lambda tx: tx.questions.update(replace(question, id="q9")))
