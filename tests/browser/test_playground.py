"""The playground in a real browser."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Site

THREAD = "Appelez Marie au 06 39 98 12 34 😀 vite\n---\nGrosse semaine avec Client X, et 06 39 98 12 35"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_it_is_accessible_in_both_languages_and_themes(site: Site, language: str, theme: str) -> None:
    page = site.window("paul", language=language, theme=theme)
    page.goto("/playground")
    site.check(page, f"playground-empty-{language}-{theme}")
    page.locator("#text").fill(THREAD)
    page.locator("#advice .v-block").wait_for()
    for summary in page.locator("#advice summary").all():
        summary.click()
    page.evaluate("scrollTo(0, 0)")  # nothing lies under the head of the page
    site.check(page, f"playground-{language}-{theme}")
    assert page.locator(".under mark").all_text_contents() == ["06 39 98 12 34", "Client X", "06 39 98 12 35"]


def test_it_fits_a_phone(site: Site) -> None:
    page = site.window("paul", size="phone")
    page.goto("/playground")
    page.locator("#text").fill(THREAD)
    page.locator("#advice .v-block").wait_for()
    for summary in page.locator("#advice summary").all():
        summary.click()
    page.evaluate("scrollTo(0, 0)")
    site.check(page, "playground-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_link_keeps_the_text_in_its_fragment(site: Site) -> None:
    page = site.window("paul")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/playground")
    page.locator("#text").fill("Grosse semaine avec Client X")
    page.locator("#network").select_option("x")
    page.locator("#groups").fill("presse")
    page.locator("#advice .v-block").wait_for()
    page.get_by_role("button", name="Link to this text…").click()
    link = page.locator("#share-link").input_value()
    assert link.startswith(f"{site.url}/playground#")
    assert "Client+X" in link
    site.check(page, "playground-share")

    other = site.window("paul")
    other.on("request", lambda request: asked.append(request.url))
    other.goto(link)
    other.locator("#advice .v-block").wait_for()
    assert other.locator("#text").input_value() == "Grosse semaine avec Client X"
    assert (other.locator("#network").input_value(), other.locator("#groups").input_value()) == ("x", "presse")
    assert [url for url in asked if "Client" in url.partition("#")[0]] == []
