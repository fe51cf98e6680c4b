"""The heart: finds, decides, prepares the safe version; in doubt it holds."""

from dataclasses import replace

import pytest

from guard.channels.joined import with_joined
from guard.text.thread import TAIL
from guard.types.decision import Action
from guard.types.inspection import DetectorFailure, Excerpt, Facts
from guard.types.post import Author, Post, Segment, Visibility
from tests.gates import LEAK, NOW, THREE_PHONES, shipped_inspector
from tests.unit.authoring.inspecting import inspector, rule

FACTS = Facts(now=NOW)


def post(*texts: str, **more) -> Post:
    segments = tuple(Segment(f"/{number}", "body", text) for number, text in enumerate(texts))
    return Post("p", "mastodon", "status.create", Author("mastodon", "a@m"), with_joined(segments), **more)


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("Bonjour", Action.ALLOW),
        ("Appelez Marie au 06 39 98 12 34", Action.REDACT),
        (THREE_PHONES, Action.HOLD),
        (LEAK, Action.BLOCK),
    ],
)
def test_actions(text: str, action: Action) -> None:
    assert shipped_inspector().inspect(post(text), FACTS).decision.action is action


def test_the_same_post_and_facts_give_the_same_inspection() -> None:
    first, second = (shipped_inspector().inspect(post(LEAK, "06 39 98 12 34"), FACTS) for _ in range(2))
    assert replace(first, elapsed_ms=0) == replace(second, elapsed_ms=0)


def test_a_post_that_was_not_inspected_is_held() -> None:
    inspection = shipped_inspector().not_inspected(post("Bonjour"), FACTS, DetectorFailure("inspection", "time-out"))
    assert inspection.decision.action is Action.HOLD
    assert inspection.decision.reason == "detector-failed: inspection"


def test_what_cannot_be_cut_is_held() -> None:
    segments = (replace(post("Appelez le 06 39 98 12 34").segments[0], redactable=False),)
    inspection = shipped_inspector().inspect(replace(post("x"), segments=segments), FACTS)
    assert inspection.decision.action is Action.HOLD
    assert inspection.decision.reason == "redaction-impossible: not-redactable"


def test_a_name_split_over_two_texts_is_found_and_one_in_a_single_text_is_found_once() -> None:
    inspector = shipped_inspector()
    assert inspector.inspect(post("Vive le client", "x et les autres"), FACTS).decision.action is Action.BLOCK
    findings = inspector.inspect(post("Vive Client X", "et les autres"), FACTS).findings
    assert [finding.span.segment for finding in findings] == ["/0"]


@pytest.mark.parametrize(
    "texts", [("digicode :", "4821"), ("PIN", "4821"), ("Mot de passe", "Hortensia2026!"), ("digicode", "4821", "B77")]
)
def test_a_label_in_one_text_makes_a_secret_of_the_next(texts: tuple[str, ...]) -> None:
    decision = shipped_inspector().inspect(post(*texts), FACTS).decision
    assert decision.action is Action.BLOCK
    assert "secrets/secret" in {match.id for match in decision.matches}


def test_a_warning_that_names_an_illness_is_no_illness_of_whom_the_post_is_about() -> None:
    segments = (Segment("/cw", "spoiler", "dépression"), Segment("/s", "body", "Ma collègue est géniale"))
    given = replace(post("x"), segments=with_joined(segments))
    assert shipped_inspector().inspect(given, FACTS).decision.action is Action.ALLOW


def warned(warning: str, text: str, *, first: bool = True) -> Post:
    segments = (Segment("/cw", "spoiler", warning), Segment("/s", "body", text))
    return replace(post("x"), segments=with_joined(segments if first else segments[::-1]))


