"""`[reroute]`: the company's internal server, on which posts appear that must not leave."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from guard.settings.signin import secret_of
from guard.settings.toml import TableReader, at_least
from guard.words.texts import Phrase

VISIBILITIES = ("unlisted", "public", "private")


@dataclass(frozen=True, slots=True)
class RerouteSettings:
    """A server that speaks Mastodon's dialect, and the account on it that publishes for everybody."""

    server: str
    token: str = field(repr=False)
    visibility: str = "unlisted"
    max_chars: int = 500
    """The server's limit; longer posts become a thread."""
    ca_file: Path | None = None


def read_reroute(table: TableReader, folder: Path) -> RerouteSettings | None:
    """None when the section is not there or wrong; mistakes are noted."""
    if not table.table:
        return None
    if "server" not in table.table:
        table.problem("server", Phrase("settings.missing"), Phrase("settings.do.internal-server"))
    server = str(table.take("server", str, "", _server)).rstrip("/")
    found = RerouteSettings(
        server,
        _token(table, folder),
        visibility=table.one_of("visibility", VISIBILITIES, "unlisted"),
        max_chars=table.take("max_chars", int, 500, at_least(100)),
        ca_file=table.path("ca_file", folder, None),
    )
    return found if found.server and found.token else None


def _server(value: str) -> Phrase | None:
    return None if value.startswith(("https://", "http://")) else Phrase("settings.https")


def _token(table: TableReader, folder: Path) -> str:
    if "token_file" not in table.table:
        table.problem("token_file", Phrase("settings.missing"), Phrase("settings.do.token-file"))
    token = secret_of(table, "token_file", folder).strip()
    if " " in token or not token.isascii():
        table.problem("token_file", Phrase("settings.secret-not-one"), Phrase("settings.do.secret-alone"))
        return ""
    return token
