"""Each rule of lint beside its edge: what it tells of beyond the example of its page, and what it lets be."""

from datetime import UTC, datetime

import pytest

from tests.unit.authoring.lint.makers import AT, fragment, linted, told

EXCEPTION = "exceptions:\n  - id: e\n    reason: {{fr: a, en: b}}\n    approved_by: a@b.example\n    expires: {expires}\n    only: {only}\n{more}"


def exception(only: str, more: str = "", expires: str = "2026-12-31") -> str:
    return fragment(EXCEPTION.format(only=only, more=f"    text: {more}\n" if more else "", expires=expires))


def test_the_base_is_clean():
    assert told(fragment("")) == []


@pytest.mark.parametrize(
    ("only", "text", "rules"),
    [
        ("{groups: [a], rules: [name]}", "", []),
        ("{rules: [name]}", "['*salon*']", []),
        ("{rules: [name]}", "['*']", ["exception-too-broad", "exclusion-eats-example"]),
        ("{networks: [mastodon]}", "", ["exception-too-broad", "exclusion-eats-example"]),
        ("{rules: [name]}", "['*z*']", ["exception-too-broad"]),
        ("{rules: [name]}", "['*salon*', '**']", ["exception-too-broad", "exclusion-eats-example"]),
    ],
)
def test_exceptions_are_narrow(only, text, rules):
    assert [name for name, _ in told(exception(only, text))] == rules


def test_an_exception_for_a_group_must_name_its_rule_where_there_are_several():
    base = exception("{groups: [a]}")
    head, _, tail = base.partition("exceptions:")
    rule = (
        head.partition("rules:\n")[2]
        .replace("id: name", "id: other")
        .replace("rojet Orion", "rojet Vega")
        .replace("Orion", "Vega")
    )
    assert told(base) == []
    assert [name for name, _ in told(f"{head}{rule}exceptions:{tail}")] == ["exception-too-broad"]


@pytest.mark.parametrize(
    ("expires", "rules"),
    [
        ("2027-05-29", []),
        ("2027-05-31", ["exception-without-end"]),
        ("some day", ["exception-without-end"]),
        ("2020-01-01", ["expired-exception"]),
        ("2026-11-30", ["expired-exception"]),
        ("2026-12-01", []),
    ],
)
def test_exceptions_end(expires, rules):
    assert [name for name, _ in told(exception("{groups: [a]}", "['*x*']", expires))] == rules


@pytest.mark.parametrize(
    ("owner", "known"), [("a@b.example", True), ("group:dpo", True), ("Sophie", False), ("group:", False), ("@", False)]
)
def test_somebody_can_be_asked(owner, known):
    text = exception("{groups: [a]}", "['*x*']", "2027-01-31")
    wrong = [] if known else ["owner-unknown"]
    assert [name for name, _ in told(text.replace("juridique@exemple.fr", f"'{owner}'"))] == wrong
    assert [name for name, _ in told(text.replace("a@b.example", f"'{owner}'"))] == wrong


def test_an_exception_without_expires():
    text = exception("{groups: [a]}", "['*x*']").replace("    expires: 2026-12-31\n", "")
    assert [name for name, _ in told(text)] == ["exception-without-end"]


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("2027-05-01T00:00:00Z", None),
        ("2027-05-03T00:00:00Z", "`review_by` is 29 days away"),
        ("2027-05-30T00:00:00Z", "`review_by` is 2 days away"),
        ("2027-05-30T23:00:00Z", "`review_by` is 1 day away"),
        ("2027-05-31T12:00:00Z", "`review_by` is today"),
        ("2027-06-01T00:00:00Z", "`review_by` has passed"),
    ],
)
def test_reviews(day, message):
    found = linted({"p.yaml": fragment("")}, datetime.fromisoformat(day))
    assert [one.message for one in found] == ([message] if message else [])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("mode: shadow\nreview_by: 2029-01-01\n", 5),
        ("mode: shadow\nreview_by: 2027-03-01\n", None),
        ("mode: {canary: 5%}\nreview_by: 2029-01-01\n", None),
        ("review_by: 2029-01-01\ndo: block\n    mode: shadow\n", 11),
    ],
)
def test_trials_end(text, line):
    text = text.replace("do: block\n    mode", "do: block\nmode") if line == 11 else text
    if line == 11:
        policy = fragment("review_by: 2029-01-01\n").replace("    do: block\n", "    do: block\n    mode: shadow\n")
    else:
        policy = fragment(text)
    assert told(policy) == ([("shadow-for-ever", line)] if line else [])


