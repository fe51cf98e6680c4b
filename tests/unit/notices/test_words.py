"""Every kind of notice has its words, in both languages."""

import pytest

from guard.notices.words import mail_words
from guard.types.notice import Channel, Kind, Notice
from tests.ledgers import NOW

ABOUT = {
    "cases": [1001, 1002],
    "case": 1001,
    "decision": "d1",
    "question": "q1",
    "entry": "e1",
    "turns": 8,
    "request": 3,
    "page": "audit/reveals",
    "rules": ["a/b"],
}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_has_a_subject_and_a_text_with_where_to_go(kind: Kind, language: str) -> None:
    notice = Notice("n", kind, Channel.MAIL, "a@b.example", ABOUT, NOW, NOW)
    subject, text = mail_words(notice, language, "https://guard.example")
    assert subject.startswith("[postguard] ")
    assert "{" not in subject + text
    assert kind is Kind.PROBE or "https://guard.example/" in text
    other = mail_words(notice, "en" if language == "fr" else "fr", "https://guard.example")
    assert other != (subject, text)


def test_a_mail_names_twenty_cases_and_how_many_more() -> None:
    notice = Notice("n", Kind.HELD, Channel.MAIL, "a@b.example", {"cases": list(range(1001, 1031))}, NOW, NOW)
    subject, text = mail_words(notice, "en", "https://guard.example")
    assert "30 post(s)" in subject
    assert "1020, … (10)" in text
    assert "1021" not in text
