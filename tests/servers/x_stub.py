"""A strict stand-in for X's API v2, written from its published OpenAPI description: it refuses what that does not list.

`app.state.received` holds every request; `app.state.tweets` what got published, by id.
"""

from __future__ import annotations

import base64
import json
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from guard.sandbox.params import form_items
from guard.sandbox.world import Received

ID = {"type": str, "pattern": r"[0-9]{1,19}"}
IDS = {"type": list, "items": ID, "min": 1, "max": 4}
REPLIES = ("following", "mentionedUsers", "subscribers", "verified")


def obj(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    """An object schema without additional properties."""
    return {"type": dict, "properties": properties, "required": required}


TWEET = obj(
    {
        "card_uri": {"type": str},
        "community_id": ID,
        "direct_message_deep_link": {"type": str},
        "edit_options": obj({"previous_post_id": ID}, "previous_post_id"),
        "for_super_followers_only": {"type": bool},
        "geo": obj({"place_id": {"type": str}}),
        "made_with_ai": {"type": bool},
        "media": obj(
            {"media_ids": IDS, "tagged_user_ids": {"type": list, "items": ID, "min": 0, "max": 10}}, "media_ids"
        ),
        "nullcast": {"type": bool},
        "paid_partnership": {"type": bool},
        "poll": obj(
            {
                "duration_minutes": {"type": int, "low": 5, "high": 10080},
                "options": {"type": list, "items": {"type": str, "min": 1, "max": 25}, "min": 2, "max": 4},
                "reply_settings": {"type": str, "enum": REPLIES},
            },
            "options",
            "duration_minutes",
        ),
        "quote_tweet_id": ID,
        "reply": obj(
            {
                "auto_populate_reply_metadata": {"type": bool},
                "exclude_reply_user_ids": {"type": list, "items": ID, "min": 0, "max": 10},
                "in_reply_to_tweet_id": ID,
            },
            "in_reply_to_tweet_id",
        ),
        "reply_settings": {"type": str, "enum": REPLIES},
        "share_with_followers": {"type": bool},
        "text": {"type": str, "min": 1},
    }
)
METADATA = obj(
    {
        "id": ID,
        "metadata": obj({"alt_text": obj({"text": {"type": str, "min": 1, "max": 1000}}, "text")}),
    },
    "id",
)
UPLOAD = obj(
    {
        "media": {"type": str, "min": 1},
        "media_category": {"type": str, "enum": ("tweet_image", "dm_image", "subtitles")},
        "media_type": {
            "type": str,
            "enum": ("image/jpeg", "image/png", "image/webp", "image/bmp", "image/pjpeg", "image/tiff", "text/srt"),
        },
        "additional_owners": {"type": list, "items": ID, "min": 0, "max": 100},
        "shared": {"type": bool},
    },
    "media",
    "media_category",
)
LIKE = obj({"tweet_id": ID}, "tweet_id")
FOLLOW = obj({"target_user_id": ID}, "target_user_id")


class Refusal(Exception):
    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


def problem(status: int, title: str, detail: str, kind: str = "about:blank", **more: Any) -> Refusal:
    return Refusal(status, {"title": title, "detail": detail, "type": kind, "status": status, **more})


def invalid(message: str) -> Refusal:
    kind = "https://api.twitter.com/2/problems/invalid-request"
    detail = "One or more parameters to your request was invalid."
    return problem(400, "Invalid Request", detail, kind, errors=[{"parameters": {}, "message": message}])


def check(value: Any, schema: dict[str, Any], place: str = "$") -> None:
    """The part of JSON Schema that the description uses."""
    kind = schema["type"]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise invalid(f"{place}: expected {kind.__name__}")
    if kind is dict:
        for name in value:
            if name not in schema["properties"]:
                raise invalid(f"{place}.{name}: object has an additional property which is not allowed")
            check(value[name], schema["properties"][name], f"{place}.{name}")
        for name in schema["required"]:
            if name not in value:
                raise invalid(f"{place}.{name}: is missing but it is required")
    if kind is list:
        for index, each in enumerate(value):
            check(each, schema["items"], f"{place}[{index}]")
    _check_bounds(value, schema, place)


def _check_bounds(value: Any, schema: dict[str, Any], place: str) -> None:
    if "pattern" in schema and not re.fullmatch(schema["pattern"], value):
        raise invalid(f"{place}: does not match the pattern {schema['pattern']}")
    if "enum" in schema and value not in schema["enum"]:
        raise invalid(f"{place}: is not one of {', '.join(schema['enum'])}")
    if "min" in schema and len(value) < schema["min"]:
        raise invalid(f"{place}: is too short")
    if "max" in schema and len(value) > schema["max"]:
        raise invalid(f"{place}: is too long")
    if "low" in schema and not schema["low"] <= value <= schema["high"]:
        raise invalid(f"{place}: is out of range")


_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_URL = re.compile(r"https?://\S+")


def weight(text: str) -> int:
    """Length as X weighs it: most Latin letters 1, all else 2, a link 23."""
    shortened = _URL.sub("x" * 23, unicodedata.normalize("NFC", text))
    return sum(1 if any(low <= ord(char) <= high for low, high in _LIGHT) else 2 for char in shortened)


@dataclass
class State:
    tokens: dict[str, dict[str, str]] = field(default_factory=dict)
    tweets: dict[str, dict[str, Any]] = field(default_factory=dict)
    media: dict[str, dict[str, Any]] = field(default_factory=dict)
    likes: set[tuple[str, str]] = field(default_factory=set)
    retweets: set[tuple[str, str]] = field(default_factory=set)
    received: list[Received] = field(default_factory=list)
    last: int = 1_900_000_000_000_000_000

    def new_id(self) -> str:
        self.last += 1
        return str(self.last)

    def give(self, token: str, username: str) -> dict[str, str]:
        """Let `token` act for `username`."""
        user = {"id": str(1000 + len(self.tokens)), "name": username.capitalize(), "username": username}
        self.tokens[token] = user
        return user


async def _body(request: Request, schema: dict[str, Any]) -> Any:
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise problem(415, "Unsupported Media Type", "Content-Type must be application/json")
    try:
        value = json.loads((await request.body()).decode())
    except ValueError:
        raise invalid("The request body is not JSON") from None
    check(value, schema)
    return value


def _only_query(request: Request, *names: str) -> None:
    for name in request.query_params:
        if name not in names:
            raise invalid(f"The query parameter [{name}] is not one of the known ones")


async def create(state: State, user: dict[str, str], request: Request) -> Any:
    _only_query(request)
    made = await _body(request, TWEET)
    text = made.get("text", "")
    if not text and not (made.get("media") or made.get("card_uri")):
        raise invalid("$.text: is missing but it is required")
    exclusive = [
        name for name in ("card_uri", "quote_tweet_id", "poll", "media", "direct_message_deep_link") if name in made
    ]
    if len(exclusive) > 1:
        raise invalid(f"{' and '.join(exclusive)} are mutually exclusive")
    if weight(text) > 280:
        raise problem(
            403,
            "Forbidden",
            "Your Tweet text is too long. For more information on how Twitter determines text length see https://github.com/twitter/twitter-text.",
        )
    for media_id in made.get("media", {}).get("media_ids", []):
        if media_id not in state.media:
            raise problem(400, "Invalid Request", "Your media IDs are invalid.")
    if any(each["text"] == text and each["author_id"] == user["id"] for each in state.tweets.values()):
        raise problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.")
    tweet_id = state.new_id()
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    state.tweets[tweet_id] = made | {"id": tweet_id, "text": text, "author_id": user["id"], "created_at": moment}
    return 201, {"data": {"id": tweet_id, "text": text, "edit_history_tweet_ids": [tweet_id]}}


def _shown(tweet: dict[str, Any]) -> dict[str, Any]:
    kept = {name: tweet[name] for name in ("id", "text", "author_id", "created_at")}
    return kept | {"edit_history_tweet_ids": [tweet["id"]]}


async def show(state: State, user: dict[str, str], request: Request) -> Any:
    tweet = state.tweets.get(request.path_params["id"])
    if tweet is None:
        raise problem(
            404, "Not Found Error", "Could not find tweet", "https://api.twitter.com/2/problems/resource-not-found"
        )
    return 200, {"data": _shown(tweet)}


async def delete(state: State, user: dict[str, str], request: Request) -> Any:
    tweet = state.tweets.get(request.path_params["id"])
    if tweet is None or tweet["author_id"] != user["id"]:
        raise problem(403, "Forbidden", "You are not permitted to delete this Tweet.")
    del state.tweets[tweet["id"]]
    return 200, {"data": {"deleted": True}}


async def me(state: State, user: dict[str, str], request: Request) -> Any:
    return 200, {"data": user}


async def timeline(state: State, user: dict[str, str], request: Request) -> Any:
    wanted = [each for each in state.tweets.values() if each["author_id"] == request.path_params["id"]]
    limit = int(request.query_params.get("max_results", 10))
    if not 5 <= limit <= 100:
        raise invalid("The `max_results` query parameter value is not between 5 and 100")
    shown = [_shown(each) for each in wanted[: -limit - 1 : -1]]
    meta = {"result_count": len(shown)}
    if not shown:
        return 200, {"meta": meta}
    return 200, {"data": shown, "meta": meta | {"newest_id": shown[0]["id"], "oldest_id": shown[-1]["id"]}}


def marker(kind: str, word: str):
    async def mark(state: State, user: dict[str, str], request: Request) -> Any:
        if request.path_params["id"] != user["id"]:
            raise problem(403, "Forbidden", "You may only act for the authenticated user.")
        tweet_id = request.path_params.get("tweet_id") or (await _body(request, LIKE))["tweet_id"]
        marks = getattr(state, kind)
        (marks.add if request.method == "POST" else marks.discard)((user["id"], tweet_id))
        return 200, {"data": {word: request.method == "POST"}}

    return mark


async def follow(state: State, user: dict[str, str], request: Request) -> Any:
    await _body(request, FOLLOW)
    return 200, {"data": {"following": True, "pending_follow": False}}


async def upload(state: State, user: dict[str, str], request: Request) -> Any:
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        form = dict(form_items(request.headers["content-type"], await request.body()))
        unknown = set(form) - set(UPLOAD["properties"])
        if unknown:
            raise invalid(f"unknown parts: {sorted(unknown)}")
        media = form["media"]
        data = base64.b64decode(media) if isinstance(media, str) else media.data
    else:
        data = base64.b64decode((await _body(request, UPLOAD))["media"], validate=True)
    media_id = state.new_id()
    state.media[media_id] = {"size": len(data), "data": data, "alt": None}
    shown = {"id": media_id, "media_key": f"3_{media_id}", "expires_after_secs": 86400, "size": len(data)}
    return 200, {"data": shown}


async def metadata(state: State, user: dict[str, str], request: Request) -> Any:
    given = await _body(request, METADATA)
    if given["id"] not in state.media:
        raise problem(400, "Invalid Request", "The media id is not known.")
    alt = given.get("metadata", {}).get("alt_text")
    if alt:
        state.media[given["id"]]["alt"] = alt["text"]
    return 200, {"data": {"id": given["id"], "associated_metadata": {"alt_text": alt}}}


ROUTES = [
    ("POST", "/2/tweets", create),
    ("GET", "/2/tweets/{id}", show),
    ("DELETE", "/2/tweets/{id}", delete),
    ("GET", "/2/users/me", me),
    ("GET", "/2/users/{id}/tweets", timeline),
    ("POST", "/2/users/{id}/likes", marker("likes", "liked")),
    ("DELETE", "/2/users/{id}/likes/{tweet_id}", marker("likes", "liked")),
    ("POST", "/2/users/{id}/retweets", marker("retweets", "retweeted")),
    ("DELETE", "/2/users/{id}/retweets/{tweet_id}", marker("retweets", "retweeted")),
    ("POST", "/2/users/{id}/following", follow),
    ("POST", "/2/media/upload", upload),
    ("POST", "/2/media/metadata", metadata),
]


def _route(state: State, method: str, path: str, handler) -> Route:
    async def handle(request: Request) -> Response:
        headers = tuple((key.lower(), value) for key, value in request.headers.items())
        body = await request.body()
        state.received.append(Received(request.method, request.url.path, request.url.query, headers, body))
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        user = state.tokens.get(token) if kind == "Bearer" else None
        try:
            if user is None:
                raise problem(401, "Unauthorized", "Unauthorized")
            status, answer = await handler(state, user, request)
        except Refusal as refusal:
            status, answer = refusal.status, refusal.body
        reset = {"x-rate-limit-limit": "300", "x-rate-limit-remaining": "299", "x-rate-limit-reset": "4102444800"}
        return JSONResponse(answer, status, reset)

    return Route(path, handle, methods=[method])


async def nowhere(state: State, user: dict[str, str], request: Request) -> Any:
    raise problem(404, "Not Found", "Not Found")


def build_x_stub() -> Starlette:
    state = State()
    routes = [_route(state, *each) for each in ROUTES]
    routes += [_route(state, method, "/{path:path}", nowhere) for method in ("GET", "POST", "PUT", "PATCH", "DELETE")]
    app = Starlette(routes=routes)
    app.state.world = state
    app.state.received = state.received
    app.state.tweets = state.tweets
    return app
