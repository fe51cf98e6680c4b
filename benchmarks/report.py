"""Results as tables: the same Markdown on the terminal and, between two markers, in docs/benchmarks.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.figures import shown

START, END = "<!-- measured: start (python -m benchmarks docs) -->", "<!-- measured: end -->"
GOALS = {
    "ratio_mean": 30.0,
    "gate/nginx c32": 0.2,
    "gate/mitmproxy c32": 10.0,
}
"""What issue 2 asks: at least."""


def markdown(results: dict[str, Any]) -> str:
    """All parts that were measured, and one line for each that was not."""
    machine = results["machine"]
    where = f"{machine['cpu']}, {machine['cores']} cores, {machine['system']}, Python {machine['python']}"
    quick = "; quick run" if results["quick"] else ""
    load = f"load average before the run {machine['load_before']}{quick}"
    lines = [f"Measured on {where}; disk {machine['disk']}; {load}. Only ratios are portable.", ""]
    parts = {
        "inspect": _inspect, "detection": _detection, "models": _models, "http": _http, "audit": _audit, "policies": _policies,
    }  # fmt: skip
    for name, part in results["parts"].items():
        if not set(part) <= {"missing"}:
            lines += [*parts[name](part), ""]
        lines += [f"not measured: {what}: {why}" for what, why in part.get("missing", {}).items()]
    return "\n".join(lines).strip() + "\n"


def write_docs(page: Path, results: dict[str, Any]) -> None:
    """Put the tables between the page's markers. ValueError when it has none."""
    text = page.read_text(encoding="utf-8")
    if START not in text or END not in text:
        raise ValueError(f"{page.name} has no markers for the measured tables")
    head, _, rest = text.partition(START)
    tail = rest.partition(END)[2]
    page.write_text(f"{head}{START}\n{markdown(results)}{END}{tail}", encoding="utf-8")


def _inspect(part: dict[str, Any]) -> list[str]:
    rows = [
        (
            name,
            found["what"],
            f"{found['p50_us']:,}",
            f"{found['p99_us']:,}",
            f"{found['mean_us']:,}",
            f"{part['memory_mb'][name]:.0f}",
        )
        for name, found in part["engines"].items()
    ]
    count = next(iter(part["engines"].values()))["posts"]
    by_mean = f"{_spread(part['ratio_mean'], 'x')} by the mean{_goal('ratio_mean', part['ratio_mean'])}"
    by_median = f"{_spread(part['ratio_p50'], 'x')} by the median post"
    return [
        "### Inspection, one post at a time",
        "",
        *_table(("engine", "what runs", "p50 µs", "p99 µs", "mean µs", "memory MB"), rows),
        "",
        f"CPU time per post, the same {count:,} posts of about 200 characters for both.",
        f"Presidio / guard: {by_mean}, {by_median}.",
        "",
        *_table(
            ("text of 5,000 characters", "guard ms", "presidio ms"),
            [(text, _ms(times.get("guard")), _ms(times.get("presidio"))) for text, times in part["hostile_ms"].items()],
        ),
    ]


def _detection(part: dict[str, Any]) -> list[str]:
    return _figures("### Detection, beside Presidio", part, "Times are CPU time, in turns.", peer="Presidio, same run")


def _models(part: dict[str, Any]) -> list[str]:
    return _figures("### Models", part, "Times are CPU time, in turns.", peer="TF-IDF, same run")


def _policies(part: dict[str, Any]) -> list[str]:
    return _figures(
        "### Policies", part, "Times of commands are CPU time; of several runs the best, of several reloads the median."
    )


