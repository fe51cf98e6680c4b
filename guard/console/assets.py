"""Style sheets and scripts: a handful of small files, read once, served from memory under names that change with them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable

from fastapi import APIRouter, Request, Response

_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOR_GOOD = "public, max-age=31536000, immutable"

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Asset:
    body: bytes
    media_type: str
    version: str


@cache
def assets() -> dict[str, Asset]:
    """All of them by path, as `vendor/htmx.min.js`."""
    found: dict[str, Asset] = {}
    _gather(resources.files("guard.console") / "static", "", found)
    return found


def _gather(folder: Traversable, prefix: str, found: dict[str, Asset]) -> None:
    for item in folder.iterdir():
        if item.is_dir():
            _gather(item, f"{prefix}{item.name}/", found)
        elif media_type := _TYPES.get(item.name[item.name.rfind(".") :]):
            body = item.read_bytes()
            found[prefix + item.name] = Asset(body, media_type, sha256(body).hexdigest()[:12])


def static(path: str) -> str:
    """Its address, for a template. KeyError when there is no such file."""
    return f"/static/{path}?v={assets()[path].version}"


@router.get("/static/{path:path}")
async def serve(path: str, request: Request) -> Response:
    asset = assets().get(path)
    if asset is None:
        return Response("no such file\n", 404, media_type="text/plain")
    kept = _FOR_GOOD if request.query_params.get("v") == asset.version else "no-cache"
    return Response(asset.body, media_type=asset.media_type, headers={"Cache-Control": kept})
