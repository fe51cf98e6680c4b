"""Secrets: the formats promised, how programs and people write them, and what stands in their place without being one."""

import re
import tomllib
from pathlib import Path

import pytest

from guard.detect.automata import prefilter
from guard.detect.patterns import catalogue
from guard.detect.patterns.scanner import PatternScanner
from guard.text.normalize import normalize
from tests.unit.detect.marks import spans

SECRETS = [pattern for pattern in catalogue.load() if pattern.id.startswith("secrets")]
SCANNER = PatternScanner(SECRETS)
KEY = "k7VxPq2LmZ8w" + "Rt5YbN3cJd6HfGs9"
HEX = "9f8e7d6c5b4a3928" + "1706f5e4d3c2b1a0"
UUID = "71f0b3d8-4e2a-4c97" + "-b6d5-0a83e5f92c14"
GITHUB = "gh" + "p_" + "R3kq9ZtVb7LmX2cYwP8sDfG5hJ1nQ4aTzE6u"


def hits(text):
    return SCANNER.scan(normalize(text).plain)


def test_at_least_two_hundred_formats():
    assert len({pattern.subtype for pattern in SECRETS}) >= 500
    assert all(re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", pattern.subtype) for pattern in SECRETS)
    assert {pattern.entity for pattern in SECRETS} == {"SECRET"}


@pytest.mark.parametrize("pattern", SECRETS, ids=lambda pattern: pattern.id)
def test_each_can_be_left_to_the_one_pass(pattern):
    assert pattern.keywords
    assert all(keyword == keyword.lower() for keyword in pattern.keywords)
    assert prefilter.compiles(pattern.prefilter or pattern.regex)
    assert r"\b" not in (pattern.prefilter or "").replace("\\\\", "") or "mysql" in pattern.keywords


@pytest.mark.parametrize("file", sorted(catalogue.FOLDER.glob("secrets*.toml")), ids=lambda file: file.stem)
def test_no_secret_stands_whole_in_a_file(file: Path):
    raw = file.read_text(encoding="utf-8")
    for entry in tomllib.loads(raw)["pattern"]:
        for example in entry["examples"]:
            marked = example if isinstance(example, str) else "".join(example)
            (value,) = re.findall(r"(?s)\[\[(.*?)\]\]", marked) or [""]
            assert value, entry["name"]
            if len(value) > 24:
                assert value not in raw, entry["name"]


def test_each_finds_its_own_alone():
    for pattern in SECRETS:
        alone = PatternScanner([pattern])
        for example in pattern.examples:
            text, wanted = spans(example)
            found = alone.scan(normalize(text).plain)
            assert [(hit.start, hit.end, hit.subtype) for hit in found] == [
                (*place, pattern.subtype) for place in wanted
            ], pattern.id


WRITTEN = [
    '{name} = "{key}"', "{name}={key}", "{name}: {key}", "{name}: '{key}'", '{{"{name}": "{key}"}}', "{name} := `{key}`",
    "{name} ?= {key}", "{name} ::= {key}", "{name} => '{key}'", "<{name}>{key}</{name}>", 'var {name} string = "{key}"',
    'const {name}: string = "{key}"', 'getenv("{name}", "{key}")', 'export {name}="{key}";', '\\"{name}\\": \\"{key}\\",\\n',
    "{name}  =  {key}\n", "set {name}={key}", "--{name}={key}",
]  # fmt: skip


@pytest.mark.parametrize("form", WRITTEN)
@pytest.mark.parametrize(
    "name", ["API_KEY", "clientSecret", "auth-token", "db.access_key", "user_credentials", "x-api-key"]
)
@pytest.mark.parametrize("key", [KEY, HEX, UUID])
def test_assignments(form, name, key):
    text = form.format(name=name, key=key)
    start = text.index(key)
    assert any(hit.start <= start and hit.end >= start + len(key) for hit in hits(text)), text


@pytest.mark.parametrize("form", WRITTEN)
@pytest.mark.parametrize(
    "instead",
    [
        "xxxxxxxxxxxxxxxxxxxxxxxx", "your-api-key-goes-here-1", "${API_KEY_2}", "{{ .Values.key1 }}", "<token-1>", "[secret]",
        "process.env.API_KEY_2", "os.environ['KEY1']", "$(cat key1.txt)", "••••••••••••", "****************", "changeme1234",
        "EXAMPLEKEY0123456789", "1234567890123456789012", "0000000000000000000000", "abcdefghijklmnopqrstuvwxyz",
        "aaaaaaaaaa1111111111", "/etc/ssl/private/key1.pem", "example.com/path/2024", "string", "null", "%API_KEY%",
        "internationalization-2024", "SalesResults2024", "org.example.auth2.TokenProvider", "REDACTED_2024_REDACTED",
    ],
)  # fmt: skip
def test_what_stands_for_a_value(form, instead):
    for name in ("API_KEY", "clientSecret", "auth-token"):
        text = form.format(name=name, key=instead)
        assert hits(text) == [], text


@pytest.mark.parametrize(
    "label",
    [
        "public_key", "publicKey", "primary_key", "foreign_key", "csrf_token", "credentialsId", "key_id", "keyName", "token_url",
        "tokenType", "secret_name", "api_version", "keyboard", "monkey", "author", "accessor", "keyfile", "bucket_key",
    ],
)  # fmt: skip
def test_labels_of_what_is_no_secret(label):
    assert hits(f'{label} = "{KEY}"') == []


@pytest.mark.parametrize(
    "text",
    [
        f"oups [[{GITHUB}]].",
        f"oups ([[{GITHUB}]])",
        f"token=[[{GITHUB}]]&page=2",
        f"https://x.example/?t=[[{GITHUB}]]#a",
        f"`[[{GITHUB}]]`",
        f"« [[{GITHUB}]] »",
        f"clé:[[{GITHUB}]],merci",
        f"[[{GITHUB}]]\n[[{GITHUB}]]",
        f"[[{GITHUB}]],[[{GITHUB}]]",
    ],
)
def test_where_a_key_may_stand(text):
    plain, wanted = spans(text)
    found = sorted({(hit.start, hit.end) for hit in hits(plain) if hit.subtype == "github-token"})
    assert found == wanted


@pytest.mark.parametrize("text", [GITHUB[:-1], "x" + GITHUB, GITHUB + "x", GITHUB.replace("_", "-")])
def test_what_is_nearly_a_key(text):
    assert hits(f"oups {text} fin") == []


@pytest.mark.parametrize(
    "marked",
    [
        "le mot de passe c'est [[Licorne-4TheWin!]]",
        "Le mot de passe du serveur est : [[Pivoine*34]]",
        "mdp : [[Oubli&Oubli77]]",
        "le mdp admin est toujours [[Azerty2019!]]",
        "new password is [[Tr0ub4dor]], tell everyone",
        "PASSWORD: [[s3same!open]]",
        "my password was '[[hunter2]]' for years",
        "mysql -u root -p[[Tr0ub4dor]] prod",
        "psql postgres://app:[[Tr0ub4dor]]@db.example.org/prod",
        "curl -u [[ann:m0u3tte~47p]] https://example.org",
        "sshpass -p [[Br1ckyard22]] ssh ann@10.0.0.5",
        "login qa_admin / [[Welcome1!]]",
        "mot de passe: [[my-dog-2019]]",
    ],
)
def test_passwords_in_use(marked):
    text, (wanted,) = spans(marked)
    assert wanted in [(hit.start, hit.end) for hit in hits(text)], [text[hit.start : hit.end] for hit in hits(text)]


@pytest.mark.parametrize(
    "text",
    [
        "le mot de passe est oublié",
        "le mot de passe est trop long (12 caractères minimum)",
        "j'ai changé mon mot de passe : enfin !",
        "mot de passe : [mot de passe]",
        "mdp : [secret]",
        "password: [redacted]",
        "password: ********",
        "mdp: ••••••••",
        "the password is: <your password 1>",
        "password is required",
        "your password must be 8-12 characters",
        "password: ${DB_PASSWORD}",
        "password=$DB_PASSWORD",
        "DB_PASSWORD=changeme",
        "user:password@host",
        "https://user:password@example.org/",
        "https://[secret]@example.org/",
        "curl -u user:pass https://example.org",
        "Authorization: Bearer [secret]",
        "Authorization: Basic <credentials>",
        "token [secret] leaked",
        "api_key=[secret]",
        "the secret of success is 99% perspiration",
        "Le jeton de présence coûte 1000 euros",
        "key: understanding2024",
        "Twitter : https://t.co/AbCdEf1234",
        "rdv sur discord: https://discord.gg/AbCd1234",
        "Seed phrase: write it down and never share it with anyone at all, ever",
        "commit 9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c is broken",
        "sha256: 9f8e7d6c5b4a39281706f5e4d3c2b1a00a1b2c3d4e5f60718293a4b5c6d7e8f9",
        "id 71f0b3d8-4e2a-4c97-b6d5-0a83e5f92c14",
        "-----BEGIN CERTIFICATE-----\nMIIB",
    ],
)
def test_ordinary_sentences_and_redacted_ones(text):
    assert hits(text) == []


def test_a_key_cut_over_lines_is_whole():
    head, tail = "-----BEGIN RSA PRIV" + "ATE KEY-----", "-----END RSA PRIV" + "ATE KEY-----"
    text = f"voilà\n{head}\n" + "\n".join([KEY + KEY] * 12) + f"\n{tail}\nmerci"
    found = [(hit.start, hit.end) for hit in hits(text) if hit.subtype == "private-key"]
    assert found == [(text.index(head), text.index(tail) + len(tail))]
    cut = text[: text.index(tail)]
    (hit,) = (hit for hit in hits(cut) if hit.subtype == "private-key")
    assert hit.start == cut.index(head)
    assert hit.end >= len(cut.rstrip())


def test_many_labels_with_no_value_cost_little():
    for label in ("password is ", "api_key=", "token: ", "https://", "-----BEGIN PRIVATE KEY ", "twitter ", "key,"):
        assert all(hit.exact for hit in hits((label * 5000)[:5000])), label
