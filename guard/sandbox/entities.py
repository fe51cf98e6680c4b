"""The documented JSON entities of Mastodon's API (Account, Status, MediaAttachment, Poll, ...)."""

from __future__ import annotations

import html
import json
import re
from datetime import datetime
from typing import Any

from guard.sandbox.world import App, Media, Notification, Person, Poll, Scheduled, Status, Version, World

Json = dict[str, Any]

_LINK = re.compile(r"https?://[^\s<>\"']+")
_TAG = re.compile(r"(?<![\w&/])#(\w*[^\W\d]\w*)")
_MENTION = re.compile(r"(?<![\w/])@(\w+)(?:@[\w.:-]+)?")


def stamp(moment: datetime) -> str:
    """ISO 8601 with milliseconds, UTC."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def dumps(entity: Json) -> str:
    """An entity as streams carry it."""
    return json.dumps(entity, ensure_ascii=False, separators=(",", ":"))


def mentioned(world: World, text: str) -> list[Person]:
    """The people named with an @ in a text."""
    names = set(_MENTION.findall(text))
    return [person for person in world.people.values() if person.username in names]


def html_of(text: str) -> str:
    """A status' text as the HTML that timelines carry."""
    if not text:
        return ""
    linked = _LINK.sub(lambda found: f'<a href="{found[0]}" rel="nofollow noopener">{found[0]}</a>', html.escape(text))
    paragraphs = re.split(r"\n{2,}", linked)
    return "".join(f"<p>{paragraph.replace(chr(10), '<br />')}</p>" for paragraph in paragraphs)


def application(app: App | None) -> Json:
    return {"name": app.name if app else "Sandbox", "website": app.website if app else None}


def account(world: World, person: Person) -> Json:
    """Account."""
    url = f"{world.base_url}/@{person.username}"
    avatar = f"{world.base_url}/avatars/{person.id}.svg"
    written = [status for status in world.statuses.values() if status.author is person]
    return {
        "id": person.id,
        "username": person.username,
        "acct": person.username,
        "url": url,
        "uri": f"{world.base_url}/users/{person.username}",
        "display_name": person.display_name,
        "note": html_of(person.note),
        "avatar": avatar,
        "avatar_static": avatar,
        "header": avatar,
        "header_static": avatar,
        "locked": person.locked,
        "fields": [field | {"verified_at": None} for field in person.fields],
        "emojis": [],
        "bot": person.bot,
        "group": False,
        "discoverable": person.discoverable,
        "noindex": True,
        "indexable": False,
        "hide_collections": False,
        "roles": [],
        "created_at": stamp(person.created_at),
        "last_status_at": written[-1].created_at.date().isoformat() if written else None,
        "statuses_count": len(written),
        "followers_count": sum(person.id in other.following for other in world.people.values()),
        "following_count": len(person.following),
    }


def credential_account(world: World, person: Person) -> Json:
    """CredentialAccount: the same with what only its owner sees."""
    source = {"privacy": "public", "sensitive": False, "language": None, "quote_policy": "public"} | person.source
    source |= {"note": person.note, "fields": person.fields, "follow_requests_count": 0, "attribution_domains": []}
    role = {"id": "-99", "name": "", "permissions": "0", "color": "", "highlighted": False}
    return account(world, person) | {"source": source, "role": role}


def relationship(me: Person, other: Person) -> Json:
    """Relationship of `me` to `other`."""
    return {
        "id": other.id,
        "following": other.id in me.following,
        "showing_reblogs": other.id in me.following,
        "notifying": False,
        "languages": None,
        "followed_by": me.id in other.following,
        "blocking": other.id in me.blocking,
        "blocked_by": me.id in other.blocking,
        "muting": other.id in me.muting,
        "muting_notifications": other.id in me.muting,
        "requested": False,
        "requested_by": False,
        "domain_blocking": False,
        "endorsed": False,
        "note": "",
    }


def media(world: World, item: Media) -> Json:
    """MediaAttachment."""
    kind = item.content_type.partition("/")[0]
    url = f"{world.base_url}/media/{item.id}"
    meta = {"focus": {"x": item.focus[0], "y": item.focus[1]}} if item.focus else {}
    return {
        "id": item.id,
        "type": kind if kind in {"image", "video", "audio"} else "unknown",
        "url": url,
        "preview_url": url,
        "remote_url": None,
        "preview_remote_url": None,
        "text_url": None,
        "meta": meta,
        "description": item.description,
        "blurhash": "UBL_:rOpGG-oBUNG,qRj2so|=eE1w^n4S5NH",
    }


