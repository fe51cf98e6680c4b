"""guard.toml and authors.toml: defaults, and every mistake told at once with its place."""

from pathlib import Path

import pytest

from guard.errors import ProblemsError, SettingsError
from guard.settings.accounts import key_of
from guard.settings.load import Address, Authors, Person, load_authors, load_settings
from guard.types.post import Author
from guard.words.texts import words_of

ROOT = Path(__file__).parents[3]


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "guard.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ProblemsError) as caught:
        load_settings(write(tmp_path, text))
    return [str(problem).replace(f"{tmp_path}/", "") for problem in caught.value.problems]


def test_defaults_come_from_the_record(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, ""))
    assert settings.console == Address("127.0.0.1", 8401)
    assert settings.store_path == tmp_path / "var/guard.db"
    assert settings.media_unread == "forward"
    assert settings.held_days == 30


def test_listener(tmp_path: Path) -> None:
    text = '[[listener]]\nchannel = "atproto"\nlisten = "127.0.0.1:8410"\nupstream = "https://pds.example/"\n'
    (listener,) = load_settings(write(tmp_path, text)).listeners
    assert (listener.name, listener.channel, listener.upstream) == ("atproto", "atproto", "https://pds.example")
    assert listener.public_url == "http://127.0.0.1:8410"


def test_the_shipped_example_is_valid() -> None:
    settings = load_settings(ROOT / "guard.example.toml")
    assert [listener.name for listener in settings.listeners] == ["mastodon"]
    assert load_authors(ROOT / "authors.example.toml").person("x", "1234567890").language == "en"


def test_all_mistakes_come_at_once_with_their_place(tmp_path: Path) -> None:
    text = """\
[store]
pth = "x.db"

[media]
unread = "later"

[[listener]]
channel = "mastodn"
listen = "8400"
upstream = "http://social.example"

[[listener]]
channel = "x"
listen = "127.0.0.1:1"
upstream = "https://api.x.com/2"
colour = "red"
"""
    found = problems(tmp_path, text)
    assert any(line.startswith("guard.toml:2:1: store.pth: unknown setting (did you mean 'path'?)") for line in found)
    assert any(line.startswith("guard.toml:5:1: media.unread: must be one of forward, hold") for line in found)
    assert any(line.startswith("guard.toml:8:1: listener[0].channel: must be one of") for line in found)
    assert any(line.startswith("guard.toml:9:1: listener[0].listen: '8400' is not an address") for line in found)
    assert any("listener[0].upstream: a service that is not on this machine" in line for line in found)
    assert any(line.startswith("guard.toml:15:1: listener[1].upstream") for line in found)
    assert any(line.startswith("guard.toml:16:1: listener[1].colour: unknown setting") for line in found)


def test_broken_toml_names_line_and_column(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, "[store]\npath = \n"))
    assert caught.value.location is not None
    assert caught.value.location.line == 2


def test_tables_of_the_wrong_kind_are_located(tmp_path: Path) -> None:
    found = problems(tmp_path, "threads = 1\n[listener]\n")
    assert [line.partition(" (")[0] for line in found] == [
        "guard.toml:1:1: threads: must be a table",
        "guard.toml:2:1: listener: must be a list",
    ]


def test_a_file_that_is_no_utf8_or_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"#\n\xe9 = 1\n")
    with pytest.raises(SettingsError, match=r"a\.toml:2: is not UTF-8 here \(save it as UTF-8\)"):
        load_settings(tmp_path / "a.toml")
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        load_settings(tmp_path)


def test_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"guard\.example\.toml"):
        load_settings(tmp_path / "none.toml")


def test_two_doors_on_one_address_are_refused(tmp_path: Path) -> None:
    door = '[[listener]]\nname = "{}"\nchannel = "x"\nlisten = "127.0.0.1:8401"\nupstream = "https://api.x.com"\n'
    assert any("already taken by console" in line for line in problems(tmp_path, door.format("a")))


