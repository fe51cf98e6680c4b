import sys
from importlib.metadata import EntryPoint

import pytest

from guard.detect import registry
from guard.detect.base import DetectorInfo, Hit
from guard.errors import DetectorError
from guard.words.texts import words_of


class Shouting:
    info = DetectorInfo("shouting", "1", frozenset({"SHOUT"}))

    def detect(self, text):
        if text.isupper():
            yield Hit("SHOUT", 0, len(text), 0.5)


class Faceless:
    def detect(self, text):
        return []


class Half:
    info = "half"


@pytest.fixture
def installed(monkeypatch):
    points = [
        EntryPoint(name, f"{__name__}:{name}", registry.GROUP) for name in ("Shouting", "Faceless", "Half", "Missing")
    ]

    def entry_points(*, group, name=None):
        return [point for point in points if point.group == group and name in {None, point.name}]

    monkeypatch.setattr(registry, "entry_points", entry_points)
    sys.modules.setdefault(__name__, sys.modules[__name__])


def test_an_entry_point_is_loaded(installed):
    assert next(iter(registry.load("Shouting").detect("AH"))).entity_type == "SHOUT"


def test_what_cannot_be_loaded_is_said_and_the_rest_goes_on(installed):
    detectors, problems = registry.load_all(["Missing", "Shouting", "nobody", "Faceless", "Half", "Shouting"])
    assert [detector.info.name for detector in detectors] == ["shouting"]
    assert [type(problem) for problem in problems] == [DetectorError] * 4
    assert all(problem.hint for problem in problems)
    assert "Shouting" in str(problems[1])


def test_an_entry_point_with_the_name_of_a_presidio_recogniser_is_loaded_too(installed):
    detectors, problems = registry.load_all(["presidio:Shouting", "Shouting"])
    assert [detector.info.name for detector in detectors] == ["shouting"]
    assert "Presidio" in str(problems[0])


def test_presidio_recognisers_by_name():
    (both,), problems = registry.load_all(
        ["presidio:IbanRecognizer", "presidio:EmailRecognizer", "presidio:Nobody", "presidio:SpacyRecognizer"]
    )
    text = "a.b@exemple.fr GB82WEST12345698765432"
    assert {("IBAN_CODE", 15, 37), ("EMAIL_ADDRESS", 0, 14)} == {
        (hit.entity_type, hit.start, hit.end) for hit in both.detect(text)
    }
    assert both.info.entity_types == {"IBAN_CODE", "EMAIL_ADDRESS"}
    assert len(problems) == 2


def test_presidio_never_fetches_the_suffix_list():
    registry.load("presidio:EmailRecognizer")
    import tldextract

    assert tldextract.tldextract.TLD_EXTRACTOR.suffix_list_urls == ()


def test_a_missing_extra_is_a_detector_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "presidio_analyzer", None)
    with pytest.raises(DetectorError, match="could not be loaded: ModuleNotFound"):
        registry.load("presidio:IbanRecognizer")


@pytest.mark.parametrize("name", ["nobody", "presidio:Nobody"])
def test_a_detector_that_cannot_be_had_is_told_in_french(name):
    (_, (problem,)) = registry.load_all([name])
    told = problem.told(words_of("fr"))
    assert "détecteur" in told
    assert "detector" not in told
    assert "recogniser" not in told
