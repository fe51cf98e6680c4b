"""Sign-in by a real directory: Debian's slapd, with and without TLS."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from threading import Thread

import pytest

from guard.auth.ldap import LdapProvider
from guard.errors import ProviderError
from guard.types.account import LdapTerms
from guard.types.principal import Role
from tests.doors import door_rig
from tests.servers.host import bound_socket
from tests.servers.slapd import BASE, PASSWORD, READER, READER_PASSWORD, Slapd

pytestmark = pytest.mark.directory
ROLES = {"reviewers": frozenset({Role.REVIEWER}), f"cn=staff,ou=groups,{BASE}": frozenset()}


@pytest.fixture(scope="module")
def slapd(tmp_path_factory):
    server = Slapd(tmp_path_factory.mktemp("slapd"))
    yield server
    server.stop()


@pytest.fixture
def terms(slapd):
    return LdapTerms(
        slapd.url, f"ou=people,{BASE}", READER, READER_PASSWORD, start_tls=True, ca_file=str(slapd.ca_file),
        group_base=f"ou=groups,{BASE}", roles=ROLES,
    )  # fmt: skip


def identify(terms, name="marie", password=PASSWORD):
    async def ask():
        provider = LdapProvider(terms)
        try:
            return await provider.identify(name, password)
        finally:
            await provider.close()

    return asyncio.run(ask())


def test_a_person_signs_in_with_the_roles_of_their_groups(terms):
    found = identify(terms)
    assert (found.provider, found.name, found.roles, found.admitted) == ("ldap", "marie", {Role.REVIEWER}, True)
    assert {"reviewers", "staff", f"cn=reviewers,ou=groups,{BASE}"} <= found.groups
    assert identify(terms, "MARIE").subject == found.subject, "one person, however they write themselves"
    assert identify(terms, "paul").roles == frozenset()
    assert identify(terms, "paul").admitted
    assert identify(terms, "zoë").name == "zoë"
    assert not identify(replace(terms, roles={}), "paul").admitted


def test_people_are_recalled_without_their_password(terms):
    async def ask(name):
        provider = LdapProvider(terms)
        try:
            return await provider.recall(name)
        finally:
            await provider.close()

    assert asyncio.run(ask("marie")) == identify(terms)
    for name in ("nobody", "*", "", "\0"):
        assert asyncio.run(ask(name)) is None


def test_pretending_asks_the_directory_as_much_as_a_wrong_password_does(terms, slapd):
    async def ask(verb, name, password):
        provider = LdapProvider(terms)
        try:
            return await getattr(provider, verb)(name, password)
        finally:
            await provider.close()

    def cost(verb, name, password):
        before = slapd.asked()
        assert asyncio.run(ask(verb, name, password)) is None
        return tuple(after - one for after, one in zip(slapd.asked(), before, strict=True))

    assert cost("pretend", "admin", "a password of here") == cost("identify", "nobody", "wrong") == (2, 1)
    assert cost("pretend", "admin", "x" * 300) == cost("identify", "nobody", "x" * 300) == (0, 0)


def test_over_ldaps_too_and_by_member_of(terms, slapd):
    other = replace(terms, url=f"ldaps://127.0.0.1:{slapd.tls_port}", start_tls=False, group_base="")
    assert identify(other) == identify(terms)
    assert identify(other).roles == {Role.REVIEWER}


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("marie", "wrong"), ("nobody", PASSWORD), ("marie", ""), ("", PASSWORD), ("", ""), ("marie", "\0"), ("marie\0", PASSWORD),
        ("marie", PASSWORD + "\n"), ("nobody", "a\x07bc"), ("marie", "\u200b"), ("marie", PASSWORD.upper()),
        ("marie", PASSWORD + " "), ("\udcff", PASSWORD), ("x" * 300, PASSWORD),
    ],
)  # fmt: skip
def test_anything_else_is_nobody(terms, name, password):
    assert identify(terms, name, password) is None


@pytest.mark.parametrize(
    "name",
    [
        "*",
        "mar*",
        "marie)(uid=*",
        "*)(objectClass=*",
        "marie)(|(uid=*",
        "ma\\72ie",
        "(uid=marie)",
        "marie,ou=people",
        "uid=marie",
    ],
)
def test_what_is_typed_is_a_name_and_no_filter(terms, name):
    assert identify(terms, name) is None


def test_a_name_full_of_a_filters_signs_is_a_name_too(terms):
    found = identify(terms, "li(sa)*")
    assert (found.name, found.roles) == ("li(sa)*", {Role.REVIEWER})


def test_the_gates_own_password_is_checked_too(terms):
    with pytest.raises(ProviderError, match="refuses the gate itself"):
        identify(replace(terms, bind_password="wrong"))
    with pytest.raises(ProviderError, match="to a search"):
        identify(replace(terms, base="dc=nowhere"))


def test_a_certificate_of_nobody_we_trust_ends_it(terms, slapd):
    for url, start in ((slapd.url, True), (f"ldaps://127.0.0.1:{slapd.tls_port}", False)):
        with pytest.raises(ProviderError):
            identify(replace(terms, url=url, start_tls=start, ca_file=None))


def test_a_certificate_for_another_name_ends_it(terms, tmp_path):
    """ldap3 by itself does not look at the name before ldaps begins."""
    other = Slapd(tmp_path / "other", address="127.0.0.2")
    try:
        for url, start in ((other.url, True), (f"ldaps://127.0.0.1:{other.tls_port}", False)):
            with pytest.raises(ProviderError):
                identify(replace(terms, url=url, start_tls=start, ca_file=str(other.ca_file)))
    finally:
        other.stop()


def test_a_directory_that_is_not_there_or_says_nothing_ends_in_time(terms):
    with bound_socket() as sock:
        port = sock.getsockname()[1]
        with pytest.raises(ProviderError):
            identify(replace(terms, url=f"ldap://127.0.0.1:{port}", timeout_s=1))
        sock.listen()
        with pytest.raises(ProviderError):
            identify(replace(terms, url=f"ldap://127.0.0.1:{port}", timeout_s=1))


NONSENSE = {
    "another protocol": (b"HTTP/1.1 400 Bad Request\r\n\r\n" * 20, False),
    "without end": (b"\x30\x84\x7f\xff\xff\xff" + b"\x02" * 65_536, True),
    "nested": (b"\x30\x82\xff\xf0" + b"\x30\x80" * 32_000, False),
    "nothing": (b"", False),
}


@pytest.mark.parametrize("said", NONSENSE.values(), ids=NONSENSE)
def test_what_is_no_directory_ends_in_time_with_an_error_of_ours(terms, said):
    answer, again = said
    with bound_socket() as sock:
        sock.listen()

        def serve():
            connection, _ = sock.accept()
            with connection, contextlib.suppress(OSError):
                connection.recv(200)
                connection.sendall(answer)
                while again:
                    connection.sendall(answer[-4096:])

        thread = Thread(target=serve, daemon=True)
        thread.start()
        with pytest.raises(ProviderError):
            identify(replace(terms, url=f"ldap://127.0.0.1:{sock.getsockname()[1]}", start_tls=False, timeout_s=1))
        thread.join(10)  # the gate has let go of the connection: no thread of its own reads on for ever
        assert not thread.is_alive()


def test_no_error_holds_what_was_typed(terms):
    with pytest.raises(ProviderError) as refused:
        identify(replace(terms, base="dc=nowhere"))
    assert PASSWORD not in str(refused.value)
    assert READER_PASSWORD not in str(refused.value)
    assert "marie" not in str(refused.value)


def test_through_the_pages(terms, tmp_path):
    """With a local account of another name beside it; the directory's people appear when they first sign in."""
    with door_rig(tmp_path, others=[LdapProvider(terms)]) as rig:
        rig.add("admin", Role.ADMINISTRATOR)
        window = rig.window()
        assert window.sign_in("Marie", PASSWORD).status == 303
        assert window.get("/queue").status == 200
        assert rig.account("marie").provider == "ldap"
        assert rig.window().sign_in("marie", "wrong").status == 401
        assert rig.window().sign_in("nobody", PASSWORD).status == 401
        assert rig.window().sign_in("admin").status == 303
