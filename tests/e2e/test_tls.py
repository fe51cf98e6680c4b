"""A gate that serves HTTPS to its clients, from the settings file."""

from __future__ import annotations

import http.client
import ipaddress
import json
import ssl
from pathlib import Path

from cryptography import x509

from tests.certificates import certificate
from tests.gate import Door, Gate
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


def test_a_certificate_that_cannot_be_read_stops_the_start(mastodon: Hosted, tmp_path: Path) -> None:
    gate = Gate(tmp_path / "gate", Door("mastodon", mastodon.url))
    settings = gate.folder / "guard.toml"
    settings.write_text(f'{settings.read_text("utf-8")}tls_cert = "none.pem"\ntls_key = "none.key"\n', "utf-8")
    ended = gate.guard("serve", "--config", "guard.toml")
    assert ended.returncode == 2
    assert "none.pem" in ended.stderr
    assert "Traceback" not in ended.stderr
