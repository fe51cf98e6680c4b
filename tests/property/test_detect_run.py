"""What must hold for any post: no detector fails, spans lie in the text, a planted value is found wherever it stands."""

from itertools import pairwise

import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from guard.detect.automata import prefilter
from guard.detect.patterns import catalogue
from guard.detect.patterns.scanner import PatternScanner, needs
from guard.detect.run import HIDDEN, Detectors
from guard.text.normalize import normalize
from guard.types.finding import CUE
from guard.types.matcher import RegexMatcher, TermsMatcher
from guard.types.post import ANONYMOUS, Post, Segment

DETECTORS = Detectors.build(
    [
        TermsMatcher("t/1", ("Client X", "Projet Aurore", "Bouquetière"), typos=2),
        RegexMatcher("t/2", r"(?i)prj-\d+"),
    ]
)
PATTERNS = catalogue.load()
FAST = PatternScanner(PATTERNS)
PLAIN = PatternScanner(PATTERNS, use=prefilter.LiteralPrefilter(needs(PATTERNS)))
texts = st.text(
    st.one_of(st.characters(), st.sampled_from("0123456789 .-@+:/()AaFRfr\u200b\u0301<>_=éЖ🔥")), max_size=80
)
pieces = st.lists(
    st.one_of(
        st.sampled_from(
            ["06 39 98 12 34", "a.b@example.org", "Client X", "FR14 2004 1010 0505 0001 3M02 606", "siren 732 829 320",
             "203.0.113.9", "token=", "wifi : ", "password is ", "+33", " ", ",", "12"]
        ),
        texts,
    ),
    max_size=6,
).map("".join)  # fmt: skip
INVISIBLE = st.sampled_from(["\u200b", "\u00ad", "\u2060", "\ufe0f", "\u034f", "\u202e", "\u0336", "\u200d"])


def run(text):
    return DETECTORS.run(Post("1", "mastodon", "status.create", ANONYMOUS, (Segment("/t", "body", text),)))


@settings(deadline=None)
@given(pieces)
def test_nothing_fails_and_spans_lie_in_the_text(text):
    findings, failures = run(text)
    assert failures == ()
    starts = [finding.span.start for finding in findings]
    assert starts == sorted(starts)
    for finding in findings:
        assert 0 <= finding.span.start < finding.span.end <= len(text)
        assert 0 <= finding.score <= 1
    free = [
        each.span for each in findings if each.matcher is None and each.exact and each.entity_type not in {CUE, HIDDEN}
    ]
    assert all(not left.overlaps(right) for left, right in pairwise(free))


@settings(deadline=None)
@given(pieces)
def test_with_and_without_the_automaton_the_answers_are_the_same(text):
    plain = normalize(text).plain
    assert FAST.scan(plain) == PLAIN.scan(plain)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["06 39 98 12 34", "jean.dupont@example.org", "Projet Aurore", "PRJ-7741"]), st.data())
def test_invisible_characters_hide_nothing(value, data):
    out = ""
    for char in value:
        out += char + data.draw(st.one_of(st.just(""), INVISIBLE))
    text = f"Bonjour, {out} merci"
    findings = [each for each in run(text)[0] if each.entity_type != HIDDEN]
    assert len(findings) == 1
    assert findings[0].span.start == 9
    assert findings[0].span.end >= 9 + len(out.rstrip("\u200b\u00ad\u2060\ufe0f\u034f\u202e\u0336\u200d"))


VALUES = st.sampled_from(
    ["4111 1111" + " 1111 1111", "41111111" + "11111111", "2 55 08 14 168 025 38", "25508141" + "6802538", "0639981234",
     "FR14 2004 1010 0505 0001 3M02 606", "GB82WEST" + "12345698765432", "06 39 98 12 34", "+33 6 39 98 12 34",
     "07700 900123", "a.b@example.org", "203.0.113.9"]
)  # fmt: skip
BETWEEN = st.tuples(
    st.sampled_from([" ", ", ", "; ", "\n", " et ", " - ", " / ", " ou ", " : "]),
    st.sampled_from(["", "", "4 ", "12 ", "n° 1234 ", "12/27 123 ", "12 rue X ", "75001 Paris ", "20h15 ", "3,50 € "]),
).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(BETWEEN, VALUES), min_size=2, max_size=8))
def test_no_digit_of_values_beside_each_other_is_left_standing(row):
    text = "".join(between + value for between, value in row)
    findings, _ = run(text)
    place = 0
    for between, value in row:
        place += len(between)
        for at in range(place, place + len(value)):
            if text[at].isalnum():
                assert any(finding.span.start <= at < finding.span.end for finding in findings), (text, value)
        place += len(value)


@settings(deadline=None)
@given(texts)
def test_a_name_is_found_whatever_stands_around_it(text):
    findings, _ = run(f"{text} – Projet Aurore – {text}")
    assert any(finding.matcher == "t/1" for finding in findings)


atoms = st.sampled_from(
    [r"\b", r"\B", r"\w", r"\w+", r"\W", "é", "É?", "(?:ab|c)", "[a-zé]{2}", r"\d+", "x?", ".", r"[^\w]", r"[\w-]*",
     r"(?<!\w)", r"(?!\d)", "(?=a)", r"\s", "^", "$", "(a|b)", "K", "ß", r"\.", "|", "[^a]", "a{2,3}", "(?<=é)b"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(atoms, min_size=1, max_size=6).map("".join), st.booleans(), st.lists(
    st.sampled_from(["a", "b", "ab", "é", "É", "K", "ß", " ", "-", ".", "1", "x", "X", "\n", "🔥", "Ж", "_"]), max_size=12
).map("".join))  # fmt: skip
def test_the_one_pass_misses_nothing_that_a_policy_s_regex_matches(pattern, caseless, text):
    pattern = "(?i)" + pattern if caseless else pattern
    try:
        meant = regex.compile(pattern)
    except regex.error:
        return
    expected = [found.span() for found in meant.finditer(text) if found.start() < found.end()]
    hits = PatternScanner((), [RegexMatcher("p", pattern)]).scan(text)
    assert [(hit.start, hit.end) for hit in hits] == expected
