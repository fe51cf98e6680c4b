"""X with its official client `xdk` and with `tweepy`, over OAuth 2 bearer tokens."""

from __future__ import annotations

import base64

import pytest
import requests
import tweepy

from tests.gate import Gate, gives_reason
from tests.servers.clients import ALICE, BRUNO, PNG, tweepy_client, xdk_client
from tests.servers.host import Hosted


def texts(x_service: Hosted) -> list[str]:
    return [each["text"] for each in x_service.app.state.tweets.values()]


def test_a_day_with_tweepy(x_at: str, x_service: Hosted) -> None:
    with tweepy_client(x_at, ALICE) as client:
        me = client.get_me(user_auth=False).data
        assert me.username == "alice"
        first = client.create_tweet(text=f"Bonjour par {x_at} 🐦", user_auth=False).data
        assert x_service.app.state.tweets[first["id"]]["text"] == f"Bonjour par {x_at} 🐦"
        asked = client.create_tweet(
            text=f"Lequel ? {x_at}", poll_options=["Un", "Deux"], poll_duration_minutes=60, user_auth=False
        ).data
        assert x_service.app.state.tweets[asked["id"]]["poll"] == {"options": ["Un", "Deux"], "duration_minutes": 60}
        reply = client.create_tweet(text=f"Oui {x_at}", in_reply_to_tweet_id=first["id"], user_auth=False).data
        assert client.like(first["id"], user_auth=False).data["liked"]
        assert not client.unlike(first["id"], user_auth=False).data["liked"]
        assert client.retweet(first["id"], user_auth=False).data["retweeted"]
        assert client.get_users_tweets(me.id).data
        assert client.delete_tweet(reply["id"], user_auth=False).data["deleted"]
        assert reply["id"] not in x_service.app.state.tweets


def test_a_day_with_xdk(x_at: str, x_service: Hosted) -> None:
    with xdk_client(x_at, BRUNO) as client:
        upload = {"media": base64.b64encode(PNG).decode(), "media_category": "tweet_image", "media_type": "image/png"}
        media = client.media.upload(upload).data
        media_id = media["id"] if isinstance(media, dict) else media.id
        client.media.create_metadata({"id": media_id, "metadata": {"alt_text": {"text": "Un carré"}}})
        assert x_service.app.state.world.media[media_id]["alt"] == "Un carré"
        assert x_service.app.state.world.media[media_id]["data"] == PNG
        made = client.posts.create({"text": f"Image par {x_at}", "media": {"media_ids": [media_id]}}).data
        tweet_id = made["id"] if isinstance(made, dict) else made.id
        assert x_service.app.state.tweets[tweet_id]["media"] == {"media_ids": [media_id]}
        client.posts.delete(tweet_id)
        assert tweet_id not in x_service.app.state.tweets


REFUSED_BY_X = {
    "unknown field": {"text": "x", "extra": 1},
    "unknown field of the poll": {"text": "x", "poll": {"options": ["a", "b"], "duration_minutes": 5, "extra": 1}},
    "one option": {"text": "x", "poll": {"options": ["a"], "duration_minutes": 5}},
    "long option": {"text": "x", "poll": {"options": ["a" * 26, "b"], "duration_minutes": 5}},
    "short poll": {"text": "x", "poll": {"options": ["a", "b"], "duration_minutes": 4}},
    "poll and media": {
        "text": "x",
        "poll": {"options": ["a", "b"], "duration_minutes": 5},
        "media": {"media_ids": ["1"]},
    },
    "no text": {},
    "too long": {"text": "a" * 281},
    "too long, other letters": {"text": "鳥" * 141},
    "unknown media": {"text": "x", "media": {"media_ids": ["1"]}},
    "not an id": {"text": "x", "quote_tweet_id": "abc"},
}


