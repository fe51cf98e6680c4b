"""The headings of a backtest's report, shared by its forms. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from guard.authoring.backtest.compare import Kind

TITLES: Final = {
    Kind.BLOCKED.value: "newly blocked",
    Kind.HELD.value: "newly held",
    Kind.REROUTED.value: "newly sent to the internal server",
    Kind.PASSED.value: "no longer stopped",
    Kind.ACTION.value: "another action",
    Kind.DETAIL.value: "other rules or other masking",
}
NO_GROUP: Final = "(no group)"
HIDDEN: Final = "(text not shown: a confidential policy speaks of it)"
DECIDED: Final = {
    "allow": "passed",
    "flag": "passed and were flagged",
    "redact": "passed with something masked",
    "reroute": "went to the internal server instead",
    "hold": "were held",
    "block": "were blocked",
}
NOW: Final = {
    "there": "in the new policies too",
    "off": "off in the new policies",
    "gone": "not in the new policies",
}


def share(part: int, whole: int) -> str:
    """A share in per cent that says neither 0 nor 100 unless it is."""
    if not whole or part in {0, whole}:
        return "100 %" if whole and part else "0 %"
    value = 100 * part / whole
    if value < 0.1:
        return "under 0.1 %"
    return "over 99.9 %" if value > 99.9 else f"{value:.1f} %"


def summary(report: Mapping[str, Any]) -> str:
    """The first sentence."""
    posts, changed = report["posts"], report["changed"]
    if not posts:
        return "No post was inspected."
    if not changed:
        return f"{plural(posts, 'post')} inspected: nothing changes."
    verb = "comes" if changed == 1 else "come"
    return f"{plural(posts, 'post')} inspected: {changed:,} {verb} out differently ({share(changed, posts)})."


def plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def place(sample: Mapping[str, Any]) -> str:
    """Where the post stands, and its own id if it has one."""
    where, name = str(sample["where"]), str(sample["id"])
    return where if name == where or where.startswith("case ") else f"{where}  {name}"


def title(row: Mapping[str, Any]) -> str:
    """What people call a rule; the report is in English."""
    titles = row.get("title") or {}
    return str(titles.get("en") or next(iter(titles.values()), ""))


def period(load: Mapping[str, Any]) -> str:
    """From when to when, if posts say so."""
    one = load["new"]
    if "days" not in one:
        return "No post says when it was written, so nothing is known of days."
    told = f"{plural(one['days'], 'day')} from {one['first_day']} to {one['last_day']} (UTC)"
    without = one["posts_without_a_day"]
    return f"{told}; {plural(without, 'post')} without a time left out." if without else f"{told}."


def stored(found: Mapping[str, Any]) -> list[str]:
    """What the gate's log could not tell, in sentences."""
    first = f"{plural(found['decisions'], 'decision')} in the log; {plural(found['replayed'], 'held post')} replayed"
    told = [f"{first}, each at the moment it was decided on."]
    if found["sent_again"]:
        told.append(f"{found['sent_again']:,} were the same held posts sent again, and are not counted twice.")
    if found["upheld"]:
        stopped = found["upheld_stopped"]
        which = f": {', '.join(stopped[:20])}{' …' if len(stopped) > 20 else ''}" if stopped else ""
        told.append(
            f"{plural(found['upheld'], 'contested text')} of which a colleague said that the author was right: "
            f"the new policies stop {len(stopped)} of them{which}."
        )
    if found["text_erased"]:
        told.append(f"{plural(found['text_erased'], 'held post')} cannot be replayed: the text has been erased.")
    kept = found["text_never_kept"]
    if kept:
        parts = ", ".join(f"{number:,} {DECIDED[word]}" for word, number in kept.items())
        told.append(
            f"{plural(sum(kept.values()), 'decision')} cannot be replayed: the gate keeps the text of held posts only "
            f"({parts}). What the new policies would stop among them is not known; an archive of posts would tell."
        )
    if found["replayed_not_held_by_old"]:
        told.append(
            f"{plural(found['replayed_not_held_by_old'], 'replayed post')} would not be held by the old policies given "
            "here: other policies, other detectors, an attached file or the posts before it held it then."
        )
    return told
