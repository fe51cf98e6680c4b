from guard.detect import catalogue, prefilter
from guard.detect.patterns import PatternScanner, needs
from guard.detect.prefilter import HyperscanPrefilter, LiteralPrefilter, Need
from guard.detect.run import Detectors
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


def test_the_cache_is_used_and_a_damaged_one_is_made_again(tmp_path):
    wanted = [Need(r"a\d{2}")]
    assert prefilter.build(wanted, cache_dir=tmp_path / "new").candidates("a12") == [0]
    files = list((tmp_path / "new").iterdir())
    if prefilter.hyperscan is None:
        assert not files
        return
    (file,) = files
    whole = file.read_bytes()
    assert prefilter.build(wanted, cache_dir=tmp_path / "new").candidates("a12") == [0]
    for damaged in (b"", whole[:40], whole[:-1] + b"\x00", b"x" * len(whole)):
        file.write_bytes(damaged)
        prefilter._OPENED.clear()  # as in another process
        assert prefilter.build(wanted, cache_dir=tmp_path / "new").candidates("a12") == [0]
        assert file.read_bytes() == whole
    assert prefilter.build([Need("b")], cache_dir=tmp_path / "new").candidates("b") == [0]


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
