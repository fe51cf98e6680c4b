"""The sandbox's pages: what got published, newest first, and the two of signing in. Plain HTML without any script."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from starlette.requests import Request

from guard.sandbox.words import WORDS
from guard.sandbox.world import TINTS, Media, Person, Poll, Scheduled, Status, World

_REFRESH = 4
_SHOWN = 100
_CURL = """curl {gate}/api/v1/statuses \\
  -H 'Authorization: Bearer demo' \\
  --data-urlencode 'status={text}'"""


def language(request: Request) -> str:
    """`fr` or `en`: from `?lang=`, else the browser's first known choice."""
    asked = request.query_params.get("lang", "")
    if asked in WORDS:
        return asked
    for part in request.headers.get("accept-language", "").split(","):
        tag = part.partition(";")[0].strip().lower()[:2]
        if tag in WORDS:
            return tag
    return "en"


def headers(form_action: str = "'none'") -> dict[str, str]:
    """No script, nothing from elsewhere, no frame around it."""
    policy = (
        f"default-src 'none'; style-src 'self'; img-src 'self' data:; media-src 'self'; form-action {form_action}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
    }


def _shell(title: str, body: str, lang: str, *, refresh: bool = False) -> str:
    again = f'<meta http-equiv="refresh" content="{_REFRESH}">' if refresh else ""
    return (
        f'<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
        f'{again}<title>{escape(title)}</title><link rel="stylesheet" href="/style.css"><link rel="icon" href="data:,">'
        f"</head><body>{body}</body></html>"
    )


def front(world: World, lang: str, *, paused: bool = False) -> str:
    """Everything published and scheduled."""
    words = WORDS[lang]
    scheduled = sorted(world.scheduled.values(), key=lambda each: each.scheduled_at)
    statuses = list(world.statuses.values())[: -_SHOWN - 1 : -1]
    cards = [_scheduled(item, lang) for item in scheduled] + [_status(item, world, lang) for item in statuses]
    count = len(world.statuses)
    told = words["count_one"] if count == 1 else words["count"].format(n=count)
    main = f'<p class="count">{told}</p>{"".join(cards)}' if cards else _empty(world, lang)
    body = f"{_head(lang, paused=paused)}<main>{main}</main><footer><p>{words['foot']}</p></footer>"
    return _shell(words["title"], body, lang, refresh=not paused)


def _head(lang: str, *, paused: bool) -> str:
    words = WORDS[lang]
    other = "fr" if lang == "en" else "en"
    hold = "&amp;paused=1" if paused else ""
    turn = f'<a href="/?lang={lang}{"" if paused else "&amp;paused=1"}">{words["resume" if paused else "pause"]}</a>'
    return (
        f'<header><div class="bar"><span class="tag">{words["tag"]}</span><nav>{turn}'
        f'<a href="/?lang={other}{hold}" lang="{other}" hreflang="{other}">{WORDS[other]["language"]}</a></nav></div>'
        f"<h1>{words['headline']}</h1><p>{words['lead']}</p></header>"
    )


def _empty(world: World, lang: str) -> str:
    words = WORDS[lang]
    clean = escape(_CURL.format(gate=world.gate_url, text=words["clean"]))
    leak = escape(_CURL.format(gate=world.gate_url, text=words["leak"]))
    return (
        f'<section class="empty"><h2>{words["empty"]}</h2><p>{words["try_clean"]}</p><pre><code>{clean}</code></pre>'
        f"<p>{words['try_leak']}</p><pre><code>{leak}</code></pre><p>{words['any_client'].format(gate=escape(world.gate_url))}</p></section>"
    )


def _byline(person: Person, when: str, badges: list[tuple[str, str]]) -> str:
    tint = int(person.id) % TINTS
    marks = "".join(f'<span class="badge {kind}">{escape(word)}</span>' for kind, word in badges)
    return (
        f'<div class="by"><span class="face t{tint}" aria-hidden="true">{escape(person.display_name[:1])}</span>'
        f'<div class="who"><strong>{escape(person.display_name)}</strong> <span class="at">@{escape(person.username)}</span></div>'
        f'<div class="when">{marks}{when}</div></div>'
    )


def _status(item: Status, world: World, lang: str, *, inner: bool = False) -> str:
    words = WORDS[lang]
    local = item.created_at.astimezone()
    when = (
        f'<time datetime="{item.created_at.isoformat()}" title="{local:%Y-%m-%d %H:%M:%S %Z}">{local:%H:%M:%S}</time>'
    )
    badges = [("edited", words["edited"])] if item.edited_at else []
    badges += [("seen", words[item.visibility])] if item.visibility != "public" else []
    if item.reblog is not None:
        shared = _status(item.reblog, world, lang, inner=True)
        return f'<article class="boost">{_byline(item.author, when, [("seen", words["boosted"]), *badges])}{shared}</article>'
    parts = [_byline(item.author, when, badges), _reply(item, lang), _text(item.spoiler_text, item.text, lang)]
    parts += [_poll(item.poll, lang)] if item.poll else []
    parts += [_media(item.media, lang), _earlier(item, lang), _reactions(item, world, lang)]
    anchor = "" if inner else f' id="s{item.id}"'
    return f"<article{anchor}>{''.join(parts)}</article>"


