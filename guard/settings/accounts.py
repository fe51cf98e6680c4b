"""The accounts of authors.toml: written as the service names them to the gate, for any other spelling would match no post."""

from __future__ import annotations

import re
from typing import Final

from guard.types.post import Author
from guard.words.texts import Phrase

AT_CONSOLE: Final = "console"
"""Stands for the network in the account that somebody signs in with."""
_SHAPES: Final = {
    "mastodon": re.compile(r"[^\s@:/]+@(?:[^\s@:/]+|[0-9a-f]*:[0-9a-f.:]*:[0-9a-f.:]*)", re.IGNORECASE),
    "bluesky": re.compile(r"did:[a-z]+:\S+"),
    "x": re.compile(r"\d+", re.ASCII),
    AT_CONSOLE: re.compile(r".+"),
}


def not_an_account(network: str, name: str) -> Phrase | None:
    """What to write instead; None where nothing is wrong."""
    shape = _SHAPES.get(network)
    if shape is None or not name:
        return Phrase("settings.do.account")
    if shape.fullmatch(name):
        return None
    if network != "mastodon":
        return Phrase(f"settings.do.account-{network}")
    user, _, host = name.removeprefix("@").partition("@")
    host = host.partition("/")[0].partition(":")[0]
    meant = f"mastodon:{user}@{host}"
    return Phrase("settings.do.as-mastodon", meant=meant if user and host else "mastodon:alice@mastodon.example")


def key_of(author: Author) -> str:
    """What authors.toml calls the account that a post came from; empty where there is no such account."""
    known = author.network != AT_CONSOLE and not_an_account(author.network, author.account) is None
    return f"{author.network}:{author.account}" if known else ""
