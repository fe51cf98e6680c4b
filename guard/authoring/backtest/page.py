"""A backtest's report as one HTML page: nothing is loaded from elsewhere and no script runs. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Any, Final

from guard.authoring.backtest.words import (
    SIDES,
    did,
    kind,
    number,
    of_all,
    period,
    place,
    rules_then,
    shadow,
    so_many,
    stored,
    summary,
    work,
)
from guard.words.texts import Phrase, Words

_NO_SOURCES: Final = "default-src 'none'; style-src 'unsafe-inline'"
Report = Mapping[str, Any]


def page(report: Report, words: Words) -> str:
    """The whole page, in the language of these words."""
    return _Page(words).whole(report)


class _Page:
    def __init__(self, words: Words) -> None:
        self._words = words

    def whole(self, report: Report) -> str:
        style = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
        body = "\n".join(part for part in self._parts(report) if part)
        title = Phrase("backtest.page", old=report["old"]["folder"], new=report["new"]["folder"])
        return (
            f'<!doctype html>\n<html lang="{self._words.language}"><head><meta charset="utf-8">'
            f'<meta http-equiv="content-security-policy" content="{_NO_SOURCES}">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<meta name="color-scheme" content="light dark">'
            f"<title>{self._text(title)}</title>"
            f"<style>\n{style}</style></head>\n<body><main>\n{body}\n</main></body></html>\n"
        )

    def _parts(self, report: Report) -> Iterable[str]:
        yield f"<h1>{self._text(Phrase('backtest.what'))}</h1>"
        yield f'<p class="lead">{self._text(summary(report))}</p>'
        yield self._versions(report)
        yield f'<ul class="tiles">{"".join(map(self._tile, report["changes"]))}</ul>'
        yield self._load(report["load"])
        if "store" in report:
            yield self._stored(report["store"])
        yield from (self._change(change, report["posts"]) for change in report["changes"] if change["posts"])
        yield self._actions(report["actions"])
        yield self._shadow(report["shadow"])
        yield self._errors(report)
        yield f"<footer>{self._text(Phrase('backtest.keep'))}</footer>"

    def _versions(self, report: Report) -> str:
        rows = "".join(
            f"<dt>{self._text(side)}</dt><dd><code>{self._text(report[name]['folder'])}</code> "
            f'<code class="soft">{self._text(report[name]["digest"][:23])}…</code></dd>'
            for name, side in SIDES.items()
        )
        return f'<dl class="versions">{rows}</dl>'

    def _tile(self, change: Report) -> str:
        word, posts = change["kind"], change["posts"]
        told = f"<strong>{self._text(number(posts))}</strong>{self._text(kind(word))}"
        linked = f'<a class="{word}" href="#{word}">{told}</a>' if posts else f'<span class="{word}">{told}</span>'
        return f"<li>{linked}</li>"

    def _load(self, load: Report) -> str:
        minutes = Phrase("backtest.minutes-a-case", minutes=load["minutes_per_case"])
        note = f"<p class='soft'>{self._text(minutes)}. {self._text(period(load))}</p>"
        return self._section(Phrase("backtest.work"), self._table(*work(load)) + note)

    def _change(self, change: Report, posts: int) -> str:
        word = change["kind"]
        by_rule = self._bars(Phrase("backtest.by-rule"), change["by_rule"], "rule", change["posts"])
        by_group = self._bars(Phrase("backtest.by-group"), change["by_group"], "group", change["posts"])
        by_network = self._bars(Phrase("backtest.by-network"), change["by_network"], "network", change["posts"])
        samples = "".join(map(self._sample, change["samples"]))
        number_of_samples = self._text(Phrase("backtest.samples", count=len(change["samples"])))
        return (
            f'<section class="{word}" id="{word}"><h2>{self._text(kind(word)).capitalize()} '
            f"<small>{self._text(so_many(change['posts'], posts))}</small></h2>"
            f'<div class="columns"><div>{by_rule}</div><div>{by_group}{by_network}</div></div>'
            f"<details open><summary>{number_of_samples}</summary>{samples}</details></section>"
        )

    def _bars(self, heading: Phrase, rows: Sequence[Report], name: str, whole: int) -> str:
        shown = "".join(
            f'<tr><td>{self._named(row, name)}<span class="bar" style="width:{100 * row["posts"] / whole:.1f}%"></span>'
            f'</td><td class="n">{self._text(of_all(row))}</td></tr>'
            for row in rows
        )
        return f"<h3>{self._text(heading)}</h3><table>{shown}</table>"

    def _named(self, row: Report, name: str) -> str:
        called = self._words.either(row.get("title") or {})
        word = self._text(row[name] or Phrase("backtest.no-group"))
        return f'{self._text(called)} <code class="soft">{word}</code>' if called else word

    def _sample(self, sample: Report) -> str:
        if sample["text"] is None:
            hidden, places = self._text(Phrase("backtest.hidden")), self._text(", ".join(sample["places"]))
            text = f'<p class="soft">{hidden}<br>{places}</p>'
        else:
            pieces = (
                f"<mark>{self._text(piece)}</mark>" if found else self._text(piece) for piece, found in sample["text"]
            )
            text = f'<p dir="auto">{"".join(pieces)}</p>'
        groups = f"<span>{self._text(', '.join(sample['groups']))}</span>" if sample["groups"] else ""
        rules = "".join(
            f"<li>{self._text(Phrase('backtest.side', side=side, rules=_did(sample[f'{name}_rules'])))}</li>"
            for name, side in SIDES.items()
        )
        return (
            f"<article><header><b>{sample['old']} → {sample['new']}</b><span>{self._text(place(sample))}</span>"
            f"<span>{self._text(sample['network'])}</span>{groups}</header>{text}<ul>{rules}</ul></article>"
        )

    def _actions(self, pairs: Sequence[Report]) -> str:
        columns = [*SIDES.values(), Phrase("backtest.posts-column")]
        rows = [[pair["old"], pair["new"], number(pair["posts"])] for pair in pairs]
        return self._section(Phrase("backtest.all-posts"), self._table(columns, *rows, words=2)) if rows else ""

    def _shadow(self, rows: Sequence[Report]) -> str:
        heading, small = Phrase("backtest.in-shadow"), Phrase("backtest.shadow-means")
        return self._section(heading, self._table(*shadow(rows), words=2), small) if rows else ""

    def _stored(self, found: Report) -> str:
        told = "".join(f"<p>{self._text(sentence)}</p>" for sentence in stored(found))
        columns, *rows = rules_then(found)
        return self._section(Phrase("backtest.log"), told + (self._table(columns, *rows, words=2) if rows else ""))

    def _errors(self, report: Report) -> str:
        wholly, partly = report["not_inspected"], report["partly_inspected"]
        if not wholly and not partly:
            return ""
        note = f"<p>{self._text(Phrase('backtest.partly', count=partly))}</p>" if partly else ""
        rows = [[_place(error), error["message"]] for error in report["errors"]]
        columns = [Phrase("backtest.where"), Phrase("backtest.why")]
        table = self._table(columns, *rows, words=2) if rows else ""
        more = wholly - len(rows)
        rest = f"<p class='soft'>{self._text(Phrase('backtest.more', number=more))}</p>" if more else ""
        return self._section(Phrase("backtest.not-inspected"), note + table + rest, number(wholly))

    def _section(self, heading: Phrase, body: str, small: Phrase | None = None) -> str:
        told = self._text(heading) + (f" <small>{self._text(small)}</small>" if small else "")
        return f"<section><h2>{told}</h2>{body}</section>"

    def _table(self, columns: Sequence[str], *rows: Sequence[str], words: int = 1) -> str:
        """The first `words` columns hold words, the others numbers."""

        def line(tag: str, cells: Sequence[str]) -> str:
            kinds = ["" if at < words else ' class="n"' for at in range(len(cells))]
            return "".join(f"<{tag}{k}>{self._text(cell)}</{tag}>" for k, cell in zip(kinds, cells, strict=True))

        body = "".join(f"<tr>{line('td', row)}</tr>" for row in rows)
        head = line("th", columns)
        return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'

    def _text(self, text: str) -> str:
        """Told, for HTML; characters that nobody sees or that turn others around are shown by their number."""
        text = self._words.told(text)
        if text.isascii() and text.isprintable():
            return escape(text)
        return escape("".join(f"<U+{ord(c):04X}>" if _tricky(c) else c for c in text))


def _did(said: Sequence[str]) -> tuple[str, ...] | Phrase:
    return tuple(map(did, said)) or Phrase("backtest.no-rule")


def _place(error: Report) -> str:
    return f"{error['source']}:{error['line']}" if "line" in error else str(error["source"])


def _tricky(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"} and char not in "\n\u200d"
