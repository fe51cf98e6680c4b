"""Reasons: each near miss, each line, each suppression says what it was."""

import pytest

from guard.authoring.explain import Explanation, explain
from guard.authoring.explain_rule import trace_rule
from guard.authoring.suite import example_facts, example_post
from guard.authoring.whatif import WhatIf
from guard.detect.run import Detectors
from guard.detect.sealed import SealedScanner, seal
from guard.inspector import Inspector
from guard.policy.bundle import bundle_from_texts
from guard.policy.sealed import write_sealed
from guard.types.matcher import SealedMatcher, TermsMatcher
from guard.types.post import Attachment, Visibility
from tests.gates import shipped_inspector
from tests.unit.authoring.inspecting import facts, inspector, post, rule
from tests.unit.policy.makers import HEAD, mail, policy

MAIL = "{entity: EMAIL_ADDRESS}"


def told(made, text: str, *groups: str, **more) -> Explanation:
    return explain(made, post(text, **more), facts(*groups))


def events(explanation: Explanation) -> list[str]:
    return [f"{event.kind}: {event.words}" for rule in explanation.rules for event in rule.events]


@pytest.mark.parametrize(
    ("find", "text", "near"),
    [
        ("{entity: IBAN_CODE}", "FR76 3000 6000 0112 3456 7890 188", "IBAN_CODE (finance/iban), but its check `iban`"),
        ("{terms: [Projet Aurore]}", "le projet Aurrore", "a term misspelt: `typos: 1` would find it, `typos: 0`"),
        ("{terms: [Photonique], typos: 1}", "la phottoniqque", "`typos: 2` would find it, `typos: 1` stands"),
        ("{terms: [Boreal], disguises: false}", "le bor*al", "a term in disguise, but `disguises: false`"),
        ("{terms: [{term: Mercure, unless: {near: [planète]}}]}", "la planète Mercure", "its `unless near`"),
        ("{terms: [{term: Orange, case: exact}]}", "une orange", "a term, but its `case: exact`"),
        ("{terms: [rachat]}", "le rachatterie", "inside a longer word"),
        ("{regex: 'DOSSIER-\\d{6}'}", "dossier-123456", "the regex, but for capitals"),
        ("{regex: 'DOSSIER-\\d{6}'}", "DOSSIER_123456", "the regex, but for one character"),
        ("{entity: SECRET, subtype: jwt}", "le wifi: mot de passe Xk9!vLq2Zt", "but of the kind"),
        (f"{{all_of: [{MAIL}, {{terms: [rachat]}}]}}", "un rachat", "1 of 2 parts of `all_of`, but part 1 is missing"),
        (f"{{all_of: [{MAIL}, {{terms: [rachat]}}], within: 5}}", "a@b.example, un beau rachat", "farther apart"),
    ],
)
def test_what_nearly_was_found(find, text, near):
    explanation = told(inspector(rule(find)), text)
    (trace,) = explanation.rules
    assert trace.action is None
    assert near in " ".join(events(explanation))
    assert explanation.inspection.decision.action.word == "allow"


@pytest.mark.parametrize(
    ("entity", "wanted", "near"), [("TOPIC", "topic: legal", 0), ("SECRET", "entity: SECRET, subtype: jwt", 1)]
)
def test_another_topic_is_no_near_miss(entity, wanted, near):
    made = inspector(rule(f"{{{wanted}}}", match='["[[x]]"]' if near else '["x"]'))
    found = mail(0, 8, entity_type=entity, subtype="mna")
    what = WhatIf(made, made.bundle, post("x" * 20), facts(), (found,))
    assert len(trace_rule(what, made.bundle.rules[0]).events) == near


def test_the_places_of_near_misses_are_those_of_the_text():
    (trace,) = told(inspector(rule("{terms: [Projet Aurore]}")), "Voilà : 𝐩𝐫𝐨𝐣𝐞𝐭 Aurrore").rules
    assert [(event.start, event.end) for event in trace.events] == [(8, 22)]
    assert trace.events[0].at == "p.yaml:8:19"