@pytest.mark.parametrize("value", ["0", "-1", "true", '"ten"', "1.5"])
def test_numbers_are_whole_and_positive(tmp_path: Path, value: str) -> None:
    (line,) = problems(tmp_path, f"[retention]\nheld_days = {value}\n")
    assert "retention.held_days" in line


def test_tls_needs_both_halves(tmp_path: Path) -> None:
    text = '[[listener]]\nchannel = "x"\nlisten = "127.0.0.1:1"\nupstream = "https://api.x.com"\ntls_cert = "c.pem"\n'
    assert any("TLS needs both" in line for line in problems(tmp_path, text))


def test_authors(tmp_path: Path) -> None:
    path = tmp_path / "authors.toml"
    path.write_text(
        '[person."Marie"]\naccounts = ["mastodon:Marie@m.example", "console:marie.dupont"]\ngroups = ["presse"]\n',
        encoding="utf-8",
    )
    authors = load_authors(path)
    assert authors.person("mastodon", "marie@m.example").groups == {"presse"}
    assert authors.person("mastodon", "other@m.example") is None
    assert (authors.at_console("Marie.Dupont"), authors.at_console("marie")) == ("Marie", "")
    assert (authors.signs_in("Marie"), authors.signs_in("marie.dupont")) == (True, False)


def test_a_mail_address_is_one_persons() -> None:
    marie, twin, other = (
        Person(name, mail=mail) for name, mail in (("Marie", "m@x.fr"), ("A", "team@x.fr"), ("B", "team@x.fr"))
    )
    authors = Authors(
        {("x", "1"): marie, ("x", "2"): marie, ("x", "3"): twin, ("x", "4"): other, ("x", "5"): Person("C")}
    )
    assert [authors.of_mail(mail) for mail in ("M@X.fr", "team@x.fr", "", "c@x.fr")] == ["Marie", "", "", ""]


def test_authors_mistakes(tmp_path: Path) -> None:
    path = tmp_path / "authors.toml"
    path.write_text(
        '[person."A"]\naccounts = ["marie"]\n[person."B"]\naccounts = ["x:1"]\nlanguage = "de"\n[person."C"]\naccounts = ["x:1"]\n',
        encoding="utf-8",
    )
    with pytest.raises(ProblemsError) as caught:
        load_authors(path)
    text = str(caught.value)
    assert "'marie' is not an account" in text
    assert "must be one of fr, en" in text
    assert "already belongs to B" in text


def test_fingerprints(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, ""))
    assert settings.fingerprint_index is None
    assert settings.fingerprint_key == tmp_path / "var/keys/fingerprints.key"
    settings = load_settings(write(tmp_path, '[keys]\nfolder = "k"\n[fingerprints]\nindex = "fp.idx"\n'))
    assert settings.fingerprint_index == tmp_path / "fp.idx"
    assert settings.fingerprint_key == tmp_path / "k/fingerprints.key"
    settings = load_settings(write(tmp_path, '[fingerprints]\nindex = "fp.idx"\nkey = "other.key"\n'))
    assert settings.fingerprint_key == tmp_path / "other.key"
    assert problems(tmp_path, '[fingerprints]\nindx = "fp.idx"\n') == [
        "guard.toml:2:1: fingerprints.indx: unknown setting (did you mean 'index'?)"
    ]


def test_workers_and_threads(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, ""))
    assert (settings.workers, settings.thread_posts, settings.thread_hours) == (0, 10, 24)
    settings = load_settings(write(tmp_path, "[gateway]\nworkers = 4\n[threads]\nposts = 0\nhours = 48\n"))
    assert (settings.workers, settings.thread_posts, settings.thread_hours) == (4, 0, 48)
    said = problems(tmp_path, "[gateway]\nworkers = 65\n[threads]\nposts = -1\nhours = 'x'\n")
    assert said[0] == "guard.toml:2:1: gateway.workers: must be from 0 to 64"
    assert said[1] == "guard.toml:4:1: threads.posts: must be from 0 to 100"
    assert len(said) == 3


