"""The command line client `toot`, as a person types it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gate import Gate, gives_reason
from tests.servers.clients import PNG, Toot
from tests.servers.host import Hosted


@pytest.fixture
def toot(tmp_path: Path) -> Toot:
    return Toot(tmp_path / "config")


def latest(mastodon: Hosted):
    return list(mastodon.app.state.world.statuses.values())[-1]


def test_a_day(toot: Toot, mastodon: Hosted, mastodon_at: str, tmp_path: Path) -> None:
    toot.sign_in(mastodon_at, "dora")
    picture = tmp_path / "carre.png"
    picture.write_bytes(PNG)
    assert "dora" in toot("whoami").stdout
    posted = toot(
        "post", "Bonjour de la ligne de commande", "-p", "Salut", "-m", str(picture), "-d", "Un carré", "-v", "unlisted"
    )
    assert posted.returncode == 0, posted.stderr
    status = latest(mastodon)
    assert (status.text, status.spoiler_text, status.media[0].description) == (
        "Bonjour de la ligne de commande",
        "Salut",
        "Un carré",
    )
    done = toot("post", "Lequel ?", "--poll-option", "Un", "--poll-option", "Deux", "--poll-expires-in", "1h")
    assert done.returncode == 0, done.stderr
    assert latest(mastodon).poll.options == ["Un", "Deux"]
    for action in ("favourite", "reblog", "unreblog"):
        done = toot(action, status.id)
        assert done.returncode == 0, (action, done.stderr)
    later = toot("post", "Plus tard", "--scheduled-in", "2h")
    assert later.returncode == 0, later.stderr
    assert "Plus tard" in [each.params["text"] for each in mastodon.app.state.world.scheduled.values()]
    assert "Bonjour" in toot("timelines", "home", "--no-pager").stdout + toot("timeline", "--once").stdout
    assert toot("delete", status.id).returncode == 0
    assert status.id not in mastodon.app.state.world.statuses


def test_refusal_and_mask(toot: Toot, gate: Gate, mastodon: Hosted) -> None:
    toot.sign_in(gate.url("mastodon"), "emile")
    refused = toot("post", "Le black orchid est en retard")
    assert refused.returncode != 0
    assert gives_reason(refused.stderr + refused.stdout)
    assert toot("post", "Mon numéro : 06 39 98 12 34").returncode == 0
    assert latest(mastodon).text == "Mon numéro : [téléphone]"
