"""The real clients as small helpers: opened, pointed somewhere, and closed again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import tweepy
import xdk
from atproto import Client, models
from mastodon import Mastodon
from requests.adapters import HTTPAdapter

SCRIPTS = Path(__file__).parent.parent / "e2e" / "clients"
ALICE, BRUNO = "token-of-alice", "token-of-bruno"
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63f8cf50ff1f0004fe02fea73581c10000000049454e44ae426082"
)


@contextmanager
def mastodon_py(url: str, token: str | None) -> Iterator[Mastodon]:
    with requests.Session() as session:
        yield Mastodon(access_token=token, api_base_url=url, session=session, ratelimit_method="throw")


@contextmanager
def bluesky_py(url: str, handle: str, password: str) -> Iterator[Client]:
    """A signed-in client; the PDS has no AppView, so the profile that `login` would fetch is filled in."""
    client = Client(base_url=f"{url}/xrpc")
    try:
        client.login(handle, password, fetch_bsky_profile=False)
        did = client.com.atproto.identity.resolve_handle({"handle": handle}).did
        client.me = models.AppBskyActorDefs.ProfileViewDetailed(did=did, handle=handle)
        yield client
    finally:
        client.request.close()


class _Rebased(HTTPAdapter):
    """tweepy has its host as a literal: send what is meant for it to the gate."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base

    def send(self, request, **more):
        parts = urlsplit(request.url)
        request.url = f"{self._base}{parts.path}{'?' + parts.query if parts.query else ''}"
        return super().send(request, **more)


@contextmanager
def tweepy_client(url: str, token: str) -> Iterator[tweepy.Client]:
    client = tweepy.Client(bearer_token=token)
    client.session.mount("https://api.twitter.com", _Rebased(url))
    with client.session:
        yield client


@contextmanager
def xdk_client(url: str, token: str) -> Iterator[xdk.Client]:
    client = xdk.Client(base_url=url, access_token=token)
    with client.session:
        yield client


def node(parts: Path, script: str, *words: str) -> dict[str, Any]:
    """Run a script of clients/ in the folder of the npm packages; its answer."""
    command = [
        shutil.which("node") or "node",
        "--input-type=module",
        "-e",
        (SCRIPTS / script).read_text("utf-8"),
        *words,
    ]
    done = subprocess.run(command, cwd=parts, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def authorise(login_url: str, username: str) -> str:
    """What a person does in the browser: open the page, choose a name, allow. Returns the code."""
    with requests.Session() as browser:
        page = browser.get(login_url, timeout=10)
        assert page.status_code == 200, page.text
        action = urljoin(page.url, _between(page.text, 'action="', '"'))
        assert urlsplit(action).netloc == urlsplit(login_url).netloc, "the form would leave the gate"
        hidden = {}
        for part in page.text.split('<input type="hidden" ')[1:]:
            hidden[_between(part, 'name="', '"')] = _between(part, 'value="', '"')
        done = browser.post(action, hidden | {"username": username}, timeout=10)
        assert done.status_code == 200, done.text
        return _between(done.text, 'id="code">', "<")


def _between(text: str, before: str, after: str) -> str:
    return text.split(before, 1)[1].split(after, 1)[0]


class Toot:
    """The command line client, with a configuration folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._environment = os.environ | {
            "XDG_CONFIG_HOME": str(folder),
            "COLUMNS": "400",
            "NO_COLOR": "1",
            "BROWSER": "true",
        }
        self._program = [sys.executable, "-m", "toot"]

    def __call__(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._program, *words],
            env=self._environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def sign_in(self, url: str, username: str) -> None:
        """`toot login`, with a person beside it who copies the code from the browser."""
        process = subprocess.Popen(
            [*self._program, "login", "-i", url],
            env=self._environment | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        with process:
            assert process.stdin is not None
            assert process.stdout is not None
            told = ""
            while "/oauth/authorize" not in told:
                line = process.stdout.readline()
                assert line, told
                told += line
            login_url = next(word for word in told.split() if "/oauth/authorize" in word)
            process.stdin.write(f"n\n{authorise(login_url, username)}\n")
            process.stdin.close()
            rest = process.stdout.read()
        assert process.returncode == 0, told + rest
        assert "Successfully logged in" in rest
