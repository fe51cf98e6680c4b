"""Any recogniser of Presidio's as one of our detectors, so that its ecosystem can be used without its engine.

Off unless configured, imported only then: `presidio:IbanRecognizer` (a class of Presidio's), `presidio:my.module:MyRecognizer`
(any other class), `presidio:file=recognizers.yaml` (its YAML). Recognisers that need a language model or call a service are
refused: no detection code opens a connection (tldextract, which its e-mail recogniser calls, is kept from fetching its list).
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from guard.detect.base import Detector
from guard.errors import DetectorError, Location
from guard.words.texts import Phrase

_FILE: Final = "file="
_MODELS: Final = (".third_party.", ".ner.", ".nlp_engine_recognizers.")
"""Where Presidio keeps recognisers that need a model or a service."""
_FLAGS: Final = 26
"""DOTALL, MULTILINE, IGNORECASE: Presidio's own when a file names none."""


def load(name: str, cache_dir: Path | None = None) -> Detector:
    """All that `name` (what stands behind `presidio:`) means, as one detector. DetectorError when it cannot be had."""
    return _one_pass(recognizers(name), cache_dir)


def load_together(
    names: Sequence[str], cache_dir: Path | None = None
) -> tuple[Detector | None, tuple[DetectorError, ...]]:
    """One pass for all names that can be had (None for none of them), and why the others could not."""
    found: list[Any] = []
    problems: list[DetectorError] = []
    for name in dict.fromkeys(names):
        try:
            found += recognizers(name)
        except DetectorError as problem:
            problems.append(problem)
    return (_one_pass(found, cache_dir) if found else None), tuple(problems)


def recognizers(name: str) -> list[Any]:
    """The recognisers that `name` means, made. DetectorError says which could not be, and where in a file it stands."""
    try:
        import presidio_analyzer
        import tldextract

        _keep_offline(tldextract)
    except Exception as error:
        why = Phrase("detector.presidio-not-loaded", name=name, why=type(error).__name__)
        raise DetectorError(why, hint=Phrase("detector.do.extra")) from error
    if name.startswith(_FILE):
        return _from_file(Path(name.removeprefix(_FILE)))
    module, _, class_name = name.rpartition(":")
    return [_made(_class(presidio_analyzer, module, class_name), name)]


def _class(presidio_analyzer: Any, module: str, name: str) -> Any:
    where = module or "presidio_analyzer.predefined_recognizers"
    try:
        found: Any = getattr(importlib.import_module(where), name, None)
    except Exception as error:
        why = Phrase("detector.module-not-loaded", name=where, why=type(error).__name__)
        raise DetectorError(why, hint=Phrase("detector.do.module")) from error
    if not isinstance(found, type) or not issubclass(found, presidio_analyzer.EntityRecognizer):
        if module:
            hint = Phrase("detector.do.in-module", name=where)
            raise DetectorError(Phrase("detector.recogniser-unknown", name=name), hint=hint)
        raise DetectorError(Phrase("detector.presidio-unknown", name=name), hint=Phrase("detector.do.class"))
    return found


def _made(recognizer_class: Any, name: str) -> Any:
    if _remote(recognizer_class):
        raise DetectorError(Phrase("detector.presidio-needs-more", name=name), hint=Phrase("detector.do.pattern"))
    try:
        return recognizer_class()
    except Exception as error:
        why = Phrase("detector.presidio-not-loaded", name=name, why=type(error).__name__)
        raise DetectorError(why, hint=Phrase("detector.do.arguments")) from error


def _remote(recognizer_class: Any) -> bool:
    """Whether it, or what it is made from, needs a language model or a service."""
    import presidio_analyzer

    remote = {"RemoteRecognizer", "LMRecognizer"}
    own = presidio_analyzer.predefined_recognizers.__name__
    return any(
        base.__name__ in remote
        or (base.__module__.startswith(own) and any(part in base.__module__ for part in _MODELS))
        for base in recognizer_class.__mro__
    )


