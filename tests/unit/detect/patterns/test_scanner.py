import threading

import pytest
import regex

from guard.detect.automata import kept, prefilter
from guard.detect.patterns import catalogue
from guard.detect.patterns.confirm import Folded, Ready, confirm
from guard.detect.patterns.scanner import _SHARED_SYNTAX, PatternScanner, gaps_open, needs, widened
from guard.errors import DetectorError
from guard.text.triggers import TRIGGERS
from guard.types.finding import Strength
from guard.types.matcher import RegexMatcher


def scanner(*patterns):
    return PatternScanner((), [RegexMatcher(f"p/{index}", pattern) for index, pattern in enumerate(patterns)])


@pytest.mark.parametrize(
    ("pattern", "text", "span"),
    [
        (r"PRJ-\d{4}", "le PRJ-7741.", (3, 11)),
        (r"(?i)\bété\b", "cet ÉTÉ", (4, 7)),
        (r"(?<=n°)\d+", "n°42", (2, 4)),
        (r"(\w)\1{3}", "aaaa", (0, 4)),
        (r"(?:projet){e<=1}", "proget", (0, 6)),
        (r"a++b", "xaab", (1, 4)),
        (r"a(?i)b", "aB", (0, 2)),
        (r"\p{Lu}{3}", "xÉÉÉ", (1, 4)),
        (r"[[a-z]--[aeiou]]{2}", "aabc", (2, 4)),
        (r"x$", "x\n", (0, 1)),
        (r"\w+@interne\.\w+", "à hélène@interne.été", (2, 20)),
        (r"[\w-]{3}!", "é-ü!", (0, 4)),
        (r"[^\w]é\B", "«été", (0, 2)),
        (r"(?<!\w)b(?!\w)", "é b", (2, 3)),
        (r"(?i)straße", "STRAßE", (0, 6)),
        (r"a\b?.c", "abc", (0, 3)),
    ],
)
def test_a_policy_s_regex_means_what_its_author_tested(pattern, text, span):
    if "--" in pattern:
        pattern = "(?V1)" + pattern
    (hit,) = scanner(pattern).scan(text)
    assert (hit.start, hit.end) == span
    assert (hit.entity_type, hit.matcher, hit.strength) == ("CUSTOM", "p/0", Strength.PATTERN)


def test_every_matcher_sees_its_own_hits():
    hits = scanner("abc", "b", "abc").scan("abc")
    assert sorted(hit.matcher for hit in hits) == ["p/0", "p/1", "p/2"]


def test_syntax_that_engines_read_differently_is_never_prefiltered():
    for pattern in (r"(?:a){e<=1}", r"\m\w+", r"a(?i)b", r"[[:alpha:]]", r"\p{Lu}", r"\K", r"(?V1)[a--b]", r"x{,3}"):
        assert _SHARED_SYNTAX.fullmatch(pattern) is None, pattern
    for pattern in (r"PRJ-\d{4}", r"(?i)client\s+x", r"\b(?:a|b)[a-z0-9_-]{2,5}\b"):
        assert _SHARED_SYNTAX.fullmatch(pattern), pattern


def test_a_time_limit_reached_is_a_hit_that_holds():
    (hit,) = scanner(r"(?:(?:a|aa|b)+)+[!?](?<=x.)").scan("ab" * 2000 + "!")
    assert not hit.exact
    assert (hit.start, hit.end) == (0, 4001)
    assert "time limit" in hit.explanation


def test_a_broken_regex_is_not_repeated_in_the_error():
    with pytest.raises(DetectorError) as caught:
        PatternScanner((), [RegexMatcher("p/x", "geheim(", confidential=True)])
    assert "p/x" in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_context_raises_the_score_and_is_whole_words():
    patterns = PatternScanner(catalogue.load())
    near = max(patterns.scan("mon portable 06 39 98 12 34"), key=lambda hit: hit.score)
    (alone,) = patterns.scan("et 06 39 98 12 34 donc")
    assert near.score > alone.score
    (inside,) = patterns.scan("hôtel 06 39 98 12 34 donc")  # "tel" stands inside a word
    assert inside.score == alone.score


def test_a_value_is_checked_once_a_text():
    asked = []
    ready = Ready(
        regex.compile(r"\d{4}"), "A", None, None, 1.0, check=lambda value: asked.append(value) or 4, again=True
    )
    text = "1234 5678 1234"
    assert [hit.start for hit in confirm(ready, text, None, Folded(text))] == [0, 5, 10]
    assert asked == ["1234", "5678"]


def test_threads_share_one_scanner():
    patterns = PatternScanner(catalogue.load())
    wrong: list[str] = []

    def work():
        for _ in range(50):
            if len(patterns.scan("vu 06 39 98 12 34, a.b@example.org")) != 2:
                wrong.append("x")  # noqa: PERF401

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_one_need_for_each_pattern():
    assert len(needs(catalogue.load(), [RegexMatcher("a", "b")])) == len(catalogue.load()) + 1


def test_a_widened_pattern_is_looser_and_needs_no_tables():
    assert widened(r"\bé\w[\w-][^\w]\d") == (r"(?:)é[0-9A-Za-z_\x{80}-\x{10ffff}][0-9A-Za-z_\x{80}-\x{10ffff}-][^\w]\d")


def test_only_wide_gaps_are_opened():
    opened = gaps_open(r"a.{0,110}b[{1,99}]\{0,99}\d{2,9}.{,80}c{30,99}?")
    assert opened == r"a.{0,}b[{1,99}]\{0,99}\d{2,9}.{0,}c{30,}?"


@pytest.mark.parametrize(
    ("pattern", "text"),
    [(r"(?-i:PRJ)-\d{2,4}", "le PRJ-77"), (r"mot[\n ]clef", "le mot\nclef"), (r"(?i)été(?<=\w)", "ÉTÉ")],
)
def test_what_is_no_shared_syntax_is_loosened(pattern, text):
    (need,) = needs((), [RegexMatcher("p", pattern)])
    assert need.expression is not None
    assert scanner(pattern).candidates("rien de tout cela") in ([], ())
    assert [text[hit.start : hit.end] for hit in scanner(pattern).scan(text)] == [
        text[3:] if pattern[1] != "?" or "-i" in pattern else text
    ]


def test_another_policy_s_pattern_leaves_the_catalogue_s_automata_as_they_are(tmp_path):
    if prefilter.hyperscan is None:
        pytest.skip("no automata on this platform")
    patterns = catalogue.shipped()[:3]

    def files(*expressions):
        matchers = [RegexMatcher(each, each) for each in expressions]
        PatternScanner(patterns, matchers, triggers=TRIGGERS[:1], cache_dir=tmp_path)
        return {path.name for path in tmp_path.iterdir()}

    kept._OPENED.clear()
    before = files("abc")
    assert len(files("abd", "xyz") - before) == 1


def test_a_pattern_that_the_automaton_refuses_is_always_tried():
    found = prefilter.build([prefilter.Need("a", or_always=True), prefilter.Need("(?C)(", or_always=True)])
    assert list(found.candidates("b")) == [1]
    assert list(found.candidates("a")) == [0, 1]


@pytest.mark.parametrize("text", ["le pin, 4_2", "… €pin« 12", "pin\ud800x", "пин pin", "pinß 1"])
def test_words_around_are_those_of_any_alphabet(text):
    words = regex.findall(r"\w+", text)
    folded = Folded(text, text)
    assert all(folded.has_any(frozenset({word})) for word in words)
    assert not any(folded.has_any(frozenset({word})) for word in {"pin", "x", "4"} - set(words))
