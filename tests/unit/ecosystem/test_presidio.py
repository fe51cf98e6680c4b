"""Our recogniser in a real AnalyzerEngine with a blank spaCy model."""

import socket
from importlib.util import find_spec

import pytest
import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import SpacyNlpEngine
from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider

from guard.ecosystem import presidio
from guard.ecosystem.presidio import GuardRecognizer, add_to
from guard.errors import DetectorError
from guard.types.inspection import DetectorFailure

PHONE = "06 39 98 12 34"
IBAN = "FR14 2004 1010 0505 0001 3M02 606"
TOKEN = "gh" + "p_" + "a1B2c3D4e5F6g7H8i9J0" * 2


class Blank(SpacyNlpEngine):
    def __init__(self):
        super().__init__(models=[{"lang_code": code, "model_name": "blank"} for code in ("en", "fr")])
        self.nlp = {code: spacy.blank(code) for code in ("en", "fr")}

    def load(self):
        pass


@pytest.fixture(scope="module")
def engine():
    registry = RecognizerRegistry(recognizers=[], supported_languages=["en", "fr"])
    add_to(registry)
    return AnalyzerEngine(nlp_engine=Blank(), registry=registry, supported_languages=["en", "fr"])


@pytest.mark.parametrize("language", ["en", "fr"])
def test_findings_come_out_as_presidio_results(engine, language):
    text = f"Appelez-moi au {PHONE}, IBAN {IBAN}."
    found = {(one.entity_type, text[one.start : one.end]) for one in engine.analyze(text, language)}
    assert found == {("PHONE_NUMBER", PHONE), ("IBAN_CODE", IBAN)}


def test_secrets_and_disguised_values_are_found_too(engine):
    assert [one.entity_type for one in engine.analyze(f"token {TOKEN[:40]}", "en")] == ["SECRET"]
    hidden = "\u200b".join(PHONE)
    kinds = {one.entity_type: (one.start, one.end) for one in engine.analyze(f"call {hidden} now", "en")}
    assert kinds["PHONE_NUMBER"] == (5, 5 + len(hidden))


def test_only_what_is_asked_for(engine):
    text = f"{PHONE} {IBAN}"
    assert {one.entity_type for one in engine.analyze(text, "fr", entities=["IBAN_CODE"])} == {"IBAN_CODE"}
    only = GuardRecognizer(supported_entities=["PHONE_NUMBER"])
    assert {one.entity_type for one in only.analyze(text, [])} == {"PHONE_NUMBER"}
    with pytest.raises(DetectorError, match="NOPE"):
        GuardRecognizer(supported_entities=["NOPE"])


def test_results_say_why_without_the_value(engine):
    (result,) = engine.analyze(IBAN, "en", return_decision_process=True)
    assert result.analysis_explanation.recognizer == "GuardRecognizer"
    assert IBAN not in str(result.analysis_explanation)


def test_from_presidios_own_configuration():
    entry = {"name": "GuardRecognizer", "type": "predefined", "supported_languages": ["fr"]}
    settings = {"supported_languages": ["fr"], "recognizers": [entry], "global_regex_flags": 26}
    registry = RecognizerRegistryProvider(registry_configuration=settings).create_recognizer_registry()
    (made,) = registry.recognizers
    assert (type(made), made.supported_language) == (GuardRecognizer, "fr")
    assert made.analyze(PHONE, ["PHONE_NUMBER"])


def test_with_presidios_own_recognisers_beside_it():
    registry = RecognizerRegistry(supported_languages=["en"])
    registry.load_predefined_recognizers(languages=["en"])
    registry.add_recognizer(GuardRecognizer())
    engine = AnalyzerEngine(nlp_engine=Blank(), registry=registry, supported_languages=["en"])
    assert {"IBAN_CODE", "PHONE_NUMBER"} <= {one.entity_type for one in engine.analyze(f"{PHONE} {IBAN}", "en")}


if find_spec("presidio_anonymizer"):  # no requirement of ours

    def test_the_anonymizer_takes_the_results(engine):
        from presidio_anonymizer import AnonymizerEngine

        text = f"call {PHONE}"
        assert PHONE not in AnonymizerEngine().anonymize(text, engine.analyze(text, "fr")).text


def test_a_failed_detector_is_never_silence(monkeypatch):
    class Broken:
        entity_types = frozenset({"PHONE_NUMBER"})

        def run(self, _post):
            return (), (DetectorFailure("patterns", "ValueError"),)

    monkeypatch.setattr(presidio, "_detectors", lambda _cache: Broken())
    with pytest.raises(DetectorError, match="patterns failed"):
        GuardRecognizer().analyze("anything", [])


def test_no_connection_is_ever_opened(engine, monkeypatch):
    def refuse(*_):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert engine.analyze(f"{PHONE} {IBAN} a.b@mail.example.org {TOKEN} http://a.example 10.0.0.1", "en")
