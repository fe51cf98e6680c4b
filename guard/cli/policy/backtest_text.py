"""The report of `guard policy backtest` for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from guard.authoring.backtest.report import marked
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
from guard.cli.output import table, visible

Report = Mapping[str, Any]
_ROWS = 12
"""Lines of a list before the rest is only counted: the other forms have all."""


def shown(report: Report) -> Iterator[str]:
    """Lines, in the order of what a reader asks first."""
    for name in ("old", "new"):
        yield visible(f"{name}  {report[name]['folder']}  {report[name]['digest'][:19]}…")
    yield ""
    yield summary(report)
    if report["changed"]:
        yield ""
        rows = [[TITLES[one["kind"]], f"{one['posts']:,}"] for one in report["changes"] if one["posts"]]
        yield from _indented(table(rows, ("", "posts")))
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
    yield f"WORK FOR REVIEWERS  ({load['minutes_per_case']:g} minutes a case and reviewer)"
    dated = "days" in load["new"]
    columns = ["", "held", "per 1,000 posts"]
    columns += ["a day", "busiest day", "minutes a day"] if dated else ["minutes per 1,000 posts"]
    rows = []
    for name in ("old", "new"):
        one = load[name]
        row = [name, f"{one['held']:,}", f"{one['per_1000_posts']:,}"]
        if dated:
            busiest = f"{one['held_on_busiest_day']:,} ({one['busiest_day']})" if one["busiest_day"] else "0"
            row += [f"{one['per_day']:,}", busiest, f"{one['minutes_per_day']:,}"]
        else:
            row.append(f"{one['minutes_per_1000_posts']:,}")
        rows.append(row)
    yield from _indented(table(rows, columns))
    yield f"  {period(load)}"


def _shadow(rows: Sequence[Report]) -> Iterator[str]:
    if rows:
        yield ""
        yield "IN SHADOW  (recorded, never acted on)"
        cells = [[row["rule"], row["action"], f"{row['old']:,}", f"{row['new']:,}"] for row in rows]
        yield from _indented(visible(table(cells, ("rule", "would", "old", "new"))))


def _stored(found: Report) -> Iterator[str]:
    yield ""
    yield "WHAT THE LOG CAN TELL"
    yield from (f"  {sentence}" for sentence in stored(found))
    rows = found["rules_of_decisions_not_replayed"]
    cells = [[row["rule"], row["action"], f"{row['decisions']:,}", NOW[row["now"]]] for row in rows]
    if cells:
        yield from _indented(visible(table(cells, ("rule that acted then", "action", "decisions", "today"))))


def _change(change: Report, posts: int) -> Iterator[str]:
    yield ""
    heading = TITLES[change["kind"]].upper()
    yield f"{heading}  {plural(change['posts'], 'post')}, {share(change['posts'], posts)}"
    for name in ("rule", "group", "network"):
        rows = change[f"by_{name}"]
        cells = [[visible(row[name] or NO_GROUP), _number(row), visible(title(row))] for row in rows[:_ROWS]]
        if len(rows) > _ROWS:
            cells.append([f"and {len(rows) - _ROWS} more", "", ""])
        yield from _indented(table(cells, (f"by {name}", "", "")))
    samples = change["samples"]
    if samples:
        yield f"  {plural(len(samples), 'sample')}"
    for sample in samples:
        yield from _sample(sample)


def _number(row: Report) -> str:
    return f"{row['posts']:,}" + (f" of {row['of']:,}" if "of" in row else "")


def _sample(sample: Report) -> Iterator[str]:
    groups = f"  {', '.join(sample['groups'])}" if sample["groups"] else ""
    rules = ", ".join(sample["rules"])
    yield visible(f"    {place(sample)}  {sample['network']}{groups}  {sample['old']} → {sample['new']}  {rules}")
    if sample["text"] is None:
        yield f"      {HIDDEN} {', '.join(sample['places'])}"
        return
    text = marked(sample["text"])
    yield "      " + visible(text).replace("\n", "\n      ")


def _errors(report: Report) -> Iterator[str]:
    if report["partly_inspected"]:
        yield ""
        yield f"{plural(report['partly_inspected'], 'post')} only partly inspected: a detector failed."
    if report["not_inspected"]:
        yield ""
        yield f"NOT INSPECTED  {report['not_inspected']:,}"
        for error in report["errors"][:_ROWS]:
            line = f":{error['line']}" if "line" in error else ""
            yield visible(f"  {error['source']}{line}: {error['message']}")
        if report["not_inspected"] > _ROWS:
            yield f"  and {report['not_inspected'] - _ROWS:,} more"


def _indented(text: str) -> Iterator[str]:
    yield from (f"  {line}".rstrip() for line in text.splitlines())
