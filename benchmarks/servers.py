"""Starts what the HTTP benchmark compares: upstream and proxy (nginx), mitmproxy, and the gate itself; each on loopback."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import wrk

ROOT = Path(__file__).resolve().parents[1]
MITMDUMP = ROOT / ".venv-peers" / "bin" / "mitmdump"
STATUS_BYTES = 300

NGINX = """\
daemon off; master_process on; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log warn;
{user}events {{ worker_connections 1024; }}
http {{
  access_log off; default_type application/json; keepalive_requests 1000000000; keepalive_timeout 600s;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
{servers}
}}
"""
UPSTREAM = """\
  server {{
    listen 127.0.0.1:{port} backlog=1024;
    location = /api/v1/accounts/verify_credentials {{ return 200 '{account}'; }}
    location / {{ return 200 '{status}'; }}
  }}
"""
PROXY = """\
  upstream service {{ server 127.0.0.1:{upstream}; keepalive 64; keepalive_requests 1000000000; }}
  server {{
    listen 127.0.0.1:{port} backlog=1024;
    location / {{ proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection ""; }}
  }}
"""
GUARD_TOML = """\
[store]
path = "guard.db"
[keys]
folder = "keys"
[policies]
folder = {policies}
[inspection]
cache = "cache"
[console]
listen = "127.0.0.1:{console}"
[gateway]
workers = {workers}
[[listener]]
name = "mastodon"
channel = "mastodon"
listen = "127.0.0.1:{port}"
upstream = "http://127.0.0.1:{upstream}"
"""


WORKERS = 2
"""Of the gate, beside its recording process: one for each core that it shares with wrk and the upstream here."""

GUARD = "import sys; from guard.cli.main import main; sys.exit(main())"
"""What the `guard` script runs."""


class MissingError(Exception):
    """Something that a row needs is not on this machine; the message says what, in one line."""


@dataclass(slots=True)
class Server:
    """A running process that answers on a loopback port."""

    name: str
    port: int
    process: subprocess.Popen[bytes]
    log: Path


def status_json() -> str:
    """A published status, exactly STATUS_BYTES long."""
    account = {"id": "7", "username": "noor", "acct": "noor", "display_name": "Noor"}
    status = {
        "id": "113500000000000001",
        "created_at": "2026-11-22T08:30:00.000Z",
        "visibility": "public",
        "uri": "https://social.example/users/noor/statuses/113500000000000001",
        "account": account,
        "content": "",
    }
    missing = STATUS_BYTES - len(json.dumps(status, separators=(",", ":")))
    status["content"] = "x" * missing
    return json.dumps(status, separators=(",", ":"))


def account_json() -> str:
    """Who the token belongs to, as verify_credentials answers."""
    account = {
        "id": "7",
        "username": "noor",
        "acct": "noor",
        "display_name": "Noor",
        "url": "https://social.example/@noor",
    }
    return json.dumps(account, separators=(",", ":"))


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@contextmanager
def upstream(folder: Path) -> Iterator[Server]:
    """nginx answering 300 bytes of status JSON to everything."""
    port = free_port()
    block = UPSTREAM.format(port=port, account=account_json(), status=status_json())
    with _nginx("direct", folder / "upstream", port, block) as server:
        yield server


@contextmanager
def nginx_proxy(folder: Path, upstream_port: int) -> Iterator[Server]:
    """nginx, one worker, kept-alive connections to the upstream."""
    port = free_port()
    with _nginx("nginx", folder / "proxy", port, PROXY.format(port=port, upstream=upstream_port)) as server:
        yield server


@contextmanager
def mitmproxy(folder: Path, upstream_port: int) -> Iterator[Server]:
    """mitmdump in reverse mode with the two-regex add-on."""
    if not MITMDUMP.exists():
        raise MissingError(
            "mitmproxy is missing: python3 -m venv .venv-peers && .venv-peers/bin/pip install --require-hashes -r requirements/peers.txt"
        )
    port, own = free_port(), _fresh(folder / "mitmproxy")
    addon = Path(__file__).with_name("mitm_addon.py")
    command = [MITMDUMP, "-q", "--mode", f"reverse:http://127.0.0.1:{upstream_port}", "--listen-host", "127.0.0.1"]
    command += ["--listen-port", str(port), "--set", f"confdir={own}", "--set", "flow_detail=0", "-s", addon]
    with _running("mitmproxy", [str(part) for part in command], own, port) as server:
        yield server


@contextmanager
def gate(
    folder: Path, upstream_port: int, policies: Path = ROOT / "policies", workers: int = WORKERS
) -> Iterator[Server]:
    """`guard serve` with the shipped policies, its workers and a durable SQLite audit log under `folder`."""
    port, own = free_port(), _fresh(folder / "gate")
    settings = GUARD_TOML.format(
        policies=json.dumps(str(policies)),
        console=free_port(),
        workers=workers,
        port=port,
        upstream=upstream_port,
    )
    (own / "guard.toml").write_text(settings, encoding="utf-8")
    command = [sys.executable, "-c", GUARD, "serve", "--config", str(own / "guard.toml")]
    with _running("gate", command, own, port) as server:
        yield server


def post_once(port: int, body: bytes) -> tuple[int, bytes]:
    """One post as a client would send it: status and body of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {wrk.TOKEN}"}
    try:
        connection.request("POST", "/api/v1/statuses", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@contextmanager
def _nginx(name: str, folder: Path, port: int, block: str) -> Iterator[Server]:
    if shutil.which("nginx") is None:
        raise MissingError("nginx is missing (Debian: apt-get install nginx-light)")
    own = _fresh(folder)
    user = "user root; " if os.geteuid() == 0 else ""
    (own / "nginx.conf").write_text(NGINX.format(folder=own, servers=block, user=user), encoding="utf-8")
    command = ["nginx", "-p", str(own), "-e", str(own / "error.log"), "-c", str(own / "nginx.conf")]
    with _running(name, command, own, port) as server:
        yield server


@contextmanager
def _running(name: str, command: list[str], folder: Path, port: int) -> Iterator[Server]:
    log = folder / "output.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT)
    server = Server(name, port, process, log)
    try:
        _wait_for(server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(server: Server, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", server.port)) == 0:
                return
        time.sleep(0.05)
    said = server.log.read_text(encoding="utf-8", errors="replace").strip()[-400:]
    raise MissingError(f"{server.name} did not start: {said or 'it said nothing'}")


def _fresh(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
