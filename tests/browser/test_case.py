"""A case with all that can be known of it, in a real browser: posts before it, files, near misses opened by hand."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from guard.types.post import Attachment, Author, Segment
from tests.browser.conftest import Site
from tests.gates import THREE_PHONES

SPLIT = ("On se retrouve lundi pour l'astreinte, gardez", "le 06 39 98 12 35, le 06 39 98 12 36 et le 06 39 98")
NEARLY = "12 34. Pour les frais : FR76 3000 6000 0112 3456 7890 188"


def full(site: Site) -> int:
    site.rig.desk.internal = True
    segments = (
        Segment("/status", "body", f"{NEARLY}\n{THREE_PHONES}"),
        Segment("/media/0", "alt", "Le tableau de l'astreinte, photographié dans le couloir"),
        Segment("/media/1", "alt", "La salle"),
    )
    files = (
        Attachment("sha256:" + "a3" * 32, "image/png", 48_213),
        Attachment("sha256:" + "b7" * 32, "image/jpeg", 2_048_000),
    )
    author = Author("mastodon", "alice@social.example", "@alice")
    return site.rig.hold(
        "", segments=segments, attachments=files, reply_to="109310233081", quote_of="109310233090", author=author, earlier=SPLIT
    )  # fmt: skip


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_full_page_is_accessible(site: Site, language: str, theme: str) -> None:
    number = full(site)
    page = site.window("ana", language=language, theme=theme)
    page.goto(f"/cases/{number}")
    page.locator(".near-misses summary").click()
    page.wait_for_selector("ul.near li")
    page.keyboard.press("i")
    page.locator("input[value=internal]").check()
    page.evaluate("scrollTo(0, 0)")
    site.check(page, f"case-full-{language}-{theme}")
    page.goto(f"/cases/{number}/near")
    site.check(page, f"near-{language}-{theme}")


def test_on_a_phone_and_without_script(site: Site) -> None:
    number = full(site)
    page = site.window("ana", size="phone", language="fr")
    page.goto(f"/cases/{number}")
    page.locator(".near-misses summary").click()
    page.wait_for_selector("ul.near li")
    page.evaluate("scrollTo(0, 0)")
    site.check(page, "case-full-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    plain = site.window("ana", java_script_enabled=False)
    plain.goto(f"/cases/{number}")
    plain.locator(".near-misses summary").click()
    plain.get_by_role("link", name="Work it out").click()
    expect(plain.locator("h1")).to_have_text("What was nearly otherwise")