def _reply(item: Status, lang: str) -> str:
    reply = item.in_reply_to
    if reply is None:
        return ""
    name = escape(f"@{reply.author.username}")
    return f'<p class="reply">{WORDS[lang]["reply"]} <a href="#s{reply.id}">{name}</a></p>'


def _text(spoiler: str, text: str, lang: str) -> str:
    warning = f'<p class="cw"><span>{WORDS[lang]["cw"]}</span>{escape(spoiler)}</p>' if spoiler else ""
    return warning + (f'<p class="text" dir="auto">{escape(text)}</p>' if text else "")


def _poll(poll: Poll, lang: str) -> str:
    options = "".join(f"<li>{escape(option)}</li>" for option in poll.options)
    many = WORDS[lang]["poll_many" if poll.multiple else "poll"]
    return f'<div class="poll"><p>{many}</p><ul>{options}</ul></div>'


def _media(items: list[Media], lang: str) -> str:
    if not items:
        return ""
    return f'<div class="media">{"".join(_figure(item, lang) for item in items)}</div>'


def _figure(item: Media, lang: str) -> str:
    words = WORDS[lang]
    described = escape(item.description or "")
    if item.content_type.startswith("image/"):
        shown = f'<img src="/media/{item.id}" alt="{described}" loading="lazy">'
    else:
        shown = f'<span class="file">{escape(item.content_type)}</span>'
    alt = f"<b>ALT</b> {described}" if described else f"<i>{words['no_alt']}</i>"
    return f"<figure>{shown}<figcaption>{alt}</figcaption></figure>"


def _earlier(item: Status, lang: str) -> str:
    """How an edited post read before."""
    if len(item.versions) < 2:
        return ""
    old = "".join(f"<li>{_text(each.spoiler_text, each.text, lang)}</li>" for each in reversed(item.versions[:-1]))
    return f"<details><summary>{WORDS[lang]['earlier']}</summary><ol reversed>{old}</ol></details>"


def _reactions(item: Status, world: World, lang: str) -> str:
    words = WORDS[lang]
    boosts = sum(each.reblog is item for each in world.statuses.values())
    told = [(len(item.favourited_by), "★", words["favourites"]), (boosts, "⇄", words["boosts"])]
    marks = [f'<span title="{name}">{sign} {number}</span>' for number, sign, name in told if number]
    return f'<p class="reactions">{"".join(marks)}</p>' if marks else ""


def _scheduled(item: Scheduled, lang: str) -> str:
    words = WORDS[lang]
    local = item.scheduled_at.astimezone()
    when = f'<time datetime="{item.scheduled_at.isoformat()}">{local:%Y-%m-%d %H:%M}</time>'
    parts = [_byline(item.author, when, [("later", words["scheduled"])])]
    parts.append(_text(item.params["spoiler_text"], item.params["text"], lang))
    given = item.params["poll"]
    if given:
        parts.append(_poll(Poll("", given["options"], item.scheduled_at, given["multiple"], False), lang))
    parts.append(_media(item.media, lang))
    return f'<article class="waiting">{"".join(parts)}</article>'


def authorize(app_name: str, hidden: Mapping[str, str], lang: str) -> str:
    """Who do you want to be for this client? The form names no host, so that a browser stays at the gate."""
    words = WORDS[lang]
    kept = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in hidden.items()
    )
    body = (
        f'<main class="narrow"><span class="tag">{words["tag"]}</span>'
        f"<h1>{words['authorize'].format(app=escape(app_name))}</h1><p>{words['authorize_lead']}</p>"
        f'<form method="post" action="/oauth/authorize">{kept}<label for="username">{words["username"]}</label>'
        '<input id="username" name="username" value="camille" autocomplete="off" required pattern="[a-z0-9_]+">'
        f"<button>{words['allow']}</button></form></main>"
    )
    return _shell(words["allow"], body, lang)


def code(value: str, lang: str) -> str:
    """The code to copy into a client that has no address of its own."""
    words = WORDS[lang]
    body = (
        f'<main class="narrow"><span class="tag">{words["tag"]}</span><h1>{words["code"]}</h1>'
        f'<p>{words["code_lead"]}</p><pre><code id="code">{escape(value)}</code></pre></main>'
    )
    return _shell(words["code"], body, lang)
