"""A real OpenID provider (npm `oidc-provider`) as a child process, and a person who signs in at its pages."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests

from tests.servers.peers import OIDC


class OpenIdProvider:
    """On loopback only; ends with its standard input, so also when the tests are killed."""

    def __init__(self, parts: Path, clients: list[dict[str, Any]], people: dict[str, dict[str, Any]]) -> None:
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - as long as the server
        self._process = subprocess.Popen(
            [shutil.which("node") or "node", "--input-type=module", "-e", (OIDC / "start.mjs").read_text("utf-8")],
            cwd=parts,
            env=os.environ | {"GUARD_OIDC": json.dumps({"clients": clients, "people": people})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        assert self._process.stdout is not None
        line = next((line for line in self._process.stdout if line.startswith('{"issuer"')), "")
        if not line:
            self._log.seek(0)
            raise RuntimeError(f"the provider did not start:\n{self._log.read()[-3000:]}")
        self.issuer: str = json.loads(line)["issuer"]

    def stop(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._log.close()

    def go_through(self, url: str, login: str, *, refuse: bool = False) -> str:
        """Sign in at the provider's own pages and agree; returns the address that it sends the browser back to."""
        with requests.Session() as browser:
            answer = browser.get(url, allow_redirects=False, timeout=20)
            for _ in range(20):
                if answer.is_redirect:
                    target = urljoin(answer.url, answer.headers["location"])
                    if not target.startswith(self.issuer):
                        return target
                    answer = browser.get(target, allow_redirects=False, timeout=20)
                    continue
                if refuse:
                    abort = re.search(r'href="([^"]*/abort)"', answer.text)
                    assert abort, answer.text
                    answer = browser.get(urljoin(answer.url, abort[1]), allow_redirects=False, timeout=20)
                    continue
                action = re.search(r'action="([^"]+)"', answer.text)
                assert action, answer.text
                fields = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', answer.text))
                sent = fields | {"login": login, "password": "any"}
                target = urljoin(answer.url, unescape(action[1]))
                answer = browser.post(target, data=sent, allow_redirects=False, timeout=20)
        raise AssertionError("the provider's pages never end")
