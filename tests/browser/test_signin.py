"""Signing in, one's own security and people, in a real browser with the console's real door."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from guard.auth.totp import code_at, step_of
from guard.types.account import Identity, SecondFactor
from guard.types.principal import Role
from tests.browser.conftest import Site
from tests.consoles import Clock
from tests.doors import PASSWORD, QUICK, DoorRig, door_rig
from tests.entrances import Elsewhere
from tests.servers.host import Hosted

SECRET = b"12345678901234567890"
ONCE = "abcd-efgh-jkmn-pqrs"
LOOKS = [("en", "light"), ("fr", "dark"), ("fr", "light"), ("en", "dark")]


class House:
    """A site with its rig; signs people in by the form."""

    def __init__(self, site: Site, rig: DoorRig) -> None:
        self.site, self.rig = site, rig

    def sign_in(self, page: Page, name: str, password: str = PASSWORD, onward: str = "/me/security") -> None:
        page.goto(f"/sign-in?next={onward}")
        page.fill("#name", name)
        page.fill("#password", password)
        page.keyboard.press("Enter")

    def code(self) -> str:
        return code_at(SECRET, step_of(self.rig.clock()))

    def once(self, name: str) -> None:
        until = self.rig.clock() + timedelta(days=1)
        encoded = QUICK.hash(ONCE)
        self.rig.opened.store.write_now(
            lambda tx: self.rig.people.set_password(
                tx, self.rig.clock(), tx.accounts.named(name), encoded, by="t", one_time=until
            )
        )


@pytest.fixture
def house(browser: Browser, axe_script: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[House]:
    there = Elsewhere(Identity("oidc", "s", "zoe", frozenset({Role.AUDITOR})))
    with door_rig(
        tmp_path,
        clock=Clock(None),
        redirect=there,
        second_factor=SecondFactor.REQUIRED if "required" in request.node.name else SecondFactor.OPTIONAL,
    ) as rig:
        for name, role in (("marie", Role.REVIEWER), ("adam", Role.ADMINISTRATOR), ("paul", Role.AUDITOR)):
            rig.add(name, role, person=f"{name.title()} Dupont")
        hosted = Hosted(lambda _: rig.app)
        site = Site(rig, hosted.url, browser, axe_script, hosted.loop)  # type: ignore[arg-type]
        try:
            yield House(site, rig)
        finally:
            site.close()
            hosted.stop()
    assert site.wrong == []


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_pages_of_signing_in(house: House, language: str, theme: str) -> None:
    site, look = house.site, f"{language}-{theme}"
    page = site.window(language=language, theme=theme)
    page.goto("/queue")
    site.check(page, f"sign-in-{look}")
    house.sign_in(page, "marie", "wrong")
    expect(page.get_by_role("alert")).to_be_visible()
    site.check(page, f"sign-in-wrong-{look}")
    house.once("paul")
    house.sign_in(page, "paul", ONCE)
    page.wait_for_url("**/sign-in/password*")
    site.check(page, f"sign-in-password-{look}")
    house.rig.with_totp("marie", SECRET)
    house.sign_in(page, "marie")
    page.wait_for_url("**/sign-in/code*")
    site.check(page, f"sign-in-code-{look}")
    page.keyboard.type(house.code())  # the field has the focus already
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"^[^?]*/me/security$"))
    site.check(page, f"security-factor-on-{look}")
    page.locator(".menu summary").click()
    page.locator("form[action='/sign-out'] button").click()
    page.wait_for_url("**/sign-in?out")
    site.check(page, f"sign-in-out-{look}")


@pytest.mark.parametrize(("language", "theme"), LOOKS[:2])
def test_where_it_is_required_the_second_factor_is_set_up(house: House, language: str, theme: str) -> None:
    site, look = house.site, f"{language}-{theme}"
    page = site.window(language=language, theme=theme)
    house.sign_in(page, "marie", onward="/me")
    page.wait_for_url("**/sign-in/second-factor*")
    site.check(page, f"sign-in-factor-{look}")
    secret = page.locator("code.secret").inner_text().replace(" ", "")
    page.fill("#code", code_at(base64.b32decode(secret), step_of(house.rig.clock())))
    page.keyboard.press("Enter")
    expect(page.locator("ul.codes li")).to_have_count(10)
    site.check(page, f"sign-in-codes-{look}")
    page.locator("a.button.primary").click()
    page.wait_for_url(re.compile(r"^[^?]*/me$"))


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_ones_own_security(house: House, language: str, theme: str) -> None:
    site, look = house.site, f"{language}-{theme}"
    page, other = site.window(language=language, theme=theme), site.window()
    house.sign_in(other, "marie")
    house.sign_in(page, "marie")
    page.wait_for_url(re.compile(r"^[^?]*/me/security$"))
    page.locator("details:has(#label) summary").click()
    page.fill("#label", "CI")
    page.fill("#token-password", PASSWORD)
    page.locator("form[action$='/tokens'] button.primary").click()
    expect(page.locator("code.secret")).to_contain_text("pgt_")
    site.check(page, f"security-{look}")
    page.goto("/me/security/second-factor")
    site.check(page, f"security-factor-{look}")


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_people(house: House, language: str, theme: str) -> None:
    site, look = house.site, f"{language}-{theme}"
    page = site.window(language=language, theme=theme)
    house.sign_in(page, "adam", onward="/people")
    page.wait_for_url(re.compile(r"^[^?]*/people$"))
    site.check(page, f"people-{look}")
    page.fill("#name", "<script>")
    page.locator("form[action='/people'] button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.fill("#name", "zoe")
    page.locator("input[value='reviewer']").check()
    page.locator("form[action='/people'] button").click()
    expect(page.locator("code.secret")).to_be_visible()
    site.check(page, f"person-new-{look}")
    page.goto("/people")
    page.get_by_role("link", name="marie").last.click()
    site.check(page, f"person-{look}")


def test_on_a_phone_nothing_runs_over_the_edge(house: House) -> None:
    site = house.site
    page = site.window(size="phone")
    page.goto("/sign-in")
    site.check(page, "sign-in-phone")
    house.sign_in(page, "adam")
    page.wait_for_url(re.compile(r"^[^?]*/me/security$"))
    for path in ("/me/security", "/me/security/second-factor", "/people", f"/people/{house.rig.account('marie').id}"):
        page.goto(path)
        site.check(page, f"{path.strip('/').replace('/', '-')[:20]}-phone")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_without_script_people_sign_in_all_the_same(house: House) -> None:
    page = house.site.window(java_script_enabled=False)
    house.sign_in(page, "marie", onward="/queue")
    page.wait_for_url(re.compile(r"^[^?]*/queue$"))
    assert page.locator("nav a").first.is_visible()


def test_the_cookie_is_out_of_reach_of_scripts_and_the_back_button_shows_nothing(house: House) -> None:
    page = house.site.window()
    house.sign_in(page, "marie", onward="/queue")
    page.wait_for_url(re.compile(r"^[^?]*/queue$"))
    assert page.evaluate("document.cookie") == "zone=UTC"  # what scripts may know: how times are told
    (cookie,) = (each for each in page.context.cookies() if each["name"] != "zone")
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == (True, "Lax", -1)
    page.locator(".menu summary").click()
    page.locator("form[action='/sign-out'] button").click()
    page.wait_for_url("**/sign-in?out")
    page.go_back()
    page.wait_for_url("**/sign-in?next=*")
