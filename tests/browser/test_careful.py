"""Letters that are typed decide nothing: the case page's keys, with real key presses."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from guard.types.principal import Principal, Role
from guard.types.queue import Verdict
from tests.browser.conftest import Site
from tests.gates import THREE_PHONES

SENTENCES = (
    "Trop payant, voyez la RH", "day after day, say why", "payez la RH, yay !", "Pas de numéros : ray, jay, kay",
    "ay yes", "e", "rayez cela, l'essayer nuit",
)  # fmt: skip


def verdict(site: Site, number: int) -> Verdict | None:
    return site.rig.opened.store.read_now(lambda tx: tx.queue.verdict(number))


def opened(site: Site, *numbers: int, who: str = "ana") -> Page:
    page = site.window(who)
    page.goto(f"/cases/{numbers[0]}")
    return page


@pytest.mark.parametrize("slowly", [0, 90])
def test_a_reason_typed_after_r_is_a_reason(site: Site, slowly: int) -> None:
    for sentence in SENTENCES:
        number, after = (site.rig.hold(f"{THREE_PHONES} {sentence} {n}") for n in range(2))
        page = opened(site, number)
        page.keyboard.press("r")
        expect(page.locator("#reason")).to_be_focused()
        page.keyboard.type(sentence, delay=slowly)
        page.wait_for_timeout(500)
        expect(page.locator("#reason")).to_have_value(sentence)
        expect(page.locator("input[value=rejected]")).to_be_checked()
        assert page.url.endswith(f"/cases/{number}")
        assert [verdict(site, each) for each in (number, after)] == [None, None]
        page.keyboard.press("Escape")
        page.keyboard.press("y")
        page.wait_for_url(lambda url, was=f"/cases/{number}": not url.endswith(was))
        made = verdict(site, number)
        assert made is not None
        assert (made.approved, made.reason) == (False, sentence)
        site.rig.opened.store.write_now(lambda tx, after=after: tx.queue.release(after, "id-ana"))
        page.context.close()


@pytest.mark.parametrize(
    ("sentence", "slowly"),
    [("Trop payant, voyez la RH", 0), ("Trop payant", 250), ("day after day, say why", 90), ("ayant lu", 90), ("payez", 600)],
)  # fmt: skip
def test_a_sentence_typed_outside_of_any_field_decides_nothing(site: Site, sentence: str, slowly: int) -> None:
    number = site.rig.hold(THREE_PHONES)
    page = opened(site, number)
    page.wait_for_timeout(1000)
    page.keyboard.type(sentence, delay=slowly)
    page.wait_for_timeout(900)
    assert page.url.endswith(f"/cases/{number}")
    assert verdict(site, number) is None
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("#asleep")).to_be_hidden()
    page.keyboard.press("d")
    page.keyboard.press("y")
    page.wait_for_url("**/queue?none")


def test_letters_sleep_after_a_field_was_left_by_a_click(site: Site) -> None:
    number = site.rig.hold(THREE_PHONES)
    page = opened(site, number)
    page.keyboard.press("r")
    page.keyboard.type("Trop")
    page.locator("h1").click()
    page.keyboard.press("a")
    expect(page.locator("#asleep")).to_be_visible()
    expect(page.locator("input[value=rejected]")).to_be_checked()
    site.check(page, "case-asleep")
    page.keyboard.press("y")
    page.wait_for_timeout(1500)
    assert verdict(site, number) is None
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.locator("input[value=written]")).to_be_checked()


def test_a_refused_form_puts_the_hand_where_something_is_wrong(site: Site) -> None:
    number = site.rig.hold(THREE_PHONES)
    page = opened(site, number)
    page.keyboard.press("r")
    page.keyboard.press("Escape")
    page.keyboard.press("y")
    expect(page.locator("#wrong")).to_contain_text("needs a reason")
    expect(page.locator("#reason")).to_be_focused()
    site.check(page, "case-no-reason")
    page.keyboard.type("a y: payez la RH, yay")
    page.wait_for_timeout(1500)
    assert verdict(site, number) is None
    expect(page.locator("#reason")).to_have_value("a y: payez la RH, yay")
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.keyboard.press("Control+a")
    page.keyboard.type("Ray : 06 39 98 12 34, 06 39 98 12 35, 06 39 98 12 36")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#wrong")).to_contain_text("stopped")
    expect(page.locator("#text-1")).to_be_focused()
    page.keyboard.type(" ayayay")
    page.wait_for_timeout(1500)
    assert verdict(site, number) is None
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.keyboard.press("Control+Enter")  # what was typed before is still there
    page.wait_for_url("**/queue?none")
    made = verdict(site, number)
    assert made is not None
    assert (made.approved, made.reason) == (False, "a y: payez la RH, yay")


def test_nothing_chosen_leads_to_the_choices(site: Site) -> None:
    number = site.rig.hold(THREE_PHONES)
    page = opened(site, number)
    page.keyboard.press("y")
    expect(page.locator("#wrong")).to_contain_text("Choose a decision")
    expect(page.locator("input[value=written]")).to_be_focused()


def test_the_key_that_submits_waits_until_the_page_was_seen(site: Site) -> None:
    site.rig.hold(THREE_PHONES)
    second = site.rig.hold(THREE_PHONES + " !")
    page = opened(site, second)
    page.goto(f"/cases/{second}")
    page.keyboard.press("a")
    page.keyboard.press("y")
    page.wait_for_timeout(300)
    assert verdict(site, second) is None
    page.wait_for_url(re.compile(r"/cases/\d+$|/queue"))


def test_whose_post_it_is_not_is_said_by_a_key(site: Site) -> None:
    site.rig.sessions.people["una"] = Principal("id-una", "una", "una", frozenset({Role.REVIEWER}), frozenset({"dpo"}))
    number = site.rig.hold(THREE_PHONES)
    page = opened(site, number, who="una")
    page.keyboard.press("a")
    page.keyboard.press("y")
    expect(page.locator("input[name=not_mine]")).to_be_focused()
    assert verdict(site, number) is None
    page.keyboard.press("p")
    expect(page.locator("input[name=not_mine]")).to_be_checked()
    site.check(page, "case-not-mine")
    page.keyboard.press("y")
    page.wait_for_url("**/queue?none")
    assert verdict(site, number) is not None
