"""Certificates that are read again: a renewed one is served from the next connection on, a broken one changes nothing."""

from __future__ import annotations

import asyncio
import ipaddress
import shutil
import ssl
from pathlib import Path

import pytest
from cryptography import x509

from guard.errors import SettingsError
from guard.gateway.server import Listener, renew, serve
from tests.certificates import certificate
from tests.unit.gateway.listening import echo
from tests.unit.upstream.peer import run


def made(folder: Path, *, with_rsa: bool = False) -> tuple[Path, Path]:
    folder.mkdir(exist_ok=True)
    return certificate(folder, x509.IPAddress(ipaddress.ip_address("127.0.0.1")), with_rsa=with_rsa)


async def served(port: int) -> bytes:
    """The certificate that a client is shown."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    return shown


def der(file: Path) -> bytes:
    return ssl.PEM_cert_to_DER_cert(file.read_text())


@pytest.mark.parametrize("with_rsa", [False, True])
def test_a_renewed_certificate_is_served_and_a_broken_one_is_not(tmp_path: Path, *, with_rsa: bool) -> None:
    cert, key = made(tmp_path / "now")
    (newer, newer_key), (_, stranger) = made(tmp_path / "new", with_rsa=with_rsa), made(tmp_path / "stranger")
    first = der(cert)

    async def test() -> None:
        listener = Listener("x", "127.0.0.1", 0, echo, cert, key)
        stop, port = asyncio.Event(), asyncio.get_running_loop().create_future()
        serving = asyncio.create_task(serve([listener], stop, lambda where: port.set_result(where[0].port)))
        place = await port
        assert await served(place) == first

        shutil.copy(newer, cert)
        shutil.copy(stranger, key)  # the new certificate with somebody else's key
        with pytest.raises(SettingsError, match="cannot be used"):
            renew(listener)
        assert await served(place) == first

        cert.unlink()
        with pytest.raises(SettingsError, match="cannot be used"):
            renew(listener)
        assert await served(place) == first

        shutil.copy(newer, cert)
        shutil.copy(newer_key, key)
        renew(listener)
        assert await served(place) == der(newer) != first
        stop.set()
        await serving

    run(test)


def test_a_listener_without_tls_has_nothing_to_renew() -> None:
    renew(Listener("x", "127.0.0.1", 0, echo))
