"""What the service says about itself: instance, nodeinfo, and lists that are empty here but that clients ask for."""

from __future__ import annotations

from typing import Any

from starlette.responses import PlainTextResponse, Response

from guard.sandbox import compose, media
from guard.sandbox.call import Call, Endpoint, answer

VERSION = "4.4.0"
_SAYS = "A sandbox that stands in for a real service. Nothing leaves this machine."


def _configuration(streaming: str) -> dict[str, Any]:
    return {
        "urls": {"streaming": streaming, "status": None, "about": None, "privacy_policy": None},
        "vapid": {"public_key": ""},
        "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
        "statuses": {
            "max_characters": compose.MAX_CHARACTERS,
            "max_media_attachments": compose.MAX_MEDIA,
            "characters_reserved_per_url": compose.URL_LENGTH,
        },
        "media_attachments": {
            "supported_mime_types": list(media.TYPES),
            "description_limit": compose.MAX_DESCRIPTION,
            "image_size_limit": media.MAX_FILE,
            "image_matrix_limit": 33_177_600,
            "video_size_limit": media.MAX_FILE,
            "video_frame_rate_limit": 120,
            "video_matrix_limit": 8_294_400,
        },
        "polls": {
            "max_options": compose.MAX_OPTIONS,
            "max_characters_per_option": compose.MAX_OPTION,
            "min_expiration": 300,
            "max_expiration": 2_629_746,
        },
        "translation": {"enabled": False},
        "limited_federation": True,
    }


def _streaming(call: Call) -> str:
    return "ws" + call.world.base_url.removeprefix("http")


async def first(call: Call) -> Response:
    """V1::Instance."""
    world = call.world
    fields = {
        "uri": world.host,
        "title": "Sandbox",
        "short_description": _SAYS,
        "description": _SAYS,
        "email": "nobody@sandbox.invalid",
        "version": VERSION,
        "urls": {"streaming_api": _streaming(call)},
        "stats": {"user_count": len(world.people), "status_count": len(world.statuses), "domain_count": 1},
        "thumbnail": None,
        "languages": ["fr", "en"],
        "registrations": False,
        "approval_required": False,
        "invites_enabled": False,
        "configuration": _configuration(_streaming(call)),
        "contact_account": None,
        "rules": [],
    }
    return answer(fields)


async def second(call: Call) -> Response:
    """Instance."""
    world = call.world
    fields = {
        "domain": world.host,
        "title": "Sandbox",
        "version": VERSION,
        "source_url": "https://github.com/mastodon/mastodon",
        "description": _SAYS,
        "usage": {"users": {"active_month": len(world.people)}},
        "thumbnail": {"url": f"{world.base_url}/style.css", "blurhash": None, "versions": {}},
        "icon": [],
        "languages": ["fr", "en"],
        "configuration": _configuration(_streaming(call)),
        "registrations": {"enabled": False, "approval_required": False, "message": None, "url": None},
        "api_versions": {"mastodon": 5},
        "contact": {"email": "nobody@sandbox.invalid", "account": None},
        "rules": [],
    }
    return answer(fields)


async def nodeinfo_links(call: Call) -> Response:
    rel = "http://nodeinfo.diaspora.software/ns/schema/2.0"
    return answer({"links": [{"rel": rel, "href": f"{call.world.base_url}/nodeinfo/2.0"}]})


async def nodeinfo(call: Call) -> Response:
    fields = {
        "version": "2.0",
        "software": {"name": "mastodon", "version": VERSION},
        "protocols": ["activitypub"],
        "services": {"outbound": [], "inbound": []},
        "usage": {"users": {"total": len(call.world.people)}, "localPosts": len(call.world.statuses)},
        "openRegistrations": False,
        "metadata": {"nodeName": "Sandbox"},
    }
    return answer(fields)


async def nothing(_call: Call) -> Response:
    """An empty list: nobody has made any."""
    return answer([])


async def health(_call: Call) -> Response:
    return PlainTextResponse("OK")


_EMPTY = (
    "/api/v1/custom_emojis",
    "/api/v1/announcements",
    "/api/v1/lists",
    "/api/v1/filters",
    "/api/v2/filters",
    "/api/v1/conversations",
    "/api/v1/follow_requests",
    "/api/v1/mutes",
    "/api/v1/blocks",
    "/api/v1/domain_blocks",
    "/api/v1/followed_tags",
    "/api/v1/featured_tags",
    "/api/v2/suggestions",
    "/api/v1/trends/tags",
    "/api/v1/trends/statuses",
    "/api/v1/trends/links",
    "/api/v1/instance/rules",
    "/api/v1/instance/peers",
)
_PAGING = ("limit", "offset", "max_id", "since_id", "min_id", "with_dismissed")
ENDPOINTS = [
    Endpoint("GET", "/api/v1/instance", first, signed_in=False),
    Endpoint("GET", "/api/v2/instance", second, signed_in=False),
    Endpoint("GET", "/.well-known/nodeinfo", nodeinfo_links, signed_in=False),
    Endpoint("GET", "/nodeinfo/2.0", nodeinfo, signed_in=False),
    *(Endpoint("GET", path, nothing, _PAGING, signed_in=False) for path in _EMPTY),
    Endpoint("GET", "/health", health, signed_in=False),
    Endpoint("GET", "/api/v1/streaming/health", health, signed_in=False),
]
