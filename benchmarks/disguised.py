"""Disguised values: each technique of guard/authoring/disguises.py on each value in a sentence, and whether its kind is still found.

Caught is a finding of the value's kind that overlaps the disguised value; of a thread, in one of its posts, those before it
known. evadex, an independent suite, takes part where it is installed (`pip install evadex`, in a separate environment).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import corpus, engines
from benchmarks.detection import steps
from benchmarks.detection_speed import Answer, one_segment
from benchmarks.figures import Row
from benchmarks.labelled import AbsentError
from guard.types.inspection import Facts
from guard.wiring.heart import build_inspector

ENTITIES = {
    "phone": "PHONE_NUMBER",
    "email": "EMAIL_ADDRESS",
    "iban": "IBAN_CODE",
    "codename": "CODENAME",
    "card": "CREDIT_CARD",
}
WHOLLY = ("invisible", "compat", "combining")
"""Classes of which nothing may be missed."""
POLICY = """
guard: 1
policy: bench
title: {{en: "Bench"}}
owner: bench@example.org
confidential: true
review_by: 2037-01-01
mode: enforce
applies_to: {{networks: [mastodon, bluesky, x]}}
rules:
  - id: name
    title: {{en: "A name"}}
    find: {{terms: [{name}], typos: 1, disguises: true}}
    do: hold
    say: {{en: "This may not be named."}}
    match: ["We meet [[{name}]]"]
    no_match: ["We meet"]
"""
EVADEX_CATEGORIES = {"phone": "phone", "email": "email", "iban": "iban", "card": "credit_card"}
EVADEX_TIMES = 4_000
"""Characters up to which a variant is a post."""


@dataclass(frozen=True, slots=True)
class Case:
    """The posts of a thread (mostly one), the value's kind, and the disguised value as it stands in a lone post."""

    technique: str
    klass: str
    kind: str
    posts: tuple[str, ...]
    value: str


Catch = Callable[[Case], bool]


def table() -> Iterator[Case]:
    """The cases of tests/disguises.py."""
    from tests import disguises

    for case in disguises.cases():
        hidden = case.disguise.apply(disguises.VALUES[case.kind])
        yield Case(case.disguise.name, case.disguise.klass, case.kind, case.posts, hidden)


def evadex() -> Iterator[Case]:
    """The distinct variants that evadex makes of four values. AbsentError where it is not installed."""
    try:
        from evadex.core import registry  # type: ignore[import-not-found]
    except ImportError as error:
        raise AbsentError("evadex is not installed") from error
    from tests import disguises

    for module in ("unicode_encoding", "delimiter", "splitting", "leetspeak", "regional_digits", "structural", "encoding",
                   "encoding_chains", "unicode_whitespace", "bidirectional", "soft_hyphen", "morse_code"):  # fmt: skip
        __import__(f"evadex.variants.{module}")
    values = {**disguises.VALUES, "card": "4242 4242" + " 4242 4242"}
    seen: set[str] = set()
    for kind, category in EVADEX_CATEGORIES.items():
        for generator in registry.all_generators():
            applicable = getattr(generator, "applicable_categories", None)
            if applicable and category not in {each.value for each in applicable}:
                continue
            for variant in generator.generate(values[kind]):
                if variant.value not in seen and variant.value != values[kind] and len(variant.value) < EVADEX_TIMES:
                    seen.add(variant.value)
                    sentence = disguises.SENTENCES.get(kind, "On me débite sur {} tous les mois.")
                    yield Case(
                        variant.technique, generator.name, kind, (sentence.format(variant.value),), variant.value
                    )


def ours(folder: Path) -> Catch:
    """The whole heart, so that threads and readings work as in the gate; a policy file names the code name."""
    from tests import disguises

    policies = folder / "policies"
    policies.mkdir(exist_ok=True)
    (policies / "bench.yaml").write_text(POLICY.format(name=disguises.VALUES["codename"]), encoding="utf-8")
    inspector = build_inspector(policies, examples=False, cache=folder)

    def catch(case: Case) -> bool:
        earlier: list[Any] = []
        for text in case.posts:
            post = one_segment(text)
            inspection = inspector.inspect(post, Facts(now=engines.NOW, earlier=tuple(earlier)))
            earlier.append(post)
            if _caught(case, text, [(one.entity_type, one.span.start, one.span.end) for one in inspection.findings]):
                return True
        return False

    return catch


def theirs() -> Catch:
    """Presidio with a deny list of the code name."""
    from presidio_analyzer import PatternRecognizer

    from tests import disguises

    analyzer = engines.presidio_analyzer()
    analyzer.registry.add_recognizer(PatternRecognizer("CODENAME", deny_list=[disguises.VALUES["codename"]]))

    def catch(case: Case) -> bool:
        return any(
            _caught(case, text, [(one.entity_type, one.start, one.end) for one in analyzer.analyze(text, "en")])
            for text in case.posts
        )

    return catch


def _caught(case: Case, text: str, found: list[tuple[str, int, int]]) -> bool:
    start = text.find(case.value) if len(case.posts) == 1 else -1
    first, last = (start, start + len(case.value)) if start >= 0 else (0, len(text))
    return any(name == ENTITIES[case.kind] and begin < last and first < end for name, begin, end in found)


def rows(folder: Path, *, quick: bool) -> Answer:
    """Caught shares: all techniques, those whose classes must fall away wholly, plain values, evadex."""
    del quick
    catch, peer = ours(folder), theirs()

    def measured(cases: list[Case]) -> tuple[float, float, str, dict[str, Any]]:
        by_class: dict[str, list[bool]] = defaultdict(list)
        missed = []
        for case in cases:
            by_class[case.klass].append(hit := catch(case))
            if not hit:
                missed.append(f"{case.technique} ({case.kind})")
        told = ", ".join(f"{name} {sum(hits)}/{len(hits)}" for name, hits in by_class.items() if not all(hits))
        share = sum(map(sum, by_class.values())) / len(cases)
        return share, sum(map(peer, cases)) / len(cases), told, {"missed": missed}

    def row(what: str, cases: list[Case], goal: float | None) -> Row:
        share, other, told, details = measured(cases)
        return Row(f"{what}, {len(cases)} cases", round(100 * share, 1), "%", goal, peer=f"{100 * other:.1f} %",
                   note=told, details=details)  # fmt: skip

    def techniques() -> list[Row]:
        cases = list(table())
        whole = [case for case in cases if case.klass in WHOLLY]
        return [
            row("disguised values caught", cases, 85),
            row("of these invisible, compatibility and combining", whole, 100),
        ]

    def plain() -> list[Row]:
        from tests import disguises

        values = {**disguises.VALUES}
        cases = [
            Case("plain", "plain", kind, (disguises.SENTENCES[kind].format(value),), value)
            for kind, value in values.items()
        ]
        cases += [
            Case("plain", "plain", PLANTED[post.planted], (post.text,), post.text)
            for post in corpus.posts(2_000)
            if post.planted in PLANTED
        ]
        lost = 1 - sum(map(catch, cases)) / len(cases)
        return [Row(f"plain values lost, {len(cases)} posts", round(100 * lost, 2), "%", 0, "<=")]

    return steps(
        {
            "disguised values": techniques,
            "plain values": plain,
            "evadex": lambda: [row("variants of evadex caught", list(evadex()), None)],
        }
    )


PLANTED = {
    "EMAIL_ADDRESS": "email", "PHONE_NUMBER fr": "phone", "PHONE_NUMBER uk": "phone", "IBAN_CODE": "iban", "CREDIT_CARD": "card",
}  # fmt: skip
