"""`guard.toml` and `authors.toml` as frozen settings; every mistake of a file is told at once, with line and column."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from guard.errors import GuardError, Location, ProblemsError, SettingsError
from guard.settings import values
from guard.settings.accounts import AT_CONSOLE, not_an_account
from guard.settings.hours import read_answer
from guard.settings.notices import NoticeSettings, mail, read_notices
from guard.settings.reroute import RerouteSettings, read_reroute
from guard.settings.signin import SignInSettings, read_signin
from guard.settings.toml import Address, TableReader, at_least, between, in_order, read_toml
from guard.types.hours import WorkingHours, due_after
from guard.words.texts import Phrase

CHANNELS = ("mastodon", "atproto", "x")
MEDIA = ("forward", "hold")
LANGUAGES = ("fr", "en")
SECTIONS = (
    "store",
    "keys",
    "policies",
    "console",
    "media",
    "gateway",
    "inspection",
    "fingerprints",
    "models",
    "retention",
    "authors",
    "threads",
    "reroute",
    "notices",
)
INSPECTING = ("keys", "inspection", "fingerprints", "models", "threads")
"""What a command needs that inspects and neither listens nor records: a slip elsewhere does not stop it."""
CONSOLE = Address("127.0.0.1", 8401)
SIGNIN = SignInSettings()


@dataclass(frozen=True, slots=True)
class ListenerSettings:
    """One door of the gate: clients come in at `listen`, what may go out goes to `upstream`."""

    name: str
    channel: str
    listen: Address
    upstream: str
    public_url: str
    tls_cert: Path | None = None
    tls_key: Path | None = None
    ca_file: Path | None = None
    timeout_s: int = 30
    allow_private: bool = False
    """The service's name may stand for an address of the company's own network."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All of `guard.toml`, defaults filled in; paths are absolute or relative to the file's folder."""

    listeners: tuple[ListenerSettings, ...] = ()
    console: Address = CONSOLE
    store_path: Path = Path("var/guard.db")
    keys_folder: Path = Path("var/keys")
    policies_folder: Path = Path("policies")
    policies_watch_s: int = 2
    """How often the folder is looked at for changes; 0: only on SIGHUP."""
    cache_folder: Path = Path("var/cache")
    authors_file: Path | None = None
    origin: str = "postguard"
    """Name of the audit log, first line of its checkpoints."""
    media_unread: str = "forward"
    language: str = "fr"
    """Of messages when neither authors.toml nor the client names one."""
    detectors: tuple[str, ...] = ()
    internal_domains: tuple[str, ...] = ()
    """Names whose hosts are the company's own: links to them are internal."""
    """Third-party detectors, as `presidio:UsSsnRecognizer`."""
    models_folder: Path | None = None
    """Models for what no pattern tells; None: those shipped with postguard."""
    models_own: Path | None = None
    """Models that have learnt from the company's own decisions, taken before those; None: there are none."""
    fingerprint_index: Path | None = None
    """Protected documents, made by `guard fingerprint add`; None: none are looked for."""
    fingerprint_key: Path = Path("var/keys/fingerprints.key")
    """What the index is keyed with; beside the other keys when not named."""
    deadline_ms: int = 1000
    """A post that is not inspected by then is held."""
    held_days: int = 30
    """Held text is erased so long after the decision."""
    proof_days: int = 180
    """How long it can be shown what exactly was decided on: then the salt of the entry's commitment is erased."""
    approval_days: int = 7
    """An unused approval ends after this."""
    workers: int = 0
    """Processes that serve the doors beside the one that records; 0: one process does everything."""
    thread_posts: int = 10
    """How many posts of an author are kept in memory, to be read together with the next; 0: none."""
    thread_hours: int = 24
    notices: NoticeSettings = field(default_factory=NoticeSettings)
    """Who is told what by mail and webhook."""
    reroute: RerouteSettings | None = None
    """The internal server for the action `reroute`; None: there is none."""
    identity_minutes: int = 10
    """How long the account behind a token is remembered."""
    signin: SignInSettings = SIGNIN
    """How people sign in to the console."""
    check_token: str = ""
    """Bearer token for `POST /v1/check`; empty: loopback clients only."""
    answer_minutes: int = 240
    """By when the author of a held post is promised an answer; reviewers see the time run."""
    answer_hours: WorkingHours | None = None
    """In which hours that time runs; None: in all."""

    def answer_by(self, moment: datetime) -> datetime:
        """By when an answer to what is held at that moment is promised."""
        return due_after(moment, timedelta(minutes=self.answer_minutes), self.answer_hours)


@dataclass(frozen=True, slots=True)
class Person:
    """Who is behind an account, from authors.toml."""

    name: str
    groups: frozenset[str] = frozenset()
    language: str | None = None
    mail: str = ""
    """Where notices of their own posts go; empty: none are sent."""


