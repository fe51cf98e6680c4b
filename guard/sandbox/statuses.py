"""Endpoints under /api/v1/statuses, /scheduled_statuses and /polls."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from starlette.responses import Response

from guard.sandbox import compose, entities
from guard.sandbox.call import ApiError, Call, Endpoint, answer, invalid, page
from guard.sandbox.params import text, texts
from guard.sandbox.world import KEY_LIFE, Media, Scheduled, Status

_WRITTEN = (
    "status",
    "spoiler_text",
    "sensitive",
    "language",
    "media_ids[]",
    "poll[options][]",
    "poll[expires_in]",
    "poll[multiple]",
    "poll[hide_totals]",
    "quote_approval_policy",
)
_CREATED = (*_WRITTEN, "visibility", "in_reply_to_id", "scheduled_at", "quoted_status_id")
_EDITED = (
    *_WRITTEN,
    "media_attributes[][id]",
    "media_attributes[][description]",
    "media_attributes[][focus]",
    "media_attributes[][thumbnail]",
)


async def create(call: Call) -> Response:
    key = call.request.headers.get("idempotency-key")
    known = _remembered(call, key)
    if known is not None:
        return answer(known)
    made = compose.draft(call)
    if made.scheduled_at is not None:
        entity = entities.scheduled(call.world, _schedule(call, made, made.scheduled_at))
    else:
        status = compose.publish(call.world, call.me, call.token.app if call.token else None, made)
        entity = entities.status(call.world, status, call.me)
    if key:
        call.world.idempotency[call.me.id, key] = (call.world.clock(), entity)
    return answer(entity)


def _remembered(call: Call, key: str | None) -> object | None:
    """The answer already given for this person's Idempotency-Key within the last hour."""
    store, now = call.world.idempotency, call.world.clock()
    while store and next(iter(store.values()))[0] + KEY_LIFE <= now:
        store.popitem(last=False)
    known = store.get((call.me.id, key)) if key else None
    return known[1] if known else None


def _schedule(call: Call, made: compose.Draft, when: datetime) -> Scheduled:
    poll: dict[str, Any] | None = None
    if made.poll:
        seconds = int(call.params["poll"]["expires_in"])
        poll = {"options": made.poll.options, "expires_in": seconds, "multiple": made.poll.multiple}
        poll["hide_totals"] = made.poll.hide_totals
    params = {
        "text": made.text,
        "spoiler_text": made.spoiler_text,
        "sensitive": made.sensitive,
        "visibility": made.visibility,
        "language": made.language,
        "in_reply_to_id": made.in_reply_to.id if made.in_reply_to else None,
        "media_ids": [each.id for each in made.media] or None,
        "poll": poll,
        "scheduled_at": None,
        "idempotency": call.request.headers.get("idempotency-key"),
        "application_id": 1,
        "with_rate_limit": True,
    }
    item = Scheduled(call.world.new_id(), call.me, call.token.app if call.token else None, params, when, made.media)
    for each in made.media:
        each.attached = True
    call.world.scheduled[item.id] = item
    return item


async def show(call: Call) -> Response:
    return answer(entities.status(call.world, compose.visible(call.world, call.arg("id"), call.viewer), call.viewer))


async def edit(call: Call) -> Response:
    status = compose.own(call)
    changes = _media_changes(call, status)
    made = compose.draft(call, editing=status)
    if not status.versions:
        status.versions.append(compose.snapshot(status))
    for item, description in changes:
        item.description = description
    status.text, status.spoiler_text, status.sensitive = made.text, made.spoiler_text, made.sensitive
    status.media, status.poll = made.media, made.poll
    status.language = made.language or status.language
    for each in status.media:
        each.attached = True
    status.edited_at = call.world.clock()
    status.versions.append(compose.snapshot(status))
    compose.announce(call.world, status, "status.update")
    return answer(entities.status(call.world, status, call.me))


