"""A real Bluesky PDS as a child process, and a way to look into it that does not pass the gate."""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import requests

from tests.servers.peers import PDS

PASSWORD = "correct horse battery"


class Pds:
    """PLC and PDS, on loopback only; they end with their standard input, so also when the tests are killed."""

    def __init__(self, parts: Path) -> None:
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - as long as the server
        script = (PDS / "start.mjs").read_text("utf-8")
        self._process = subprocess.Popen(
            [shutil.which("node") or "node", "--input-type=module", "-e", script],
            cwd=parts,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self._numbers = itertools.count(1)
        self.ports = self._await_ports()
        self.url = f"http://localhost:{self.ports['pds']}"
        self.plc_url = f"http://localhost:{self.ports['plc']}"

    def _await_ports(self) -> dict[str, int]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith('{"plc"'):
                return json.loads(line)
        self._log.seek(0)
        raise RuntimeError(f"the PDS did not start:\n{self._log.read()[-3000:]}")

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

    def account(self) -> str:
        """A new account's handle; its password is PASSWORD."""
        handle = f"person{next(self._numbers)}.test"
        body = {"handle": handle, "email": f"{handle}@example.invalid", "password": PASSWORD}
        with requests.post(f"{self.url}/xrpc/com.atproto.server.createAccount", json=body, timeout=20) as reply:
            reply.raise_for_status()
        return handle

    def records(self, handle: str, collection: str = "app.bsky.feed.post") -> list[dict[str, Any]]:
        """What stands in the repository, oldest first."""
        query = {"repo": handle, "collection": collection, "limit": "100", "reverse": "true"}
        with requests.get(f"{self.url}/xrpc/com.atproto.repo.listRecords", query, timeout=20) as reply:
            reply.raise_for_status()
            return reply.json()["records"]

    def everything(self, handle: str) -> str:
        """The whole repository as text, for `not in`."""
        with requests.get(f"{self.url}/xrpc/com.atproto.repo.describeRepo", {"repo": handle}, timeout=20) as reply:
            collections = reply.json()["collections"]
        return json.dumps([self.records(handle, each) for each in collections], ensure_ascii=False)