@dataclass(frozen=True, slots=True)
class Authors:
    """Accounts -> persons. An unknown account is nobody's: no groups, rules for everyone apply."""

    by_account: Mapping[tuple[str, str], Person] = field(default_factory=dict)

    def person(self, network: str, account: str) -> Person | None:
        return self.by_account.get((network, account.lower()))

    def at_console(self, name: str) -> str:
        """Who signs in there by that name; empty when nobody says."""
        person = self.person(AT_CONSOLE, name)
        return "" if person is None else person.name

    def signs_in(self, name: str) -> bool:
        """Whether an account of the console is theirs."""
        return any(network == AT_CONSOLE and person.name == name for (network, _), person in self.by_account.items())

    def of_mail(self, address: str) -> str:
        """Whose mail address that is; empty when it is nobody's, or several people's."""
        known = {one.name for one in self.by_account.values() if one.mail and one.mail.casefold() == address.casefold()}
        return known.pop() if len(known) == 1 else ""

    def named(self, name: str) -> Person | None:
        """The person of exactly that name, if an account is theirs."""
        return next((person for person in self.by_account.values() if person.name == name), None)


DEFAULTS = Settings()


def load_settings(path: Path, needed: Collection[str] | None = None) -> Settings:
    """Read guard.toml. Raises ProblemsError with every mistake in the file, or in the tables `needed` and those of unknown names."""
    settings, problems = try_settings(path)
    passed = set() if needed is None else {*SECTIONS, "listener"}.difference(needed)
    if problems := [one for one in problems if section_of(one) not in passed]:
        raise ProblemsError(problems)
    return settings


def section_of(problem: GuardError) -> str:
    """The table of guard.toml that a mistake is in, as `listener`."""
    field_name = (problem.location.field if problem.location else None) or ""
    return re.split(r"[.\[]", field_name)[0]


def try_settings(path: Path) -> tuple[Settings, list[GuardError]]:
    """The settings, with defaults for what is wrong, and every mistake in the order of the file. SettingsError for a file that is no TOML."""
    text, data = read_toml(path, Phrase("settings.do.copy"))
    problems: list[GuardError] = []
    folder = path.resolve().parent
    file = str(path)

    of = {name: _section(file, text, data, name, problems) for name in SECTIONS}
    positive = at_least(1)
    answer_minutes, answer_hours = read_answer(of["console"], DEFAULTS.answer_minutes)
    keys_folder = of["keys"].path("folder", folder, DEFAULTS.keys_folder) or folder
    settings = Settings(
        listeners=_listeners(file, text, data.pop("listener", []), folder, problems),
        console=of["console"].address("listen", DEFAULTS.console) or DEFAULTS.console,
        signin=read_signin(of["console"], folder),
        check_token=of["console"].take("check_token", str, ""),
        answer_minutes=answer_minutes,
        answer_hours=answer_hours,
        store_path=of["store"].path("path", folder, DEFAULTS.store_path) or folder,
        origin=of["store"].take("origin", str, DEFAULTS.origin, values.origin),
        keys_folder=keys_folder,
        policies_folder=of["policies"].path("folder", folder, DEFAULTS.policies_folder) or folder,
        policies_watch_s=of["policies"].take("watch_s", int, DEFAULTS.policies_watch_s, between(0, 3600)),
        authors_file=of["authors"].path("file", folder, None),
        media_unread=of["media"].one_of("unread", MEDIA, DEFAULTS.media_unread),
        language=of["gateway"].one_of("language", LANGUAGES, DEFAULTS.language),
        identity_minutes=of["gateway"].take("identity_minutes", int, DEFAULTS.identity_minutes, positive),
        workers=of["gateway"].take("workers", int, DEFAULTS.workers, between(0, 64)),
        thread_posts=of["threads"].take("posts", int, DEFAULTS.thread_posts, between(0, 100)),
        thread_hours=of["threads"].take("hours", int, DEFAULTS.thread_hours, between(0, 24 * 7)),
        reroute=read_reroute(of["reroute"], folder),
        notices=read_notices(of["notices"], folder),
        deadline_ms=of["inspection"].take("deadline_ms", int, DEFAULTS.deadline_ms, positive),
        detectors=tuple(
            _in_folder(name, folder) for name in of["inspection"].take("detectors", list, [], values.texts)
        ),
        internal_domains=tuple(of["inspection"].take("internal_domains", list, [], values.domains)),
        cache_folder=of["inspection"].path("cache", folder, DEFAULTS.cache_folder) or folder,
        fingerprint_index=of["fingerprints"].path("index", folder, None),
        fingerprint_key=of["fingerprints"].path("key", folder, None) or keys_folder / DEFAULTS.fingerprint_key.name,
        models_folder=of["models"].path("folder", folder, None),
        models_own=of["models"].path("own", folder, None),
        held_days=of["retention"].take("held_days", int, DEFAULTS.held_days, positive),
        proof_days=of["retention"].take("proof_days", int, DEFAULTS.proof_days, positive),
        approval_days=of["retention"].take("approval_days", int, DEFAULTS.approval_days, positive),
    )
    for reader in of.values():
        reader.done()
    TableReader(file, text, data, "", problems, known=[*SECTIONS, "listener"]).done()
    _check_doors(file, settings, problems)
    return settings, in_order(problems)