def _media_changes(call: Call, status: Status) -> list[tuple[Media, str]]:
    given = call.params.get("media_attributes") or []
    entries = list(given.values()) if isinstance(given, dict) else given
    changes = []
    for entry in entries:
        item = call.world.media.get(str(entry.get("id"))) if isinstance(entry, dict) else None
        if item is None or (item not in status.media and item.owner != call.me.id):
            raise ApiError(404, "Record not found")
        if "description" in entry:
            changes.append((item, text(entry, "description")))
    return changes


async def delete(call: Call) -> Response:
    status = compose.own(call)
    del call.world.statuses[status.id]
    for boost in [each for each in call.world.statuses.values() if each.reblog is status]:
        del call.world.statuses[boost.id]
    for item in status.media:
        item.attached = False
    compose.announce(call.world, status, "delete")
    return answer(entities.status(call.world, status, call.me) | {"text": status.text})


async def source(call: Call) -> Response:
    status = compose.own(call)
    return answer({"id": status.id, "text": status.text, "spoiler_text": status.spoiler_text})


async def history(call: Call) -> Response:
    status = compose.visible(call.world, call.arg("id"), call.viewer)
    versions = status.versions or [compose.snapshot(status)]
    return answer([entities.version(call.world, status.author, each) for each in versions])


async def context(call: Call) -> Response:
    status = compose.visible(call.world, call.arg("id"), call.viewer)
    above: list[Status] = []
    parent = status.in_reply_to
    while parent is not None:
        above.insert(0, parent)
        parent = parent.in_reply_to
    below: list[Status] = []
    for each in call.world.statuses.values():
        if each.in_reply_to is status or each.in_reply_to in below:
            below.append(each)
    groups = {"ancestors": above, "descendants": below}
    return answer({name: [entities.status(call.world, each, call.viewer) for each in g] for name, g in groups.items()})


async def boost(call: Call) -> Response:
    status = compose.visible(call.world, call.arg("id"), call.me)
    for each in call.world.statuses.values():
        if each.reblog is status and each.author is call.me:
            return answer(entities.status(call.world, each, call.me))
    visibility = text(call.params, "visibility") or "public"
    if visibility not in {"public", "unlisted", "private"}:
        raise invalid("Visibility is not included in the list")
    app = call.token.app if call.token else None
    made = compose.Draft("", "", False, visibility, None, None, [], None, None)
    shared = compose.publish(call.world, call.me, app, made, reblog=status)
    if status.author is not call.me:
        compose.notify(call.world, status.author, "reblog", call.me, status)
    return answer(entities.status(call.world, shared, call.me))


async def unboost(call: Call) -> Response:
    status = compose.visible(call.world, call.arg("id"), call.me)
    for each in [each for each in call.world.statuses.values() if each.reblog is status and each.author is call.me]:
        del call.world.statuses[each.id]
    return answer(entities.status(call.world, status, call.me))


async def mark(call: Call) -> Response:
    """favourite, bookmark, pin, mute and their opposites."""
    status = compose.visible(call.world, call.arg("id"), call.me)
    action = call.request.url.path.rsplit("/", 1)[1]
    name = action.removeprefix("un")
    if name == "pin":
        status.pinned = action == "pin"
    else:
        sets = {"favourite": status.favourited_by, "bookmark": status.bookmarked_by, "mute": status.muted_by}
        (sets[name].add if name == action else sets[name].discard)(call.me.id)
    if action == "favourite" and status.author is not call.me:
        compose.notify(call.world, status.author, "favourite", call.me, status)
    return answer(entities.status(call.world, status, call.me))


async def people(call: Call) -> Response:
    """favourited_by and reblogged_by."""
    status = compose.visible(call.world, call.arg("id"), call.viewer)
    if call.request.url.path.endswith("favourited_by"):
        ids = set(status.favourited_by)
    else:
        ids = {each.author.id for each in call.world.statuses.values() if each.reblog is status}
    return answer([entities.account(call.world, call.world.people[each]) for each in sorted(ids)])


