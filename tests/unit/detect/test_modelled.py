import pytest

from guard.detect.modelled import KINDS, Kind, Modelled, wanted
from guard.detect.run import Detectors
from guard.detect.topics import LEAST
from guard.errors import ModelError
from guard.models.manifest import Entry
from guard.models.own import write_own
from guard.models.shelf import Shelf
from guard.models.topics import LEAKS
from guard.models.weights import Weights, pack
from guard.text.normalize import normalize
from guard.types.finding import Strength
from guard.types.inspection import DetectorFailure
from guard.types.post import ANONYMOUS, Post, Segment
from tests.unit.models.makers import shelf, topic_weights


def post(*texts):
    segments = tuple(Segment(f"/{index}", "body", text) for index, text in enumerate(texts))
    return Post("1", "mastodon", "status.create", ANONYMOUS, segments)


def detectors(folder):
    models, problems = wanted(lambda: Shelf(folder), {"TOPIC"})
    assert not problems
    return Detectors.build([], models=models)


def test_a_topic_is_the_whole_texts_and_never_exact(tmp_path):
    found, failures = detectors(shelf(tmp_path)).run(post("Hier, ils ont été virés. Voilà."))
    assert failures == ()
    (topic,) = found
    assert (topic.entity_type, topic.subtype, topic.strength, topic.exact) == (
        "TOPIC",
        "layoffs",
        Strength.MODEL,
        False,
    )
    assert (topic.span.start, topic.span.end) == (0, 31)
    assert topic.score > 0.8
    assert ["Hier, ils ont été virés. Voilà."[slice(*place)] for place in topic.weighed] == ["virés"]
    assert topic.explanation.startswith("severity about ")


def test_words_that_weighed_are_told_in_the_authors_own_text(tmp_path):
    text = "\u200bœuvre \u200bvi\u200brés hier"
    (topic,) = (f for f in detectors(shelf(tmp_path)).run(post(text))[0] if f.entity_type == "TOPIC")
    assert [text[slice(*place)] for place in topic.weighed] == ["vi\u200brés"]


def test_a_model_says_nothing_about_a_quiet_text_and_does_not_hide_patterns(tmp_path):
    made = detectors(shelf(tmp_path))
    assert made.run(post("rien de neuf")) == ((), ())
    found, _ = made.run(post("they fired him, IBAN FR14 2004 1010 0505 0001 3M02 606"))
    assert {each.entity_type for each in found} == {"TOPIC", "IBAN_CODE"}


def test_the_words_of_a_topic_alone_are_no_leak(tmp_path):
    weights = topic_weights()
    weights.arrays["words"][:, -LEAKS:] = 0
    assert detectors(shelf(tmp_path, weights)).run(post("they fired him")) == ((), ())


def test_a_sure_leak_of_no_clear_topic_is_told_as_its_surest(tmp_path):
    weights = topic_weights()
    weights.arrays["words"][:, :-LEAKS] //= 32  # a hint of the topic
    (found,), _ = detectors(shelf(tmp_path, weights)).run(post("they fired him"))
    assert (found.subtype, found.score) == ("layoffs", LEAST)
    assert not [
        each
        for each in detectors(shelf(tmp_path, weights)).run(post("they fired him 0123456789"))[0]
        if each.entity_type == "TOPIC"
    ]
    weights.arrays["words"][:, -LEAKS:] //= 2  # a leak less sure
    assert detectors(shelf(tmp_path, weights)).run(post("they fired him")) == ((), ())


def test_what_no_policy_asks_for_is_not_loaded(tmp_path):
    def nobody():
        raise AssertionError

    assert wanted(nobody, {"IBAN_CODE"}) == ((), ())
    assert wanted(nobody, ()) == ((), ())


def test_a_missing_model_is_told_when_it_is_asked_for_and_not_when_it_is_only_welcome(tmp_path):
    models, (problem,) = wanted(lambda: Shelf(tmp_path), {"TOPIC"})
    assert models == ()
    assert "there are no models here" in str(problem)
    assert wanted(lambda: Shelf(tmp_path), (), {"TOPIC"}) == ((), ())
    made = Detectors.build([])
    assert "TOPIC" in made.missing
    assert "TOPIC" in made.entity_types
    assert "TOPIC" not in detectors(shelf(tmp_path)).missing


def test_an_altered_model_is_told_at_start(tmp_path):
    (shelf(tmp_path) / "topics.npz").write_bytes(b"something else")
    _, (problem,) = wanted(lambda: Shelf(tmp_path), {"TOPIC"})
    assert "altered" in str(problem)


