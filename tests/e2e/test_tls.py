"""A gate that serves HTTPS to its clients, from the settings file."""

from __future__ import annotations

import http.client
import ipaddress
import json
import shutil
import signal
import ssl
from pathlib import Path

import pytest
import requests
from cryptography import x509

from tests.certificates import certificate
from tests.gate import Door, Gate, wait_for
from tests.servers.clients import ALICE
from tests.servers.host import Hosted


def test_clients_speak_https_with_the_gate(mastodon: Hosted, tmp_path: Path) -> None:
    gate = Gate(tmp_path / "gate", Door("mastodon", mastodon.url))
    cert, key = certificate(tmp_path, x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    settings = gate.folder / "guard.toml"
    settings.write_text(f'{settings.read_text("utf-8")}tls_cert = "{cert}"\ntls_key = "{key}"\n', "utf-8")
    gate.start()
    try:
        context = ssl.create_default_context(cafile=str(cert))
        client = http.client.HTTPSConnection("127.0.0.1", gate.ports["mastodon"], context=context, timeout=10)
        headers = {"Authorization": f"Bearer {ALICE}", "Content-Type": "application/json"}
        client.request("POST", "/api/v1/statuses", json.dumps({"status": "Bonjour par TLS"}), headers)
        answer = client.getresponse()
        assert (answer.status, "Bonjour par TLS" in json.load(answer)["content"]) == (200, True)
        client.request("GET", "/api/v2/instance")
        streaming = json.load(client.getresponse())["configuration"]["urls"]["streaming"]
        assert streaming.startswith(f"wss://127.0.0.1:{gate.ports['mastodon']}")
        client.close()
    finally:
        gate.stop()


@pytest.mark.parametrize("workers", [0, 2])
def test_a_renewed_certificate_is_served_after_a_signal(mastodon: Hosted, tmp_path: Path, workers: int) -> None:
    """By every process, each of which is asked several times; a broken one changes nothing and is told."""
    gate = Gate(tmp_path / "gate", Door("mastodon", mastodon.url), more=f"[gateway]\nworkers = {workers}")
    name = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    cert, key = certificate(gate.folder, name)
    (tmp_path / "new").mkdir()
    newer, newer_key = certificate(tmp_path / "new", name)
    settings = gate.folder / "guard.toml"
    settings.write_text(f'{settings.read_text("utf-8")}tls_cert = "cert.pem"\ntls_key = "key.pem"\n', "utf-8")
    before = cert.read_text()
    gate.start()

    def served() -> set[str]:
        where = ("127.0.0.1", gate.ports["mastodon"])
        return {ssl.get_server_certificate(where, timeout=10) for _ in range(12)}

    try:
        assert served() == {before}
        shutil.copy(newer, cert)
        gate.signal(signal.SIGHUP)
        wait_for(lambda: "the one before it stays in use" in gate.log, 10)
        assert served() == {before}
        warned = requests.get(f"http://127.0.0.1:{gate.console_port}/readyz", timeout=10).json()["warnings"]
        assert warned == ["certificates"]
        shutil.copy(newer_key, key)
        gate.signal(signal.SIGHUP)
        wait_for(lambda: served() == {newer.read_text()}, 10)
        assert requests.get(f"http://127.0.0.1:{gate.console_port}/readyz", timeout=10).json()["warnings"] == []
        assert "ended with" not in gate.log
    finally:
        assert gate.stop() == 0


def test_a_certificate_that_cannot_be_read_stops_the_start(mastodon: Hosted, tmp_path: Path) -> None:
    gate = Gate(tmp_path / "gate", Door("mastodon", mastodon.url))
    settings = gate.folder / "guard.toml"
    settings.write_text(f'{settings.read_text("utf-8")}tls_cert = "none.pem"\ntls_key = "none.key"\n', "utf-8")
    ended = gate.guard("serve", "--config", "guard.toml")
    assert ended.returncode == 2
    assert "none.pem" in ended.stderr
    assert "Traceback" not in ended.stderr