def test_a_file_of_recognisers_stands_beside_the_settings(tmp_path: Path) -> None:
    names = '["presidio:IbanRecognizer", "presidio:file=own.yaml", "presidio:file=/etc/own.yaml", "other"]'
    settings = load_settings(write(tmp_path, f"[inspection]\ndetectors = {names}\n"))
    assert settings.detectors == (
        "presidio:IbanRecognizer", f"presidio:file={tmp_path}/own.yaml", "presidio:file=/etc/own.yaml", "other"
    )  # fmt: skip


@pytest.mark.parametrize(
    "name", ["", "a b", "https://intra.fr", "intra.exemple.fr/x", "-a.fr", "*", "10.0.0.1", "x*.fr"]
)
def test_what_is_no_internal_domain(tmp_path: Path, name: str) -> None:
    (said,) = problems(tmp_path, f'[inspection]\ninternal_domains = ["ok.fr", "{name}"]\n')
    assert said.startswith("guard.toml:2:1: inspection.internal_domains: ")


def test_internal_domains(tmp_path: Path) -> None:
    names = ("intra.exemple.fr", "*.prod.exemple.com", ".acme", "acme", "srv_1.x-y.lan")
    settings = load_settings(write(tmp_path, f"[inspection]\ninternal_domains = {list(names)}\n"))
    assert settings.internal_domains == names


def test_mistakes_are_told_in_french_too(tmp_path: Path) -> None:
    text = (
        '[store]\npth = 1\n[media]\nunread = "later"\n[retention]\nheld_days = "10"\n[gateway]\nworkers = 70000\n'
        '[notices]\ndpo = [["a"]]\n[[listener]]\nlisten = "l\'hôte"\n'
    )
    with pytest.raises(ProblemsError) as caught:
        load_settings(write(tmp_path, text))
    told = words_of("fr").told(caught.value).replace("\u00a0", " ").replace(f"{tmp_path}/", "").splitlines()
    for line in (
        "guard.toml:2:1: store.pth: réglage inconnu (vouliez-vous dire 'path' ?)",
        "guard.toml:4:1: media.unread: doit être l’une de ces valeurs : forward, hold",
        "guard.toml:6:1: retention.held_days: doit être un nombre entier, et c’est un texte entre guillemets",
        "guard.toml:8:1: gateway.workers: doit être compris entre 0 et 64",
        "guard.toml:10:1: notices.dpo: ['a'] n’est pas une adresse électronique",
        "listener[0].channel: manque (chaque [[listener]] doit avoir channel)",
    ):
        assert any(one.endswith(line) for one in told), (line, told)
    with pytest.raises(SettingsError) as missing:
        load_settings(tmp_path / "none.toml")
    assert (
        words_of("fr").told(missing.value).endswith("ce fichier n’existe pas (copiez guard.example.toml et adaptez-le)")
    )


DOOR = '[[listener]]\nchannel = "x"\nupstream = "https://api.x.com"\n'


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]", "0", "::"])
def test_a_door_on_every_address_says_where_clients_are_sent(tmp_path: Path, host: str) -> None:
    (said,) = problems(tmp_path, f'{DOOR}listen = "{host}:9500"\n')
    assert said.startswith("guard.toml:4:1: listener[0].listen: ")
    assert said.endswith('(add the address that clients use: public_url = "https://gate.example.com")')
    (said,) = problems(tmp_path, f'{DOOR}listen = "127.0.0.1:9500"\npublic_url = "https://0.0.0.0:9500"\n')
    assert said.startswith("guard.toml:5:1: listener[0].public_url: 'https://0.0.0.0:9500' stands for every address")
    text = f'{DOOR}listen = "{host}:9500"\npublic_url = "https://gate.example.com"\n'
    assert load_settings(write(tmp_path, text)).listeners[0].public_url == "https://gate.example.com"


