"""What must hold for all texts and all findings."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from guard.redact.measure import boundaries, longest, measure, widen
from guard.redact.rewrite import apply_edits, rewrite
from guard.types.decision import Action, Decision, Match
from guard.types.finding import Finding, Span
from guard.types.post import Author, Limit, Post, Segment, Unit

alphabet = st.sampled_from("ab 0.…[]é\u0301\u200d👨👩🇫🇷\ufe0f\r\n日\u00adß")
texts = st.text(alphabet, min_size=1, max_size=30) | st.text(max_size=20)
labels = st.sampled_from([None, "[x]", "a", "ab", "…", "[téléphone]"])


@st.composite
def cases(draw) -> tuple[Post, Decision]:
    segments, findings = [], []
    for path in ("/text", "/alt"):
        text = draw(texts)
        limit = draw(st.none() | st.builds(Limit, st.integers(0, 40), st.sampled_from(list(Unit))))
        segments.append(Segment(path, "body", text, limit=limit))
        for _ in range(draw(st.integers(0, 3)) if text else 0):
            start = draw(st.integers(0, len(text) - 1))
            end = draw(st.integers(start + 1, len(text)))
            findings.append(Finding("PHONE_NUMBER", Span(path, start, end), 1.0, "test"))
    matches = tuple(
        Match("p", f"r{n}", draw(st.sampled_from(list(Action))), (finding,), label=draw(labels))
        for n, finding in enumerate(findings)
    )
    action = max((match.action for match in matches), default=Action.ALLOW)
    return Post("p", "x", "o", Author("x", "1"), tuple(segments)), Decision(action, matches, "d")


@given(cases())
def test_the_safe_version_is_whole_or_is_not_made(case):
    post, decision = case
    result = rewrite(post, decision)
    severe = [f for match in decision.matches if match.action >= Action.REDACT for f in match.findings]
    assert (result.post is None) == (not severe or bool(result.impossible))
    if result.post is None:
        assert result.edits == ()
        return
    for before, after in zip(post.segments, result.post.segments, strict=True):
        edits = [edit for edit in result.edits if edit.path == before.path]
        assert edits == sorted(edits, key=lambda edit: edit.start)
        assert all(one.end <= two.start for one, two in pairwise(edits))
        assert apply_edits(before.text, edits) == after.text
        edges = set(boundaries(before.text))
        assert all(edit.start in edges and edit.end in edges for edit in edits)
        for finding in severe:
            if finding.span.segment == before.path:
                assert any(edit.start <= finding.span.start and finding.span.end <= edit.end for edit in edits)


@given(cases())
def test_the_limit_is_kept_or_the_text_is_no_longer_than_it_was(case):
    post, decision = case
    result = rewrite(post, decision)
    for before, after in zip(post.segments, result.post.segments if result.post else (), strict=False):
        if before.limit:
            room = max(before.limit.size, measure(before.text, before.limit.unit))
            assert measure(after.text, before.limit.unit) <= room


@given(cases())
def test_what_was_cut_does_not_stand_at_its_place(case):
    post, decision = case
    result = rewrite(post, decision)
    for before, after in zip(post.segments, result.post.segments if result.post else (), strict=False):
        shift = 0
        for edit in (edit for edit in result.edits if edit.path == before.path):
            removed = before.text[edit.start : edit.end].casefold()
            assert removed not in edit.replacement.casefold()
            start = edit.start + shift
            if not edit.replacement:
                assert not after.text[start:].casefold().startswith(removed)
            shift += len(edit.replacement) - (edit.end - edit.start)


@given(st.text(), st.sampled_from(list(Unit)))
def test_measuring_never_fails_and_clusters_cover_the_text(text, unit):
    assert measure(text, unit) >= 0
    edges = boundaries(text)
    assert edges[-1] == len(text)
    assert edges == sorted(set(edges)) or not text


joiners = st.text(
    st.sampled_from("ab\r\n ")
    | st.sampled_from("é\u0301\u200d👨👩🇫🇷🇩\ufe0f日\u0600\u1100\u1161\u11a8\u0915\u094d\u0937©\u00ad"),
    max_size=90,
)


@given(joiners | st.text(max_size=90), st.data())
def test_a_window_gives_the_same_boundaries_as_the_whole_text(text, data):
    if not text:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    edges = boundaries(text)
    assert widen(text, start, end) == (max(e for e in edges if e <= start), min(e for e in edges if e >= end))


@given(joiners | st.text(max_size=90), st.sampled_from(list(Unit)))
def test_a_measure_is_that_of_the_whole_text_and_never_above_the_bound(text, unit):
    if unit is Unit.GRAPHEMES:
        assert measure(text, unit) == len(boundaries(text)) - 1
    bound = longest(text, unit)
    assert bound is None or measure(text, unit) <= bound
