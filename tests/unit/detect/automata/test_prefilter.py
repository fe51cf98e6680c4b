import re

import pytest

from guard.detect.automata import kept, prefilter
from guard.detect.automata.prefilter import HyperscanPrefilter, LiteralPrefilter, Need, as_signs
from guard.detect.patterns import catalogue
from guard.detect.patterns.scanner import PatternScanner, needs
from guard.detect.run import Detectors
from guard.errors import DetectorError
from guard.text.triggers import TRIGGERS
from guard.types.matcher import RegexMatcher
from guard.types.post import ANONYMOUS, Post, Segment

ORDINARY = [
    "Réunion à 14h30, salle 204, 3e étage.",
    "Le 12/05/2024 : 1 234 567 vues, merci !",
    "v1.2.3 est sortie, ISBN 978-2-07-036822-8",
    "écrivez à contact@exemple.fr ou au 06 39 98 12 34",
    "€€€ 🔥🔥 👨‍👩‍👧 ça va ?",
    "token secret password mdp wifi",
    "a@b@c 1.1.1.1 ::::: 0000 4242",
    "",
]


def test_needs_by_literals():
    chosen = LiteralPrefilter([Need(None, ("abc",)), Need(None, ("x", "y"), 3), Need(None, (), 4), Need(None)])
    assert chosen.candidates("ABC") == [0, 3]
    assert chosen.candidates("y 123") == [1, 3]
    assert chosen.candidates("12 34") == [2, 3]


def test_needs_by_automaton():
    if prefilter.hyperscan is None:  # another platform: the literal one alone is what runs there
        return
    chosen = HyperscanPrefilter([Need(r"a\d{2}"), Need(None), Need(r"(?i)é+z")])
    assert chosen.candidates("a12 ÉÉz") == [0, 1, 2]
    assert chosen.candidates("a1") == [1]
    assert HyperscanPrefilter([]).candidates("x") == []


def test_both_give_the_same_hits():
    patterns = catalogue.load()
    fast = PatternScanner(patterns)
    plain = PatternScanner(patterns, use=LiteralPrefilter(needs(patterns)))
    texts = ORDINARY + [
        example.replace("[[", "").replace("]]", "")
        for pattern in patterns
        for example in (*pattern.examples, *pattern.counter_examples)
    ]
    texts.append("\n".join(texts))
    for text in texts:
        assert fast.scan(text) == plain.scan(text), text


def test_an_automaton_of_the_cache_is_read_when_a_text_first_needs_it(tmp_path, monkeypatch):
    if prefilter.hyperscan is None:
        return
    monkeypatch.setattr(kept, "_OPENED", {})
    wanted = [Need("a"), Need("b", signs="@"), Need("c", min_digits=1)]
    HyperscanPrefilter(wanted, tmp_path)
    assert len(kept._OPENED) == 3
    kept._OPENED.clear()  # as in another process
    chosen = HyperscanPrefilter(wanted, tmp_path)
    assert not kept._OPENED
    assert chosen.candidates("abc") == [0]
    assert len(kept._OPENED) == 1
    assert chosen.candidates("abc@") == [0, 1]
    assert len(kept._OPENED) == 2
    chosen.warm()
    assert len(kept._OPENED) == 3
    assert chosen.candidates("abc@1") == [0, 1, 2]


def test_an_automaton_that_cannot_be_had_fails_with_every_text(tmp_path, monkeypatch):
    if prefilter.hyperscan is None:
        return
    monkeypatch.setattr(kept, "_OPENED", {})
    wanted = [Need("a"), Need("b")]
    HyperscanPrefilter(wanted, tmp_path)
    kept._OPENED.clear()

    def refuse(_):
        raise DetectorError("not now")

    monkeypatch.setattr(prefilter, "_compile", refuse)
    chosen = HyperscanPrefilter(wanted, tmp_path)
    for file in tmp_path.iterdir():
        file.unlink()
    for _ in range(2):
        with pytest.raises(DetectorError, match="not now"):
            chosen.candidates("a")


def test_an_expression_that_hyperscan_refuses_is_tried_always_where_that_is_allowed(tmp_path):
    if prefilter.hyperscan is None:
        return
    unfinished = Need("[[:alpha:]", or_always=True)
    chosen = HyperscanPrefilter([Need("b"), unfinished, Need("c", or_always=True)], tmp_path)
    assert chosen.candidates("c") == [1, 2]
    assert chosen.candidates("x") == [1]
    with pytest.raises(DetectorError, match="one pass"):
        HyperscanPrefilter([Need("[[:alpha:]"), Need("c", or_always=True)], tmp_path)


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path):
    (tmp_path / "file").write_text("")
    assert prefilter.build([Need("a")], cache_dir=tmp_path / "file").candidates("a") == [0]


def test_without_the_wheel_everything_still_works(monkeypatch):
    monkeypatch.setattr(prefilter, "hyperscan", None)
    assert not prefilter.compiles("a")
    detectors = Detectors.build([RegexMatcher("p/r", r"(?i)prj-\d+")])
    post = Post("1", "x", "tweet", ANONYMOUS, (Segment("/text", "body", "PRJ-7 et 06 39 98 12 34"),))
    findings, failures = detectors.run(post)
    assert [finding.entity_type for finding in findings] == ["CUSTOM", "PHONE_NUMBER"]
    assert failures == ()


def test_signs_are_those_of_every_keyword():
    assert as_signs(("ab-c_", "x@y")) == "@_"
    assert as_signs(("ab-c", "xy")) == as_signs(()) == ""


@pytest.mark.parametrize("digits", ["", " 1", " 12345678"])
def test_a_pattern_with_signs_is_met_wherever_one_stands(digits):
    if prefilter.hyperscan is None:
        return
    chosen = HyperscanPrefilter([Need("a"), Need("a", signs="@="), Need("a", signs="\n"), Need("a", min_digits=1)])
    last = [3] if digits else []
    assert chosen.candidates("a" + digits) == [0, *last]
    assert chosen.candidates("a @ = \U0001f525 …" + digits) == [0, 1, *last]
    assert chosen.candidates("a\n=" + digits) == [0, 1, 2, *last]


def test_every_far_character_that_a_trigger_asks_for_passes():
    if prefilter.hyperscan is None:
        return
    chosen = HyperscanPrefilter([Need("a", signs=prefilter.WIDE)])
    asked = [re.compile(each.expression) for each in TRIGGERS if each.signs == prefilter.WIDE]
    for char in map(
        chr, [*range(0x100, 0xD800), *range(0xE000, 0x11000), *range(0x16E00, 0x17000), *range(0x1F000, 0x1FB00)]
    ):
        if any(
            each.search(text)
            for each in asked
            for text in (f"a{char}", f"{char}aa", f"{char}.@", char * 3, char * 2 + "00")
        ):
            assert chosen.candidates(f"a{char}") == [0], hex(ord(char))
    assert chosen.candidates("a … ’ œ 🔥 ❤") == []


@pytest.mark.parametrize("use", [LiteralPrefilter, HyperscanPrefilter])
def test_a_dotted_capital_i_is_an_i(use):
    if use is HyperscanPrefilter and prefilter.hyperscan is None:
        return
    chosen = use([Need("(?i)pin", ("pin",)), Need("(?i)mail", ("mail",))])
    assert chosen.candidates("PİN, Mayıl") == [0]
    assert chosen.candidates("maıl") == [1]
