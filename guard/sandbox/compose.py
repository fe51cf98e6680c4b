"""From parameters to a status, with the checks and the error words that Mastodon documents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from guard.sandbox import entities
from guard.sandbox.call import ApiError, Call, invalid
from guard.sandbox.params import text, texts, truth
from guard.sandbox.world import App, Media, Notification, Person, Poll, Status, Version, World

MAX_CHARACTERS = 500
MAX_MEDIA = 4
MAX_OPTIONS = 4
MAX_OPTION = 50
MAX_DESCRIPTION = 1500
URL_LENGTH = 23
_SOON = timedelta(minutes=5)
_VISIBILITIES = ("public", "unlisted", "private", "direct")
_LINK = re.compile(r"https?://[^\s<>\"']+")
_REMOTE = re.compile(r"(?<=\w)@[\w.-]+\.\w+")


@dataclass(frozen=True, slots=True)
class Draft:
    """A status' parameters, checked."""

    text: str
    spoiler_text: str
    sensitive: bool
    visibility: str
    language: str | None
    in_reply_to: Status | None
    media: list[Media]
    poll: Poll | None
    scheduled_at: datetime | None


def counted(text_: str) -> int:
    """Length as the service counts it: a link is 23 characters, a mention's server none."""
    return len(_REMOTE.sub("", _LINK.sub("x" * URL_LENGTH, text_)))


def visible(world: World, status_id: str, viewer: Person | None) -> Status:
    """The status of that id, if `viewer` may see it; 404 otherwise."""
    status = world.statuses.get(status_id)
    if status is None:
        raise ApiError(404, "Record not found")
    if status.visibility in {"public", "unlisted"} or (viewer and may_read(world, status, viewer)):
        return status
    raise ApiError(404, "Record not found")


def may_read(world: World, status: Status, viewer: Person) -> bool:
    """Whether a status that is not public is meant for `viewer`."""
    if status.author is viewer or viewer in entities.mentioned(world, status.text):
        return True
    return status.visibility == "private" and status.author.id in viewer.following


def own(call: Call) -> Status:
    """The caller's own status named in the path; 404 otherwise."""
    status = call.world.statuses.get(call.arg("id"))
    if status is None or status.author is not call.me:
        raise ApiError(404, "Record not found")
    return status


def _media(call: Call, already: list[Media]) -> list[Media]:
    ids = texts(call.params, "media_ids")
    if len(ids) > MAX_MEDIA:
        raise invalid(f"Cannot attach more than {MAX_MEDIA} files")
    found = []
    for each in ids:
        item = call.world.media.get(each)
        if item is None or item.owner != call.me.id or (item.attached and item not in already):
            raise ApiError(422, f"Media {each} not found or already attached to another post")
        found.append(item)
    return found


def _poll(call: Call) -> Poll | None:
    given = call.params.get("poll")
    if not given:
        return None
    if not isinstance(given, dict):
        raise ApiError(400, "poll must be a hash")
    options = [option for option in texts(given, "options") if option.strip()]
    if len(options) < 2:
        raise invalid("Options must have at least two items")
    if len(options) > MAX_OPTIONS:
        raise invalid(f"Options can't contain more than {MAX_OPTIONS} items")
    if any(len(option) > MAX_OPTION for option in options):
        raise invalid(f"Options can't be longer than {MAX_OPTION} characters each")
    if len(set(options)) < len(options):
        raise invalid("Options must be unique")
    try:
        seconds = int(given.get("expires_in") or 0)
    except (TypeError, ValueError) as error:
        raise invalid("Expires at is not a duration in seconds") from error
    if not 300 <= seconds <= 2_629_746:
        raise invalid("Expires at is too soon" if seconds < 300 else "Expires at is too far into the future")
    expires = call.world.clock() + timedelta(seconds=seconds)
    return Poll(
        call.world.new_id(), options, expires, truth(given.get("multiple", "")), truth(given.get("hide_totals", ""))
    )


def scheduled_at(call: Call) -> datetime | None:
    given = text(call.params, "scheduled_at")
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        raise invalid("Scheduled at is not a date") from error
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    now = call.world.clock()
    if moment <= now:
        return None  # the service publishes at once what was meant for the past
    if moment < now + _SOON:
        raise invalid("Scheduled at must be at least 5 minutes in the future")
    return moment


