"""Sign-in by a directory: look the person up, then bind as them with the password they typed.

Passwords cross the network only under TLS (settings refuse anything else but loopback). Referrals are never followed: the
password would go to whatever server an entry names. What was typed reaches a filter only escaped, an empty password never
reaches the server at all, which would take it for an anonymous bind and say yes (RFC 4513, 5.1.2).
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import ContextVar, copy_context
from socket import SHUT_RDWR
from typing import Any, Final
from urllib.parse import urlsplit

from ldap3 import DEREF_NEVER, NONE, SUBTREE, SYNC, Connection, Server, Tls
from ldap3.core.exceptions import LDAPException
from ldap3.protocol.sasl.sasl import validate_simple_password
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import parse_dn

from guard.auth.base import Directory, admit, new_secret
from guard.errors import ProviderError
from guard.types.account import Identity, LdapTerms

NAME = "ldap"
AT_ONCE = 4
WAITING = 64
"""More sign-ins at the same time are turned away."""
TOGETHER = 3
"""All steps of one question may take so many times the limit of one."""
LONGEST = 256
_SUCCESS, _NO_SUCH_OBJECT, _INVALID_DN, _WRONG, _LIMIT = 0, 32, 34, 49, 4
_REFUSED = frozenset({_NO_SUCH_OBJECT, _INVALID_DN, 19, 48, _WRONG, 50, 53})
"""What a bind answers when these credentials are not right or the account is closed (RFC 4511, 4.1.9)."""
_BEGUN: Final[ContextVar[list[Any]]] = ContextVar("connections begun for one question")
_IDS = ("entryUUID", "objectGUID", "nsUniqueId", "ipaUniqueID")
"""Attributes that stay when a person is renamed or moved, as the usual directories call them."""


class _StrictTls(Tls):  # type: ignore[misc]  # ldap3 has no types
    """TLS as Python does it by default. ldap3's own does not look whose certificate it is before ldaps:// begins."""

    def __init__(self, ca_file: str | None) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self._context = ssl.create_default_context(cafile=ca_file)

    def wrap_socket(self, connection: Any, do_handshake: bool = True) -> None:  # noqa: ARG002 -- always done
        """Certificate and name are checked before a byte is written."""
        connection.socket = self._context.wrap_socket(connection.socket, server_hostname=connection.server.host)