def poll(world: World, item: Poll, viewer: Person | None) -> Json:
    """Poll."""
    expired = item.expires_at <= world.clock()
    counts = [sum(index in choice for choice in item.votes.values()) for index in range(len(item.options))]
    hidden = item.hide_totals and not expired
    return {
        "id": item.id,
        "expires_at": stamp(item.expires_at),
        "expired": expired,
        "multiple": item.multiple,
        "votes_count": sum(counts),
        "voters_count": len(item.votes),
        "voted": viewer is not None and viewer.id in item.votes,
        "own_votes": item.votes.get(viewer.id, []) if viewer else [],
        "options": [
            {"title": title, "votes_count": None if hidden else count}
            for title, count in zip(item.options, counts, strict=True)
        ],
        "emojis": [],
    }


def _about(world: World, item: Status, viewer: Person | None) -> Json:
    """The part of a status that depends on others: counts and what the viewer did."""
    me = viewer.id if viewer else ""
    boosts = [each for each in world.statuses.values() if each.reblog is item]
    return {
        "replies_count": sum(each.in_reply_to is item for each in world.statuses.values()),
        "reblogs_count": len(boosts),
        "favourites_count": len(item.favourited_by),
        "favourited": me in item.favourited_by,
        "reblogged": any(each.author.id == me for each in boosts),
        "muted": me in item.muted_by,
        "bookmarked": me in item.bookmarked_by,
        "pinned": item.pinned,
        "filtered": [],
    }


def _mentions(world: World, text: str) -> list[Json]:
    return [
        {"id": each.id, "username": each.username, "acct": each.username, "url": f"{world.base_url}/@{each.username}"}
        for each in mentioned(world, text)
    ]


def status(world: World, item: Status, viewer: Person | None) -> Json:
    """Status."""
    url = f"{world.base_url}/@{item.author.username}/{item.id}"
    reply = item.in_reply_to
    tags = dict.fromkeys(_TAG.findall(item.text))
    return {
        "id": item.id,
        "created_at": stamp(item.created_at),
        "edited_at": stamp(item.edited_at) if item.edited_at else None,
        "in_reply_to_id": reply.id if reply else None,
        "in_reply_to_account_id": reply.author.id if reply else None,
        "sensitive": item.sensitive,
        "spoiler_text": item.spoiler_text,
        "visibility": item.visibility,
        "language": item.language,
        "uri": f"{world.base_url}/users/{item.author.username}/statuses/{item.id}",
        "url": url,
        "content": html_of(item.text),
        "reblog": status(world, item.reblog, viewer) if item.reblog else None,
        "application": application(item.app),
        "account": account(world, item.author),
        "media_attachments": [media(world, each) for each in item.media],
        "mentions": _mentions(world, item.text),
        "tags": [{"name": tag, "url": f"{world.base_url}/tags/{tag}"} for tag in tags],
        "emojis": [],
        "card": None,
        "poll": poll(world, item.poll, viewer) if item.poll else None,
        "quote": None,
        "quotes_count": 0,
    } | _about(world, item, viewer)


def version(world: World, author: Person, item: Version) -> Json:
    """StatusEdit."""
    entity: Json = {
        "content": html_of(item.text),
        "spoiler_text": item.spoiler_text,
        "sensitive": item.sensitive,
        "created_at": stamp(item.created_at),
        "account": account(world, author),
        "media_attachments": [media(world, each) for each in item.media],
        "emojis": [],
    }
    if item.options:
        entity["poll"] = {"options": [{"title": option} for option in item.options]}
    return entity


def scheduled(world: World, item: Scheduled) -> Json:
    """ScheduledStatus."""
    return {
        "id": item.id,
        "scheduled_at": stamp(item.scheduled_at),
        "params": item.params,
        "media_attachments": [media(world, each) for each in item.media],
    }


def notification(world: World, item: Notification, viewer: Person | None) -> Json:
    """Notification."""
    return {
        "id": item.id,
        "type": item.type,
        "created_at": stamp(item.created_at),
        "group_key": f"ungrouped-{item.id}",
        "account": account(world, item.actor),
        "status": status(world, item.status, viewer) if item.status else None,
    }
