"""The reviewers' day in a real browser: queue, case, decision, undo, by keyboard and by mouse."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Route, expect

from guard.console.effects import watch
from guard.types.post import Attachment, Segment, Visibility
from tests.browser.conftest import Site
from tests.gates import THREE_PHONES

HOSTILE = (
    "Bonjour <b>à tous</b> & \u202etxt.exe\u202c z\u0301"
    + "\u0301" * 5000
    + " p\u200ba\u200bs 06 39 98 12 34, 06 39 98 12 35, 06 39 98 12 36"
)


def in_background(work, site: Site) -> Callable[[], None]:
    """Run it in the loop of the site, as the gate does; returns what ends it."""
    loop = site.loop
    task = asyncio.run_coroutine_threadsafe(work, loop)
    return lambda: (task.cancel(), None)[1]


def fill(site: Site) -> list[int]:
    """A queue as it may look on a Tuesday."""
    site.rig.desk.internal = True
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
    page.goto(f"/cases/{plain}")
    page.get_by_role("radio", name="Reject").check()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the reasons to reject"
    page.locator("h1").click()
    page.keyboard.press("?")  # a large window enlarged four times is as narrow as a telephone's
    expect(page.locator("#keys")).to_be_visible()


def test_one_letter_sends_it_to_the_internal_server(site: Site) -> None:
    site.rig.desk.internal = True
    number = site.rig.hold(THREE_PHONES)
    page = site.window("ana", language="fr")
    page.goto(f"/cases/{number}")
    page.keyboard.press("i")
    page.keyboard.press("y")
    page.wait_for_url("**/queue?none")
    expect(page.locator(".toast")).to_contain_text("vers le serveur interne")
    page.keyboard.press("z")
    page.wait_for_url(f"**/cases/{number}")


def test_twenty_cases_by_keyboard_alone_with_two_keys_each(site: Site) -> None:
    numbers = [site.rig.hold(f"{THREE_PHONES} ({n})") for n in range(20)]
    page = site.window("ana")
    page.goto("/queue")
    page.keyboard.press("s")
    pressed = 0
    for number in numbers:
        page.wait_for_url(f"**/cases/{number}")
        page.locator("#decide").wait_for()
        for key in "ay" if number % 2 else "dy":
            page.keyboard.press(key)
            pressed += 1
    page.wait_for_url("**/queue?none")
    assert pressed == 40
    waiting = site.rig.opened.store.read_now(lambda tx: tx.queue.counts(site.rig.clock()))
    assert waiting.open == 0


def test_the_whole_way_without_a_mouse(site: Site) -> None:
    first, second = site.rig.hold(THREE_PHONES), site.rig.hold(THREE_PHONES + " !")
    page = site.window("ana")
    page.goto("/queue")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator(f"a[href='/cases/{first}']")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"**/cases/{second}")
    page.keyboard.press("q")
    page.wait_for_url("**/queue")
    page.keyboard.press("s")
    page.wait_for_url(f"**/cases/{first}")
    expect(page.locator("#status .timer")).to_have_text(re.compile(r"^(10:00|\d:\d\d)$"))
    with page.expect_request(f"**/cases/{first}/claim"):  # whoever does something holds it longer
        page.keyboard.press("e")
    box = page.locator("#text-1")
    expect(box).to_be_focused()
    box.fill("Astreinte ? Ray 06 39 98 12 34, 06 39 98 12 35, 06 39 98 12 36")
    expect(page.locator("#edit-check .note.bad")).to_be_visible()
    expect(page.locator("#edit-check mark")).to_have_count(3)
    site.check(page, "case-edit-stopped")
    box.fill("Astreinte : tout est sur l’intranet, erayd")  # letters of keys, typed: they act on nothing
    expect(page.locator("#edit-check .note.good")).to_be_visible()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/cases/{second}")
    expect(page.locator(".toast")).to_contain_text("approved with your edit")
    site.check(page, "toast")
    page.keyboard.press("z")
    page.wait_for_url(f"**/cases/{first}")
    assert site.rig.opened.store.read_now(lambda tx: tx.queue.verdict(first)) is None


def test_undo_disappears_when_its_time_is_over_and_the_decision_stands(site: Site) -> None:
    site.rig.desk.undo_for = timedelta(seconds=2)
    number = site.rig.hold(THREE_PHONES)
    page = site.window("ana")
    page.goto(f"/cases/{number}")
    page.keyboard.press("a")
    page.keyboard.press("y")
    page.wait_for_url("**/queue?none")
    expect(page.locator(".toast")).to_have_count(0)
    page.goto("/queue?view=decided")
    expect(page.get_by_role("cell", name="approved as written", exact=True)).to_be_visible()
    site.check(page, "decided")


def test_the_queue_lives(site: Site) -> None:
    page = site.window("ana")
    page.goto("/queue")
    site.check(page, "queue-empty")
    watching = in_background(watch(site.rig.desk), site)
    try:
        number = site.rig.hold(THREE_PHONES)
        expect(page.locator(f"a[href='/cases/{number}']")).to_be_visible()
        site.rig.hold(THREE_PHONES + "!")
        page.get_by_text("Decide on the chosen ones together").click()
        page.get_by_label(f"Choose case {number}").check()
        page.get_by_placeholder("In your words").fill("Merci de masquer")
        third = site.rig.hold(THREE_PHONES + "!!")
        expect(page.locator(f"a[href='/cases/{third}']")).to_be_visible()
        # What a person was about to do is not disturbed
        expect(page.get_by_label(f"Choose case {number}")).to_be_checked()
        expect(page.get_by_placeholder("In your words")).to_have_value("Merci de masquer")
        other = site.window("carla")
        other.goto(f"/cases/{number}")
        other.get_by_role("button", name="Take it").click()
        expect(page.locator(".chip", has_text="with carla")).to_be_visible()
        page.goto(f"/cases/{number}")
        expect(page.locator("#status")).to_contain_text("carla")
        expect(page.locator("#status")).to_contain_text("Also looking")
        other.get_by_role("button", name="Give it back").click()
        expect(page.locator("#status")).to_contain_text("Nobody")
    finally:
        watching()


def test_a_page_whose_scripts_come_slowly_lives_too(site: Site) -> None:
    """htmx must not begin before its extensions have come: it would never ask for what changes."""
    page = site.window("ana")
    page.route("**/vendor/hx-*.js*", slowly)
    with page.expect_request("**/live?*"):
        page.goto("/queue")


def slowly(route: Route) -> None:
    time.sleep(0.5)
    route.continue_()


def test_back_shows_what_is_true_now(site: Site) -> None:
    number = site.rig.hold(THREE_PHONES)
    page = site.window("ana")
    page.goto(f"/cases/{number}")
    page.keyboard.press("a")
    page.keyboard.press("y")
    page.wait_for_url("**/queue?none")
    page.go_back()
    page.wait_for_url(f"**/cases/{number}")
    expect(page.locator("#decide")).to_have_count(0)
    expect(page.locator("main")).to_contain_text("takes effect in a moment")


def test_everything_works_without_script(site: Site) -> None:
    number = site.rig.hold(THREE_PHONES)
    page = site.window("ana", java_script_enabled=False)
    page.goto("/queue")
    page.get_by_role("button", name="Start reviewing").click()
    page.wait_for_url(f"**/cases/{number}")
    page.get_by_role("radio", name="Reject").check()
    page.get_by_label("In your words").fill("Pas de numéros, merci.")
    page.get_by_role("button", name="Submit").click()
    page.wait_for_url("**/queue?none")
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url(f"**/cases/{number}")
    page.get_by_role("radio", name="Approve the safe version").check()
    page.get_by_role("button", name="Submit").click()
    verdict = site.rig.opened.store.read_now(lambda tx: tx.queue.verdict(number))
    assert (verdict.approved, verdict.form.value) == (True, "redacted")


def test_a_session_that_ends_keeps_the_typed_text(site: Site) -> None:
    number = site.rig.hold(THREE_PHONES)
    page = site.window("ana")
    page.goto(f"/cases/{number}")
    page.keyboard.press("e")
    page.locator("#text-1").fill("Une phrase longue et bien pesée, que personne ne voudrait écrire une seconde fois.")
    site.rig.sessions.ended.add("ana")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("textarea")).to_have_value(re.compile("bien pesée"))
    site.check(page, "again")
    site.rig.sessions.ended.clear()
    site.rig.sessions.round += 1
    page.get_by_role("button", name="Send").click()  # the old token: shown once more
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/queue?none")
    assert site.rig.opened.store.read_now(lambda tx: tx.queue.verdict(number)).form.value == "edited"


def test_keys_that_are_off_do_nothing(site: Site) -> None:
    site.rig.hold(THREE_PHONES)
    site.rig.sessions.likes["ana"] = (None, "auto", {"off": "1"})
    page = site.window("ana")
    page.goto("/queue")
    assert page.locator("kbd").count() == 0
    page.keyboard.press("s")
    page.keyboard.press("?")
    page.wait_for_timeout(300)
    assert page.url.endswith("/queue")


def test_several_at_once_and_undone_at_once(site: Site) -> None:
    numbers = [site.rig.hold(f"{THREE_PHONES} {n}") for n in range(3)]
    page = site.window("ana")
    page.goto("/queue")
    page.get_by_label("Choose all").check()
    page.get_by_text("Decide on the chosen ones together").click()
    site.check(page, "bulk")
    page.locator("#bulk-because").select_option("personal")
    page.get_by_role("button", name="Reject").click()
    expect(page.locator(".toast")).to_contain_text("3 cases decided")
    expect(page.locator("tbody tr")).to_have_count(0)
    page.keyboard.press("z")
    page.wait_for_url("**/queue?view=mine")
    expect(page.locator("tbody tr")).to_have_count(len(numbers))
    site.check(page, "mine")
