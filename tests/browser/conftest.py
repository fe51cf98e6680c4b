"""A real browser in front of a real console: Debian's Chromium, driven by Playwright, with a new store for each test.

Every page is watched: a violation of the Content Security Policy, a script's error, or a request that leaves the machine
fails the test. Screenshots go to `build/screenshots/` (ignored by git).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.parts import FLAGS, axe, chromium
from tests.consoles import COOKIE, Clock, Rig, console
from tests.servers.host import Hosted

expect.set_options(timeout=30_000)
SHOTS = Path(__file__).parents[2] / "build" / "screenshots"
SIZES = {"wide": {"width": 1280, "height": 860}, "phone": {"width": 390, "height": 844}}
WATCH = """
document.addEventListener("securitypolicyviolation", event => console.error(
  "CSP violation: " + event.effectiveDirective + " " + event.blockedURI + " " + event.sourceFile + ":" + event.lineNumber
  + " " + event.sample));
"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=FLAGS, env={"LANG": "C.UTF-8"})
        yield running
        running.close()


@pytest.fixture(scope="session")
def axe_script() -> str:
    return axe()


@dataclass
class Site:
    """A running console and windows into it."""

    rig: Rig
    url: str
    browser: Browser
    axe: str
    loop: asyncio.AbstractEventLoop
    """That of the console."""
    wrong: list[str] = field(default_factory=list)
    """What the browser complained about, in all windows."""
    _contexts: list[BrowserContext] = field(default_factory=list)

    def window(
        self, who: str = "", *, language: str = "en", theme: str = "light", size: str = "wide", **more: Any
    ) -> Page:
        """A window of its own; `who` is signed in."""
        tags = {"en": "en-GB", "fr": "fr-FR"}
        context = self.browser.new_context(
            viewport=SIZES[size], locale=tags[language], color_scheme=theme, base_url=self.url, **more
        )
        context.set_default_timeout(30_000)
        if who:
            context.add_cookies([{"name": COOKIE, "value": who, "url": self.url}])
        context.add_init_script(WATCH)
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.wrong.append(f"{page.url}: {error}"))
        page.on("response", self._weigh)
        self._contexts.append(context)
        return page

    def check(self, page: Page, name: str) -> None:
        """No violation of WCAG 2.2 AA that axe-core can find; and a screenshot under this name."""
        shot(page, name)
        # Through the debugger, which no page policy holds back
        page.evaluate(self.axe)
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = page.evaluate("tags => axe.run({runOnly: tags})", tags)["violations"]
        told = [f"{one['id']}: {node['html'][:160]} {node['failureSummary']}" for one in found for node in one["nodes"]]
        assert told == [], f"{name}\n" + "\n".join(told)

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _hear(self, message: Any) -> None:
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.wrong.append(f"{message.location.get('url')}: {message.text}")

    def _weigh(self, response: Any) -> None:
        if not response.url.startswith((self.url, "data:")):
            self.wrong.append(f"a request left the machine: {response.url}")


def shot(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


@pytest.fixture
def site(browser: Browser, axe_script: str, tmp_path: Path) -> Iterator[Site]:
    """A console whose clock is the machine's."""
    with console(tmp_path, clock=Clock(None), undo_for=timedelta(minutes=5)) as rig:  # a slow machine is no error
        hosted = Hosted(lambda _: rig.app)
        open_site = Site(rig, hosted.url, browser, axe_script, hosted.loop)
        try:
            yield open_site
        finally:
            open_site.close()
            hosted.stop()
    assert open_site.wrong == []
