"""The picture of a case in the docs, made anew: `python -m tests.browser.picture`. Look at it before it is kept."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, sync_playwright

from guard.console.effects import settle
from tests.browser.parts import FLAGS, chromium
from tests.consoles import COOKIE, Rig, console, run
from tests.servers.host import Hosted

PICTURE = Path(__file__).parents[2] / "docs" / "images" / "case.png"
SIZE = {"width": 1280, "height": 780}
TEXT = "Astreinte ce week-end : Marie 06 39 98 12 34, Paul 06 39 98 12 35, Zoé 06 39 98 12 36."


def main() -> None:
    with TemporaryDirectory() as folder, console(Path(folder), undo_for=timedelta(0)) as rig:
        before = rig.hold(TEXT)
        rig.client("carla").post(f"/cases/{before}/decide", {"decision": "rejected", "because": "personal"})
        run(settle(rig.desk))
        hosted = Hosted(lambda _: rig.app)
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS, env={"LANG": "C.UTF-8"})
                take(rig, browser, hosted.url)
                browser.close()
        finally:
            hosted.stop()


def take(rig: Rig, browser: Browser, url: str) -> None:
    number = rig.hold(f"{TEXT}\nDons : FR14 2004 1010 0505 0001 3M02 606")
    page = browser.new_context(viewport=SIZE, locale="en-GB", timezone_id="Europe/Paris", base_url=url).new_page()
    page.context.add_cookies([{"name": COOKIE, "value": "ana", "url": url}])
    page.goto("/queue")
    page.keyboard.press("s")
    page.wait_for_url(f"**/cases/{number}")
    page.keyboard.press("d")
    page.screenshot(path=PICTURE)


if __name__ == "__main__":
    main()