def _from_file(path: Path) -> list[Any]:
    """All enabled recognisers of a Presidio registry file, each once whatever its languages."""
    document, lines = _read(path)
    found: dict[Any, Any] = {}
    settings = {
        "supported_languages": document.get("supported_languages") or ["en"],
        "global_regex_flags": document.get("global_regex_flags", _FLAGS),
    }
    for place, entry in enumerate(document["recognizers"]):
        where = Location(str(path), lines[place], field=f"recognizers[{place}]")
        for recognizer in _of_entry(entry, settings, where):
            found.setdefault(_same(recognizer), recognizer)
    if not found:
        hint = Phrase("detector.do.enable")
        raise DetectorError(Phrase("detector.none-enabled"), hint=hint, location=Location(str(path)))
    return list(found.values())


def _read(path: Path) -> tuple[dict[str, Any], list[int]]:
    """The document, and the line of each of its recognisers."""
    import yaml

    try:
        text = path.read_text(encoding="utf-8")
        node: Any = yaml.compose(text, yaml.SafeLoader)
        document: Any = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError) as error:
        raise DetectorError(
            Phrase("detector.unreadable", why=type(error).__name__),
            hint=Phrase("detector.do.file"),
            location=Location(str(path)),
        ) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = Location(str(path), mark.line + 1 if mark else None)
        raise DetectorError(Phrase("detector.not-yaml"), hint=Phrase("detector.do.correct"), location=where) from error
    if not isinstance(document, dict) or not isinstance(document.get("recognizers"), list):
        raise DetectorError(
            Phrase("detector.no-list"),
            hint=Phrase("detector.do.see-files"),
            location=Location(str(path)),
        )
    entries = next(value for key, value in node.value if key.value == "recognizers")
    return document, [entry.start_mark.line + 1 for entry in entries.value]


def _of_entry(entry: Any, settings: dict[str, Any], where: Location) -> Iterable[Any]:
    entry = {"name": entry, "type": "predefined"} if isinstance(entry, str) else entry
    if not isinstance(entry, dict) or not isinstance(name := entry.get("class_name") or entry.get("name"), str):
        raise DetectorError(Phrase("detector.no-name"), hint=Phrase("detector.do.name"), location=where)
    if entry.get("enabled") is False:
        return []
    from presidio_analyzer import predefined_recognizers

    known = getattr(predefined_recognizers, name, None)
    remote = isinstance(known, type) and _remote(known)  # not even made: its constructor may call the service
    made = [] if remote else _made_of({**settings, "recognizers": [entry]}, where)
    if remote or any(_remote(type(each)) for each in made):
        hint = Phrase("detector.do.pattern")
        raise DetectorError(Phrase("detector.needs-more", name=name), hint=hint, location=where)
    if not made:
        hint = Phrase("detector.do.add-language")
        raise DetectorError(Phrase("detector.other-language", name=name), hint=hint, location=where)
    return made


def _made_of(configuration: dict[str, Any], where: Location) -> list[Any]:
    """What Presidio itself makes of it."""
    from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider

    provider: Callable[..., Any] = RecognizerRegistryProvider
    try:
        return list(provider(registry_configuration=configuration).create_recognizer_registry().recognizers)
    except Exception as error:
        # Its words may repeat a deny list, so only the fields it complains about are told.
        told = error.errors() if hasattr(error, "errors") else []
        fields = sorted({".".join(map(str, one["loc"][2:])) for one in told} - {""})
        if fields:
            why = Phrase("detector.not-taken-fields", fields=", ".join(fields))
        else:
            why = Phrase("detector.not-taken", why=type(error).__name__)
        raise DetectorError(why, hint=Phrase("detector.do.see-presidio"), location=where) from error


def _same(recognizer: Any) -> tuple[Any, ...]:
    """What makes two recognisers find the same: Presidio makes one for each language."""
    patterns = getattr(recognizer, "patterns", ())
    told = tuple((pattern.regex, pattern.score) for pattern in patterns)
    return type(recognizer), recognizer.name, tuple(recognizer.supported_entities), told


def _one_pass(found: list[Any], cache_dir: Path | None) -> Detector:
    from importlib.metadata import version

    from guard.detect.presidio.compiled import PresidioPass  # here: a gate without Presidio starts the sooner

    return PresidioPass(found, cache_dir, version=version("presidio-analyzer"))


def _keep_offline(tldextract: Any) -> None:
    """For the whole process: the bundled suffix list only, never fetched, never written to a cache."""
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
