"""Where a service is, and which addresses its name may stand for.

A name in the settings is resolved anew for each connection and the connection goes to the address that was checked, so
a name that suddenly points into the company's own network (SSRF, DNS rebinding) leads nowhere.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from guard.errors import SettingsError, UpstreamError
from guard.words.texts import Phrase

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port of a service; `host` without brackets, in lower case."""

    scheme: str
    host: str
    port: int

    @property
    def secure(self) -> bool:
        return self.scheme in {"https", "wss"}

    @property
    def authority(self) -> str:
        """Value of the Host header: with the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}"


def parse_origin(url: str, schemes: tuple[str, ...] = ("http", "https")) -> Origin:
    """The origin written as `url`; SettingsError when it is anything more or less than scheme, host and port."""
    hint = Phrase("settings.do.service", example=f"{schemes[-1]}://social.example")
    wrong = Phrase("settings.not-a-service", url=repr(url))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise SettingsError(wrong, hint=hint) from error
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in schemes or not host or not host.isascii() or port == 0:
        raise SettingsError(wrong, hint=hint)
    if parts.path not in {"", "/"} or parts.query or parts.fragment or "@" in parts.netloc:
        raise SettingsError(Phrase("settings.service-only", url=f"{parts.scheme}://{host}"), hint=hint)
    return Origin(parts.scheme, host, port or _DEFAULT_PORTS[parts.scheme])


def written_private(origin: Origin) -> bool:
    """Whether the settings name a loopback or private address in so many words, which then is meant."""
    if origin.host == "localhost" or origin.host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(origin.host)
    except ValueError:
        return False
    return not is_public(address)


def is_public(address: IPAddress) -> bool:
    """Whether `address` lies in the public internet, also by the IPv4 address it may embed."""
    if isinstance(address, ipaddress.IPv6Address):
        embedded = address.ipv4_mapped or address.sixtofour
        if embedded is None and address.teredo is not None:
            embedded = address.teredo[1]
        if embedded is None and address in _NAT64:
            embedded = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if embedded is not None:
            return is_public(embedded)
    return address.is_global and not address.is_multicast


async def resolve(origin: Origin, *, allow_private: bool) -> list[str]:
    """Addresses to try, in order. UpstreamError (not sent) when there are none, or none that may be used."""
    try:
        literal = ipaddress.ip_address(origin.host)
    except ValueError:
        found = await _lookup(origin)
    else:
        found = [str(literal)]
    usable = found if allow_private else [text for text in found if is_public(ipaddress.ip_address(text))]
    if not usable:
        raise UpstreamError(
            Phrase("settings.connection.private", host=origin.host),
            sent=False,
            hint="if that is meant, set allow_private for this upstream in guard.toml",
        )
    return usable


async def _lookup(origin: Origin) -> list[str]:
    loop = asyncio.get_running_loop()
    try:
        rows = await loop.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UpstreamError(
            Phrase("settings.connection.unresolved", host=origin.host),
            sent=False,
            hint="check the upstream in guard.toml and the DNS",
        ) from error
    # An address with a zone (fe80::1%eth0) is link-local: never a service.
    texts = [str(row[4][0]) for row in rows]
    return list(dict.fromkeys(text for text in texts if "%" not in text))


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """Verification by the system's authorities and, if given, those of `ca_file`. SettingsError when it cannot be read."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=ca_file)
        except (OSError, ssl.SSLError) as error:
            message = Phrase("settings.authorities", file=str(ca_file))
            raise SettingsError(message, hint=Phrase("settings.do.pem")) from error
    return context
