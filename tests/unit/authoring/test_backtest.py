"""What a backtest tells of two inspections of one post, and of many."""

from __future__ import annotations

import json
import re
from datetime import datetime

import pytest

from guard.authoring.backtest.compare import LONGEST, Change, Kind, compare
from guard.authoring.backtest.counts import Counts
from guard.authoring.backtest.page import page
from guard.authoring.backtest.report import Collector, marked
from guard.authoring.backtest.words import share
from guard.channels.joined import with_joined
from guard.types.decision import Action
from guard.types.inspection import DetectorFailure
from guard.types.post import Author, Segment
from guard.words.texts import words_of
from tests.unit.policy.makers import HEAD, NOON, ToyInspector, bundle, facts, post, rule

MAIL = "écrivez à b@c.example"
FRENCH, ENGLISH = words_of("fr"), words_of("en")


def inspected(do, text=MAIL, *, head=HEAD, tail="", find="{entity: EMAIL_ADDRESS}", failures=(), now=NOON, **more):
    made = bundle(*([rule(do, find=find)] if do else [rule("allow", find="{terms: [zzz]}")]), head=head, tail=tail)
    return ToyInspector(made, failures).inspect(post(text, **more), facts(now))


def change(old, new, **more):
    return compare("a.jsonl:1", inspected(old, **more), inspected(new, **more))


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("allow", "block", Kind.BLOCKED),
        (None, "block", Kind.BLOCKED),
        ("redact", "hold", Kind.HELD),
        ("hold", None, Kind.PASSED),
        ("block", "redact", Kind.PASSED),
        ("hold", "block", Kind.ACTION),
        ("hold", "reroute", Kind.ACTION),
        ("reroute", "block", Kind.ACTION),
        ("flag", "reroute", Kind.REROUTED),
        ("reroute", "flag", Kind.PASSED),
        ("flag", "redact", Kind.ACTION),
        ("redact", None, Kind.ACTION),
        ("{action: redact, with: '[a]'}", "{action: redact, with: '[b]'}", Kind.DETAIL),
    ],
)
def test_kinds_of_change(old, new, kind):
    found = change(old, new)
    assert found.kind == kind
    assert found.rules == ["demo/r"]


@pytest.mark.parametrize("do", ["allow", "flag", "redact", "hold", "block", None])
def test_the_same_policies_change_nothing(do):
    assert change(do, do) is None


def test_a_rule_that_lets_pass_by_its_ladder_is_no_change():
    assert change(None, "allow") is None
    assert change(None, "block", text="nothing here") is None


def test_the_places_are_marked_in_the_text():
    found = change(None, "hold")
    assert marked(found.text) == "écrivez à [[b@c.example]]"
    assert found.places == ["/text 10-21"]
    assert (found.old_rules, found.new_rules) == ([], ["demo/r: hold"])


def test_a_long_text_is_cut_around_what_was_found():
    found = change(None, "hold", text="mot " * 500 + MAIL + " mot" * 500)
    shown = "".join(piece for piece, _ in found.text)
    assert [piece for piece, hit in found.text if hit] == ["b@c.example"]
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) == LONGEST + 2


def test_a_confidential_policy_shows_places_and_no_text():
    head = HEAD + "confidential: true\n"
    old, new = inspected(None, head=head), inspected("hold", head=head)
    for found in (compare("x", old, new), compare("x", new, old)):
        assert found.text is None
        assert found.places == ["/text 10-21"]
        assert "b@c.example" not in json.dumps(found.as_json())
    shadow = inspected("hold", head=head.replace("enforce", "shadow"))
    assert compare("x", shadow, inspected("block")).text is None


def test_an_exception_is_named():
    head = HEAD + "examples_at: 2026-01-01\n"
    tail = "exceptions:\n  - {id: fair, reason: ok, approved_by: a, expires: 2026-12-31, only: {rules: [r]}}\n"
    found = compare("x", inspected("hold", head=head), inspected("hold", head=head, tail=tail))
    assert found.kind == Kind.PASSED
    assert found.new_rules == ["demo/r: allow by exception fair"]
    assert marked(found.text) == "écrivez à [[b@c.example]]"


def test_a_reason_that_is_no_rule():
    failure = (DetectorFailure("toy", "TimeoutError"),)
    found = compare("x", inspected(None), inspected(None, failures=failure))
    assert (found.kind, found.rules) == (Kind.HELD, ["(detector-failed)"])
    assert found.new_rules == ["detector-failed: toy"]


