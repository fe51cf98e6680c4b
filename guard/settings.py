"""`guard.toml` and `authors.toml` as frozen settings; every mistake of a file is told at once, with line and column."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from guard.errors import GuardError, Location, ProblemsError, SettingsError

CHANNELS = ("mastodon", "atproto", "x")
MEDIA = ("forward", "hold")
LANGUAGES = ("fr", "en")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


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


@dataclass(frozen=True, slots=True)
class Settings:
    """All of `guard.toml`, defaults filled in; paths are absolute or relative to the file's folder."""

    listeners: tuple[ListenerSettings, ...] = ()
    console: Address = Address("127.0.0.1", 8401)
    store_path: Path = Path("var/guard.db")
    keys_folder: Path = Path("var/keys")
    policies_folder: Path = Path("policies")
    cache_folder: Path = Path("var/cache")
    authors_file: Path | None = None
    origin: str = "postguard"
    """Name of the audit log, first line of its checkpoints."""
    media_unread: str = "forward"
    language: str = "fr"
    """Of messages when neither authors.toml nor the client names one."""
    detectors: tuple[str, ...] = ()
    """Third-party detectors, as `presidio:UsSsnRecognizer`."""
    deadline_ms: int = 1000
    """A post that is not inspected by then is held."""
    held_days: int = 30
    """Held text is erased so long after the decision."""
    approval_days: int = 7
    """An unused approval ends after this."""
    identity_minutes: int = 10
    """How long the account behind a token is remembered."""
    check_token: str = ""
    """Bearer token for `POST /v1/check`; empty: loopback clients only."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is behind an account, from authors.toml."""

    name: str
    groups: frozenset[str] = frozenset()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Authors:
    """Accounts -> persons. An unknown account is nobody's: no groups, rules for everyone apply."""

    by_account: Mapping[tuple[str, str], Person] = field(default_factory=dict)

    def person(self, network: str, account: str) -> Person | None:
        return self.by_account.get((network, account.lower()))


class _Reader:
    """Takes values out of one TOML table, gathering problems instead of stopping at the first."""

    def __init__(self, file: str, text: str, table: Mapping[str, Any], prefix: str, problems: list[GuardError]) -> None:
        self.file, self.text, self.table, self.prefix, self.problems = file, text, dict(table), prefix, problems
        self.known: list[str] = []

    def problem(self, key: str, message: str, hint: str = "") -> None:
        field_name = f"{self.prefix}{key}"
        line, column = _find_key(self.text, self.prefix, key)
        self.problems.append(SettingsError(message, hint=hint, location=Location(self.file, line, column, field_name)))

    def take(self, key: str, kind: type, default: Any, check: Callable[[Any], str] | None = None) -> Any:
        """The value, or the default after a located problem."""
        self.known.append(key)
        if key not in self.table:
            return default
        value = self.table.pop(key)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.problem(key, f"must be {_KINDS[kind]}, is {_KINDS.get(type(value), type(value).__name__)}")
            return default
        wrong = check(value) if check else ""
        if wrong:
            self.problem(key, wrong)
            return default
        return value

    def one_of(self, key: str, words: tuple[str, ...], default: str) -> str:
        return str(self.take(key, str, default, lambda v: "" if v in words else f"must be one of {', '.join(words)}"))

    def path(self, key: str, folder: Path, default: Path | None) -> Path | None:
        value = self.take(key, str, None, lambda v: "" if v else "must name a file or folder")
        if value is None:
            return None if default is None else folder / default
        return folder / Path(value).expanduser()

    def address(self, key: str, default: Address | None) -> Address | None:
        value = self.take(key, str, None)
        if value is None:
            return default
        found = re.fullmatch(r"\[?([0-9A-Za-z.:_-]+?)\]?:([0-9]{1,5})", value)
        if not found or not 0 <= int(found[2]) <= 65535:
            self.problem(key, f"{value!r} is not an address", 'write "host:port", as "127.0.0.1:8400"')
            return default
        return Address(found[1], int(found[2]))

    def done(self) -> None:
        for key in self.table:
            close = get_close_matches(key, self.known, 1)
            self.problem(
                key, "unknown setting", f"did you mean {close[0]!r}?" if close else f"known: {', '.join(self.known)}"
            )


_KINDS: dict[type, str] = {
    str: "a text in quotes",
    int: "a whole number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
    float: "a number",
}


