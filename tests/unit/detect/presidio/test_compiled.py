"""Presidio's published expectations hold through our pass: same entity, span and score, over all its pattern recognisers."""

import random
import re
import socket
import string
import time

import pytest
import regex
from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer, RecognizerResult
from presidio_analyzer.predefined_recognizers import EmailRecognizer

from benchmarks import corpus, french
from benchmarks.engines import presidio_analyzer
from guard.detect.automata import places
from guard.detect.automata.loosen import loosen
from guard.detect.patterns import catalogue
from guard.detect.presidio.compiled import PresidioPass, without_duplicates
from guard.detect.presidio.search import Result
from guard.types.finding import Strength
from tests.presidio import pattern_recognizers, texts

RECOGNIZERS = pattern_recognizers()
FLAGS = int(re.IGNORECASE | re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    return PresidioPass(RECOGNIZERS, tmp_path_factory.mktemp("cache"))


def own(recognizer, text):
    """What its own `analyze` gives; some of them break on digits of other scripts."""
    found = recognizer.analyze(text, recognizer.supported_entities)
    return {(each.entity_type, each.start, each.end, each.score) for each in found}


def generated():
    """Posts, examples of our catalogue, and hostile texts short enough for Presidio."""
    yield from (post.text for post in corpus.posts(120, pii_share=0.6))
    yield from (post.text for post in french.posts(120))
    for entry in catalogue.load():
        yield from (
            text.replace("[[", "").replace("]]", "") for text in entry.examples[:1] + entry.counter_examples[:1]
        )
    yield from corpus.hostile(150).values()
    yield from ["", " ", "\ud800", "a\ud800b.com", "x" * 400]


def same(everything, text):
    """Where one of Presidio's own checks breaks on a text, so does ours: the post is then held."""
    theirs, broken = {}, False
    for index, each in enumerate(RECOGNIZERS):
        try:
            if results := own(each, text):
                theirs[index] = results
        except (KeyError, ValueError):
            broken = True
    try:
        found = everything.by_recognizer(text)
    except (KeyError, ValueError):
        assert broken, ascii(text)
        return {}
    assert not broken, ascii(text)
    assert {index: set(results) for index, results in found.items() if results} == theirs, ascii(text)
    return theirs


def test_all_predefined_pattern_recognisers_are_compiled(everything):
    assert len(RECOGNIZERS) > 70
    assert not everything._as_is
    assert len(everything._searches) > 150
    assert not everything._unplaced


def test_the_same_on_posts_and_catalogue_and_hostile_texts(everything):
    for text in generated():
        same(everything, text)


@pytest.mark.parametrize("index", range(len(RECOGNIZERS)), ids=[type(each).__name__ for each in RECOGNIZERS])
def test_the_same_on_texts_made_from_its_own_patterns(everything, index):
    recognizer = RECOGNIZERS[index]
    found = 0
    for text in texts([pattern.regex for pattern in recognizer.patterns], max(4, 60 // len(recognizer.patterns))):
        found += len(same(everything, text).get(index, ()))
    if type(recognizer).validate_result is PatternRecognizer.validate_result:
        assert found


def test_the_same_as_its_engine(everything):
    analyzer = presidio_analyzer(RECOGNIZERS)
    patterns = [pattern.regex for each in RECOGNIZERS for pattern in each.patterns]
    some = [*texts(patterns, 2, seed=1), *(post.text for post in corpus.posts(60, pii_share=0.6))]
    for text in random.Random(2).sample(some, 200):
        if "\ud800" in text or any(char.isdigit() and not char.isascii() for char in text):
            continue  # on which spaCy and some recognisers break
        mine = {(hit.entity_type, hit.start, hit.end, hit.score) for hit in everything.detect(text)}
        theirs = {(one.entity_type, one.start, one.end, one.score) for one in analyzer.analyze(text, "en")}
        assert mine == theirs, ascii(text)


def test_without_hyperscan_the_answers_are_the_same(monkeypatch):
    monkeypatch.setattr(places, "hyperscan", None)
    some = RECOGNIZERS[:20]
    slow = PresidioPass(some)
    for text in filter(str.isascii, texts([pattern.regex for each in some for pattern in each.patterns], 3)):
        for index, recognizer in enumerate(some):
            assert set(slow.by_recognizer(text).get(index, ())) == own(recognizer, text), ascii(text)


ODD_PATTERNS = [
    r"\bsmith\b", r"(?i)straße", r"(?<=id )\d+", r"^\w+$", r"(?m)^x\d", r"x{2,300}y", r"(a|ab)(c|bcd)", r"[^a-z]{3}K",
    r"\d{3}(?!\d)", r"(?P<q>['\"])\w+(?P=q)", r"(?<name>\w)x", r"\p{Lu}{3}", r"(?:foo){e<=1}", r"[[:alpha:]]{4}1", r"a.c",
    r"(?i:Ab)c", r"x(?=\d{3})", r"(?<![\w-])\w{2}-\d", r"\bé\d\b", r"(?:)\d\d|zz", r"a\Z", r"(?>ab|a)b", r"[\s\S]q", r"\Aa", r"k\b",
]  # fmt: skip


@pytest.mark.parametrize("flags", [FLAGS, 0, int(re.IGNORECASE)])
@pytest.mark.parametrize("expression", ODD_PATTERNS)
def test_patterns_of_any_make_give_the_same(expression, flags):
    recognizer = PatternRecognizer("X", patterns=[Pattern("x", expression, 0.5)], global_regex_flags=flags or regex.V0)
    mine = PresidioPass([recognizer])
    dice = random.Random(expression)
    alphabet = ["smith", "a", "x", "abb", "x123", "xxy", "straße", "STRASSE", "id 7", "x1", "x" * 20, "y", "abcd", "K", "\u212a", "ſ", "ı", "'a'", "foo", "fo", "123", "é1",
                "a-1", "zz", "\n", " ", " ", "q", "AB", "ab", "c", "\u0663", "٣", "🙂", ".", "-", "_"]  # fmt: skip
    hits = 0
    for _ in range(150):
        text = "".join(dice.choices(alphabet, k=dice.randint(0, 9)))
        theirs = own(recognizer, text)
        assert {(hit.entity_type, hit.start, hit.end, hit.score) for hit in mine.detect(text)} == theirs, ascii(text)
        hits += len(theirs)
    assert hits or flags == 0


def test_deny_lists_of_thousands_stay_quick():
    dice = random.Random(4)
    terms = ["".join(dice.choices(string.ascii_lowercase, k=dice.randint(5, 9))) for _ in range(3_000)]
    recognizer = PatternRecognizer("NAME", deny_list=[*terms, "Client X", "C++"])
    mine = PresidioPass([recognizer])
    for text in (f"we met {terms[7].upper()} today", "client x, C++!", "clientx", f"a{terms[3]}", terms[5], "C++ C++"):
        assert {(hit.entity_type, hit.start, hit.end, hit.score) for hit in mine.detect(text)} == own(
            recognizer, text
        ), text
    started = time.process_time()
    for _ in range(200):
        mine.detect("an ordinary post about nothing in particular, written on a Sunday " * 3)
    assert time.process_time() - started < 0.1


class Own(PatternRecognizer):
    def analyze(self, text, entities, nlp_artifacts=None, regex_flags=None):
        return [RecognizerResult("OWN", 0, 1, 0.3)] if "own" in text else []


class Plain(EntityRecognizer):
    def load(self):
        pass

    def analyze(self, text, entities, nlp_artifacts=None):
        return [RecognizerResult("PLAIN", 1, 2, 1.0)]


class Picky(PatternRecognizer):
    def validate_result(self, text):
        return None if text == "11" else text == "22"

    def invalidate_result(self, text):
        return text == "33"


def test_a_recogniser_with_an_analyze_of_its_own_runs_as_it_is():
    own_one = Own("OWN", patterns=[Pattern("o", "never", 0.5)])
    mine = PresidioPass([own_one, Plain(["PLAIN"])])
    assert [(hit.entity_type, hit.start, hit.strength) for hit in mine.detect("my own")] == [
        ("OWN", 0, Strength.PATTERN), ("PLAIN", 1, Strength.VALIDATED)
    ]  # fmt: skip
    assert mine.info.entity_types == {"OWN", "PLAIN"}


def test_checks_count_as_presidio_counts_them():
    picky = Picky("P", patterns=[Pattern("p", r"\d\d", 0.4)])
    assert {(hit.start, hit.score) for hit in PresidioPass([picky]).detect("11 22 33 44")} == {(0, 0.4), (3, 1.0)}


def test_thresholds_of_a_recogniser_hold():
    one = PatternRecognizer("P", patterns=[Pattern("p", r"\d\d", 0.4)])
    one.score_thresholds = {"P": 0.5}
    assert PresidioPass([one]).detect("11") == []


def test_duplicates_go_by_presidios_rule():
    results = [
        Result("A", 0, 9, 0.5),
        Result("A", 2, 4, 0.5),
        Result("A", 2, 4, 0.6),
        Result("B", 2, 4, 0.1),
        Result("A", 0, 9, 0.5),
    ]
    theirs = EntityRecognizer.remove_duplicates([RecognizerResult(*each) for each in results])
    assert {tuple(each) for each in without_duplicates(results)} == {
        (each.entity_type, each.start, each.end, each.score) for each in theirs
    }


def test_a_pattern_without_end_is_a_hit_over_all_the_text():
    endless = PatternRecognizer("E", patterns=[Pattern("e", r"(?:(?:a|aa|b)+)+[!?](?<=x.)", 0.5)])
    text = "ab" * 2000 + "!"
    (hit,) = [hit for hit in PresidioPass([endless]).detect(text) if not hit.exact]
    assert (hit.start, hit.end, hit.score) == (0, len(text), 1.0)


def test_what_is_kept_on_disk_is_used_and_a_damaged_file_is_not(tmp_path):
    some = RECOGNIZERS[5:9]
    PresidioPass(some, tmp_path)
    (file,) = (
        set(tmp_path.glob("places-*"))
        if len(list(tmp_path.glob("places-*"))) == 1
        else {min(tmp_path.glob("places-*"))}
    )
    file.write_bytes(file.read_bytes()[:-4] + b"oops")
    again = PresidioPass(some, tmp_path)
    for text in filter(str.isascii, texts([pattern.regex for each in some for pattern in each.patterns], 5)):
        for index, recognizer in enumerate(some):
            assert set(again.by_recognizer(text).get(index, ())) == own(recognizer, text)


def test_no_connection_is_ever_opened(monkeypatch, everything):
    def refuse(*_):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for text in generated():
        everything.detect(text)


@pytest.mark.parametrize("expression", ["", "(", r"\p{L}", "a{e<=1}", r"(?V1)[a--b]", "(?i)", "(?#x)", "[[:digit:]]"])
def test_what_cannot_be_loosened_is_refused(expression):
    assert loosen(expression, FLAGS) is None


def test_breaks_are_signs_that_no_match_holds():
    loose = loosen(r"\b\d{4}-\d{4}\b", FLAGS)
    assert loose.digits == 8
    assert regex.match(loose.breaks, " ")
    assert not regex.match(loose.breaks, "-")
    assert loosen(r"a.*b", FLAGS).breaks is None


class Counting(EmailRecognizer):
    asked = 0

    def validate_result(self, pattern_text):
        self.asked += 1
        return pattern_text.endswith("org")


def test_a_host_is_looked_up_once_and_an_own_check_always(monkeypatch):
    asked = []
    monkeypatch.setattr(EmailRecognizer, "validate_result", lambda _, text: asked.append(text) or True)
    mine = PresidioPass([EmailRecognizer()])
    for name in ("a@b.org", "c@b.org", "c/d@b.org", "e@b.com"):
        assert len(mine.detect(name)) == 1
    assert asked == ["a@b.org", "c/d@b.org", "e@b.com"]
    mine = PresidioPass([counting := Counting()])
    assert [len(mine.detect(name)) for name in ("a@b.org", "c@b.org", "e@b.com")] == [1, 1, 0]
    assert counting.asked == 3


def test_a_text_without_anything_costs_no_list(everything):
    assert everything.detect("rien") == ()
