"""Where a post that another refers to can be looked at: addresses of our own making, from ids that look as they must. Pure."""

from __future__ import annotations

import re
from typing import Final

from guard.types.post import Post

_NUMBER: Final = re.compile(r"\d{1,30}", re.ASCII)
_AT_POST: Final = re.compile(
    r"at://(did:(?:plc:[a-z2-7]{1,64}|web:[A-Za-z0-9.-]{1,200}))/app\.bsky\.feed\.post/([A-Za-z0-9._~-]{1,200})"
)
_HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]", re.IGNORECASE)


def address(post: Post, named: str | None) -> str:
    """Of what `named` (a reply's, a quotation's or an edit's target) is on the post's network; empty where nobody can tell."""
    return place_of(post.network, post.author.account, named)


def place_of(network: str, account: str, named: str | None) -> str:
    """Of the post of that id, which an account of that network has, or sees."""
    if not named:
        return ""
    if network == "bluesky":
        found = _AT_POST.fullmatch(named)
        return f"https://bsky.app/profile/{found[1]}/post/{found[2]}" if found else ""
    if not _NUMBER.fullmatch(named):
        return ""
    if network == "x":
        return f"https://x.com/i/status/{named}"
    host = account.rpartition("@")[2]
    return f"https://{host}/web/statuses/{named}" if network == "mastodon" and _HOST.fullmatch(host) else ""
