"""A backtest's report as one HTML page: nothing is loaded from elsewhere and no script runs. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any, Final

from guard.authoring.backtest.words import (
    HIDDEN,
    NO_GROUP,
    NOW,
    TITLES,
    period,
    place,
    plural,
    share,
    stored,
    summary,
    title,
)

_NO_SOURCES: Final = "default-src 'none'; style-src 'unsafe-inline'"
Report = Mapping[str, Any]


def page(report: Report) -> str:
    """The whole page."""
    style = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    body = "\n".join(part for part in _parts(report) if part)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="content-security-policy" content="{_NO_SOURCES}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">'
        f"<title>Backtest: {_text(report['old']['folder'])} → {_text(report['new']['folder'])}</title>"
        f"<style>\n{style}</style></head>\n<body><main>\n{body}\n</main></body></html>\n"
    )


def _parts(report: Report) -> Iterable[str]:
    yield "<h1>What would change</h1>"
    yield f'<p class="lead">{_text(summary(report))}</p>'
    yield _versions(report)
    yield _tiles(report)
    yield _load(report["load"])
    if "store" in report:
        yield _stored(report["store"])
    yield from (_change(change, report["posts"]) for change in report["changes"] if change["posts"])
    yield _actions(report["actions"])
    yield _shadow(report["shadow"])
    yield _errors(report)
    yield (
        "<footer>This page quotes posts as they were written, with what was found in them. Keep it as carefully as the "
        "archive itself. A post by an author in two groups counts in both.</footer>"
    )


def _versions(report: Report) -> str:
    rows = "".join(
        f"<dt>{name}</dt><dd><code>{_text(report[name]['folder'])}</code> "
        f'<code class="soft">{_text(report[name]["digest"][:23])}…</code></dd>'
        for name in ("old", "new")
    )
    return f'<dl class="versions">{rows}</dl>'


def _tiles(report: Report) -> str:
    return f'<ul class="tiles">{"".join(map(_tile, report["changes"]))}</ul>'


def _tile(change: Report) -> str:
    kind, posts = change["kind"], change["posts"]
    words = f"<strong>{posts:,}</strong>{TITLES[kind]}"
    linked = f'<a class="{kind}" href="#{kind}">{words}</a>' if posts else f'<span class="{kind}">{words}</span>'
    return f"<li>{linked}</li>"


def _load(load: Report) -> str:
    dated = "days" in load["new"]
    columns = ["", "held", "per 1,000 posts"]
    columns += ["a day", "busiest day", "minutes a day"] if dated else ["minutes per 1,000 posts"]
    rows = [
        [name, f"{one['held']:,}", f"{one['per_1000_posts']:,}"]
        + (
            [f"{one['per_day']:,}", _busiest(one), f"{one['minutes_per_day']:,}"]
            if dated
            else [f"{one['minutes_per_1000_posts']:,}"]
        )
        for name, one in (("old", load["old"]), ("new", load["new"]))
    ]
    note = f"<p class='soft'>{load['minutes_per_case']:g} minutes a case and reviewer. {period(load)}</p>"
    return f"<section><h2>Work for reviewers</h2>{_table(columns, rows)}{note}</section>"


def _busiest(one: Report) -> str:
    return f"{one['held_on_busiest_day']:,} on {one['busiest_day']}" if one["busiest_day"] else "0"


def _change(change: Report, posts: int) -> str:
    kind = change["kind"]
    heading = TITLES[kind].capitalize()
    by_rule = _bars("by rule", change["by_rule"], "rule", change["posts"])
    by_group = _bars("by group", change["by_group"], "group", change["posts"])
    by_network = _bars("by network", change["by_network"], "network", change["posts"])
    samples = "".join(_sample(sample) for sample in change["samples"])
    return (
        f'<section class="{kind}" id="{kind}"><h2>{heading} <small>{plural(change["posts"], "post")}, '
        f"{share(change['posts'], posts)}</small></h2>"
        f'<div class="columns"><div>{by_rule}</div><div>{by_group}{by_network}</div></div>'
        f"<details open><summary>{plural(len(change['samples']), 'sample')}</summary>{samples}</details></section>"
    )


def _bars(heading: str, rows: Sequence[Report], name: str, whole: int) -> str:
    shown = "".join(
        f'<tr><td>{_named(row, name)}<span class="bar" style="width:{100 * row["posts"] / whole:.1f}%"></span>'
        f'</td><td class="n">{row["posts"]:,}{" of " + format(row["of"], ",") if "of" in row else ""}</td></tr>'
        for row in rows
    )
    return f"<h3>{heading}</h3><table>{shown}</table>"


def _named(row: Report, name: str) -> str:
    called = title(row)
    word = _text(row[name] or NO_GROUP)
    return f'{_text(called)} <code class="soft">{word}</code>' if called else word


def _sample(sample: Report) -> str:
    if sample["text"] is None:
        text = f'<p class="soft">{_text(HIDDEN)}<br>{_text(", ".join(sample["places"]))}</p>'
    else:
        pieces = (f"<mark>{_text(piece)}</mark>" if found else _text(piece) for piece, found in sample["text"])
        text = f'<p dir="auto">{"".join(pieces)}</p>'
    groups = f"<span>{_text(', '.join(sample['groups']))}</span>" if sample["groups"] else ""
    rules = "".join(
        f"<li>{name}: {_text('; '.join(sample[f'{name}_rules']) or 'no rule')}</li>" for name in ("old", "new")
    )
    return (
        f"<article><header><b>{sample['old']} → {sample['new']}</b><span>{_text(place(sample))}</span>"
        f"<span>{_text(sample['network'])}</span>{groups}</header>{text}<ul>{rules}</ul></article>"
    )


def _actions(pairs: Sequence[Report]) -> str:
    rows = [[pair["old"], pair["new"], f"{pair['posts']:,}"] for pair in pairs]
    return f"<section><h2>All posts</h2>{_table(['old', 'new', 'posts'], rows, words=2)}</section>" if rows else ""


def _shadow(rows: Sequence[Report]) -> str:
    if not rows:
        return ""
    shown = [[row["rule"], row["action"], f"{row['old']:,}", f"{row['new']:,}"] for row in rows]
    table = _table(["rule", "would", "old", "new"], shown, words=2)
    return f"<section><h2>In shadow <small>recorded, never acted on</small></h2>{table}</section>"


def _stored(found: Report) -> str:
    told = "".join(f"<p>{_text(sentence)}</p>" for sentence in stored(found))
    rows = [
        [row["rule"], row["action"], f"{row['decisions']:,}", NOW[row["now"]]]
        for row in found["rules_of_decisions_not_replayed"]
    ]
    columns = ["rule that acted then", "action", "decisions", "today"]
    table = _table(columns, rows, words=2) if rows else ""
    return f"<section><h2>What the log can tell</h2>{told}{table}</section>"


def _errors(report: Report) -> str:
    if not report["not_inspected"] and not report["partly_inspected"]:
        return ""
    partly = report["partly_inspected"]
    note = f"<p>{plural(partly, 'post')} only partly inspected: a detector failed.</p>" if partly else ""
    rows = [[_place(error), error["message"]] for error in report["errors"]]
    table = _table(["where", "why"], rows, words=2) if rows else ""
    more = report["not_inspected"] - len(rows)
    rest = f"<p class='soft'>and {more:,} more</p>" if more else ""
    return f"<section><h2>Not inspected <small>{report['not_inspected']:,}</small></h2>{note}{table}{rest}</section>"


def _place(error: Report) -> str:
    return f"{error['source']}:{error['line']}" if "line" in error else str(error["source"])


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1) -> str:
    """The first `words` columns hold words, the others numbers."""

    def line(tag: str, cells: Sequence[str]) -> str:
        kinds = ["" if number < words else ' class="n"' for number in range(len(cells))]
        return "".join(f"<{tag}{kind}>{_text(cell)}</{tag}>" for kind, cell in zip(kinds, cells, strict=True))

    body = "".join(f"<tr>{line('td', row)}</tr>" for row in rows)
    return (
        f'<div class="scroll"><table><thead><tr>{line("th", columns)}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _text(text: str) -> str:
    """For HTML; characters that nobody sees or that turn others around are shown by their number."""
    if text.isascii() and text.isprintable():
        return escape(text)
    return escape("".join(f"<U+{ord(c):04X}>" if _tricky(c) else c for c in text))


def _tricky(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"} and char not in "\n\u200d"
