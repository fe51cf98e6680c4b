"""Endpoints under /api/v1/media and /api/v2/media, and the files themselves."""

from __future__ import annotations

from starlette.responses import Response

from guard.sandbox import compose, entities
from guard.sandbox.call import ApiError, Call, Endpoint, answer, invalid
from guard.sandbox.params import File, Params, text
from guard.sandbox.world import Media

MAX_FILE = 41_943_040
_SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "video/mp4", "video/webm", "audio/mpeg")
TYPES = (*_SHOWN, "image/heic", "video/quicktime", "audio/ogg", "audio/wav", "audio/flac", "audio/aac")
_MAGIC = ((b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"), (b"ID3", "audio/mpeg"))
_KEPT = 200
_FIELDS = ("file", "thumbnail", "description", "focus")


def _description(params: Params) -> str | None:
    if "description" not in params:
        return None
    words = text(params, "description")
    if len(words) > compose.MAX_DESCRIPTION:
        raise invalid(f"Description is too long (maximum is {compose.MAX_DESCRIPTION} characters)")
    return words


def _focus(params: Params) -> tuple[float, float] | None:
    given = text(params, "focus")
    if not given:
        return None
    try:
        x, y = (max(-1.0, min(1.0, float(part))) for part in given.split(","))
    except ValueError as error:
        raise invalid("Focus is not two numbers") from error
    return x, y


def _kind(data: bytes, told: str) -> str:
    """The media type, from the bytes where they tell it: clients leave it out or guess."""
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data[4:8] == b"ftyp":
        return "video/mp4"
    return "image/webp" if data[8:12] == b"WEBP" else told.partition(";")[0].strip().lower()


async def upload(call: Call) -> Response:
    file = call.params.get("file")
    if not isinstance(file, File):
        raise invalid("File can't be blank")
    data = file.data
    kind = _kind(data, file.content_type)
    if kind not in TYPES:
        raise invalid(f"File content type is invalid, File is invalid ({len(data)} bytes)")
    if not data or len(data) > MAX_FILE:
        raise invalid("File must be between 1 byte and 40 MB")
    words, focus = _description(call.params), _focus(call.params)
    item = Media(call.world.new_id(), call.me.id, kind, data, words, focus)
    call.world.media[item.id] = item
    while len(call.world.media) > _KEPT:
        call.world.media.popitem(last=False)
    return answer(entities.media(call.world, item))


def _own(call: Call) -> Media:
    item = call.world.media.get(call.arg("id"))
    if item is None or item.owner != call.me.id:
        raise ApiError(404, "Record not found")
    return item


async def show(call: Call) -> Response:
    return answer(entities.media(call.world, _own(call)))


async def update(call: Call) -> Response:
    item = _own(call)
    words, focus = _description(call.params), _focus(call.params)
    item.description = item.description if words is None else words
    item.focus = focus or item.focus
    return answer(entities.media(call.world, item))


async def drop(call: Call) -> Response:
    item = _own(call)
    if item.attached:
        raise ApiError(422, "Media attachment is currently used by a status")
    del call.world.media[item.id]
    return answer({})


async def content(call: Call) -> Response:
    """The bytes; what a browser could run is never shown but offered for saving."""
    item = call.world.media.get(call.arg("id"))
    if item is None:
        raise ApiError(404, "Record not found")
    headers = {"x-content-type-options": "nosniff", "content-security-policy": "sandbox; default-src 'none'"}
    if item.content_type not in _SHOWN:
        headers["content-disposition"] = "attachment"
    return Response(item.data, media_type=item.content_type, headers=headers)


async def avatar(call: Call) -> Response:
    """A disc with the person's first letter."""
    person = call.world.people.get(call.arg("id"))
    if person is None:
        raise ApiError(404, "Record not found")
    letter = person.username[:1].upper()
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><circle cx="24" cy="24" r="24" fill="#5b6b9e"/>'
        f'<text x="24" y="32" font-size="24" text-anchor="middle" fill="#fff">{letter}</text></svg>'
    )
    return Response(drawing, media_type="image/svg+xml", headers={"content-security-policy": "default-src 'none'"})


ENDPOINTS = [
    Endpoint("POST", "/api/v1/media", upload, _FIELDS),
    Endpoint("POST", "/api/v2/media", upload, _FIELDS),
    Endpoint("GET", "/api/v1/media/{id:int}", show),
    Endpoint("PUT", "/api/v1/media/{id:int}", update, _FIELDS[1:]),
    Endpoint("DELETE", "/api/v1/media/{id:int}", drop),
    Endpoint("GET", "/media/{id:int}", content, signed_in=False),
    Endpoint("GET", "/avatars/{id:int}.svg", avatar, signed_in=False),
]