def _check_length(body: str, spoiler: str) -> None:
    if counted(body) + len(spoiler) > MAX_CHARACTERS:
        raise invalid(f"Text character limit of {MAX_CHARACTERS} exceeded")


def draft(call: Call, editing: Status | None = None) -> Draft:
    """Check the parameters of a new status, or of an edit; ApiError when they break a documented rule."""
    params = call.params
    body, spoiler = text(params, "status"), text(params, "spoiler_text")
    media = _media(call, editing.media if editing else [])
    poll = _poll(call)
    if media and poll:
        raise invalid("Cannot attach media to a post with a poll")
    if not body.strip() and not media:
        if not spoiler.strip():
            raise invalid("Text can't be blank")
        body, spoiler = spoiler, ""
    _check_length(body, spoiler)
    visibility = text(params, "visibility") or str(call.me.source.get("privacy") or "public")
    if visibility not in _VISIBILITIES:
        raise invalid("Visibility is not included in the list")
    reply_id = text(params, "in_reply_to_id")
    return Draft(
        text=body,
        spoiler_text=spoiler,
        sensitive=truth(params.get("sensitive", "")) or bool(spoiler),
        visibility=visibility,
        language=text(params, "language") or None,
        in_reply_to=visible(call.world, reply_id, call.me) if reply_id else None,
        media=media,
        poll=poll,
        scheduled_at=scheduled_at(call),
    )


def publish(world: World, author: Person, app: App | None, made: Draft, reblog: Status | None = None) -> Status:
    """Add the status, tell the streams and those it mentions."""
    status = Status(
        id=world.new_id(),
        author=author,
        text=made.text,
        spoiler_text=made.spoiler_text,
        sensitive=made.sensitive,
        visibility=made.visibility,
        language=made.language,
        in_reply_to=made.in_reply_to,
        media=made.media,
        poll=made.poll,
        app=app,
        created_at=world.clock(),
        reblog=reblog,
    )
    for item in status.media:
        item.attached = True
    world.add_status(status)
    announce(world, status, "update")
    for person in entities.mentioned(world, status.text):
        if person is not author:
            notify(world, person, "mention", author, status)
    return status


def announce(world: World, status: Status, event: str) -> None:
    """Tell the streams about a new, changed or deleted status."""
    payload = status.id if event == "delete" else entities.dumps(entities.status(world, status, None))
    if status.visibility in {"public", "unlisted"}:
        world.tell(["user", "public", "public:local"], event, payload)
    else:
        world.tell(["user"], event, payload, owner=status.author.id)


def notify(world: World, owner: Person, kind: str, actor: Person, status: Status | None) -> None:
    """Add a notification and stream it to its owner."""
    item = Notification(world.new_id(), owner.id, kind, actor, status, world.clock())
    world.notifications.append(item)
    payload = entities.dumps(entities.notification(world, item, owner))
    world.tell(["user", "user:notification"], "notification", payload, owner=owner.id)


def snapshot(status: Status) -> Version:
    """How the status reads now."""
    options = list(status.poll.options) if status.poll else []
    moment = status.edited_at or status.created_at
    return Version(status.text, status.spoiler_text, status.sensitive, list(status.media), options, moment)


def publish_due(world: World) -> None:
    """Publish what was scheduled and whose time has come."""
    now = world.clock()
    for item in [each for each in world.scheduled.values() if each.scheduled_at <= now]:
        del world.scheduled[item.id]
        publish(world, item.author, item.app, _from_params(world, item.params, item.media))


def _from_params(world: World, params: dict[str, Any], media: list[Media]) -> Draft:
    given = params["poll"]
    poll = None
    if given:
        expires = world.clock() + timedelta(seconds=int(given["expires_in"]))
        poll = Poll(world.new_id(), given["options"], expires, given["multiple"], given["hide_totals"])
    reply = world.statuses.get(params["in_reply_to_id"] or "")
    return Draft(
        text=params["text"],
        spoiler_text=params["spoiler_text"],
        sensitive=params["sensitive"],
        visibility=params["visibility"],
        language=params["language"],
        in_reply_to=reply,
        media=media,
        poll=poll,
        scheduled_at=None,
    )