def test_a_thread_shows_its_texts_once():
    made = bundle(rule("hold"))
    segments = with_joined([Segment("/0", "body", "un"), Segment("/1", "body", MAIL)])
    thread = post(segments=segments)
    new = ToyInspector(made).inspect(thread, facts())
    old = ToyInspector(bundle(rule("hold", find="{terms: [zzz]}"))).inspect(thread, facts())
    assert marked(compare("x", old, new).text) == f"un\n{MAIL[:10]}[[{MAIL[10:]}]]"


def collected(pairs, samples=20):
    """A collector that saw these (old, new, text, day, groups) posts."""
    collector = Collector(samples=samples)
    for number, (old, new, text, day, groups) in enumerate(pairs):
        author = Author("mastodon", "", groups=frozenset(groups))
        before, after = (inspected(do, text, author=author) for do in (old, new))
        collector.counts.see(before, after, day)
        found = compare(f"a.jsonl:{number + 1}", before, after)
        if found:
            collector.change(found)
    return collector


POSTS = [
    (None, "hold", f"1 {MAIL}", "2026-11-01", ["sales"]),
    (None, "hold", f"2 {MAIL}", "2026-11-03", ["sales", "press"]),
    (None, "hold", f"2 {MAIL}", "2026-11-03", []),
    ("hold", "hold", f"3 {MAIL}", "", []),
    (None, "hold", "rien", "2026-11-04", []),
]


def test_counts_by_rule_group_and_network():
    report = collected(POSTS).report(5)
    held = next(one for one in report["changes"] if one["kind"] == "newly-held")
    assert (report["posts"], report["changed"], held["posts"]) == (5, 3, 3)
    assert held["by_rule"] == [{"rule": "demo/r", "posts": 3, "title": {}}]
    assert held["by_policy"] == [{"policy": "demo", "posts": 3}]
    assert held["by_group"] == [
        {"group": "sales", "posts": 2, "of": 2},
        {"group": "", "posts": 1, "of": 3},
        {"group": "press", "posts": 1, "of": 1},
    ]
    assert held["by_network"] == [{"network": "mastodon", "posts": 3, "of": 5}]
    assert held["by_action"] == [{"old": "allow", "new": "hold", "posts": 3}]
    assert report["actions"] == [
        {"old": "allow", "new": "allow", "posts": 1},
        {"old": "allow", "new": "hold", "posts": 3},
        {"old": "hold", "new": "hold", "posts": 1},
    ]


def test_rules_go_by_the_name_that_people_give_them():
    collector = collected(POSTS)
    collector.titles = {"demo/r": {"fr": "Adresse <a>"}}
    report = collector.report(5)
    assert report["changes"][1]["by_rule"][0]["title"] == {"fr": "Adresse <a>"}
    assert "Adresse &lt;a&gt;" in page(sides(report), ENGLISH)


def test_the_same_text_is_one_sample():
    held = collected(POSTS).report(5)["changes"][1]
    assert [sample["where"] for sample in held["samples"]] == ["a.jsonl:1", "a.jsonl:2"]
    assert collected(POSTS, samples=0).report(5)["changes"][1]["samples"] == []


def test_samples_of_a_rare_rule_are_not_crowded_out():
    collector = Collector(samples=4)
    for number in range(50):
        name = "p/rare" if number == 49 else "p/busy"
        pieces = ((str(number), False),)
        collector.change(Change("newly-held", f"a:{number}", "", "x", (), "allow", "hold", [name], [], [], pieces, []))
    samples = collector.report(3)["changes"][1]["samples"]
    assert [sample["where"] for sample in samples] == ["a:0", "a:49", "a:1", "a:2"]


def test_the_load_on_reviewers_counts_days_without_posts_too():
    load = collected(POSTS).report(5)["load"]
    assert load["old"] | {"held": 1, "per_day": 0.0, "held_on_busiest_day": 0} == load["old"]
    new = load["new"]
    assert (new["held"], new["per_1000_posts"], new["looks"]) == (4, 800.0, 4)
    assert (new["days"], new["per_day"], new["minutes_per_day"]) == (4, 0.8, 3.8)
    assert (new["busiest_day"], new["held_on_busiest_day"], new["posts_without_a_day"]) == ("2026-11-03", 2, 1)