@pytest.mark.parametrize(
    ("warning", "text"),
    [
        ("cancer", "Notre collègue Inès ne viendra plus au bureau"),
        ("VIH", "Marc de l'expédition. Voilà."),
        ("grossesse", "Sophie du marketing, ne le répétez pas"),
        ("burn-out", "Notre responsable Karim n'est plus joignable pendant 3 mois"),
        ("cancer du sein", "Marie Dupont, notre collègue de la compta, ne reviendra pas avant septembre"),
        ("cancer", "Inès, notre collègue, ne reviendra pas"),
        ("HIV", "our intern, Dafydd, will not be back"),
        ("ambiance plombée au bureau, " * 9 + "cancer", "Notre collègue Inès ne viendra plus au bureau"),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_an_illness_in_the_warning_and_the_colleague_named_below(warning: str, text: str, *, first: bool) -> None:
    decision = shipped_inspector().inspect(warned(warning, text, first=first), FACTS).decision
    assert decision.action is Action.HOLD
    assert {match.id for match in decision.matches} >= {"workplace/health", "workplace/health-of-another"}


@pytest.mark.parametrize(
    "warning", ["dépression", "journal de bord, long, personnel, sans filtre, " * 6 + "dépression"]
)
@pytest.mark.parametrize(
    "text",
    [
        "Ma collègue est géniale",
        "Bravo, ma collègue est géniale",
        "Mon chef est au courant. Paris me manque",
        "Ma collègue Inès anime un atelier jeudi",
        "Karine est venue me voir, quelle joie",
    ],
)
def test_a_warning_names_the_subject_however_long_it_is(warning: str, text: str) -> None:
    decision = shipped_inspector().inspect(warned(warning, text), FACTS).decision
    assert decision.action < Action.HOLD
    assert "Inès" in text or decision.action is Action.ALLOW


def test_an_address_beside_it_hides_no_password() -> None:
    given = post("Password", "Sunshine-2024 or Sunshine-2024@example.com")
    assert shipped_inspector().inspect(given, FACTS).decision.action is Action.BLOCK


def test_what_is_cut_in_its_own_text_needs_no_cut_where_texts_are_read_together() -> None:
    inspection = shipped_inspector().inspect(
        post("Santé", "Notre collègue Inès a un cancer. La réunion est à 10 h."), FACTS
    )
    assert inspection.redacted is not None
    assert inspection.redacted.segments[1].text == "[…] La réunion est à 10 h."


@pytest.mark.parametrize(
    ("texts", "made"),
    [
        (("On vire Paul lundi. Paul ne sait rien. Bonne journée à tous.",), False),
        (("Notre collègue Inès a un cancer. La réunion est à 10 h, avec @ines.",), False),
        (("Notre collègue Inès a un cancer. La réunion est à 10 h.", "Portrait d'Inès"), False),
        (("Notre collègue Inès a un cancer. Notre réunion est à 10 h.",), True),
    ],
)
def test_a_name_of_the_sentence_that_goes_stands_nowhere_else(texts: tuple[str, ...], *, made: bool) -> None:
    inspection = shipped_inspector().inspect(post(*texts), FACTS)
    assert inspection.decision.action is Action.HOLD
    assert (inspection.redacted is not None) is made


def test_the_illness_of_a_colleague_is_told_over_two_texts() -> None:
    decision = (
        shipped_inspector().inspect(post("Pensée pour notre collègue Inès", "opérée : un cancer"), FACTS).decision
    )
    assert decision.action is Action.HOLD


def test_a_redaction_beside_other_texts_is_no_doubt() -> None:
    inspection = shipped_inspector().inspect(post("Appelez Marie au 06 39 98 12 34", "avis", language="fr"), FACTS)
    assert inspection.decision.action is Action.REDACT
    assert [segment.text for segment in inspection.redacted.segments] == [
        "Appelez Marie au [téléphone]", "avis", "Appelez Marie au [téléphone]\navis",
    ]  # fmt: skip


def test_repr_of_an_inspection_shows_no_text() -> None:
    assert "galère" not in repr(shipped_inspector().inspect(post(LEAK), FACTS))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Appelez Marie au 06 39 98 12 34 (dossier x0639981234x)", "redaction-impossible: said-again"),
        ("Appelez Marie au 06 39 98 12 34, à demain", ""),
    ],
)
def test_a_value_said_again_where_no_pattern_knows_it_is_held(text: str, reason: str) -> None:
    decision = shipped_inspector().inspect(post(text), FACTS).decision
    assert decision.reason == reason
    assert decision.action is (Action.HOLD if reason else Action.REDACT)


@pytest.mark.parametrize("text", ["Projet Aurore, le roman de l'été", "Une fusion de saveurs", "À lyon ce soir"])
def test_a_confidential_term_that_no_rule_speaks_of_is_not_told(text: str) -> None:
    inspection = shipped_inspector().inspect(post(text), FACTS)
    assert (inspection.findings, inspection.decision.matches) == ((), ())


def test_a_confidential_term_that_a_rule_lets_pass_has_its_rule_and_place() -> None:
    inspection = shipped_inspector().inspect(post("Fusion à Lyon"), Facts(now=NOW.replace(year=2040)))
    assert inspection.decision.action is Action.ALLOW
    assert [(finding.matcher, finding.span.start) for finding in inspection.findings] == [
        ("client-x/hint#0", 0), ("client-x/hint#1", 9),
    ]  # fmt: skip


def split(*before: str) -> Facts:
    return Facts(now=NOW, earlier=tuple(post(each) for each in before))


def test_a_held_post_names_the_fewest_posts_that_it_was_read_together_with() -> None:
    bench = inspector(rule("{entity: PHONE_NUMBER}", "hold", match='["[[06 39 98 12 34]]"]', no_match='["x"]'))
    told = replace(post("mon 06 39 9"), visibility=Visibility.DIRECT)
    facts = Facts(now=NOW, earlier=(post("salut"), told))
    assert bench.inspect(post("8 12 34 demain"), facts).earlier == (Excerpt("mon 06 39 9", Visibility.DIRECT),)
    spelled = bench.inspect(post("34"), split("06", "39", "98", "12")).earlier
    assert [one.text for one in spelled] == ["06", "39", "98", "12"]
    assert bench.inspect(post("06 39 98 12 34"), split("salut", "mon 06 39 9")).earlier == ()
    assert bench.inspect(post("bonjour"), split("mon 06 39 9")).earlier == ()
    long = bench.inspect(post("8 12 34 demain"), split("x" * 3_000 + " mon 06 39 9")).earlier
    assert [len(each.text) for each in long] == [TAIL]


def test_a_post_that_is_not_held_names_none() -> None:
    bench = inspector(rule("{entity: PHONE_NUMBER}", "block", match='["[[06 39 98 12 34]]"]', no_match='["x"]'))
    found = bench.inspect(post("8 12 34 demain"), split("mon 06 39 9"))
    assert (found.decision.action, found.earlier) == (Action.BLOCK, ())
    held = replace(found, earlier=(Excerpt("mon 06 39 9"),))
    assert "mon 06" not in repr(held)
