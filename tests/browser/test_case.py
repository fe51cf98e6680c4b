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


def test_of_a_long_text_marks_are_a_key_apart_and_the_decision_is_near(site: Site) -> None:
    filler = "Une phrase de plus, sans rien dedans. " * 60
    number = site.rig.hold(f"{filler}{THREE_PHONES}. {filler}")
    page = site.window("ana")
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"/cases/{number}")
    expect(page.locator("#side-written mark").first).to_be_in_viewport()  # before any key
    assert page.evaluate("document.documentElement.scrollHeight") < 1500
    site.check(page, "case-long")
    for key, place in (("j", 0), ("j", 1), ("j", 2), ("j", 0), ("k", 2)):
        page.keyboard.press(key)
        expect(page.locator("#side-written mark").nth(place)).to_have_class("here")
        expect(page.locator("#side-written mark").nth(place)).to_be_in_viewport()
        expect(page.locator(".marks [role=status]")).to_have_text(f"mark {place + 1} of 3")
    page.keyboard.press("d")
    expect(page.locator("input[value=redacted]")).to_be_checked()
    page.emulate_media(media="print")
    assert page.locator("#side-written .post").evaluate("box => box.scrollHeight <= box.clientHeight + 1")


def test_a_colleague_who_is_quicker_shuts_the_form_and_loses_no_word(site: Site) -> None:
    number = site.rig.hold(THREE_PHONES)
    page = site.window("ana")
    page.goto(f"/cases/{number}")
    page.keyboard.press("r")
    page.keyboard.type("Merci de donner le standard, yay")
    other = site.window("carla")
    other.goto(f"/cases/{number}")
    other.keyboard.press("d")
    other.keyboard.press("y")
    other.wait_for_url("**/queue?none")
    expect(page.locator(".when-shut")).to_be_visible()
    expect(page.locator("#status")).to_contain_text("carla has approved its safe version")
    site.check(page, "case-shut")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#reason")).to_have_value("Merci de donner le standard, yay")
    page.evaluate("document.getElementById('decide').submit()")
    expect(page.locator("#wrong")).to_contain_text("carla has approved its safe version")
    expect(page.locator("#typed-1")).to_have_value("Merci de donner le standard, yay")
    site.check(page, "case-late")