def test_two_approvals_are_two_looks():
    counts = Counts()
    counts.see(inspected(None), inspected("{action: hold, approvals: 2}"), "")
    assert counts.looks["new"] == 2


def test_without_days_the_load_is_told_by_posts():
    load = collected([(None, "hold", MAIL, "", [])] * 2 + [(None, "hold", "rien", "", [])] * 2).report(3)["load"]["new"]
    assert load == {"held": 2, "looks": 2, "per_1000_posts": 500.0, "minutes_per_1000_posts": 1500.0}


def test_rules_in_shadow_are_counted_and_are_no_change():
    collector = collected([("flag", "flag", MAIL, "", [])])
    before = inspected("hold")
    after = inspected("hold", head=HEAD.replace("enforce", "shadow"))
    collector.counts.see(before, after, "")
    assert collector.changed == 0
    assert collector.report(3)["shadow"] == [{"rule": "demo/r", "action": "hold", "old": 0, "new": 1}]


def test_nothing_at_all():
    report = Collector().report(3)
    assert (report["posts"], report["changed"], report["load"]["new"]["held"]) == (0, 0, 0)
    assert "No post was inspected." in page(sides(report), ENGLISH)


def sides(report):
    return {name: {"folder": f"<{name}>", "digest": "sha256:0"} for name in ("old", "new")} | report


def test_the_page_stands_alone_and_is_escaped():
    text = f"<script>alert(1)</script> \u202e {MAIL}"
    collector = collected([(None, "hold", text, "2026-11-01", ["<b>"]), ("hold", None, MAIL, "2026-11-02", [])])
    collector.error({"source": "<x>", "line": 3, "message": "not JSON"})
    html = page(sides(collector.report(3)), ENGLISH)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "&lt;U+202E&gt;" in html
    assert "\u202e" not in html
    assert "<mark>b@c.example</mark>" in html
    assert "&lt;b&gt;" in html
    assert "&lt;x&gt;:3" in html
    assert "prefers-color-scheme: dark" in html
    assert not re.search(r"https?://|src=|@import|url\(", html)
    for opened in re.findall(r'href="#([\w-]+)"', html):
        assert f'id="{opened}"' in html


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 9, "0 %"), (9, 9, "100 %"), (1, 10_000, "under 0.1 %"), (9999, 10_000, "over 99.9 %"), (1, 8, "12.5 %"), (0, 0, "0 %")],
)  # fmt: skip
def test_a_share_is_never_rounded_to_nothing_or_all(part, whole, said):
    assert share(part, whole) == said


def test_every_kind_and_action_has_its_words():
    assert all(ENGLISH.has(f"backtest.kind.{kind.value}") for kind in Kind)
    assert all(ENGLISH.has(f"backtest.decided.{action.word}") for action in Action)


def test_counts_travel_as_json():
    counts = collected(POSTS).counts
    again = Counts.from_json(json.loads(json.dumps(counts.as_json())))
    assert again == counts
    again.add(counts)
    assert again.posts == 2 * counts.posts


def test_the_days_are_dates():
    report = collected(POSTS).report(3)
    assert datetime.fromisoformat(report["load"]["new"]["first_day"])


def test_the_page_in_french():
    collector = collected([(None, "hold", MAIL, "2026-11-01", []), ("hold", None, MAIL, "2026-11-02", [])])
    collector.titles = {"demo/r": {"fr": "Adresse", "en": "Address"}}
    report = sides(collector.report(2.5))
    report["changes"][1]["samples"][0]["new_rules"] = ["demo/r: allow by exception fair"]
    html = page(report, FRENCH).replace("\u00a0", " ").replace("\u202f", " ")
    assert '<html lang="fr">' in html
    for told in (
        "Sur 2 messages, 2 ont une autre issue (100 %).",
        "Adresse <code",
        "<h2>Nouvellement retenus <small>1 message, 50,0 %</small></h2>",
        "2,5 minutes par dossier et par relecteur. 2 jours, du 2026-11-01 au 2026-11-02 (UTC).",
        "avant : aucune règle",
        "après : demo/r : allow par l’exception fair",
    ):
        assert told in html, told
    for word in ("Address", "posts", "rule", "sample", " old", "the "):
        assert word not in html.partition("</style>")[2], word
