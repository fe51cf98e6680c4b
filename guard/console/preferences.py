"""What somebody likes: language, light or dark, keys. A page of its own and, in every page's menu, two quick forms."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.responses import Response

from guard.console.keys import OFF, SHIPPED, changed, keys_of
from guard.console.page import Anyone, Visit, go
from guard.console.words import LANGUAGES

THEMES = ("auto", "light", "dark")
router = APIRouter(include_in_schema=False)


@router.get("/me")
async def show(visit: Anyone) -> Response:
    return _page(visit, saved="saved" in visit.request.query_params)


@router.post("/me/look")
async def look(visit: Anyone) -> Response:
    """Language or theme, from the menu; then back to where the person was."""
    session, form = visit.session, visit.form
    language, theme = form.one("language"), form.one("theme")
    await visit.desk.sessions.prefer(
        session,
        language if language in LANGUAGES else session.language,
        theme if theme in THEMES else session.theme,
        session.shortcuts,
    )
    return go(local(form.one("back")))


@router.post("/me/keys")
async def keys(visit: Anyone) -> Response:
    given = {action: visit.form.one(f"key-{action}") for action in SHIPPED}
    own, wrong = changed(given, off=visit.form.one("shortcuts") != "on")
    if wrong:
        return _page(visit, given=given, wrong=wrong, status=422)
    await visit.desk.sessions.prefer(visit.session, visit.session.language, visit.session.theme, own)
    return go("/me?saved")


def local(address: str) -> str:
    """An address of this console that a form may lead back to; never another site's."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not address.startswith("/") or address[1:2] in {"/", "\\"}:
        return "/"
    return address if address.isprintable() else "/"


def _page(visit: Visit, status: int = 200, given: dict[str, str] | None = None, **values: object) -> Response:
    own = {action: key for action, key in visit.session.shortcuts.items() if action != OFF}
    shown = given or keys_of(own)
    context = {"saved": False, "wrong": [], "own_keys": shown, "shortcuts_on": OFF not in visit.session.shortcuts}
    return visit.page("me.html", status, **(context | values))