def _figures(title: str, part: dict[str, Any], told: str, *, peer: str = "") -> list[str]:
    """A table of rows with goals (benchmarks/figures.py)."""
    verdicts = {True: "met", False: "**NOT met**", None: ""}
    signs = {">=": "≥", "<=": "≤"}
    rows = [
        (
            row["what"],
            shown(row["value"], row["unit"]),
            "" if row["goal"] is None else f"{signs[row['sense']]} {shown(row['goal'], row['unit'])}",
            verdicts[row["met"]],
            *([row["peer"]] if peer else []),
            row["note"],
        )
        for row in part["rows"]
    ]
    asked = [row for row in part["rows"] if row["met"] is not None]
    return [
        title,
        "",
        *_table(("figure", "guard", "goal", "", *([peer] if peer else []), "more"), rows),
        "",
        f"`{part['command']}`: {sum(row['met'] for row in asked)} of {len(asked)} goals met. {told}",
    ]


def _http(part: dict[str, Any]) -> list[str]:
    rows = []
    for name, door in part["doors"].items():
        one, many = door["c1"], door["c32"]
        rows.append(
            (
                name,
                *(f"{one[key]:,.0f}" for key in ("p50_us", "p99_us")),
                f"{one['rate']['median']:,.0f}",
                f"{many['rate']['median']:,.0f}",
                *(f"{many[key]:,.0f}" for key in ("p50_us", "p99_us", "cpu_us")),
                f"{door['memory_mb']:.0f}",
            )
        )
    head = (
        "door",
        "c1 p50 µs",
        "c1 p99 µs",
        "c1 posts/s",
        "c32 posts/s",
        "c32 p50 µs",
        "c32 p99 µs",
        "c32 CPU µs/post",
        "memory MB",
    )
    busy = part["neighbours_busy_cores"]
    lines = [
        "### Clean posts over HTTP",
        "",
        *_table(head, rows),
        "",
        f"Median of {part['rounds']} interleaved rounds of {part['seconds']} s; neighbours kept {busy['min']} to {busy['max']} cores busy.",
        "",
    ]
    lines += [f"- {name}: {_spread(ratio, 'x')}{_goal(name, ratio)}" for name, ratio in part["ratios"].items()]
    if audit := part.get("audit"):
        posts, decisions = (sum(run[key] for run in audit["runs"]) for key in ("posts", "decisions"))
        verdict = (
            "each post answered has its decision in the log"
            if audit["one_decision_per_post"]
            else "**WRONG: posts and decisions differ**"
        )
        lines.append(
            f"- durable audit during the run: {posts:,} posts answered, {decisions:,} decisions recorded: {verdict}"
        )
    return lines


def _audit(part: dict[str, Any]) -> list[str]:
    rows = [
        (
            callers,
            *(f"{found[key]['median']:,.0f}" for key in ("records_per_s", "floor_per_s")),
            _spread(found["ratio"], "x"),
            f"{found['cpu_us']['median']}",
        )
        for callers, found in part["callers"].items()
    ]
    verify = part.get("verify")
    lines = [
        "### Durable audit log",
        "",
        *_table(("callers at once", "posts recorded/s", "floor/s", "of the floor", "CPU µs/post"), rows),
        "",
        "Floor: the same bytes appended to a plain file, one fdatasync per batch as large as the callers at once.",
    ]
    if verify:
        seconds, leaves = verify["wall_s_per_100k"], verify["leaves"]
        lines.append(
            f"`guard audit verify` of an exported log: {seconds} s per 100,000 leaves (measured with {leaves:,})."
        )
    return lines


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A Markdown table whose columns also line up on a terminal."""
    every = [list(head), *(list(row) for row in rows)]
    widths = [max(len(row[column]) for row in every) for column in range(len(head))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in every
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return lines


def _spread(found: dict[str, float], unit: str) -> str:
    return f"{found['median']:g}{unit} ({found['min']:g} to {found['max']:g})"


def _goal(name: str, found: dict[str, float]) -> str:
    if name not in GOALS:
        return ""
    return f" [goal {GOALS[name]:g}x: {'met' if found['median'] >= GOALS[name] else 'NOT met'}]"


def _ms(value: float | None) -> str:
    return "over 5,000" if value is None else f"{value:,.2f}"
