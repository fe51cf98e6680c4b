"""Addresses of services: what may be written, and which resolved ones may be used."""

from __future__ import annotations

import ipaddress

import pytest

from guard.errors import SettingsError, UpstreamError
from guard.upstream.address import Origin, is_public, parse_origin, resolve, written_private
from tests.unit.upstream.peer import run


@pytest.mark.parametrize(
    ("url", "origin", "authority"),
    [
        ("https://Social.Example", Origin("https", "social.example", 443), "social.example"),
        ("https://social.example./", Origin("https", "social.example", 443), "social.example"),
        ("http://127.0.0.1:8402", Origin("http", "127.0.0.1", 8402), "127.0.0.1:8402"),
        ("http://[::1]:80", Origin("http", "::1", 80), "[::1]"),
    ],
)
def test_origins(url, origin, authority):
    assert parse_origin(url) == origin
    assert origin.authority == authority


@pytest.mark.parametrize(
    "url",
    [
        "", "social.example", "ftp://social.example", "https://", "https://a:b@social.example", "https://social.example/x",
        "https://social.example?x", "https://social.example#x", "https://social.example:0", "https://social.example:99999",
        "https://[::1", "https://é.example", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_what_is_not_an_origin(url):
    with pytest.raises(SettingsError):
        parse_origin(url)


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_addresses_inside(text):
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_outside(text):
    assert is_public(ipaddress.ip_address(text))


def test_a_private_address_is_used_only_where_it_is_meant():
    origin = Origin("http", "192.168.7.7", 80)

    async def test():
        assert await resolve(origin, allow_private=True) == ["192.168.7.7"]
        with pytest.raises(UpstreamError, match="private") as caught:
            await resolve(origin, allow_private=False)
        assert caught.value.sent is False
        assert "allow_private" in caught.value.hint
        with pytest.raises(UpstreamError, match="private"):
            await resolve(Origin("http", "localhost", 80), allow_private=False)

    run(test)


def test_a_name_that_does_not_exist_is_a_clear_error():
    async def test():
        with pytest.raises(UpstreamError, match="resolved") as caught:
            await resolve(Origin("https", "no-such-host.invalid", 443), allow_private=True)
        assert caught.value.sent is False

    run(test)


@pytest.mark.parametrize(
    ("host", "meant"),
    [("localhost", True), ("pds.localhost", True), ("127.0.0.1", True), ("10.0.0.1", True), ("1.1.1.1", False),
     ("social.example", False)],
)  # fmt: skip
def test_an_address_written_out_is_meant(host, meant):
    assert written_private(Origin("https", host, 443)) is meant