async def scheduled_list(call: Call) -> Response:
    mine = [each for each in call.world.scheduled.values() if each.author is call.me]
    chosen, headers = page(call, sorted((each.id for each in mine), key=int, reverse=True))
    return answer([entities.scheduled(call.world, call.world.scheduled[each]) for each in chosen], headers=headers)


def _own_scheduled(call: Call) -> Scheduled:
    item = call.world.scheduled.get(call.arg("id"))
    if item is None or item.author is not call.me:
        raise ApiError(404, "Record not found")
    return item


async def scheduled_show(call: Call) -> Response:
    return answer(entities.scheduled(call.world, _own_scheduled(call)))


async def scheduled_move(call: Call) -> Response:
    item = _own_scheduled(call)
    when = compose.scheduled_at(call)
    if when is None:
        raise invalid("Scheduled at must be at least 5 minutes in the future")
    item.scheduled_at = when
    return answer(entities.scheduled(call.world, item))


async def scheduled_drop(call: Call) -> Response:
    item = _own_scheduled(call)
    del call.world.scheduled[item.id]
    return answer({})


def _with_poll(call: Call) -> Status:
    for each in call.world.statuses.values():
        if each.poll is not None and each.poll.id == call.arg("id"):
            return compose.visible(call.world, each.id, call.viewer)
    raise ApiError(404, "Record not found")


async def poll_show(call: Call) -> Response:
    poll = _with_poll(call).poll
    return answer(entities.poll(call.world, poll, call.viewer) if poll else None)


async def poll_vote(call: Call) -> Response:
    poll = _with_poll(call).poll
    if poll is None:
        raise ApiError(404, "Record not found")
    if poll.expires_at <= call.world.clock():
        raise invalid("The poll has already ended")
    if call.me.id in poll.votes:
        raise invalid("You have already voted on this poll")
    try:
        choices = sorted({int(each) for each in texts(call.params, "choices")})
    except ValueError as error:
        raise invalid("The chosen vote option does not exist") from error
    if not choices or choices[0] < 0 or choices[-1] >= len(poll.options) or (len(choices) > 1 and not poll.multiple):
        raise invalid("The chosen vote option does not exist")
    poll.votes[call.me.id] = choices
    return answer(entities.poll(call.world, poll, call.me))


_AT = "/api/v1/statuses/{id:int}"
_MARKS = ("favourite", "unfavourite", "bookmark", "unbookmark", "pin", "unpin", "mute", "unmute")
ENDPOINTS = [
    Endpoint("POST", "/api/v1/statuses", create, _CREATED),
    Endpoint("GET", _AT, show, signed_in=False),
    Endpoint("PUT", _AT, edit, _EDITED),
    Endpoint("DELETE", _AT, delete, ("delete_media",)),
    Endpoint("GET", f"{_AT}/source", source),
    Endpoint("GET", f"{_AT}/history", history, signed_in=False),
    Endpoint("GET", f"{_AT}/context", context, signed_in=False),
    Endpoint("GET", f"{_AT}/favourited_by", people, ("limit",), signed_in=False),
    Endpoint("GET", f"{_AT}/reblogged_by", people, ("limit",), signed_in=False),
    Endpoint("POST", f"{_AT}/reblog", boost, ("visibility",)),
    Endpoint("POST", f"{_AT}/unreblog", unboost),
    *(Endpoint("POST", f"{_AT}/{name}", mark) for name in _MARKS),
    Endpoint("GET", "/api/v1/scheduled_statuses", scheduled_list, ("limit", "max_id", "since_id", "min_id")),
    Endpoint("GET", "/api/v1/scheduled_statuses/{id:int}", scheduled_show),
    Endpoint("PUT", "/api/v1/scheduled_statuses/{id:int}", scheduled_move, ("scheduled_at",)),
    Endpoint("DELETE", "/api/v1/scheduled_statuses/{id:int}", scheduled_drop),
    Endpoint("GET", "/api/v1/polls/{id:int}", poll_show, signed_in=False),
    Endpoint("POST", "/api/v1/polls/{id:int}/votes", poll_vote, ("choices[]",)),
]
