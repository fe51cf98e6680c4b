"""The three channels, by name."""

import pytest

from guard.channels.registry import CHANNELS, channel


def test_channels_by_name() -> None:
    assert {name: channel(name).network for name in CHANNELS} == {
        "mastodon": "mastodon",
        "atproto": "bluesky",
        "x": "x",
    }
    assert all(channel(name).name == name for name in CHANNELS)


def test_an_unknown_channel() -> None:
    with pytest.raises(KeyError):
        channel("fax")