def test_which_addresses_only_this_machine_reaches() -> None:
    assert all(Address(host, 1).here for host in ("127.0.0.1", "127.0.0.2", "::1", "localhost"))
    assert not any(Address(host, 1).here for host in ("0.0.0.0", "::", "10.0.0.1", "gate.example.com"))


def test_the_mark_before_utf8_is_passed_over(tmp_path: Path) -> None:
    assert load_settings(write(tmp_path, '\ufeff[store]\norigin = "a"\n')).origin == "a"
    (said,) = problems(tmp_path, '\ufeffstoer = "a"\n')
    assert said.startswith("guard.toml:1:1: stoer: unknown setting")


def test_curly_quotes_are_called_by_their_name(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="straight quotes"):
        load_settings(write(tmp_path, "[store]\norigin = “postguard”\n"))


def test_authors_that_are_not_there_are_another_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"authors\.example\.toml"):
        load_authors(tmp_path / "authors.toml")


@pytest.mark.parametrize(
    ("account", "instead"),
    [
        ("mastodon:@sacha538@localhost", '"mastodon:sacha538@localhost": no @ in front'),
        ("mastodon:sacha@127.0.0.1:3000", '"mastodon:sacha@127.0.0.1": no @ in front, then the host of `upstream`'),
        ("mastodon:sacha", '"mastodon:alice@mastodon.example"'),
        ("bluesky:@marie.pds.local", "write the DID"),
        ("bluesky:marie.bsky.social", "write the DID"),
        ("x:@bob", "write the account's number"),
        ("facebook:1", '"x:123456"'),
        ("console:", '"console:alice"'),
        ("mastodon:sacha538@127.0.0.1", None),
        ("mastodon:sacha@::1", None),
        ("bluesky:did:web:marie.example", None),
        ("x:123", None),
        ("console:marie.dupont@corp.example", None),
    ],
)
def test_accounts_are_written_as_posts_have_them(tmp_path: Path, account: str, instead: str | None) -> None:
    path = tmp_path / "authors.toml"
    path.write_text(f'[person."A"]\naccounts = ["{account}"]\n', encoding="utf-8")
    if instead is None:
        assert len(load_authors(path).by_account) == 1
        return
    with pytest.raises(ProblemsError) as caught:
        load_authors(path)
    assert f"authors.toml:2:1: person.A.accounts: '{account}' is not an account" in str(caught.value)
    assert instead in str(caught.value)


def test_the_key_of_an_account_is_what_the_file_takes() -> None:
    assert key_of(Author("mastodon", "sacha@127.0.0.1", "@sacha")) == "mastodon:sacha@127.0.0.1"
    assert key_of(Author("x", "123", "@bob")) == "x:123"
    assert [key_of(Author(network, "marie")) for network in ("console", "mastodon", "reviewer")] == ["", "", ""]


def test_mistakes_come_in_the_order_of_their_lines_and_what_is_missing_at_its_table(tmp_path: Path) -> None:
    text = '[console]\nlisten = "x"\n\n[[listener]]\nname = "a"\nchannel = "y"\nlisten = "z"\n\n[media]\nunread = "q"\n'
    with pytest.raises(ProblemsError) as caught:
        load_settings(write(tmp_path, text))
    lines = [problem.location.line for problem in caught.value.problems if problem.location]
    assert lines == [2, 4, 6, 7, 10]


def test_people_whose_names_have_accents_and_spaces_have_a_line_too(tmp_path: Path) -> None:
    file = tmp_path / "authors.toml"
    file.write_text('[person."Zoé Dupont"]\naccounts = ["nowhere:zoe"]\n', "utf-8")
    with pytest.raises(ProblemsError) as caught:
        load_authors(file)
    assert [problem.location.line for problem in caught.value.problems if problem.location] == [2]
