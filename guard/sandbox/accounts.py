"""Endpoints under /api/v1/accounts, timelines, notifications, search, preferences and markers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from guard.sandbox import compose, entities
from guard.sandbox.call import NOT_FOUND, PAGE_FIELDS, ApiError, Call, Endpoint, answer, invalid, page
from guard.sandbox.params import text, texts, truth
from guard.sandbox.world import Notification, Person, Status

_PROFILE = (
    "display_name",
    "note",
    "locked",
    "bot",
    "discoverable",
    "hide_collections",
    "indexable",
    "avatar",
    "header",
)
_PROFILE_FIELDS = (
    *_PROFILE,
    "fields_attributes[][name]",
    "fields_attributes[][value]",
    "attribution_domains[]",
    "source[privacy]",
    "source[sensitive]",
    "source[language]",
    "source[quote_policy]",
)


async def verify(call: Call) -> Response:
    return answer(entities.credential_account(call.world, call.me))


async def update(call: Call) -> Response:
    person, params = call.me, call.params
    name, note = text(params, "display_name"), text(params, "note")
    if len(name) > 30:
        raise invalid("Display name is too long (maximum is 30 characters)")
    if len(note) > 500:
        raise invalid("Note is too long (maximum is 500 characters)")
    fields = _profile_fields(params.get("fields_attributes"))
    person.display_name = name if "display_name" in params else person.display_name
    person.note = note if "note" in params else person.note
    person.fields = fields if "fields_attributes" in params else person.fields
    for flag in ("locked", "bot", "discoverable"):
        if flag in params:
            setattr(person, flag, truth(params[flag]))
    if isinstance(params.get("source"), dict):
        person.source |= params["source"]
    return answer(entities.credential_account(call.world, person))


def _profile_fields(given: Any) -> list[dict[str, str]]:
    entries = list(given.values()) if isinstance(given, dict) else given or []
    fields = [{"name": text(entry, "name"), "value": text(entry, "value")} for entry in entries]
    if len(fields) > 4:
        raise invalid("Fields can't contain more than 4 items")
    if any(len(value) > 255 for field in fields for value in field.values()):
        raise invalid("Fields contains values that are too long")
    return [field for field in fields if any(field.values())]


def _other(call: Call) -> Person:
    person = call.world.people.get(call.arg("id"))
    if person is None:
        raise ApiError(404, NOT_FOUND)
    return person


async def show(call: Call) -> Response:
    return answer(entities.account(call.world, _other(call)))


async def lookup(call: Call) -> Response:
    name = text(call.params, "acct").lstrip("@").removesuffix(f"@{call.world.host}")
    for person in call.world.people.values():
        if person.username == name:
            return answer(entities.account(call.world, person))
    raise ApiError(404, NOT_FOUND)


async def relationships(call: Call) -> Response:
    ids = call.params.get("id")
    wanted = [str(ids)] if isinstance(ids, str | int) else texts(call.params, "id")
    people = [call.world.people[each] for each in wanted if each in call.world.people]
    return answer([entities.relationship(call.me, person) for person in people])


async def relate(call: Call) -> Response:
    """follow, mute, block and their opposites."""
    me, other = call.me, _other(call)
    action = call.request.url.path.rsplit("/", 1)[1]
    name = action.removeprefix("un")
    group = {"follow": me.following, "mute": me.muting, "block": me.blocking}[name]
    (group.add if name == action else group.discard)(other.id)
    if action == "follow" and other is not me:
        compose.notify(call.world, other, "follow", me, None)
    return answer(entities.relationship(me, other))


async def follows(call: Call) -> Response:
    """Followers and following."""
    person = _other(call)
    people = call.world.people.values()
    if call.request.url.path.endswith("/followers"):
        found = [each for each in people if person.id in each.following]
    else:
        found = [each for each in people if each.id in person.following]
    return answer([entities.account(call.world, each) for each in found])


def _timeline(call: Call, fits: Callable[[Status], bool]) -> Response:
    newest = [status.id for status in reversed(call.world.statuses.values()) if fits(status)]
    chosen, headers = page(call, newest)
    return answer(
        [entities.status(call.world, call.world.statuses[each], call.viewer) for each in chosen], 200, headers
    )


async def statuses(call: Call) -> Response:
    person, viewer, params = _other(call), call.viewer, call.params

    def fits(status: Status) -> bool:
        if status.author is not person:
            return False
        if truth(params.get("pinned", "")) and not status.pinned:
            return False
        if truth(params.get("only_media", "")) and not status.media:
            return False
        if truth(params.get("exclude_replies", "")) and status.in_reply_to:
            return False
        if truth(params.get("exclude_reblogs", "")) and status.reblog:
            return False
        public = status.visibility in {"public", "unlisted"}
        return public or (viewer is not None and compose.may_read(call.world, status, viewer))

    return _timeline(call, fits)


async def home(call: Call) -> Response:
    me = call.me

    def fits(status: Status) -> bool:
        return status.visibility in {"public", "unlisted"} or compose.may_read(call.world, status, me)

    return _timeline(call, fits)


async def public(call: Call) -> Response:
    return _timeline(call, lambda status: status.visibility == "public" and status.reblog is None)


async def tagged(call: Call) -> Response:
    tag = f"#{call.arg('tag')}".lower()
    return _timeline(call, lambda status: status.visibility == "public" and tag in status.text.lower())


async def marked(call: Call) -> Response:
    """Favourites and bookmarks."""
    me, kind = call.me.id, call.request.url.path.rsplit("/", 1)[1]
    if kind == "favourites":
        return _timeline(call, lambda status: me in status.favourited_by)
    return _timeline(call, lambda status: me in status.bookmarked_by)


def _mine(call: Call) -> dict[str, Notification]:
    return {each.id: each for each in reversed(call.world.notifications) if each.owner == call.me.id}


async def notifications(call: Call) -> Response:
    mine = _mine(call)
    wanted, unwanted = texts(call.params, "types"), texts(call.params, "exclude_types")
    fitting = [key for key, each in mine.items() if each.type not in unwanted and (not wanted or each.type in wanted)]
    chosen, headers = page(call, fitting)
    return answer([entities.notification(call.world, mine[each], call.me) for each in chosen], headers=headers)


async def notification(call: Call) -> Response:
    item = _mine(call).get(call.arg("id"))
    if item is None:
        raise ApiError(404, NOT_FOUND)
    return answer(entities.notification(call.world, item, call.me))


async def clear(call: Call) -> Response:
    """clear, and dismiss of one."""
    only = call.request.path_params.get("id")
    for item in _mine(call).values():
        if only is None or item.id == str(only):
            call.world.notifications.remove(item)
    return answer({})


async def search(call: Call) -> Response:
    query, kind = text(call.params, "q"), text(call.params, "type")
    name = query.lstrip("@").removesuffix(f"@{call.world.host}").lower()
    people = [each for each in call.world.people.values() if name and name in each.username]
    found: list[Status] = []
    if query.startswith(call.world.base_url):
        known = call.world.statuses.get(query.rsplit("/", 1)[1])
        found = [known] if known and known.visibility in {"public", "unlisted"} else []
    accounts = [entities.account(call.world, each) for each in people] if kind in {"", "accounts"} else []
    posts = [entities.status(call.world, each, call.viewer) for each in found] if kind in {"", "statuses"} else []
    return answer({"accounts": accounts, "statuses": posts, "hashtags": []})


async def preferences(call: Call) -> Response:
    source = call.me.source
    settings = {
        "posting:default:visibility": source.get("privacy") or "public",
        "posting:default:sensitive": truth(source.get("sensitive", "")),
        "posting:default:language": source.get("language"),
        "posting:default:quote_policy": source.get("quote_policy") or "public",
        "reading:expand:media": "default",
        "reading:expand:spoilers": False,
        "reading:autoplay:gifs": False,
    }
    return answer(settings)


async def markers(call: Call) -> Response:
    if call.request.method == "GET":
        wanted = texts(call.params, "timeline") or ["home", "notifications"]
        return answer({name: mark for name, mark in call.me.markers.items() if name in wanted})
    changed = {}
    for name in ("home", "notifications"):
        given = call.params.get(name)
        if isinstance(given, dict):
            number = call.me.markers.get(name, {}).get("version", 0) + 1
            moment = entities.stamp(call.world.clock())
            changed[name] = {"last_read_id": text(given, "last_read_id"), "version": number, "updated_at": moment}
    call.me.markers |= changed
    return answer(changed)


_AT = "/api/v1/accounts/{id:int}"
_TIMELINE = (*PAGE_FIELDS, "local", "remote", "only_media")
_OWN = ("only_media", "exclude_replies", "exclude_reblogs", "pinned", "tagged")
_SEARCHES = ("resolve", "following", "account_id", "exclude_unreviewed", "min_id", "max_id")
_NOTES = ("types[]", "exclude_types[]", "account_id", "include_filtered")
_RELATIONS = ("follow", "unfollow", "mute", "unmute", "block", "unblock")
ENDPOINTS = [
    Endpoint("GET", "/api/v1/accounts/verify_credentials", verify),
    Endpoint("PATCH", "/api/v1/accounts/update_credentials", update, _PROFILE_FIELDS),
    Endpoint("GET", "/api/v1/accounts/lookup", lookup, ("acct",), signed_in=False),
    Endpoint("GET", "/api/v1/accounts/relationships", relationships, ("id", "id[]", "with_suspended")),
    Endpoint("GET", _AT, show, signed_in=False),
    Endpoint("GET", f"{_AT}/statuses", statuses, (*PAGE_FIELDS, *_OWN), signed_in=False),
    Endpoint("GET", f"{_AT}/followers", follows, PAGE_FIELDS, signed_in=False),
    Endpoint("GET", f"{_AT}/following", follows, PAGE_FIELDS, signed_in=False),
    *(Endpoint("POST", f"{_AT}/{name}", relate, ("reblogs", "notify", "notifications")) for name in _RELATIONS),
    Endpoint("GET", "/api/v1/timelines/home", home, _TIMELINE),
    Endpoint("GET", "/api/v1/timelines/public", public, _TIMELINE, signed_in=False),
    Endpoint("GET", "/api/v1/timelines/tag/{tag}", tagged, _TIMELINE, signed_in=False),
    Endpoint("GET", "/api/v1/favourites", marked, PAGE_FIELDS),
    Endpoint("GET", "/api/v1/bookmarks", marked, PAGE_FIELDS),
    Endpoint("GET", "/api/v1/notifications", notifications, (*PAGE_FIELDS, *_NOTES)),
    Endpoint("GET", "/api/v1/notifications/{id:int}", notification),
    Endpoint("POST", "/api/v1/notifications/clear", clear),
    Endpoint("POST", "/api/v1/notifications/{id:int}/dismiss", clear),
    Endpoint("GET", "/api/v2/search", search, ("q", "type", "limit", "offset", *_SEARCHES), signed_in=False),
    Endpoint("GET", "/api/v1/preferences", preferences),
    Endpoint("GET", "/api/v1/markers", markers, ("timeline[]",)),
    Endpoint("POST", "/api/v1/markers", markers, ("home[last_read_id]", "notifications[last_read_id]")),
]