def _find_key(text: str, prefix: str, key: str) -> tuple[int | None, int | None]:
    """Best-effort place of a key: tomllib gives no positions, so look for `key =` inside its table."""
    table = re.sub(r"\[\d+\]", "", prefix).strip(".")
    wanted = int(found[1]) if (found := re.search(r"\[(\d+)\]", prefix)) else 0
    current, seen = "", -1
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\[?\s*([A-Za-z0-9_.\"@-]+)\s*\]?\]", line)
        if header:
            current = header[1].replace('"', "")
            seen += current == table
            if f"{table}.{key}".strip(".") == current:
                return number, line.index("[") + 1
        elif (
            current == table
            and seen in {wanted, -1}
            and (hit := re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line))
        ):
            return number, hit.end() - len(hit[0].lstrip()) + 1
    return None, None


def _read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    try:
        text = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise SettingsError(
            "no such file", hint="copy guard.example.toml and adapt it", location=Location(str(path))
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"cannot be read: {error}", location=Location(str(path))) from None
    try:
        return text, tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line (\d+), column (\d+)", str(error))
        line, column = (int(place[1]), int(place[2])) if place else (None, None)
        message = re.sub(r"\s*\(at .*\)$", "", str(error))
        raise SettingsError(f"not valid TOML: {message}", location=Location(str(path), line, column)) from None


DEFAULTS = Settings()


def load_settings(path: Path) -> Settings:
    """Read guard.toml. Raises ProblemsError with every mistake in the file."""
    text, data = _read_toml(path)
    problems: list[GuardError] = []
    folder = path.resolve().parent
    file = str(path)

    def table(name: str) -> _Reader:
        value = data.pop(name, {})
        if not isinstance(value, dict):
            problems.append(SettingsError(f"[{name}] must be a table", location=Location(file, field=name)))
            value = {}
        return _Reader(file, text, value, f"{name}.", problems)

    listeners = data.pop("listener", [])
    if not isinstance(listeners, list):
        problems.append(
            SettingsError("write [[listener]], with two brackets", location=Location(file, field="listener"))
        )
        listeners = []
    store, keys, policies = table("store"), table("keys"), table("policies")
    console, media, gateway = table("console"), table("media"), table("gateway")
    inspection, retention, authors = table("inspection"), table("retention"), table("authors")
    positive = _at_least(1)
    settings = Settings(
        listeners=tuple(
            found for n, entry in enumerate(listeners) if (found := _listener(file, text, entry, n, folder, problems))
        ),
        console=console.address("listen", DEFAULTS.console) or DEFAULTS.console,
        check_token=console.take("check_token", str, ""),
        store_path=store.path("path", folder, DEFAULTS.store_path) or folder,
        origin=store.take("origin", str, DEFAULTS.origin, _origin),
        keys_folder=keys.path("folder", folder, DEFAULTS.keys_folder) or folder,
        policies_folder=policies.path("folder", folder, DEFAULTS.policies_folder) or folder,
        authors_file=authors.path("file", folder, None),
        media_unread=media.one_of("unread", MEDIA, DEFAULTS.media_unread),
        language=gateway.one_of("language", LANGUAGES, DEFAULTS.language),
        identity_minutes=gateway.take("identity_minutes", int, DEFAULTS.identity_minutes, positive),
        deadline_ms=inspection.take("deadline_ms", int, DEFAULTS.deadline_ms, positive),
        detectors=tuple(inspection.take("detectors", list, [], _texts)),
        cache_folder=inspection.path("cache", folder, DEFAULTS.cache_folder) or folder,
        held_days=retention.take("held_days", int, DEFAULTS.held_days, positive),
        approval_days=retention.take("approval_days", int, DEFAULTS.approval_days, positive),
    )
    for reader in (store, keys, policies, console, media, gateway, inspection, retention, authors):
        reader.done()
    top = _Reader(file, text, data, "", problems)
    top.known = [
        "listener",
        "store",
        "keys",
        "policies",
        "console",
        "media",
        "gateway",
        "inspection",
        "retention",
        "authors",
    ]
    top.done()
    _check_doors(file, settings, problems)
    if problems:
        raise ProblemsError(problems)
    return settings


def _listener(
    file: str, text: str, entry: Any, number: int, folder: Path, problems: list[GuardError]
) -> ListenerSettings | None:
    reader = _Reader(file, text, entry if isinstance(entry, dict) else {}, f"listener[{number}].", problems)
    before = len(problems)
    for key in ("channel", "listen", "upstream"):
        if key not in reader.table:
            reader.problem(key, "is missing", f"every [[listener]] needs {key}")
    channel = reader.one_of("channel", CHANNELS, "mastodon")
    listen = reader.address("listen", None)
    upstream = str(reader.take("upstream", str, "", _upstream)).rstrip("/")
    cert, tls_key = reader.path("tls_cert", folder, None), reader.path("tls_key", folder, None)
    if (cert is None) != (tls_key is None):
        reader.problem("tls_cert" if cert else "tls_key", "TLS needs both tls_cert and tls_key")
    scheme = "https" if cert else "http"
    found = ListenerSettings(
        name=reader.take("name", str, channel, lambda v: "" if v else "must not be empty"),
        channel=channel,
        listen=listen or Address("127.0.0.1", 0),
        upstream=upstream,
        public_url=str(reader.take("public_url", str, f"{scheme}://{listen}", _url)).rstrip("/"),
        tls_cert=cert,
        tls_key=tls_key,
        ca_file=reader.path("ca_file", folder, None),
        timeout_s=reader.take("timeout_s", int, 30, _at_least(1)),
    )
    reader.done()
    return found if len(problems) == before else None


def _check_doors(file: str, settings: Settings, problems: list[GuardError]) -> None:
    """No two doors on one address, and no name twice: the records tell them apart by name."""
    seen: dict[str, str] = {str(settings.console): "console"}
    for n, listener in enumerate(settings.listeners):
        place = Location(file, field=f"listener[{n}].listen")
        if listener.listen.port and (other := seen.get(str(listener.listen))):
            problems.append(SettingsError(f"{listener.listen} is already taken by {other}", location=place))
        seen[str(listener.listen)] = f"listener {listener.name!r}"
    names = [listener.name for listener in settings.listeners]
    problems.extend(
        SettingsError(f"two listeners are named {name!r}", location=Location(file, field="listener.name"))
        for name in sorted({name for name in names if names.count(name) > 1})
    )


def load_authors(path: Path) -> Authors:
    """Read authors.toml: `[person."Marie Dupont"]` with accounts, groups, language."""
    text, data = _read_toml(path)
    problems: list[GuardError] = []
    people = data.pop("person", {})
    top = _Reader(str(path), text, data, "", problems)
    top.known = ["person"]
    top.done()
    by_account: dict[tuple[str, str], Person] = {}
    for name, entry in people.items() if isinstance(people, dict) else ():
        reader = _Reader(str(path), text, entry if isinstance(entry, dict) else {}, f"person.{name}.", problems)
        groups = reader.take("groups", list, [], _texts)
        language = reader.one_of("language", LANGUAGES, "") or None
        person = Person(name, frozenset(groups), language)
        for account in reader.take("accounts", list, [], _texts):
            network, _, rest = account.partition(":")
            if network not in {"mastodon", "bluesky", "x"} or not rest:
                hint = 'write "mastodon:alice@mastodon.example", "bluesky:did:plc:…" or "x:123456"'
                reader.problem("accounts", f"{account!r} is not an account", hint)
            elif (network, rest.lower()) in by_account:
                reader.problem("accounts", f"{account!r} already belongs to {by_account[network, rest.lower()].name}")
            else:
                by_account[network, rest.lower()] = person
        reader.done()
    if problems:
        raise ProblemsError(problems)
    return Authors(by_account)


def _at_least(least: int) -> Callable[[int], str]:
    return lambda value: "" if value >= least else f"must be {least} or more"


def _texts(value: list[Any]) -> str:
    return "" if all(isinstance(item, str) and item for item in value) else "must be a list of texts in quotes"


def _origin(value: str) -> str:
    return "" if re.fullmatch(r"[A-Za-z0-9._/-]{1,64}", value) else "must be letters, digits and . _ / - only"


def _url(value: str) -> str:
    return (
        "" if re.fullmatch(r"https?://[^/\s?#@]+/?", value) else f'{value!r} is not "http(s)://host[:port]" (no path)'
    )


def _upstream(value: str) -> str:
    if wrong := _url(value):
        return wrong
    if value.startswith("http://") and urlsplit(value).hostname not in LOOPBACK:
        return "a service that is not on this machine must be reached by https://"
    return ""