def test_every_example_of_the_shipped_policies_is_told_as_it_was_decided():
    made = shipped_inspector()
    for each in made.bundle.rules:
        for example in (*each.source.match, *each.source.no_match):
            posted, known = example_post(each.policy, example), example_facts(each.policy, example)
            explanation = explain(made, posted, known)
            decision = explanation.inspection.decision
            decided = {match.id: match.action.word for match in (*decision.matches, *decision.shadow)}
            assert {trace.id: trace.action for trace in explanation.rules if trace.action} == decided


def test_what_has_nothing_to_do_with_a_rule_is_left_out():
    explanation = told(inspector(rule(MAIL, name="a"), rule("{terms: [Aurore]}", name="b")), "bonjour")
    assert (explanation.rules, explanation.quiet) == ((), ("demo/a", "demo/b"))


@pytest.mark.parametrize(
    ("when", "more", "why"),
    [
        ("count: 3+", {}, "count 3+: 1 place is found"),
        ("count: 2-3", {}, "count 2-3: 1 place is found"),
        ("visibility: [public]", {"visibility": Visibility.DIRECT}, "visibility public: the post is direct"),
        ("networks: [x]", {}, "networks x: the post goes to mastodon"),
        ("groups: [presse]", {}, "groups presse: the author is in vente"),
        ("after: 2027-01-01", {}, "after 2027-01-01: it is 2026-06-01T12:00:00+00:00"),
        ("before: 2026-01-01", {}, "before 2026-01-01: it is 2026-06-01T12:00:00+00:00"),
        ("media: true", {}, "media true: no file is attached"),
        (
            "media: false",
            {"attachments": (Attachment("sha256:00", "image/png", 1),)},
            "media false: a file is attached",
        ),
        ("language: [fr]", {"language": "en"}, "language fr: the post is in en"),
        ("confidence: high", {}, "confidence high: found with medium"),
    ],
)
def test_lines_that_do_not_fit_say_which_condition(when, more, why):
    find = "{entity: PHONE_NUMBER}" if "confidence" in when else MAIL
    text = "01 99 00 12 34" if "confidence" in when else "a@b.example"
    ladder = f"[{{when: {{{when}}}, action: block}}, {{action: flag}}]"
    made = inspector(rule(find, ladder), head=HEAD + "examples_at: 2026-01-01\n")
    (trace,) = told(made, text, "vente", **more).rules
    assert [(line.state, line.but_for) for line in trace.lines] == [("does not fit", (why,)), ("decides", ())]


def test_lines_below_the_one_that_decides_are_not_reached():
    ladder = "[{when: {visibility: public}, action: hold}, {action: flag}]"
    (trace,) = told(inspector(rule(MAIL, ladder)), "a@b.example").rules
    assert [(line.number, line.action, line.state) for line in trace.lines] == [
        (1, "hold", "decides"), (2, "flag", "not reached"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("near: [standard], within: 20", "`unless near`: standard stands within 20 characters"),
        ("value: ['*@b.example', 'x*']", "`unless value`: it looks like *@b.example"),
    ],
)
def test_what_does_not_count_says_why(more, words):
    explanation = told(inspector(rule(MAIL, more=f"    unless: {{{more}}}\n")), "standard : a@b.example")
    assert events(explanation) == [f"suppressed: {words}"]


EXCEPTION = """\
exceptions:
  - id: salon
    reason: {{fr: a, en: b}}
    approved_by: dpo@exemple.fr
    expires: {expires}
    only: {{rules: [r], groups: [evenements], networks: [mastodon]}}
    text: ["*liste*"]
    match: [{{text: "liste a@b.example", as: {{groups: [evenements], at: 2026-06-01}}}}]
    no_match: ["x"]
"""


def excepted(text: str, *groups: str, expires: str = "2026-12-31", **more) -> list[str]:
    head = HEAD + "examples_at: 2026-01-01\n"
    made = inspector(rule(MAIL), head=head, tail=EXCEPTION.format(expires=expires))
    return events(told(made, text, *groups, **more))


def test_an_exception_that_is_used():
    assert excepted("liste a@b.example", "evenements") == [
        "suppressed: exception salon lets it pass (approved by dpo@exemple.fr, until 2026-12-31)"
    ]


def test_an_exception_that_is_not_used_says_everything_against_it():
    (words,) = excepted("a@b.example", expires="2026-01-31", network="x")
    assert words == (
        "note: exception salon does not apply: it expired on 2026-01-31; groups evenements, and the author is "
        "in none; networks mastodon, and the post goes to x; the text looks like none of its patterns"
    )


