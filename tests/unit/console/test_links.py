"""Addresses of other posts: made of ids that look as they must, of nothing else."""

import pytest

from guard.console.links import address
from guard.types.post import Author, Post


def post(network: str, account: str = "alice@m.example") -> Post:
    return Post("p", network, "status.create", Author(network, account), ())


@pytest.mark.parametrize(
    ("network", "named", "wanted"),
    [
        ("mastodon", "1088", "https://m.example/web/statuses/1088"),
        ("x", "1088", "https://x.com/i/status/1088"),
        (
            "bluesky",
            "at://did:plc:abc234/app.bsky.feed.post/3kabc",
            "https://bsky.app/profile/did:plc:abc234/post/3kabc",
        ),
        ("bluesky", "at://did:plc:abc234/app.bsky.feed.like/3kabc", ""),
        ("bluesky", "at://did:plc:abc234/app.bsky.feed.post/../../x", ""),
        ("bluesky", "javascript:alert(1)", ""),
        ("mastodon", "javascript:alert(1)", ""),
        ("mastodon", "1088/../../x", ""),
        ("mastodon", "\u0661\u0662", ""),
        ("x", "https://evil.example", ""),
        ("chat", "1088", ""),
        ("x", None, ""),
        ("x", "", ""),
    ],
)
def test_addresses(network: str, named: str | None, wanted: str) -> None:
    assert address(post(network), named) == wanted


@pytest.mark.parametrize("account", ["alice", "alice@", "alice@localhost", "alice@evil.example/x", "a@b:80", "a@[::1]"])
def test_a_mastodon_account_without_a_server_leads_nowhere(account: str) -> None:
    assert address(post("mastodon", account), "1088") == ""
