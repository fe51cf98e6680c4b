"""Recognisers by name, by class path and from Presidio's YAML; what cannot be had is said with its place."""

import socket
import sys
from types import ModuleType

import pytest
from presidio_analyzer import Pattern, PatternRecognizer

from guard.detect.presidio import recognizers
from guard.errors import DetectorError
from guard.words.texts import words_of

YAML = """\
supported_languages: [en, fr]
global_regex_flags: 26
recognizers:
  - CreditCardRecognizer
  - name: Zip
    supported_entity: ZIP
    supported_languages: [en]
    patterns:
      - {name: zip, regex: '\\bZIP \\d{5}\\b', score: 0.2}
  - name: Titles
    type: custom
    supported_entity: TITLE
    deny_list: [Mr., Mrs.]
  - {name: UrlRecognizer, type: predefined, enabled: false}
"""


def found(detector, text):
    return {(hit.entity_type, text[hit.start : hit.end]) for hit in detector.detect(text)}


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "recognizers.yaml"
        path.write_text(text, encoding="utf-8")
        return f"file={path}"

    return write


def test_a_file_of_presidios_is_one_detector(file):
    detector = recognizers.load(file(YAML))
    text = "Mr. Smith, zip 12345, https://example.com, 4242 4242" + " 4242 4242"
    assert found(detector, text) == {
        ("TITLE", "Mr."),
        ("ZIP", "zip 12345"),
        ("CREDIT_CARD", "4242 4242" + " 4242 4242"),
    }
    assert detector.info.entity_types == {"TITLE", "ZIP", "CREDIT_CARD"}


def test_a_recogniser_for_two_languages_is_one(file):
    assert len(recognizers.recognizers(file(YAML))) == 3


def test_the_version_changes_with_the_patterns(file):
    one = recognizers.load(file(YAML)).info.version
    assert recognizers.load(file(YAML)).info.version == one
    assert recognizers.load(file(YAML.replace("Mrs.", "Ms."))).info.version != one


def test_any_class_by_its_path(monkeypatch):
    class Badge(PatternRecognizer):
        def __init__(self):
            super().__init__("BADGE", patterns=[Pattern("badge", r"badge \d{4}", 0.6)])

    module = ModuleType("company.recognisers")
    module.Badge = Badge
    monkeypatch.setitem(sys.modules, "company", ModuleType("company"))
    monkeypatch.setitem(sys.modules, "company.recognisers", module)
    assert found(recognizers.load("company.recognisers:Badge"), "my badge 1234") == {("BADGE", "badge 1234")}


def test_several_names_are_one_pass(file):
    detector, problems = recognizers.load_together(["IbanRecognizer", file(YAML), "Nobody", "IbanRecognizer"])
    assert detector.info.entity_types == {"TITLE", "ZIP", "CREDIT_CARD", "IBAN_CODE"}
    assert len(problems) == 1
    assert recognizers.load_together(["Nobody"])[0] is None


@pytest.mark.parametrize(
    "name",
    ["SpacyRecognizer", "StanzaRecognizer", "TransformersRecognizer", "GLiNERRecognizer", "AzureAILanguageRecognizer",
     "AzureHealthDeidRecognizer", "BasicLangExtractRecognizer", "HuggingFaceNerRecognizer",
     "presidio_analyzer.predefined_recognizers:SpacyRecognizer"],
)  # fmt: skip
def test_models_and_services_are_refused(name):
    with pytest.raises(DetectorError, match="model or a service"):
        recognizers.load(name)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Nobody", "no recogniser Nobody"),
        ("os:path", "no recogniser path"),
        ("no.such.module:X", "module no.such.module"),
        ("presidio_analyzer:PatternRecognizer", "could not be loaded: TypeError"),
        ("file=/nowhere/at/all.yaml", "unreadable"),
    ],
)
def test_what_cannot_be_had_is_said_in_both_languages(name, told):
    with pytest.raises(DetectorError, match=told) as caught:
        recognizers.load(name)
    assert caught.value.hint
    french, error = words_of("fr"), caught.value
    assert french.told(error.message) != error.message
    assert french.told(error.hint) != error.hint


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("recognizers: [\n", 2, "not YAML"),
        ("just words", None, "no list"),
        ("recognizers: []", None, "no recogniser is enabled"),
        ("recognizers:\n  - CreditCardRecognizer\n  - name: A\n    supported_entity: A\n    patterns: [{name: a, regex: '(geheim', score: 1}]\n", 3, "does not take"),
        ("recognizers:\n  - name: A\n    supported_entity: A\n    patterns: [{name: a, regex: 'geheim', score: 7}]\n", 2, "does not take"),
        ("recognizers:\n\n  - {name: SpacyRecognizer, type: predefined}\n", 3, "model or a service"),
        ("recognizers:\n  - {name: Other, class_name: GLiNERRecognizer, type: predefined}\n", 2, "model or a service"),
        ("recognizers:\n  - {name: Unheard, type: predefined}\n", 2, "does not take"),
        ("recognizers:\n  - {supported_entity: A}\n", 2, "without a name"),
        ("recognizers:\n  - {name: A, supported_entity: A, supported_language: it, deny_list: [x]}\n", 2, "no language"),
        ("recognizers:\n  - 7\n", 2, "without a name"),
    ],
)  # fmt: skip
def test_mistakes_in_a_file_have_their_place(file, text, line, told):
    with pytest.raises(DetectorError, match=told) as caught:
        recognizers.load(file(text))
    assert caught.value.location.line == line
    assert "geheim" not in str(caught.value)
    assert words_of("fr").told(caught.value.message) != caught.value.message


def test_loading_opens_no_connection(file, monkeypatch):
    def refuse(*_):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    detector, _ = recognizers.load_together(
        [file(YAML), "EmailRecognizer", "PhoneRecognizer", "UrlRecognizer", "DateRecognizer"]
    )
    assert ("EMAIL_ADDRESS", "a.b@exemple.fr") in found(detector, "a.b@exemple.fr")
