"""What mails and messages in a chat say, in French and English. Numbers, names of services, links; never a word of a post."""

from __future__ import annotations

from guard.types.notice import Notice
from guard.words.texts import Phrase, words_of

LISTED = 20
"""Case numbers named in one mail."""


def mail_words(notice: Notice, language: str, base_url: str) -> tuple[str, str]:
    """Subject and text of a mail."""
    subject, text, link = _told(notice, language, base_url)
    closing = words_of(language).told(Phrase("notice.closing"))
    return f"[postguard] {subject}", f"{text}\n\n{link}".rstrip() + f"\n\n-- \n{closing}\n"


def chat_words(notice: Notice, language: str, base_url: str) -> tuple[str, str, str]:
    """Subject, text and link of a message in a chat: the case itself where there is one. The link may be empty."""
    subject, text, link = _told(notice, language, base_url)
    cases = notice.about.get("cases")
    if isinstance(cases, list) and len(cases) == 1:
        link = f"{base_url}/cases/{cases[0]}"
    return f"[postguard] {subject}", text, link


def _told(notice: Notice, language: str, base_url: str) -> tuple[str, str, str]:
    words = words_of(language)
    listed = notice.about.get("cases")
    cases = [str(case) for case in listed] if isinstance(listed, list) else []
    more = f", … ({len(cases) - LISTED})" if len(cases) > LISTED else ""
    plain = {key: value for key, value in notice.about.items() if isinstance(value, (str, int))}
    values = plain | {"number": len(cases), "cases": ", ".join(cases[:LISTED]) + more, "base": base_url}
    subject = words.told(Phrase(f"notice.subject.{notice.kind}", **values))
    text = words.told(Phrase(f"notice.text.{notice.kind}", **values))
    before, _, last = text.strip().rpartition("\n\n")
    return (subject, before, last) if last.startswith(f"{base_url}/") else (subject, text.strip(), "")
