"""Audit, overview and policies in a real browser: looks, accessibility, and the badge that the browser computes."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Site
from tests.gates import LEAK, THREE_PHONES


def lived(site: Site) -> int:
    """A little life in the log; returns a case's number."""
    case = site.rig.hold(THREE_PHONES)
    for text in (THREE_PHONES + " !", "Appelez le 06 39 98 12 34, le 06 39 98 12 35 ou le 06 39 98 12 36"):
        site.rig.hold(text, account="bob")
    return case


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_audit_pages_are_accessible(site: Site, language: str, theme: str) -> None:
    lived(site)
    page = site.window("dora", language=language, theme=theme)
    for name, path in {
        "audit": "/audit?kind=decision&rule=pii-fr%2Fphone",
        "audit-entry": "/audit/entries/0",
        "audit-none": "/audit?case=7",
        "reveals": "/audit/reveals",
    }.items():
        page.goto(path)
        if page.locator("#verify").count():
            page.wait_for_selector("#verify[data-state=good]")
            page.locator("#verify summary").click()
        site.check(page, f"{name}-{language}-{theme}")


def test_audit_on_a_phone_needs_no_scrolling_sideways(site: Site) -> None:
    lived(site)
    page = site.window("dora", size="phone")
    for name, path in {"audit": "/audit", "audit-entry": "/audit/entries/0", "reveals": "/audit/reveals"}.items():
        page.goto(path)
        if page.locator("#verify").count():
            page.wait_for_selector("#verify[data-state=good]")
        site.check(page, f"{name}-phone")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
