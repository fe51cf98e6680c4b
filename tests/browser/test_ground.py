"""What holds on every page: nothing inline, both languages, both themes, small, and it works without script."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Site

PAGES = {"me": "/me", "queue": "/queue", "sorry": "/no-such-page"}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_pages_are_accessible_in_both_languages_and_themes(site: Site, language: str, theme: str) -> None:
    page = site.window("ana", language=language, theme=theme)
    for name, path in PAGES.items():
        page.goto(path)
        site.check(page, f"{name}-{language}-{theme}")
        assert page.locator("html").get_attribute("lang") == language


def test_a_narrow_window_needs_no_scrolling_sideways(site: Site) -> None:
    page = site.window("ana", size="phone")
    for name, path in PAGES.items():
        page.goto(path)
        site.check(page, f"{name}-phone")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def test_a_page_with_all_its_parts_weighs_little(site: Site) -> None:
    page = site.window("ana")
    weight: dict[str, int] = {}
    page.on("response", lambda one: None if one.url.endswith("/live") else weight.update({one.url: len(one.body())}))
    page.goto("/queue", wait_until="load")
    assert sum(weight.values()) < 150_000, weight


def test_help_opens_by_key_and_language_changes_by_menu(site: Site) -> None:
    page = site.window("ana")
    page.goto("/queue")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    site.check(page, "keys")
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()
    page.locator(".menu summary").click()
    site.check(page, "menu")
    page.get_by_role("button", name="Français").click()
    page.wait_for_url("**/queue")
    assert page.locator("html").get_attribute("lang") == "fr"
