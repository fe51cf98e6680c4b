"""The author's bench in a real browser: marks while typing, both languages and themes, with and without script."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Site

PHONE = "Appelez Marie au 06 39 98 12 34 demain, ou écrivez-moi."
SECRET = "Grosse semaine avec Client X"


def type_in(page, text: str) -> None:
    page.locator("#text").fill(text)
    page.locator("#advice .point, #advice .v-allow").first.wait_for()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_bench_is_accessible_in_both_languages_and_themes(site: Site, language: str, theme: str) -> None:
    page = site.window("ana", language=language, theme=theme)
    page.goto("/compose")
    site.check(page, f"compose-empty-{language}-{theme}")
    type_in(page, PHONE)
    site.check(page, f"compose-redact-{language}-{theme}")
    type_in(page, SECRET)
    page.locator("#advice .v-block").wait_for()
    site.check(page, f"compose-block-{language}-{theme}")


def test_it_fits_a_phone(site: Site) -> None:
    page = site.window("ana", size="phone")
    page.goto("/compose")
    type_in(page, PHONE)
    site.check(page, "compose-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
