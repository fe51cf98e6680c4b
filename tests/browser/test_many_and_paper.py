"""Eighty cases on a Monday, and one on paper: filters, choosing many, the reader's zone, print."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import Site, shot
from tests.gates import THREE_PHONES


def test_many_cases_chosen_keep_the_way_to_decide_in_sight_and_a_filter_lasts(site: Site) -> None:
    numbers = [site.rig.hold(f"{THREE_PHONES} {n}") for n in range(30)]
    page = site.window("ana")
    page.goto("/queue")
    page.get_by_role("link", name="Telephone number").first.click()
    page.wait_for_url("**/queue?rule=pii-fr%2Fphone")
    expect(page.locator("[data-count]")).to_be_hidden()
    page.get_by_label("Choose all").check()
    expect(page.locator("[data-count]")).to_have_text(str(len(numbers)))
    expect(page.locator("details.bulk summary")).to_be_in_viewport()
    page.locator("details.bulk summary").click()
    shot(page, "bulk-in-sight")
    page.set_viewport_size(
        {"width": 1280, "height": 3000}
    )  # axe takes a line that is half behind it for a small target
    site.check(page, "bulk-at-the-end")
    page.set_viewport_size({"width": 1280, "height": 860})
    page.get_by_label(f"Choose case {numbers[-1]}").focus()  # not hidden behind it
    box, bar = (
        page.get_by_label(f"Choose case {numbers[-1]}").bounding_box(),
        page.locator("details.bulk").bounding_box(),
    )
    assert box["y"] + box["height"] <= bar["y"]
    page.locator("#bulk-because").select_option("personal")
    page.get_by_role("button", name="Reject").click()
    page.wait_for_url("**/queue?rule=pii-fr%2Fphone")
    expect(page.locator("main")).to_contain_text("No such case here")
    page.get_by_role("link", name="Mine to decide").click()
    page.wait_for_url("**/queue?view=able&rule=pii-fr%2Fphone")
    site.check(page, "able-empty")


def test_times_are_those_of_the_browser_and_a_case_goes_on_paper(site: Site) -> None:
    number = site.rig.hold(THREE_PHONES)
    page = site.window("dora", timezone_id="Pacific/Auckland")
    page.goto("/queue")
    page.goto(f"/cases/{number}")
    offset = page.evaluate("new Date().toLocaleTimeString('en-GB', {hour: '2-digit', timeZone: 'Pacific/Auckland'})")
    assert page.locator(".timeline time").first.inner_text().rpartition(", ")[2].partition(":")[0] in {
        offset, f"{(int(offset) - 1) % 24:02}",
    }  # fmt: skip
    site.check(page, "case-auckland")
    page.emulate_media(media="print")
    for gone in (".bar", "#decide", "[data-print]", "#assignee", ".near-misses"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.locator(".only-print")).to_contain_text("Printed from postguard")
    expect(page.locator("#side-written .post")).to_be_visible()
    page.pdf()  # the browser makes it without complaint
