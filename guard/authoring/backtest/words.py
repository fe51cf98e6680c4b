"""What a backtest's report says, shared by its forms, as phrases. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from guard.words.texts import Phrase

SIDES: Final = {"old": Phrase("backtest.old"), "new": Phrase("backtest.new")}
_EXCEPTED: Final = re.compile(r"(?P<rule>.+): (?P<action>\w+) by exception (?P<name>.+)")


def kind(word: str) -> Phrase:
    """How posts come out differently."""
    return Phrase(f"backtest.kind.{word}")


def number(value: float) -> Phrase:
    return Phrase("backtest.number", value=value)


def share(part: int, whole: int) -> Phrase:
    """A share in per cent that says neither 0 nor 100 unless it is."""
    if not whole or part in {0, whole}:
        return Phrase("backtest.percent-whole", percent=100 if whole and part else 0)
    value = 100 * part / whole
    if value < 0.1:
        return Phrase("backtest.percent-under", percent=0.1)
    return Phrase("backtest.percent-over" if value > 99.9 else "backtest.percent", percent=min(value, 99.9))


def summary(report: Mapping[str, Any]) -> Phrase:
    """The first sentence."""
    posts, changed = report["posts"], report["changed"]
    if not posts:
        return Phrase("backtest.nothing")
    if not changed:
        return Phrase("backtest.same", count=posts)
    whole = Phrase("backtest.posts", count=posts)
    return Phrase("backtest.differ", posts=whole, count=changed, share=share(changed, posts))


def place(sample: Mapping[str, Any]) -> str:
    """Where the post stands, and its own id if it has one."""
    where, name = str(sample["where"]), str(sample["id"])
    if found := re.fullmatch(r"case (\d+)", where):
        return Phrase("backtest.case", number=found[1])
    return where if name == where else f"{where}  {name}"


def did(said: str) -> str:
    """What a rule did, in words: `demo/r: hold`. Only an exception is told with more than names."""
    found = _EXCEPTED.fullmatch(said)
    return Phrase("backtest.excepted", **found.groupdict()) if found else said


def so_many(posts: int, whole: int) -> Phrase:
    """Posts, and what share of all they are."""
    return Phrase("backtest.so-many", posts=Phrase("backtest.posts", count=posts), share=share(posts, whole))


def of_all(row: Mapping[str, Any]) -> Phrase:
    """So many posts of a rule, group or network, and of how many if that is known."""
    return Phrase("backtest.of", posts=row["posts"], all=row["of"]) if "of" in row else number(row["posts"])


def period(load: Mapping[str, Any]) -> Phrase:
    """From when to when, if posts say so."""
    one = load["new"]
    if "days" not in one:
        return Phrase("backtest.no-days")
    days = Phrase("backtest.days", count=one["days"])
    if not (without := one["posts_without_a_day"]):
        return Phrase("backtest.period", days=days, first=one["first_day"], last=one["last_day"])
    posts = Phrase("backtest.posts", count=without)
    return Phrase("backtest.period-but", days=days, first=one["first_day"], last=one["last_day"], posts=posts)


def stored(found: Mapping[str, Any]) -> list[Phrase]:
    """What the gate's log could not tell, in sentences."""
    decisions = Phrase("backtest.decisions", count=found["decisions"])
    told = [Phrase("backtest.replayed", decisions=decisions, count=found["replayed"])]
    if found["sent_again"]:
        told.append(Phrase("backtest.sent-again", count=found["sent_again"]))
    if found["upheld"]:
        told.append(Phrase("backtest.upheld", count=found["upheld"], stopped=len(found["upheld_stopped"])))
    if stopped := found["upheld_stopped"]:
        told.append(Phrase("backtest.upheld-stopped", which=", ".join(stopped[:20])))
    if found["text_erased"]:
        told.append(Phrase("backtest.erased", count=found["text_erased"]))
    if kept := found["text_never_kept"]:
        parts = tuple(Phrase(f"backtest.decided.{word}", number=posts) for word, posts in kept.items())
        told.append(Phrase("backtest.never-kept", count=sum(kept.values()), parts=parts))
    if found["replayed_not_held_by_old"]:
        told.append(Phrase("backtest.not-held-by-old", count=found["replayed_not_held_by_old"]))
    return told


def work(load: Mapping[str, Any]) -> list[list[str]]:
    """What reviewers would have to do, as a table; its columns come first."""
    dated = "days" in load["new"]
    columns: list[str] = ["", Phrase("backtest.held"), Phrase("backtest.per-1000")]
    if dated:
        columns += [Phrase("backtest.a-day"), Phrase("backtest.busiest-day"), Phrase("backtest.minutes-a-day")]
    else:
        columns.append(Phrase("backtest.minutes-per-1000"))
    rows = [columns]
    for name, side in SIDES.items():
        one = load[name]
        row = [side, number(one["held"]), number(one["per_1000_posts"])]
        if dated:
            row += [number(one["per_day"]), _busiest(one), number(one["minutes_per_day"])]
        else:
            row.append(number(one["minutes_per_1000_posts"]))
        rows.append([*row])
    return rows


def _busiest(one: Mapping[str, Any]) -> Phrase:
    day, held = one["busiest_day"], one["held_on_busiest_day"]
    return Phrase("backtest.busiest", held=held, day=day) if day else number(0)


def shadow(rows: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """What rules in shadow would do, as a table; its columns come first."""
    columns: list[str] = [Phrase("backtest.rule"), Phrase("backtest.would"), *SIDES.values()]
    return [columns, *([row["rule"], row["action"], number(row["old"]), number(row["new"])] for row in rows)]


def rules_then(found: Mapping[str, Any]) -> list[list[str]]:
    """Rules of decisions that could not be replayed, and whether the new policies have them; its columns come first."""
    columns: list[str] = [Phrase("backtest.rule-then"), Phrase("backtest.action")]
    columns += [Phrase("backtest.decisions-column"), Phrase("backtest.today-column")]
    rows = found["rules_of_decisions_not_replayed"]
    return [
        columns,
        *([r["rule"], r["action"], number(r["decisions"]), Phrase(f"backtest.today.{r['now']}")] for r in rows),
    ]
