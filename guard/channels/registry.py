"""The channels by name: the one place that knows them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from guard.channels.atproto import Atproto
from guard.channels.base import Channel
from guard.channels.mastodon import Mastodon
from guard.channels.x import X

CHANNELS: Mapping[str, Callable[[], Channel]] = {"atproto": Atproto, "mastodon": Mastodon, "x": X}


def channel(name: str) -> Channel:
    """A channel with its table read and compiled; KeyError for an unknown name."""
    return CHANNELS[name]()