def _section(file: str, text: str, data: dict[str, Any], name: str, problems: list[GuardError]) -> TableReader:
    value = data.pop(name, {})
    if not isinstance(value, dict):
        hint = Phrase("settings.do.table", name=name)
        TableReader(file, text, {}, "", problems).problem(name, Phrase("settings.table"), hint)
        value = {}
    return TableReader(file, text, value, f"{name}.", problems)


def _listeners(
    file: str, text: str, entries: Any, folder: Path, problems: list[GuardError]
) -> tuple[ListenerSettings, ...]:
    if not isinstance(entries, list):
        TableReader(file, text, {}, "", problems).problem(
            "listener", Phrase("settings.list"), Phrase("settings.do.listener-list")
        )
        return ()
    read = (_listener(file, text, entry, number, folder, problems) for number, entry in enumerate(entries))
    return tuple(listener for listener in read if listener is not None)


def _listener(
    file: str, text: str, entry: Any, number: int, folder: Path, problems: list[GuardError]
) -> ListenerSettings | None:
    reader = TableReader(file, text, entry if isinstance(entry, dict) else {}, f"listener[{number}].", problems)
    before = len(problems)
    for key in ("channel", "listen", "upstream"):
        if key not in reader.table:
            reader.problem(key, Phrase("settings.missing"), Phrase("settings.do.every-listener", name=key))
    channel = reader.one_of("channel", CHANNELS, "mastodon")
    listen = reader.address("listen", None)
    upstream = str(reader.take("upstream", str, "", values.upstream)).rstrip("/")
    cert, tls_key = reader.path("tls_cert", folder, None), reader.path("tls_key", folder, None)
    if (cert is None) != (tls_key is None):
        reader.problem("tls_cert" if cert else "tls_key", Phrase("settings.tls-both"))
    if listen is not None and listen.everywhere and "public_url" not in reader.table:
        reader.problem("listen", Phrase("settings.nowhere", address=str(listen)), Phrase("settings.do.say-public-url"))
    scheme = "https" if cert else "http"
    found = ListenerSettings(
        name=reader.take("name", str, channel, lambda value: None if value else Phrase("settings.empty")),
        channel=channel,
        listen=listen or Address("127.0.0.1", 0),
        upstream=upstream,
        public_url=str(reader.take("public_url", str, f"{scheme}://{listen}", values.sent_to)).rstrip("/"),
        tls_cert=cert,
        tls_key=tls_key,
        ca_file=reader.path("ca_file", folder, None),
        timeout_s=reader.take("timeout_s", int, 30, at_least(1)),
        allow_private=reader.take("allow_private", bool, default=False),
    )
    reader.done()
    return found if len(problems) == before else None


def _check_doors(file: str, settings: Settings, problems: list[GuardError]) -> None:
    """No two doors on one address, and no name twice: the records tell them apart by name."""
    seen = {str(settings.console): Phrase("settings.console")}
    for n, listener in enumerate(settings.listeners):
        place = Location(file, field=f"listener[{n}].listen")
        if listener.listen.port and (other := seen.get(str(listener.listen))):
            message = Phrase("settings.taken", address=str(listener.listen), other=other)
            problems.append(SettingsError(message, hint=Phrase("settings.do.own-port"), location=place))
        seen[str(listener.listen)] = Phrase("settings.listener", name=repr(listener.name))
    names = [listener.name for listener in settings.listeners]
    problems.extend(
        SettingsError(
            Phrase("settings.two-listeners", name=repr(name)),
            hint=Phrase("settings.do.name-each"),
            location=Location(file, field="listener.name"),
        )
        for name in sorted({name for name in names if names.count(name) > 1})
    )


def load_authors(path: Path) -> Authors:
    """Read authors.toml: `[person."Marie Dupont"]` with accounts, groups, language."""
    text, data = read_toml(path, Phrase("settings.do.copy-authors"))
    problems: list[GuardError] = []
    people = data.pop("person", {})
    TableReader(str(path), text, data, "", problems, known=["person"]).done()
    by_account: dict[tuple[str, str], Person] = {}
    for name, entry in people.items() if isinstance(people, dict) else ():
        reader = TableReader(str(path), text, entry if isinstance(entry, dict) else {}, f"person.{name}.", problems)
        groups = reader.take("groups", list, [], values.texts)
        language = reader.one_of("language", LANGUAGES, "") or None
        person = Person(name, frozenset(groups), language, reader.take("mail", str, "", mail))
        for account in reader.take("accounts", list, [], values.texts):
            network, _, rest = account.partition(":")
            if hint := not_an_account(network, rest):
                reader.problem("accounts", Phrase("settings.not-account", account=repr(account)), hint)
            elif other := by_account.get((network, rest.lower())):
                reader.problem("accounts", Phrase("settings.account-taken", account=repr(account), name=other.name))
            else:
                by_account[network, rest.lower()] = person
        reader.done()
    if problems:
        raise ProblemsError(problems)
    return Authors(by_account)


def _in_folder(name: str, folder: Path) -> str:
    """A detector's name, with the file of Presidio recognisers that it may name looked for beside guard.toml."""
    scheme, mark, file = name.partition("presidio:file=")
    return f"{mark}{folder / file}" if mark and not scheme else name