@pytest.mark.parametrize(
    ("find", "lines"),
    [
        ("[Projet Orion, Orion SA]", 0),
        ("[Projet Orion, Orionis, Le projet Orion bis]", 1),
        ("[Projet Orion, PROJET-ORION]", 1),
        ("[{term: Projet Orion, aliases: [Orion]}]", 1),
        ("[Projet Orion, {term: Orion, case: exact}]", 0),
        ("[Projet Orion, {term: Orion, unless: {near: [étoile]}}]", 0),
        ("[C, Projet Orion, C plus]", 1),
    ],
)
def test_terms_inside_terms(find, lines):
    found = told(fragment(f"find: {{terms: {find}}}\n"))
    assert found == [("term-inside-term", 9)] * lines


def test_terms_of_a_file_are_told_with_their_line_and_not_without_end():
    text = fragment("find: {terms_file: names.txt}\n")
    lines = ["Projet Orion", "# names", "Orion", *(f"Orion {number}" for number in range(40))]
    found = [one for one in linted({"p.yaml": text, "names.txt": "\n".join(lines)}) if one.rule == "term-inside-term"]
    assert (found[0].location.file, found[0].location.line) == ("names.txt", 1)
    assert "“Projet Orion” holds “Orion” (line 3)" in found[0].message
    assert len(found) == 21
    assert found[-1].message == "more than 20 terms of this list stand inside others"


SECRET = "confidential: true\nfind: {terms: [Zéphyrine, Projet Orion]}\n"


@pytest.mark.parametrize(
    "words",
    [
        "ZEPHYRINE",
        "le z.e.p.h.y.r.i.n.e",
        "Zéph\u200byrine",
        "Zeph\u0443rine",
        "z3phyrine",
        "eniryhpéz",
        "le zéphyrines",
    ],
)
def test_a_message_tells_the_secret_in_any_view(words):
    text = fragment(f'{SECRET}title: {{fr: "{words}", en: "nothing"}}\n')
    assert told(text) == [("message-reveals-secret", 8)]
    assert "phyrine" not in str(linted({"p.yaml": text})).lower()


def test_a_message_tells_the_secret_also_while_the_policy_is_only_tried():
    text = fragment(f'{SECRET}mode: shadow\nreview_by: 2026-12-20\ntitle: {{fr: "z3phyrine", en: "nothing"}}\n')
    assert "message-reveals-secret" in [name for name, _ in told(text)]


def test_labels_notes_and_reasons_are_read_too():
    text = fragment(
        f'{SECRET}do: {{action: redact, with: "[ZEPH YRINE]"}}\nmatch: [{{text: "Le [[projet Orion]] avance", note: "z3phyrine"}}]\n'
    )
    reason = 'exceptions:\n  - id: e\n    reason: {fr: "Zephyr1ne", en: b}\n    approved_by: a@b.example\n    expires: 2026-12-31\n    only: {groups: [a]}\n'
    assert [name for name, _ in told(text + reason)] == ["message-reveals-secret"] * len(told(text + reason))
    assert told(text + reason) != []


