"""What mails say, in French and English. Numbers, names of services, links; never a word of a post."""

from __future__ import annotations

from guard.types.notice import Notice
from guard.words.texts import Phrase, words_of

LISTED = 20
"""Case numbers named in one mail."""


def mail_words(notice: Notice, language: str, base_url: str) -> tuple[str, str]:
    """Subject and text of a mail."""
    words = words_of(language)
    listed = notice.about.get("cases")
    cases = [str(case) for case in listed] if isinstance(listed, list) else []
    more = f", … ({len(cases) - LISTED})" if len(cases) > LISTED else ""
    plain = {key: value for key, value in notice.about.items() if isinstance(value, (str, int))}
    values = plain | {"number": len(cases), "cases": ", ".join(cases[:LISTED]) + more, "base": base_url}
    subject = words.told(Phrase(f"notice.subject.{notice.kind}", **values))
    text = words.told(Phrase(f"notice.text.{notice.kind}", **values))
    closing = words.told(Phrase("notice.closing"))
    return f"[postguard] {subject}", f"{text}\n\n-- \n{closing}\n"
