"""The reviewers' day in a real browser: queue, case, decision, undo, by keyboard and by mouse."""

from __future__ import annotations

import pytest

from guard.types.post import Attachment, Segment, Visibility
from tests.browser.conftest import Site
from tests.gates import THREE_PHONES

HOSTILE = (
    "Bonjour <b>à tous</b> & \u202etxt.exe\u202c z\u0301"
    + "\u0301" * 5000
    + " p\u200ba\u200bs 06 39 98 12 34, 06 39 98 12 35, 06 39 98 12 36"
)


def fill(site: Site) -> list[int]:
    """A queue as it may look on a Tuesday."""
    hold = site.rig.hold
    rich = (Segment("/spoiler_text", "spoiler", "Rota, interne"), Segment("/status", "body", THREE_PHONES))
    picture = (Attachment("sha256:" + "a" * 64, "image/png", 48_213),)
    return [
        hold(THREE_PHONES),
        hold(HOSTILE, account="mallory"),
        hold("", account="chloe", segments=rich, attachments=picture, visibility=Visibility.PRIVATE, reply_to="1088"),
        hold(THREE_PHONES + " Merci !", account="emma", person="Ana Reviewer"),
        hold("Listing : 06 39 98 12 40, 06 39 98 12 41, 06 39 98 12 42", account="dan"),
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_queue_and_case_are_accessible(site: Site, language: str, theme: str) -> None:
    plain, hostile, rich, own, _ = fill(site)
    page = site.window("ana", language=language, theme=theme)
    page.goto("/queue")
    site.check(page, f"queue-full-{language}-{theme}")
    for name, number in {"plain": plain, "hostile": hostile, "rich": rich, "own": own}.items():
        page.goto(f"/cases/{number}")
        site.check(page, f"case-{name}-{language}-{theme}")
    page.goto(f"/cases/{plain}")
    page.keyboard.press("e")
    site.check(page, f"case-edit-{language}-{theme}")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    site.check(page, f"case-reject-{language}-{theme}")


def test_on_a_phone(site: Site) -> None:
    plain, hostile, *_ = fill(site)
    page = site.window("ana", size="phone")
    for name, path in {"queue": "/queue", "case": f"/cases/{plain}", "hostile": f"/cases/{hostile}"}.items():
        page.goto(path)
        site.check(page, f"{name}-full-phone")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