class LdapProvider:
    """Keeps the promise of guard.auth.base.Directory; every question has connections of its own."""

    name = NAME

    def __init__(self, terms: LdapTerms) -> None:
        self._terms = terms
        parts = urlsplit(terms.url)
        secure = parts.scheme == "ldaps"
        self._server = Server(
            parts.hostname,
            parts.port or (636 if secure else 389),
            use_ssl=secure,
            tls=_StrictTls(terms.ca_file),
            get_info=NONE,
            connect_timeout=terms.timeout_s,
        )
        self._threads = ThreadPoolExecutor(AT_ONCE, "guard-ldap")
        self._waiting = 0

    async def identify(self, name: str, password: str) -> Identity | None:
        if not _can_be_asked(name, password):
            return None
        return await self._in_thread(self._identify, name, password)

    async def pretend(self, name: str, password: str) -> None:
        if _can_be_asked(name, password):
            await self._in_thread(self._identify, new_secret(8), new_secret(8))

    async def recall(self, name: str) -> Identity | None:
        return await self._in_thread(self._recall, name) if _can_be_sent(name) else None

    async def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _in_thread(self, work: Callable[..., Identity | None], *arguments: str) -> Identity | None:
        if self._waiting >= WAITING:
            raise ProviderError("too many people sign in at this moment", hint="try again in a few seconds")
        self._waiting += 1
        context, begun = copy_context(), list[Any]()
        context.run(_BEGUN.set, begun)
        try:
            async with asyncio.timeout(TOGETHER * self._terms.timeout_s):
                return await asyncio.get_running_loop().run_in_executor(self._threads, context.run, work, *arguments)
        except ProviderError:
            raise
        except Exception as error:  # noqa: BLE001 -- what is no LDAP at all breaks ldap3's decoder in any way
            raise ProviderError("the directory does not answer", hint=type(error).__name__) from None
        finally:
            self._waiting -= 1
            for connection in begun:
                _read_no_more(connection)

    def _identify(self, name: str, password: str) -> Identity | None:
        with self._looking() as looking:
            found = self._look_up(looking, name)
            # A name that is nobody's costs a bind too
            dn = found["dn"] if found else f"{self._terms.name_attribute}={new_secret(8)},{self._terms.base}"
            with self._connected(dn, password) as person:
                if person is None or found is None:
                    return None
            return self._identity(looking, found)

    def _recall(self, name: str) -> Identity | None:
        with self._looking() as looking:
            found = self._look_up(looking, name)
            return self._identity(looking, found) if found else None

    @contextmanager
    def _looking(self) -> Iterator[Any]:
        """A connection of the gate's own."""
        with self._connected(self._terms.bind_dn, self._terms.bind_password) as connection:
            if connection is None:
                raise ProviderError("the directory refuses the gate itself", hint="check bind_dn and its password file")
            yield connection

    @contextmanager
    def _connected(self, dn: str, password: str) -> Iterator[Any]:
        """A connection bound as `dn`, or anonymously for none; None when these credentials are not right."""
        connection = Connection(
            self._server,
            user=dn or None,
            password=password or None,
            client_strategy=SYNC,
            auto_referrals=False,
            check_names=False,
            read_only=True,
            receive_timeout=self._terms.timeout_s,
            raise_exceptions=False,
        )
        _BEGUN.get().append(connection)
        try:
            connection.open()
            if self._terms.start_tls and not connection.start_tls():
                raise ProviderError("the directory did not begin TLS")
            good = connection.bind()
            code = connection.result["result"]
            if not good and code not in _REFUSED:
                raise ProviderError(f"the directory answered {code} to a bind")
            yield connection if good else None
        finally:
            _end(connection)

    def _look_up(self, connection: Any, name: str) -> dict[str, Any] | None:
        """The one entry of that name; None for none, and for several, of which nobody could say which is meant."""
        attribute = self._terms.name_attribute
        wanted = [attribute, "memberOf", *_IDS]
        found = self._search(connection, self._terms.base, f"({attribute}={escape_filter_chars(name)})", wanted, 2)
        return found[0] if len(found) == 1 else None

    def _identity(self, connection: Any, found: dict[str, Any]) -> Identity:
        values = found["raw_attributes"]
        shown = next(iter(_texts(values.get(self._terms.name_attribute))), found["dn"])
        member_of = _texts(values.get("memberOf"))
        if self._terms.group_base:
            key = self._terms.member_attribute
            member = shown if key.lower() == "memberuid" else found["dn"]
            entries = self._search(
                connection, self._terms.group_base, f"({key}={escape_filter_chars(member)})", ["cn"], 1000
            )
            member_of = [entry["dn"] for entry in entries]
        groups = frozenset({*member_of, *(cn for dn in member_of if (cn := _common_name(dn)))})
        roles, admitted = admit(self._terms.roles, groups)
        subject = next((values[key][0].hex() for key in _IDS if values.get(key)), found["dn"].casefold())
        return Identity(NAME, subject, shown, roles, groups, admitted=admitted)

    def _search(
        self, connection: Any, base: str, query: str, attributes: list[str], limit: int
    ) -> list[dict[str, Any]]:
        connection.search(
            base, query, SUBTREE, dereference_aliases=DEREF_NEVER, attributes=attributes, size_limit=limit,
            time_limit=self._terms.timeout_s,
        )  # fmt: skip
        code = connection.result["result"]
        if code not in {_SUCCESS, _LIMIT}:
            raise ProviderError(f"the directory answered {code} to a search", hint="check base and group_base")
        return [entry for entry in connection.response or () if entry.get("type") == "searchResEntry"]


def _read_no_more(connection: Any) -> None:
    """Let a thread that still waits for this server go: one that never ends its answer would keep it for ever."""
    connection.strategy.socket_size = 0  # what comes in is read even after a shutdown; nothing read is an end to ldap3
    with suppress(OSError, AttributeError):
        connection.socket.shutdown(SHUT_RDWR)


def _end(connection: Any) -> None:
    """Say good-bye if anybody listens, and let go of the socket, which ldap3 keeps when it could not be opened."""
    try:
        connection.unbind()
    except (LDAPException, OSError):
        pass
    if connection.socket is not None:
        connection.socket.close()


def _can_be_sent(text: str) -> bool:
    return 0 < len(text) <= LONGEST and "\0" not in text and text == text.encode("utf-8", "ignore").decode()


def _can_be_asked(name: str, password: str) -> bool:
    """Before anything is sent, for every name alike: ldap3 itself refuses some passwords (RFC 4013), but only where it binds."""
    if not all(_can_be_sent(text) for text in (name, password)):
        return False
    try:
        validate_simple_password(password)
    except LDAPException:
        return False
    return True


def _texts(values: list[bytes] | None) -> list[str]:
    return [value.decode("utf-8", "replace") for value in values or ()]


def _common_name(dn: str) -> str:
    """`reviewers` of `cn=reviewers,ou=groups,…`."""
    try:
        kind, value, _ = parse_dn(dn)[0]
    except (LDAPException, IndexError):
        return ""
    return str(value) if kind.lower() == "cn" else ""


_keeps_promise: type[Directory] = LdapProvider
