"""My posts and questions about them, in a real browser."""

from __future__ import annotations

from datetime import timedelta

import pytest

from guard.notices.base import People
from guard.notices.follow import Follower
from guard.outbox import review
from guard.settings.load import Authors
from guard.settings.notices import NoticeSettings
from guard.types.held import Review
from guard.types.principal import Principal
from tests.browser.conftest import Site
from tests.consoles import run
from tests.gates import THREE_PHONES


def people(site: Site) -> None:
    site.rig.sessions.people["marie"] = Principal("id-marie", "marie", "Marie Dupont", frozenset())


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_asking_and_answering_in_both_languages_and_themes(site: Site, language: str, theme: str) -> None:
    people(site)
    rig = site.rig
    page = site.window("marie", language=language, theme=theme)
    page.goto("/mine")
    site.check(page, f"mine-none-{language}-{theme}")
    first = rig.hold(THREE_PHONES, person="Marie Dupont")
    rig.hold("Pour la commande, le mieux : 06 39 98 12 30, 06 39 98 12 31, 06 39 98 12 32 !", person="Marie Dupont")
    rig.hold("06 39 98 12 40, 06 39 98 12 41, 06 39 98 12 42", account="bob", person="Somebody Else")
    now = rig.clock() + timedelta(seconds=1)
    verdict = Review(False, "ana", now, "Ces numéros sont personnels : donnez celui du standard.")
    rig.opened.store.write_now(lambda tx: review.reject(tx, rig.opened.log, first, verdict))

    page.goto("/mine")
    assert page.locator(".posts > li").count() == 2
    site.check(page, f"mine-{language}-{theme}")
    page.locator(".posts a").last.click()
    site.check(page, f"mine-post-{language}-{theme}")
    page.locator("input[value=false-positive]").check()
    page.locator("#words").fill("C'est la ligne d'astreinte, elle est sur notre site.")
    page.locator("#ask button.primary").click()
    page.wait_for_url("**/mine?sent")
    site.check(page, f"mine-sent-{language}-{theme}")

    other = site.window("ana", language=language, theme=theme)
    other.goto("/questions")
    site.check(other, f"questions-{language}-{theme}")
    other.locator(".posts a").click()
    site.check(other, f"question-{language}-{theme}")
    other.locator("input[value=yes]").check()
    other.locator("#answer").fill("Vous avez raison, la règle sera corrigée.")
    other.locator("form button.primary").last.click()
    other.wait_for_url("**/questions?done")

    flag(site)
    other.goto("/flagged")
    for folded in other.locator(".posts summary").all():
        folded.click()
    site.check(other, f"flagged-{language}-{theme}")

    page.goto("/mine")
    assert "Vous avez raison" in page.locator(".asked").text_content()
    site.check(page, f"mine-answered-{language}-{theme}")
    page.locator(".posts a").last.click()
    site.check(page, f"mine-looked-{language}-{theme}")


def flag(site: Site) -> None:
    """A post that went out with a remark."""
    data = {
        "network": "mastodon",
        "visibility": "public",
        "action": "flag",
        "disposition": "deliver",
        "form": "written",
    }
    author = site.rig.opened.log.pseudonym("mastodon", "bob")
    site.rig.opened.add(1, author=author, matches=[{"rule": "pii-fr/phone", "action": "flag"}], **data)
    follower = Follower(site.rig.opened.store, People(NoticeSettings(), Authors(), dict), site.rig.clock)
    run(follower.follow())


def test_they_fit_a_phone(site: Site) -> None:
    people(site)
    site.rig.hold(THREE_PHONES, person="Marie Dupont")
    page = site.window("marie", size="phone")
    page.goto("/mine")
    site.check(page, "mine-phone")
    page.locator(".posts a").click()
    site.check(page, "mine-post-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto("/compose")
    page.locator("#text").fill("Appelez Marie au 06 39 98 12 34")
    page.locator("#advice .v-redact").wait_for()
    page.get_by_role("button", name="Ask a person about it…").click()
    page.wait_for_url("**/mine/ask")
    site.check(page, "mine-ask-phone")
    page.locator("input[value=review]").check()
    page.get_by_role("button", name="Send the question").click()
    page.wait_for_url("**/mine?sent")
