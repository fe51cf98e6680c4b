"""The author's bench in a real browser: marks while typing, both languages and themes, with and without script."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Site
from tests.consoles import COOKIE

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


def test_marks_come_while_typing_and_move_with_the_text(site: Site) -> None:
    page = site.window("ana")
    page.goto("/compose")
    page.locator("#text").click()
    page.keyboard.type("Appelez le 06 39 98 12 34 😀")
    page.locator(".under mark").wait_for()
    assert page.locator(".under mark").all_text_contents() == ["06 39 98 12 34"]
    page.keyboard.press("Home")
    page.keyboard.type("😀 ")
    # Before the server has answered, the mark has moved along
    assert page.locator(".under mark").all_text_contents() == ["06 39 98 12 34"]
    page.locator("#advice button.place[data-from='14']").click()
    selected = page.evaluate(
        "(() => { const t = document.getElementById('text'); return t.value.slice(t.selectionStart, t.selectionEnd) })()"
    )
    assert selected == "06 39 98 12 34"
    boxes = page.evaluate(
        "(() => { const [t, u] = [document.getElementById('text'), document.querySelector('.under')];"
        " const a = t.getBoundingClientRect(), b = u.getBoundingClientRect();"
        " return [a.x - b.x, a.y - b.y, a.width - b.width, t.clientWidth - u.clientWidth] })()"
    )
    assert boxes == [0, 0, 0, 0]


def test_an_answer_comes_soon(site: Site) -> None:
    """The figure is 200 ms (docs/author.md says how it is measured); here it must only come before a person waits."""
    page = site.window("ana")
    page.goto("/compose")
    type_in(page, PHONE)
    took = page.evaluate(
        """async () => {
          const text = document.getElementById("text"), took = [];
          for (let n = 0; n < 12; n++) {
            const count = text.form.dataset.answered;
            text.value += " mot";
            const begun = performance.now();
            text.dispatchEvent(new Event("input", {bubbles: true}));
            while (text.form.dataset.answered === count) await new Promise((done) => setTimeout(done, 1));
            took.push(performance.now() - begun);
          }
          return took.sort((a, b) => a - b);
        }"""
    )
    print(f"\nlive marks: p50 {took[6]:.0f} ms, worst {took[-1]:.0f} ms")
    assert took[6] < 2000


def test_the_safe_version_is_taken_and_copied(site: Site) -> None:
    page = site.window("ana", permissions=["clipboard-read", "clipboard-write"])
    page.goto("/compose")
    type_in(page, PHONE)
    page.get_by_role("button", name="Copy the safe version").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert "[téléphone]" in page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("button", name="Go on with it here").click()
    page.locator("#advice .v-allow").wait_for()
    assert "[téléphone]" in page.locator("#text").input_value()
    assert page.locator(".under mark").count() == 0


def test_who_will_read_it_changes_with_the_choice(site: Site) -> None:
    page = site.window("ana")
    page.goto("/compose")
    page.locator("#visibility").select_option("private")
    assert page.get_by_text("Your followers can read it").is_visible()
    page.locator("#network").select_option("bluesky")
    assert page.get_by_text("Others keep copies of all posts").is_visible()
    assert not page.locator("#visibility").is_visible()


def test_without_script_a_button_does_it(site: Site) -> None:
    page = site.window("ana", java_script_enabled=False)
    page.goto("/compose")
    page.locator("#text").fill(PHONE)
    page.get_by_role("button", name="Check", exact=True).click()
    assert page.locator("section mark").all_text_contents() == ["06 39 98 12 34"]
    assert page.get_by_text("This goes out with a part masked").is_visible()
    assert not page.get_by_role("button", name="Copy the safe version").is_visible()


def test_the_page_weighs_little(site: Site) -> None:
    page = site.window("ana")
    weight: dict[str, int] = {}
    page.on("response", lambda one: weight.update({one.url: len(one.body())}))
    page.goto("/compose")
    page.wait_for_load_state("networkidle")
    assert sum(weight.values()) < 150_000, weight


def test_a_session_that_ends_while_typing_loses_no_text_and_shows_it_to_nobody_else(site: Site) -> None:
    page = site.window("ana")
    page.goto("/compose")
    type_in(page, PHONE)
    site.rig.sessions.ended.add("ana")
    page.locator("#text").press_sequentially(" !")
    page.locator("#advice a[href^='/sign-in']").wait_for()
    assert page.locator("#text").input_value().startswith(PHONE)
    site.rig.sessions.ended.clear()
    page.context.add_cookies([{"name": COOKIE, "value": "bob", "url": site.url}])
    page.goto("/compose")
    assert page.locator("#text").input_value() == ""
    page.context.add_cookies([{"name": COOKIE, "value": "ana", "url": site.url}])


def test_a_text_is_remembered_for_its_author(site: Site) -> None:
    page = site.window("ana")
    page.goto("/compose")
    type_in(page, PHONE)
    page.goto("/me")
    page.goto("/compose")
    page.locator(".under mark").wait_for()
    assert page.locator("#text").input_value() == PHONE