@pytest.mark.parametrize("what", REFUSED_BY_X)
def test_the_stub_is_as_strict_as_the_description(x_service: Hosted, what: str) -> None:
    headers = {"authorization": f"Bearer {ALICE}"}
    with requests.post(f"{x_service.url}/2/tweets", json=REFUSED_BY_X[what], headers=headers, timeout=10) as reply:
        assert reply.status_code in {400, 403}, reply.text
        assert reply.json()["title"]


def test_the_stub_weighs_like_x(x_service: Hosted) -> None:
    headers = {"authorization": f"Bearer {ALICE}"}
    for text in ("é" * 280, "鳥" * 140, "a" * 256 + " https://example.com/" + "b" * 300):
        with requests.post(f"{x_service.url}/2/tweets", json={"text": text}, headers=headers, timeout=10) as reply:
            assert reply.status_code == 201, reply.text


# --- through the gate only --------------------------------------------------------------------------------------------


def test_tweepy_shows_the_reason(gate: Gate, x_service: Hosted) -> None:
    with tweepy_client(gate.url("x"), ALICE) as client:
        with pytest.raises(tweepy.Forbidden) as refused:
            client.create_tweet(text="L'orchidée noire, c'est fini", user_auth=False)
        assert gives_reason(str(refused.value))
        with pytest.raises(tweepy.Forbidden):
            client.create_tweet(
                text="Choix", poll_options=["orchidée noire", "x"], poll_duration_minutes=60, user_auth=False
            )
    assert not any("rchid" in str(each) for each in x_service.app.state.tweets.values())
    assert not any(b"rchid" in each.body for each in x_service.app.state.received)


def test_xdk_shows_the_reason(gate: Gate, x_service: Hosted) -> None:
    with xdk_client(gate.url("x"), ALICE) as client:
        with pytest.raises(requests.HTTPError) as refused:
            client.posts.create({"text": "Black orchid, encore"})
        assert gives_reason(str(refused.value))
        assert refused.value.response.status_code == 403
        upload = {"media": base64.b64encode(PNG).decode(), "media_category": "tweet_image", "media_type": "image/png"}
        media = client.media.upload(upload).data
        media_id = media["id"] if isinstance(media, dict) else media.id
        with pytest.raises(requests.HTTPError) as refused:
            client.media.create_metadata({"id": media_id, "metadata": {"alt_text": {"text": "Black orchid"}}})
        assert gives_reason(str(refused.value))
    assert x_service.app.state.world.media[media_id]["alt"] is None


def test_a_phone_number_is_masked(gate: Gate, x_service: Hosted) -> None:
    with tweepy_client(gate.url("x"), ALICE) as client:
        made = client.create_tweet(text="Mon numéro 06 39 98 12 34 merci", user_auth=False).data
    assert x_service.app.state.tweets[made["id"]]["text"] == "Mon numéro [téléphone] merci"


@pytest.mark.parametrize(
    "path", ["/2/chat/conversations/1/messages", "/2/webhooks", "/2/tweets/1/hidden", "/2/unknown"]
)
def test_a_write_that_is_not_listed_is_refused(gate: Gate, x_service: Hosted, path: str) -> None:
    headers = {"authorization": f"Bearer {ALICE}"}
    with requests.post(gate.url("x") + path, json={"text": "Bonjour"}, headers=headers, timeout=10) as reply:
        assert reply.status_code == 403
        assert reply.json()["errors"][0]["message"] == reply.json()["detail"]
    assert not any(each.path == path for each in x_service.app.state.received)


def test_a_direct_message_is_read_too(gate: Gate, x_service: Hosted) -> None:
    headers = {"authorization": f"Bearer {ALICE}"}
    path = "/2/dm_conversations/with/1000/messages"
    with requests.post(gate.url("x") + path, json={"text": "Black orchid"}, headers=headers, timeout=10) as reply:
        assert reply.status_code == 403
        assert gives_reason(reply.json()["detail"])
    assert not any(each.path == path for each in x_service.app.state.received)