def test_scope_mode_and_rules_that_are_off():
    head = HEAD + "applies_to: {networks: [x], groups: [vente]}\n"
    (trace,) = told(inspector(rule(MAIL), head=head), "a@b.example").rules
    assert trace.action is None
    assert [event.words for event in trace.events] == [
        "`applies_to`: networks x; the post goes to mastodon", "`applies_to`: groups vente; the author is in none",
    ]  # fmt: skip
    shadow = inspector(rule(MAIL, more="    mode: shadow\n"), rule(MAIL, more="    mode: off\n", name="q"))
    explanation = told(shadow, "a@b.example")
    assert [(trace.id, trace.acted) for trace in explanation.rules] == [("demo/r", False)]
    assert events(explanation) == ["suppressed: mode shadow: recorded, not acted on"]
    assert explanation.off == ("demo/q",)
    canary = inspector(rule(MAIL, more="    mode: {canary: 1%}\n"))
    said = [words for n in range(5) for words in events(told(canary, "a@b.example", account=f"a{n}@m"))]
    assert "suppressed: mode canary: the author is outside the 1 % of accounts; recorded, not acted on" in said


def test_a_hit_that_gives_way_is_told():
    explanation = told(inspector(rule(MAIL)), "virement FR76 3000 6000 0112 3456 7890 189 merci")
    assert all("gives way to IBAN_CODE" in event.words for event in explanation.passed_over)
    assert [found.rules for found in explanation.found] == [()]


def test_readings_are_shown():
    views = {view.name: view.text for view in told(inspector(rule(MAIL)), "YUBiLmV4YW1wbGU= ａ").views}
    assert views["plain"].endswith("= a")
    assert "a@b.example" in views["decoded"]


@pytest.mark.parametrize(
    ("mode", "more", "event"),
    [
        ("shadow", "", "suppressed: mode shadow: recorded, not acted on"),
        ("enforce", "    unless: {near: [roman]}\n", "suppressed: `unless near`"),
    ],
)
def test_a_confidential_rule_that_does_not_act_is_explained_and_shows_nothing(mode, more, event):
    head = HEAD.replace("mode: enforce", f"mode: {mode}") + "confidential: true\n"
    made = inspector(rule("{terms: [Projet Aurore]}", more=more), head=head)
    explanation = told(made, "le roman projet Aurore")
    (found,) = explanation.found
    assert (found.start, found.end, found.text) == (9, 22, None)
    assert explanation.goes_out is None
    assert [each[: len(event)] for each in events(explanation)] == [event]
    assert "urore" not in repr([view.text for view in explanation.views]).lower()


def test_a_sealed_name_that_no_rule_speaks_of_is_no_finding():
    """Whoever explains may be fishing: a place beside an `unless` would tell which word is a name."""
    key = bytes(range(32))
    names = write_sealed(seal(TermsMatcher("", ("Projet Aurore",)), key))
    more = "    unless: {near: [roman]}\n"
    text = policy(rule("{sealed: t.sealed}", more=more), HEAD + "confidential: true\n")
    bundle = bundle_from_texts({"p.yaml": text, "t.sealed": names})
    sealed = SealedScanner([each for each in bundle.matchers if isinstance(each, SealedMatcher)], key)
    made = Inspector(Detectors.build(bundle.matchers, sealed=sealed), bundle)
    assert [each.places for each in told(made, "le projet Aurore").rules] == [((3, 16),)]
    assert told(made, "le roman projet Aurore").found == ()


def test_nothing_of_a_confidential_term_is_shown():
    head = HEAD + "confidential: true\n"
    parts = "{all_of: [{terms: [Zanzibar]}, {terms: [Kerguelen]}]}"
    made = inspector(rule("{terms: [Projet Aurore]}"), rule(parts, name="s"), head=head)
    explanation = told(made, "projet aurore, erorua tejorp, projet aurrore ; ZANZIBAR")
    shown = repr(explanation.views) + " ".join(view.text for view in explanation.views) + repr(explanation.found)
    shown += repr(explanation.rules)
    for word in ("aurore", "erorua", "aurrore", "zanzibar", "kerguelen"):
        assert word not in shown.casefold()
    assert all(found.text is None for found in explanation.found)
