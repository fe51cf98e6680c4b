"""`[reroute]`: the company's internal server, on which posts appear that must not leave."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from guard.settings.toml import TableReader

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
        table.problem("server", "is missing", "the address of the internal server")
    server = str(table.take("server", str, "", _server)).rstrip("/")
    token_file = table.path("token_file", folder, None)
    found = RerouteSettings(
        server,
        _token(table, token_file),
        visibility=table.one_of("visibility", VISIBILITIES, "unlisted"),
        max_chars=table.take("max_chars", int, 500, lambda value: "" if value >= 100 else "must be 100 or more"),
        ca_file=table.path("ca_file", folder, None),
    )
    return found if found.server and found.token else None


def _server(value: object) -> str:
    return "" if str(value).startswith(("https://", "http://")) else "must begin with https://"


def _token(table: TableReader, file: Path | None) -> str:
    if file is None:
        table.problem("token_file", "is missing", "a file with the access token of the account that publishes there")
        return ""
    try:
        mode = file.stat().st_mode
        token = file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        table.problem("token_file", "cannot be read", "write the access token into it, alone")
        return ""
    if mode & 0o077:
        table.problem("token_file", "is open to other users", "chmod 600")
    if not token or not token.isprintable() or " " in token:
        table.problem("token_file", "does not hold one access token", "write the access token into it, alone")
        return ""
    return token