def test_words_of_an_open_policy_may_stand_in_its_messages():
    assert told(fragment('say: {fr: "Pas de projet Orion ici.", en: "No projet Orion here."}\n')) == []


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ('say: "Sujet confidentiel."\n', ["missing-language"]),
        ('say: {en: "Confidential."}\n', ["missing-language"]),
        ('say: {fr: "a", en: "b", de: "c"}\n', []),
        ("say: {de: c}\n", ["missing-language"]),
    ],
)
def test_languages(text, rules):
    assert [name for name, _ in told(fragment(text))] == rules


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ('no_match: ["Bonjour"]\n', ["no-near-miss"]),
        ('no_match: ["Bonjour", "Le projet de jardin"]\n', []),
        ('find: {entity: PHONE_NUMBER}\nmatch: ["au [[06 39 98 12 34]]"]\nno_match: ["ticket 0639981234567"]\n', []),
        ('find: {entity: PHONE_NUMBER}\nmatch: ["au [[06 39 98 12 34]]"]\nno_match: ["Bonjour"]\n', ["no-near-miss"]),
        ('find: {regex: "vert-[a-z]{3}"}\nmatch: ["[[vert-abc]]"]\nno_match: ["les verts gagnent"]\n', []),
        ('unless: {near: [étoile]}\nno_match: ["une étoile"]\n', []),
    ],
)
def test_near_misses(text, rules):
    assert [name for name, _ in told(fragment(text))] == rules


def test_the_own_unless_of_a_term_that_takes_the_example_away():
    text = fragment("find:\n  terms:\n    - {term: Projet Orion, unless: {near: [avance]}}\n")
    assert told(text) == [("exclusion-eats-example", 11)]


def test_an_exclusion_by_value():
    text = fragment('unless: {value: ["projet*"]}\n')
    assert told(text) == [("exclusion-eats-example", 14)]


def test_known_gaps_are_no_findings():
    assert (
        told(
            fragment(
                'unless: {near: [avance]}\nmatch: ["[[projet Orion]]", {text: "[[projet Orion]] avance", todo: true}]\n'
            )
        )
        == []
    )


TWO = """\
rules:
  - id: first
    find: {{regex: 'ORI-\\d{{4}}'}}
    do: {first}
    say: {{fr: a, en: b}}
    match: ["voir [[ORI-2026]]"{more}]
    no_match: ["ORI 2026"]
  - id: second
    find: {{regex: 'ORI-20\\d\\d'}}
    do: {second}
    say: {{fr: a, en: b}}
    match: ["voir [[ORI-2026]]"]
    no_match: ["ORI 2026"]
"""


@pytest.mark.parametrize(
    ("first", "second", "more", "found"),
    [
        ("redact", "block", "", [("conflicting-rules", 8)]),
        ("block", "redact", "", [("conflicting-rules", 14)]),
        ("block", "block", "", []),
        ("redact", "block", ', "[[ORI-1999]]"', []),
        ("allow", "block", "", [("allow-cancels-nothing", 10)]),
    ],
)
def test_conflicts(first, second, more, found):
    assert told(fragment(TWO.format(first=first, second=second, more=more))) == found


def test_a_rule_on_trial_hides_nothing():
    text = TWO.format(first="redact", second="block", more="").replace(
        "    do: block\n", "    do: block\n    mode: shadow\n"
    )
    assert told(fragment(text + "review_by: 2027-03-01\n")) == []


def test_a_confidence_that_terms_always_have_and_one_that_an_entity_never_has():
    sure = "do:\n  - {when: {confidence: high}, action: block}\n  - {action: flag}\n"
    assert told(fragment(sure)) == [("unreachable-step", 12)]
    never = 'find: {entity: %s}\nmatch: ["[[x]]"]\nno_match: [x]\n' + sure
    found = {name for entity in ("EMAIL_ADDRESS", "FR_LICENSE_PLATE") for name, _ in told(fragment(never % entity))}
    assert "condition-never-holds" not in found


def test_confidential_patterns_are_not_shown():
    text = fragment(
        'confidential: true\nfind: {regex: "(?:zephyr+ ?){1,10}(?:\\\\w+ ?){1,10};"}\nmatch: ["[[zephyr a;]]"]\nno_match: [zephyr]\n'
    )
    (found,) = [one for one in linted({"p.yaml": text}, AT) if one.rule == "expensive-regex"]
    assert "zephyr" not in found.message
    assert "a text of" in found.message


