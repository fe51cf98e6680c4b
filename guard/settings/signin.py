"""`[console]` as far as people sign in there: sessions, and the providers that say who somebody is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from guard.settings.toml import TableReader, between, one_line
from guard.types.account import LdapTerms, OidcTerms, SecondFactor
from guard.types.principal import Role
from guard.words.texts import Phrase

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class SignInSettings:
    """How people sign in to the console, and for how long."""

    public_url: str = ""
    """What browsers see, without a path; empty: as it listens."""
    proxies: tuple[str, ...] = ()
    """Addresses of reverse proxies, whose X-Forwarded-For is believed."""
    idle_minutes: int = 60
    session_hours: int = 12
    second_factor: SecondFactor = SecondFactor.PRIVILEGED
    oidc: OidcTerms | None = None
    ldap: LdapTerms | None = None


def read_signin(table: TableReader, folder: Path) -> SignInSettings:
    """The keys of `[console]` and the tables below it; mistakes are noted."""
    oidc = TableReader(table.file, table.text, table.take("oidc", dict, {}), "console.oidc.", table.problems)
    ldap = TableReader(table.file, table.text, table.take("ldap", dict, {}), "console.ldap.", table.problems)
    found = SignInSettings(
        public_url=str(table.take("public_url", str, "", _public)).rstrip("/"),
        proxies=tuple(table.take("proxies", list, [], _addresses)),
        idle_minutes=table.take("idle_minutes", int, 60, between(5, 24 * 60)),
        session_hours=table.take("session_hours", int, 12, between(1, 24 * 7)),
        second_factor=SecondFactor(table.one_of("second_factor", tuple(SecondFactor), SecondFactor.PRIVILEGED)),
        oidc=_oidc(oidc, folder) if oidc.table else None,
        ldap=_ldap(ldap, folder) if ldap.table else None,
    )
    if found.oidc is not None and not found.public_url:
        table.problem("public_url", Phrase("settings.sent-back"), Phrase("settings.do.public-url"))
    return found


def _oidc(reader: TableReader, folder: Path) -> OidcTerms | None:
    before = len(reader.problems)
    needs(reader, "issuer", "client_id", "roles")
    scopes = reader.take("scopes", list, ["openid", "profile"], _scopes)
    if "openid" not in scopes:
        reader.problem("scopes", Phrase("settings.openid"))
    ca_file = reader.path("ca_file", folder, None)
    found = OidcTerms(
        issuer=str(reader.take("issuer", str, "", secure)),
        client_id=reader.take("client_id", str, "", one_line),
        client_secret=secret_of(reader, "client_secret_file", folder),
        label=reader.take("label", str, "OpenID", one_line),
        scopes=tuple(scopes),
        name_claim=reader.take("name_claim", str, "preferred_username", one_line),
        groups_claim=reader.take("groups_claim", str, "groups", one_line),
        roles=_roles(reader),
        ca_file=None if ca_file is None else str(ca_file),
        allow_private=reader.take("allow_private", bool, default=False),
        session_minutes=reader.take("session_minutes", int, 60, between(5, 24 * 60)),
    )
    reader.done()
    return found if len(reader.problems) == before else None


def _ldap(reader: TableReader, folder: Path) -> LdapTerms | None:
    before = len(reader.problems)
    needs(reader, "url", "base", "roles")
    ca_file = reader.path("ca_file", folder, None)
    found = LdapTerms(
        url=str(reader.take("url", str, "", _ldap_url)),
        base=reader.take("base", str, "", one_line),
        bind_dn=reader.take("bind_dn", str, ""),
        bind_password=secret_of(reader, "bind_password_file", folder),
        start_tls=reader.take("start_tls", bool, default=False),
        name_attribute=reader.take("name_attribute", str, "uid", _attribute),
        group_base=reader.take("group_base", str, ""),
        member_attribute=reader.take("member_attribute", str, "member", _attribute),
        roles=_roles(reader),
        ca_file=None if ca_file is None else str(ca_file),
        timeout_s=reader.take("timeout_s", int, 5, between(1, 60)),
    )
    host = urlsplit(found.url)
    if host.scheme == "ldap" and not found.start_tls and host.hostname not in LOOPBACK:
        reader.problem("url", Phrase("settings.passwords-in-clear"), Phrase("settings.do.ldaps"))
    if bool(found.bind_dn) != bool(found.bind_password):
        reader.problem("bind_dn", Phrase("settings.bind-both"))
    reader.done()
    return found if len(reader.problems) == before else None


def _roles(reader: TableReader) -> Mapping[str, frozenset[Role]]:
    """`"group" = ["reviewer"]`; an empty list admits people who only see their own posts."""
    table = reader.take("roles", dict, {})
    inner = TableReader(reader.file, reader.text, table, f"{reader.prefix}roles.", reader.problems)
    known = tuple(role.value for role in Role)
    wrong = Phrase("settings.roles", known=known)
    given = {
        group: inner.take(group, list, [], lambda roles: None if all(role in known for role in roles) else wrong)
        for group in list(table)
    }
    return {group: frozenset(Role(role) for role in roles) for group, roles in given.items()}


def secret_of(reader: TableReader, key: str, folder: Path) -> str:
    """A secret from a file of its own that only the gate's user may read; empty when none is named."""
    file = reader.path(key, folder, None)
    if file is None:
        return ""
    try:
        mode = file.stat().st_mode
        secret = file.read_text("utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError):
        reader.problem(key, Phrase("settings.secret-unreadable"), Phrase("settings.do.secret-alone"))
        return ""
    if mode & 0o077:
        reader.problem(key, Phrase("settings.secret-open"), Phrase("settings.do.chmod"))
    if not secret or not secret.isprintable():
        reader.problem(key, Phrase("settings.secret-not-one"), Phrase("settings.do.secret-alone"))
        return ""
    return secret


def needs(reader: TableReader, *keys: str) -> None:
    for key in keys:
        if key not in reader.table:
            table = f"[{reader.prefix.rstrip('.')}]"
            reader.problem(key, Phrase("settings.missing"), Phrase("settings.do.needs", table=table, name=key))


def _public(value: str) -> Phrase | None:
    if not re.fullmatch(r"https?://[^/\s?#@]+/?", value):
        return Phrase("settings.public-url", value=repr(value))
    return secure(value)


def secure(value: str, *, query: bool = False) -> Phrase | None:
    try:
        parts = urlsplit(value)
    except ValueError:  # a bracket that is not closed
        return Phrase("settings.https-address", value=repr(value))
    if (
        parts.scheme not in {"http", "https"}
        or not parts.hostname
        or (parts.query and not query)
        or parts.fragment
        or "@" in parts.netloc
    ):
        return Phrase("settings.https-address", value=repr(value))
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        return Phrase("settings.https-but-here")
    return None


def _ldap_url(value: str) -> Phrase | None:
    parts = urlsplit(value)
    good = (
        parts.scheme in {"ldap", "ldaps"} and parts.hostname and not parts.path.strip("/") and "@" not in parts.netloc
    )
    return None if good else Phrase("settings.ldap-url", value=repr(value))


def _addresses(value: list[Any]) -> Phrase | None:
    try:
        for item in value:
            ip_address(item)
    except ValueError:
        return Phrase("settings.addresses")
    return None


def _scopes(value: list[Any]) -> Phrase | None:
    good = value and all(isinstance(item, str) and re.fullmatch(r"[!#-\[\]-~]+", item) for item in value)
    return None if good else Phrase("settings.scopes")


def _attribute(value: str) -> Phrase | None:
    good = re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", value)
    return None if good else Phrase("settings.attribute", value=repr(value))
