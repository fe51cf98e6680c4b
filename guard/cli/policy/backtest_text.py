"""The report of `guard policy backtest` for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from guard.authoring.backtest.report import marked
from guard.authoring.backtest.words import (
    SIDES,
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
from guard.cli.output import table, terminal_words, told, visible
from guard.words.texts import Phrase

Report = Mapping[str, Any]
_ROWS = 12
"""Lines of a list before the rest is only counted: the other forms have all."""


def shown(report: Report) -> Iterator[str]:
    """Lines, in the order of what a reader asks first."""
    for name in ("old", "new"):
        yield visible(f"{told(SIDES[name])}  {report[name]['folder']}  {report[name]['digest'][:19]}…")
    yield ""
    yield told(summary(report))
    if report["changed"]:
        yield ""
        rows = [[kind(one["kind"]), number(one["posts"])] for one in report["changes"] if one["posts"]]
        yield from _indented(table(rows, ("", Phrase("backtest.posts-column"))))
    yield from _load(report["load"])
    yield from _shadow(report["shadow"])
    if "store" in report:
        yield from _stored(report["store"])
    for change in report["changes"]:
        if change["posts"]:
            yield from _change(change, report["posts"])
    yield from _errors(report)


def _load(load: Report) -> Iterator[str]:
    yield ""
    yield _headed(
        Phrase("backtest.work"), f"({told(Phrase('backtest.minutes-a-case', minutes=load['minutes_per_case']))})"
    )
    columns, *rows = work(load)
    yield from _indented(table(rows, columns))
    yield f"  {told(period(load))}"


def _shadow(rows: Sequence[Report]) -> Iterator[str]:
    if rows:
        yield ""
        yield _headed(Phrase("backtest.in-shadow"), f"({told(Phrase('backtest.shadow-means'))})")
        columns, *cells = shadow(rows)
        yield from _indented(visible(table(cells, columns)))


def _stored(found: Report) -> Iterator[str]:
    yield ""
    yield _headed(Phrase("backtest.log"))
    yield from (f"  {told(sentence)}" for sentence in stored(found))
    columns, *cells = rules_then(found)
    if cells:
        yield from _indented(visible(table(cells, columns)))


def _change(change: Report, posts: int) -> Iterator[str]:
    yield ""
    yield _headed(kind(change["kind"]), told(so_many(change["posts"], posts)))
    for name in ("rule", "group", "network"):
        rows = change[f"by_{name}"]
        cells = [[_named(row[name]), of_all(row), visible(_title(row))] for row in rows[:_ROWS]]
        if len(rows) > _ROWS:
            cells.append([Phrase("backtest.more", number=len(rows) - _ROWS), "", ""])
        yield from _indented(table(cells, (Phrase(f"backtest.by-{name}"), "", "")))
    samples = change["samples"]
    if samples:
        yield f"  {told(Phrase('backtest.samples', count=len(samples)))}"
    for sample in samples:
        yield from _sample(sample)


def _named(name: str) -> str:
    return visible(name) if name else Phrase("backtest.no-group")


def _title(row: Report) -> str:
    """What people call a rule."""
    return terminal_words().either(row.get("title") or {})


def _headed(heading: Phrase, more: str = "") -> str:
    return f"{told(heading).upper()}  {more}".rstrip()


def _sample(sample: Report) -> Iterator[str]:
    groups = f"  {', '.join(sample['groups'])}" if sample["groups"] else ""
    rules = ", ".join(sample["rules"])
    yield visible(f"    {told(place(sample))}  {sample['network']}{groups}  {sample['old']} → {sample['new']}  {rules}")
    if sample["text"] is None:
        yield f"      {told(Phrase('backtest.hidden'))} {', '.join(sample['places'])}"
        return
    text = marked(sample["text"])
    yield "      " + visible(text).replace("\n", "\n      ")


def _errors(report: Report) -> Iterator[str]:
    if report["partly_inspected"]:
        yield ""
        yield told(Phrase("backtest.partly", count=report["partly_inspected"]))
    if report["not_inspected"]:
        yield ""
        yield _headed(Phrase("backtest.not-inspected"), told(number(report["not_inspected"])))
        for error in report["errors"][:_ROWS]:
            line = f":{error['line']}" if "line" in error else ""
            yield visible(f"  {error['source']}{line}: {told(error['message'])}")
        if report["not_inspected"] > _ROWS:
            yield f"  {told(Phrase('backtest.more', number=report['not_inspected'] - _ROWS))}"


def _indented(text: str) -> Iterator[str]:
    yield from (f"  {line}".rstrip() for line in text.splitlines())