def test_findings_of_several_files_are_in_order():
    files = {f"{name}.yaml": fragment(f"policy: {name}\nreview_by: 2026-12-10\nsay: {{fr: a}}\n") for name in "ba"}
    found = [(one.location.file, one.location.line) for one in linted(files, datetime(2026, 12, 1, tzinfo=UTC))]
    assert found == sorted(found)
    assert len(found) == 4


@pytest.mark.parametrize(
    ("do", "told_of"),
    [
        ("do: allow\n", True),
        ("do: [{when: {groups: [presse]}, action: allow}, allow]\n", True),
        ("do: [{when: {groups: [presse]}, action: allow}, block]\n", False),
        ("do: flag\n", False),
    ],
)
def test_a_rule_that_only_allows_is_no_exception(do, told_of):
    assert ("allow-cancels-nothing" in [name for name, _ in told(fragment(do))]) is told_of


def test_it_names_the_rule_that_goes_on_acting():
    alone = linted({"p.yaml": fragment("do: allow\n")})
    assert [str(one.message) for one in alone] == [
        "this rule only allows: it changes nothing, for what it allows cancels no other rule"
    ]
    other = fragment("do: hold\n").replace("policy: demo", "policy: other")
    beside = linted({"p.yaml": fragment("do: allow\n"), "q.yaml": other})
    assert [(one.location.file, str(one.message)) for one in beside] == [
        ("p.yaml", "this rule only allows, which cancels no other: in its example other/name still holds the same")
    ]


@pytest.mark.parametrize(
    ("find", "times"),
    [
        ("{terms: [le, un, client, projet]}", 4),
        ("{terms: [Équipe, le client, our customers]}", 3),
        ("{terms: [Client X, Orange]}", 0),
        ("{terms: [{term: Date, case: exact}, {term: Site, unless: {near: [web]}}]}", 0),
        ("{terms: [{term: date, case: exact}]}", 1),
        ("{terms: [{term: Projet Mélisande, initials: true}]}", 1),
        ("{terms: [{term: Grand Orion Bleu, initials: true}, {term: Projet Boréal, initials: true}]}", 0),
        ("{any_of: [{terms: [client]}, {terms: [Orion]}]}", 1),
        ("{all_of: [{terms: [client]}, {terms: [Orion]}]}", 0),
    ],
)
def test_words_of_every_day_are_no_terms(find, times):
    found = [name for name, _ in told(fragment(f"find: {find}\n")) if name == "broad-term"]
    assert found == ["broad-term"] * times


def test_lines_of_a_terms_file_count_as_they_are_narrowed_there():
    text = fragment("find: {terms_file: names.csv}\n")
    lines = "Client\nNexalis\nSite | unless near = web\nDate | case = exact\nprojet\n"
    found = [one for one in linted({"p.yaml": text, "names.csv": lines}) if one.rule == "broad-term"]
    assert [(one.location.file, one.location.line) for one in found] == [("names.csv", n) for n in (1, 5)]


@pytest.mark.parametrize(
    "more",
    [
        "policy: projet-zephyrine\n",
        "id: zephyrine\n",
        "owner: zephyrine@exemple.fr\n",
        "dates: {zephyrine: 2026-12-20}\n",
        "applies_to: {groups: [projet-zephyrine]}\n",
        "do: {action: hold, approvers: [group:zephyrine]}\n",
        "do: [{when: {groups: [zephyrine]}, action: flag}, block]\n",
    ],
)
def test_names_of_things_tell_the_secret_too(more):  # `client-x` of the shipped policies names nobody
    title = "title: {fr: Sujet, en: Subject}\n"
    found = linted({"p.yaml": fragment(f"{SECRET}{title}{more}")})
    key = more.partition(":")[0]
    lines = fragment(f"{SECRET}{title}{more}").splitlines()
    line = next(number for number, text in enumerate(lines, 1) if f"{key}: " in text and "phyrine" in text.lower())
    assert ("message-reveals-secret", line) in [(one.rule, one.location.line) for one in found]
    assert "phyrine" not in str(found).lower()
