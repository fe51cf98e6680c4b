"""The policies pages with their scripts: a rule found among many, a mistake's place a click away."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Site
from tests.policy_rooms import OPEN, policy_room


def test_a_rule_is_found_among_many(site: Site) -> None:
    page = site.window("paul", language="fr")
    page.goto("/policies")
    page.get_by_label("Chercher une règle").fill("telephone numero")
    expect(page.locator("details.rule-card:visible").first).to_contain_text("Numéro de téléphone")
    assert page.locator("details.rule-card:visible").count() < 10
    site.check(page, "policies-found")
    page.get_by_label("Chercher une règle").fill("")
    assert page.locator("details.rule-card:visible").count() > 50
    page.get_by_role("navigation", name="Sommaire").get_by_role("link").last.click()
    expect(page.locator("section.policy").last.locator("h2")).to_be_in_viewport()


def test_lines_have_numbers_and_the_place_of_a_mistake_puts_the_cursor_there(site: Site, tmp_path: Path) -> None:
    policy_room(site.rig, tmp_path)
    page = site.window("paul")
    page.goto("/policies")
    page.get_by_role("button", name="Propose a change").click()
    page.get_by_label("File", exact=True).select_option("open.yaml")
    page.get_by_role("button", name="Edit", exact=True).click()
    field = page.locator("#text")
    field.fill("# one line more\n" * 40 + OPEN.replace("do: hold", "do: hodl"))
    expect(page.locator(".line-numbers")).to_contain_text("63")
    page.locator("form.card button.primary").click()
    place = page.locator(".told button.place").first
    place.click()
    line = int(place.inner_text().split(":")[1])
    at = field.evaluate("field => field.value.slice(0, field.selectionStart).split('\\n').length")
    assert at == line > 40
    expect(field).to_be_focused()
    numbers = page.locator(".line-numbers")
    assert numbers.evaluate("each => each.scrollTop") == field.evaluate("each => each.scrollTop") > 0
    site.check(page, "policy-edit-numbers")
