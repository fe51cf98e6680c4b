"""`[console]` as far as people sign in: what is read, and every mistake with its place."""

from pathlib import Path

import pytest

from guard.errors import ProblemsError
from guard.settings.load import load_settings
from guard.types.principal import Role
from guard.wiring.ledger import sandbox_settings

OIDC = """\
[console]
public_url = "https://guard.example.com/"
proxies = ["10.0.0.2", "fd00::1"]
second_factor = "required"
[console.oidc]
issuer = "https://id.example.com/realms/x"
client_id = "guard"
client_secret_file = "secret"
[console.oidc.roles]
"Guard Reviewers" = ["reviewer", "auditor"]
staff = []
"""
LDAP = """\
[console.ldap]
url = "ldaps://ldap.example.com"
base = "ou=people,dc=example"
bind_dn = "cn=guard"
bind_password_file = "secret"
[console.ldap.roles]
"cn=x,ou=groups" = ["dpo"]
"""


def load(folder: Path, text: str, *, mode: int = 0o600, secret: str = "s3cret\n"):
    file = folder / "secret"
    file.write_text(secret, encoding="utf-8")
    file.chmod(mode)
    path = folder / "guard.toml"
    path.write_text(text, encoding="utf-8")
    return load_settings(path).signin


def problems(folder: Path, text: str, **options) -> str:
    with pytest.raises(ProblemsError) as caught:
        load(folder, text, **options)
    return "\n".join(str(problem).replace(f"{folder}/", "") for problem in caught.value.problems)


def test_an_openid_provider(tmp_path):
    found = load(tmp_path, OIDC)
    assert (found.public_url, found.proxies, found.second_factor) == (
        "https://guard.example.com", ("10.0.0.2", "fd00::1"), "required",
    )  # fmt: skip
    assert (found.oidc.issuer, found.oidc.client_secret) == ("https://id.example.com/realms/x", "s3cret")
    assert found.oidc.roles == {"Guard Reviewers": {Role.REVIEWER, Role.AUDITOR}, "staff": frozenset()}
    assert "s3cret" not in repr(found)


def test_a_directory(tmp_path):
    found = load(tmp_path, LDAP).ldap
    assert (found.bind_dn, found.bind_password, found.timeout_s) == ("cn=guard", "s3cret", 5)
    assert found.roles == {"cn=x,ou=groups": {Role.DPO}}
    assert "s3cret" not in repr(found)


def test_without_either_people_have_passwords_here(tmp_path):
    found = load(tmp_path, "")
    assert (found.oidc, found.ldap, found.idle_minutes, found.session_hours) == (None, None, 60, 12)
    assert found.second_factor == "privileged"
    assert sandbox_settings().signin.second_factor == "optional", "an example on this machine alone needs no telephone"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[console]\npublic_url = "http://guard.example.com"\n', "guard.toml:2:1: console.public_url: must begin with https://"),
        ('[console]\npublic_url = "https://x/path"\n', "console.public_url"),
        ('[console]\nproxies = ["proxy.example"]\n', "guard.toml:2:1: console.proxies: must be a list of addresses"),
        ("[console]\nidle_minutes = 1\n", "console.idle_minutes: must be from 5 to 1440"),
        ('[console]\nsecond_factor = "maybe"\n', "console.second_factor: must be one of optional, privileged, required"),
        ("[console]\noidc = 1\n", "console.oidc: must be a table"),
        (OIDC.replace('public_url = "https://guard.example.com/"\n', ""), "console.public_url: is missing"),
        (OIDC.replace("https://id", "http://id"), "guard.toml:6:1: console.oidc.issuer: must begin with https://"),
        (OIDC.replace('client_id = "guard"\n', ""), "console.oidc.client_id: is missing"),
        (OIDC.replace("client_id", "clientid"), "unknown setting (did you mean 'client_id'?)"),
        (OIDC.replace('["reviewer", "auditor"]', '["reader"]'), "console.oidc.roles.Guard Reviewers: must be a list of roles: reviewer"),
        (OIDC.replace('["reviewer", "auditor"]', '[["reviewer"]]'), "must be a list of roles"),
        (OIDC.partition("[console.oidc.roles]")[0], "console.oidc.roles: is missing"),
        (OIDC.replace('"secret"', '"none"'), "guard.toml:8:1: console.oidc.client_secret_file: cannot be read"),
        (OIDC.replace("client_secret_file", 'scopes = ["profile"]\nclient_secret_file'), 'must name "openid"'),
        (LDAP.replace("ldaps://", "ldap://"), "guard.toml:2:1: console.ldap.url: passwords would cross the network in clear"),
        (LDAP.replace("ldaps://ldap.example.com", "https://x"), 'is not "ldaps://host[:port]"'),
        (LDAP.replace('bind_password_file = "secret"\n', ""), "bind_dn and bind_password_file go together"),
        (LDAP.replace("[console.ldap.roles]", 'name_attribute = "uid)("\n[console.ldap.roles]'), "is not the name of an attribute"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_their_place(tmp_path, text, told):
    assert told in problems(tmp_path, text)


def test_secrets_are_the_gates_alone_and_stay_out_of_messages(tmp_path):
    assert "console.oidc.client_secret_file: is open to other users (chmod 600)" in problems(tmp_path, OIDC, mode=0o644)
    assert "does not hold one secret" in problems(tmp_path, OIDC, secret="s3cret\nsecond line\n")
    assert "s3cret" not in problems(tmp_path, OIDC, secret="s3cret\nsecond line\n")


def test_start_tls_and_loopback_do_without_ldaps(tmp_path):
    assert load(
        tmp_path, LDAP.replace("ldaps://", "ldap://").replace("bind_dn", "start_tls = true\nbind_dn")
    ).ldap.start_tls
    assert load(tmp_path, LDAP.replace("ldaps://ldap.example.com", "ldap://127.0.0.1:389")).ldap