def test_a_model_that_fails_holds_the_post(tmp_path):
    def load(data):
        def scan(text):
            raise ValueError(text)

        return scan

    kind = Kind("topics", frozenset({"TOPIC"}), load)
    made = Detectors.build([], models=[Modelled(kind, Shelf(shelf(tmp_path)))])
    assert made.run(post("rien")) == ((), (DetectorFailure("topics", "ValueError"),))


def test_a_file_that_is_no_model_fails_when_it_is_loaded_and_warming_does_not_raise(tmp_path):
    import hashlib

    folder = shelf(tmp_path, sha256=hashlib.sha256(b"text").hexdigest())
    (folder / "topics.npz").write_bytes(b"text")
    models, _ = wanted(lambda: Shelf(folder), {"TOPIC"})
    made = Detectors.build([], models=models)
    made.warm()
    assert made.run(post("rien"))[1] == (DetectorFailure("topics", "ModelError"),)
    with pytest.raises(ModelError):
        models[0].warm()


def test_a_model_is_loaded_once_and_is_part_of_the_digest(tmp_path):
    loaded = []

    def load(data):
        loaded.append(len(data))
        return lambda text: []

    model = Modelled(Kind("topics", frozenset({"TOPIC"}), load), Shelf(shelf(tmp_path)))
    assert loaded == []
    for _ in range(3):
        assert model.scan(normalize("text")) == []
    assert len(loaded) == 1
    assert Detectors.build([]).digest != Detectors.build([], models=[model]).digest


def test_kinds_are_told_apart_by_what_they_give():
    given = [name for kind in KINDS for name in kind.entity_types]
    assert len(given) == len(set(given))


def own(folder, weights=None, base=""):
    """A folder with the company's own model of topics."""
    entry = Entry("topics", "topics-own", "", "", "own", "internal", (), "topics.md", base)
    return write_own(folder, entry, pack(weights or topic_weights([("seminar", "layoffs")])), "")


def both(tmp_path, *, kinds=KINDS):
    (tmp_path / "shipped").mkdir()
    shelf(tmp_path / "shipped")
    return lambda: wanted(
        lambda: Shelf(tmp_path / "shipped"), {"TOPIC"}, kinds=kinds, own=lambda: Shelf(tmp_path / "own")
    )


def said(models):
    found, failures = Detectors.build([], models=models).run(post("they fired a seminar"))
    assert failures == ()
    return [each.subtype for each in found]


def test_the_companys_own_model_comes_before_the_shipped_one(tmp_path):
    take = both(tmp_path)
    own(tmp_path / "own")
    models, problems = take()
    assert (problems, [model.info.version.split()[0] for model in models]) == ((), ["own"])
    assert said(models) == ["layoffs"]
    shipped, _ = wanted(lambda: Shelf(tmp_path / "shipped"), {"TOPIC"})
    assert Detectors.build([], models=models).digest != Detectors.build([], models=shipped).digest


@pytest.mark.parametrize("broken", ["missing folder", "altered", "another version"])
def test_an_own_model_that_cannot_be_used_is_told_and_the_shipped_one_is_taken(tmp_path, broken):
    take = both(tmp_path)
    if broken != "missing folder":
        about = {"format": 99} if broken == "another version" else {}
        weights = topic_weights()
        entry = own(tmp_path / "own", Weights({**weights.about, **about}, weights.arrays))
    if broken == "altered":
        (tmp_path / "own" / entry.file).write_bytes(b"altered")
    models, (problem,) = take()
    assert [model.info.version.split()[0] for model in models] == ["1"]
    assert said(models) == ["layoffs"]
    assert problem.hint == "the shipped one is used; `guard model train --with-decisions` makes your own"


def test_an_own_folder_without_that_kind_changes_nothing(tmp_path):
    take = both(tmp_path)
    write_own(tmp_path / "own", Entry("names", "names-own", "", "", "1", "internal", (), "names.md"), b"", "")
    models, problems = take()
    assert (problems, [model.info.version.split()[0] for model in models]) == ((), ["1"])


def test_an_own_model_of_an_older_shipped_one_is_used_and_told(tmp_path):
    take = both(tmp_path)
    own(tmp_path / "own", base="a" * 64)
    models, (problem,) = take()
    assert [model.info.version.split()[0] for model in models] == ["own"]
    assert "made from another one" in problem.message
    own(tmp_path / "own", base=Shelf(tmp_path / "shipped").entry("topics").sha256)
    assert take()[1] == ()
