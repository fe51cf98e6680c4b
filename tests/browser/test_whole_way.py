"""The story of `make run` with real parts: a gate process, the sandbox service, a person with a one-time password, Chromium."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from guard.sandbox.app import build_sandbox
from guard.sandbox.world import invented
from tests.browser.conftest import shot
from tests.gate import ROOT, Door, Gate, wait_for
from tests.gates import THREE_PHONES
from tests.servers.host import Hosted

PASSWORD = "three quiet green lamps"


def send(gate: Gate, text: str) -> tuple[int, str]:
    """Post it as a client does."""
    body = json.dumps({"status": text}).encode()
    headers = {"authorization": "Bearer me", "content-type": "application/json"}
    request = urllib.request.Request(f"{gate.url('mastodon')}/api/v1/statuses", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.mark.parametrize("workers", [0, 2])
def test_a_held_post_is_approved_with_two_keys_and_appears(browser: Browser, tmp_path: Path, workers: int) -> None:
    service = Hosted(lambda url: build_sandbox(base_url=url))
    name, shown = invented("me")
    people = {"Marie": "console:marie", shown: f"mastodon:{name}@127.0.0.1"}
    lines = [f'[person."{name}"]\naccounts = ["{account}"]\n' for name, account in people.items()]
    (tmp_path / "authors.toml").write_text("".join(lines), "utf-8")
    more = f'[gateway]\nworkers = {workers}\n[authors]\nfile = "authors.toml"'
    gate = Gate(tmp_path, Door("mastodon", service.url), policies=ROOT / "policies", more=more).start()
    context = browser.new_context(locale="fr-FR", base_url=f"http://127.0.0.1:{gate.console_port}")
    wrong: list[str] = []
    try:
        made = gate.guard(
            "user", "add", "marie", "--role", "reviewer", "--group", "dpo", "--one-time", "--format", "json"
        )
        assert made.returncode == 0, made.stderr
        one_time = next(value for key, value in json.loads(made.stdout).items() if "password" in key)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.goto("/")
        page.locator("input[name=name]").fill("marie")
        page.locator("input[type=password]").first.fill(one_time)
        page.locator("main form button").first.click()
        for box in page.locator("input[type=password]").all():
            box.fill(PASSWORD)
        page.locator("main form button").first.click()
        page.wait_for_url("**/queue")
        assert send(gate, THREE_PHONES)[0] == 422
        expect(page.locator("a[href='/cases/1001']")).to_be_visible()  # by itself
        page.keyboard.press("s")
        page.wait_for_url("**/cases/1001")
        shot(page, "whole-way")
        page.keyboard.press("a")
        page.keyboard.press("y")
        page.wait_for_url("**/queue?none")
        assert send(gate, THREE_PHONES)[0] == 422  # not yet: it can still be undone
        wait_for(lambda: send(gate, THREE_PHONES)[0] == 200, 30, "the approval to take effect")
        assert [text for text in wrong if "Failed to load resource" not in text] == []
        page.goto(service.url)
        expect(page.get_by_text(re.compile("06 39 98 12 34"))).to_be_visible()
        verified = gate.guard("audit", "verify")
        assert verified.returncode == 0, verified.stderr
    finally:
        context.close()
        gate.stop()
        service.stop()
