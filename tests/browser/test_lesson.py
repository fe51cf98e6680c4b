"""From a case to the policies in a real browser: two keys to the form, what would come of it, kept as a draft."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Site
from tests.policy_rooms import policy_room

TEXT = "Notre grand lancement approche, merci à toute l'équipe !"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pages_are_accessible(site: Site, tmp_path: Path, language: str, theme: str) -> None:
    policy_room(site.rig, tmp_path)
    number = site.rig.hold(TEXT)
    page = site.window("ana", language=language, theme=theme)
    page.goto(f"/cases/{number}/lesson")
    site.check(page, f"lesson-{language}-{theme}")
    page.locator("input[value=exception]").check()
    page.fill("#reason", "L'annonce est publique depuis mai (COM-12)")
    page.locator("button[value=try]").click()
    page.wait_for_selector("button[value=keep]")
    site.check(page, f"lesson-tried-{language}-{theme}")
    page.locator("button[value=keep]").click()
    site.check(page, f"lesson-kept-{language}-{theme}")
    page = site.window("paul", language=language, theme=theme)
    page.goto("/policies/changes/1")
    site.check(page, f"lesson-left-{language}-{theme}")


def test_by_keyboard_alone(site: Site, tmp_path: Path) -> None:
    policy_room(site.rig, tmp_path)
    number = site.rig.hold(TEXT)
    page = site.window("ana")
    page.goto(f"/cases/{number}")
    page.keyboard.press("m")
    page.wait_for_url(f"**/cases/{number}/lesson")
    page.locator("#text").focus()
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("button[value=keep]")
    page.keyboard.press("y")
    expect(page.locator("h1")).to_have_text("Kept as a draft")


def test_on_a_phone_nothing_scrolls_sideways_and_no_script_is_needed(site: Site, tmp_path: Path) -> None:
    policy_room(site.rig, tmp_path)
    number = site.rig.hold(TEXT)
    page = site.window("ana", size="phone", language="fr", java_script_enabled=False)
    page.goto(f"/cases/{number}/lesson")
    page.locator("button[value=try]").click()
    page.wait_for_selector("button[value=keep]")
    widest = page.locator("main").bounding_box()
    assert widest is not None
    assert widest["width"] <= 390
    page.locator("button[value=keep]").click()
    expect(page.locator("h1")).to_have_text("Gardé comme brouillon")
    page = site.window("ana", size="phone")
    page.goto(f"/cases/{number}/lesson")
    page.locator("button[value=try]").click()
    page.wait_for_selector("button[value=keep]")
    site.check(page, "lesson-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
