"""The schema: what is understood, and how each mistake is told."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from guard.errors import ProblemsError
from guard.policy import key_words, parse, parse_example, parse_find, parse_rule
from guard.policy.bundle import bundle_from_texts
from guard.policy.schema import AllOf, AnyOf, EntityFind, ModeKind, RegexFind, TermsFind
from guard.types.decision import Action
from guard.types.post import Visibility
from guard.words.texts import words_of
from tests.unit.policy.makers import HEAD, RULE, bundle, policy, rule


def problems(text: str, **files: str):
    with pytest.raises(ProblemsError) as caught:
        bundle_from_texts({"p.yaml": text, **files})
    return caught.value.problems


def only(text: str):
    found = problems(text)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]


def test_everything_is_read():
    tail = """\
exceptions:
  - id: salon
    reason: {fr: Liste publique, en: Public list}
    approved_by: juridique@exemple.fr
    expires: 2026-12-20
    only: {rules: [all], groups: [g], networks: [x]}
    text: ["*liste*"]
    match: [{text: "la liste", as: {network: x, groups: [g], at: 2026-12-01T00:00:00Z, language: fr, media: true}}]
"""
    head = HEAD + (
        "title: {fr: Titre, en: Title}\nconfidential: false\ntimezone: Europe/Paris\nexamples_at: 2026-12-01\n"
        "dates: {launch: 2027-01-01}\napplies_to: {networks: x, groups: [g], accounts: [Alice], languages: [fr-FR]}\n"
    )
    rules = (
        rule("hold", find="{entity: SECRET, subtype: jwt}", name="a")
        + rule("flag", find="{terms: [12, 'no', yes, 1.50], typos: 1, disguises: false}", name="b")
        + rule("flag", find="{terms_file: names.txt}", name="file")
        + rule(
            "\n      - {when: {count: 2-5, confidence: high, visibility: direct, networks: [x], groups: [g], "
            "before: launch, after: 2026-01-01T00:00:00+01:00, media: false, language: [en]}, action: block, with: '-'}"
            "\n      - {action: hold, approvers: [group:dpo], approvals: 2}",
            find="{all_of: [{regex: 'a+'}, {any_of: [{entity: IBAN_CODE}, {terms: [x1]}]}], within: 9}",
            more="    unless: {near: [poste], within: 7, value: ['*a']}\n    mode: {canary: 10%}\n",
            name="all",
        )
    )
    made = bundle_from_texts({"p.yaml": policy(rules, head, tail), "names.txt": "# names\nOrion\n\nVega  \nOrion\n"})
    source = made.policies[0].source
    a, b, file, last = source.rules
    assert isinstance(a.find, EntityFind)
    assert (a.find.entity, a.find.subtype) == ("SECRET", "jwt")
    assert isinstance(b.find, TermsFind)
    assert b.find.terms == ("12", "no", "yes", "1.50")
    assert (b.find.typos, b.find.disguises) == (1, False)
    assert [m.id for m in made.matchers] == ["demo/b", "demo/file", "demo/all#0", "demo/all#1.1"]
    assert made.matchers[1].terms == ("Orion", "Vega")
    assert file.mode.kind is ModeKind.ENFORCE
    assert isinstance(last.find, AllOf)
    assert last.find.within == 9
    assert isinstance(last.find.parts[0], RegexFind)
    assert isinstance(last.find.parts[1], AnyOf)
    assert (last.mode.kind, last.mode.percent) == (ModeKind.CANARY, 10)
    assert (last.unless.near, last.unless.within, last.unless.value) == (("poste",), 7, ("*a",))
    when = last.steps[0].when
    paris = timezone(timedelta(hours=1))
    assert (when.count_min, when.count_max, when.min_score, when.media) == (2, 5, 0.8, False)
    assert when.visibility == {Visibility.DIRECT}
    assert when.before == datetime(2027, 1, 2, tzinfo=paris)  # a bare date ends with its day
    assert when.after == datetime(2026, 1, 1, tzinfo=paris)
    assert (last.steps[0].label, last.steps[1].approvals, last.steps[1].action) == ("-", 2, Action.HOLD)
    assert source.examples_at == datetime(2026, 12, 1, 22, 59, 59, tzinfo=UTC)  # the last second of that day in Paris
    assert source.exceptions[0].expires == datetime(2026, 12, 20, 23, tzinfo=UTC)
    assert source.applies_to.accounts == {"alice"}
    assert source.applies_to.languages == {"fr"}
    assert made.warnings == ()


@pytest.mark.parametrize(
    ("do", "field", "words", "hint"),
    [
        ("blok", "do", "not an action", "did you mean `block`"),
        ("rerout", "do", "this is not an action", "did you mean `reroute`?"),
        ("{action: redact, wiht: x}", "do.wiht", "unknown", "did you mean `with`"),
        ("{action: flag, with: x}", "do.with", "nothing is replaced", "flag"),
        ("{action: flag, cut: sentence}", "do.cut", "nothing is replaced", "flag"),
        ("{action: hold, cut: paragraph}", "do.cut", "what a safe version leaves out", "sentence"),
        ("{action: block, approvers: [a]}", "do.approvers", "nobody is asked", "hold"),
        ("{action: hold, approvals: 9}", "do.approvals", "from 1 to 5", ""),
        ("{when: {}, action: hold}", "do.when", "names no condition", ""),
        ("[hold, block]", "do[0]", "never be reached", "when"),
        ("{when: {count: many}, action: hold}", "do.when.count", "number of findings", "3+"),
        ("{when: {count: 5-2}, action: hold}", "do.when.count", "no number", ""),
        ("{when: {count: 0}, action: hold}", "do.when.count", "no number", ""),
        ("{when: {confidence: hihg}, action: hold}", "do.when.confidence", "not a confidence", "`high`"),
        ("{when: {visibility: [pubic]}, action: hold}", "do.when.visibility[0]", "not a visibility", "`public`"),
        ("{when: {media: yes}, action: hold}", "do.when.media", "true or false", "`yes`"),
        ("{when: {media: on}, action: hold}", "do.when.media", "true or false", "`yes`, `no`, `on`"),
        ("{when: {language: French}, action: hold}", "do.when.language", "language code", "fr"),
        ("{when: {before: launch}, action: hold}", "do.when.before", "no date has this name", "dates"),
        ("{when: {before: 2026-13-01}, action: hold}", "do.when.before", "no such day", ""),
        ("{when: {after: 2026-01-01T09:00}, action: hold}", "do.when.after", "no zone", "+01:00"),
        ("", "do", "nothing stands here", ""),
    ],
)
def test_mistakes_in_do(do, field, words, hint):
    found = problems(policy(rule(do), HEAD + "examples_at: 2026-01-01\n"))
    problem = found[0]
    assert words in problem.message
    assert hint in problem.hint
    assert problem.location.field == f"rules[0].{field}"
    assert problem.location.line == 10
    assert len(found) == 1, "\n".join(map(str, found))


@pytest.mark.parametrize(
    ("find", "field", "words"),
    [
        ("{}", "", "exactly one kind"),
        ("{entity: A, regex: b}", "", "exactly one kind"),
        ("{topic: layofs}", ".topic", "this is not a topic"),
        ("{topic: layoffs, at_least: sure}", ".at_least", "this is not a confidence"),
        ("{entity: MONEY, at_least: high}", ".at_least", "does not go with `entity`"),
        ("{entity: TOPIC}", ".entity", "no detector gives this"),
        ("{sealed: x}", ".sealed", "sealed terms belong to a confidential policy"),
        ("{fingerprint: 'Client contracts'}", ".fingerprint", "small letters"),
        ("{fingerprint: a, subtype: b}", ".subtype", "does not go with `fingerprint`"),
        ("{terms: [{aliases: [x]}]}", ".terms[0]", "`term` is missing"),
        ("{terms: [abc, {term: xyz, aliases: [abc]}]}", ".terms[1].aliases[0]", "twice"),
        ("{terms: [{term: abc, aliases: [--]}]}", ".terms[0].aliases[0]", "a letter or a digit"),
        ("{terms: [{term: abc, unless: {within: 3}}]}", ".terms[0].unless", "`near` is missing"),
        ("{terms: [{term: abc, unless: {near: ['?']}}]}", ".terms[0].unless.near", "a letter or a digit"),
        ("{terms: [{term: abc, unless: {near: [x], within: 0}}]}", ".terms[0].unless.within", "from 1 to 10000"),
        ("{terms: [{term: abc, case: exakt}]}", ".terms[0].case", "capitals"),
        ("{terms: [{term: abc, initials: true}]}", ".terms[0].initials", "two words"),
        ("{terms: [{term: abc, initials: yes}]}", ".terms[0].initials", "true or false"),
        ("{terms: [{term: abc, alias: x}]}", ".terms[0].alias", "unknown"),
        ("{entity: email}", ".entity", "capitals"),
        ("{entity: CODENAME}", ".entity", "no detector gives this"),
        ("{entity: A, typos: 1}", ".typos", "does not go with `entity`"),
        ("{terms: [abc], within: 3}", ".within", "does not go with `terms`"),
        ("{terms: []}", ".terms", "empty"),
        ("{terms: abc}", ".terms", "list of terms"),
        ("{terms: ['--']}", ".terms[0]", "a letter or a digit"),
        ("{terms: [abc, abc]}", ".terms[1]", "twice"),
        ("{terms: [abc], typos: 3}", ".typos", "from 0 to 2"),
        ("{terms: [abc], disguises: no}", ".disguises", "true or false"),
        ("{terms_file: ../secrets.txt}", ".terms_file", "beside the policy"),
        ("{terms_file: /etc/passwd}", ".terms_file", "beside the policy"),
        ("{regex: '(a'}", ".regex", "not a valid regular expression"),
        ("{regex: 'a*'}", ".regex", "fits nothing"),
        ("{all_of: [{entity: A}]}", ".all_of", "at least 2"),
        ("{any_of: x}", ".any_of", "list of finds"),
        ("{all_of: [{entity: A}, {entiti: B}]}", ".all_of[1].entiti", "unknown"),
        ("EMAIL_ADDRESS", "", "keys with values"),
    ],
)
def test_mistakes_in_find(find, field, words):
    problem = problems(policy(rule("hold", find=find)))[0]
    assert words in problem.message
    assert problem.location.field == f"rules[0].find{field}"
    assert problem.location.line == 8


@pytest.mark.parametrize(
    ("more", "field", "words"),
    [
        ("    unless: {}\n", "unless", "names nothing"),
        ("    unless: {within: 3, value: [a]}\n", "unless.within", "belongs to `near`"),
        ("    unless: {value: ['*']}\n", "unless.value[0]", "except everything"),
        ("    mode: canary\n", "mode", "share"),
        ("    mode: {canary: 10}\n", "mode.canary", "share"),
        ("    mode: {canary: 200%}\n", "mode.canary", "share"),
        ("    mode: on\n", "mode", "not a mode"),
        ("    severity: high\n", "severity", "unknown"),
        ("    Severity 7: high\n", "?", "unknown"),
    ],
)
def test_mistakes_beside(more, field, words):
    problem = only(policy(rule("hold", more=more)))
    assert words in problem.message
    assert problem.location.field == f"rules[0].{field}"


@pytest.mark.parametrize(
    ("find", "field", "hint"),
    [
        ("{mots: [abc]}", ".mots", "did you mean `terms`?"),
        ("{Motif: a}", ".Motif", "did you mean `regex`?"),
        ("{entité: IBAN_CODE}", ".entité", "did you mean `entity`?"),
        ("{any_of: [{entity: A}, {thème: mna}]}", ".any_of[1].thème", "did you mean `topic`?"),
        ("{terms: [{term: abc, autres noms: [b]}]}", ".terms[0].autres noms", "did you mean `aliases`?"),
        ("{terms: [{term: abc, couleur: x}]}", ".terms[0].?", "possible here"),
        ("{terms: [{term: abc, projet orion: phase deux}]}", ".terms[0].?", "possible here"),
        ("{terms: [abc], projet orion: phase deux}", ".?", "possible here"),
        ("{terms: [abc], Zephyrine: phase deux}", ".?", "possible here"),
        ("{regex: Le projet, zephyrine}", ".?", "a text that holds a comma"),
        ("{terms: [abc], couleur: x}", ".couleur", "possible here"),
    ],
)
def test_an_unknown_key_is_shown_and_no_word_that_may_be_secret(find, field, hint):
    problem = problems(policy(rule("hold", find=find)))[0]
    assert problem.message == "this key is unknown"
    assert problem.location.field == f"rules[0].find{field}"
    assert hint in problem.hint


def test_the_key_that_was_meant_is_not_missing_too():
    text = policy(RULE.replace("match:", "exemples:", 1)).replace("owner:", "propriétaire:")
    assert [str(one) for one in problems(text)] == [
        "p.yaml:3:1: propriétaire: this key is unknown (did you mean `owner`?)",
        "p.yaml:11:5: rules[0].exemples: this key is unknown (did you mean `match`?)",
    ]


@pytest.mark.parametrize("key", sorted(key_words._MEANT))
def test_every_word_for_a_key_leads_to_a_key(key):
    known = {
        *parse.POLICY_KEYS, *parse.POLICY_MORE, *parse.SCOPE_KEYS, *parse.ONLY_KEYS, *parse.EXCEPTION_KEYS,
        *parse.EXCEPTION_MORE, "expires", *parse_rule.RULE_KEYS, *parse_rule.RULE_MORE, *parse_rule.WHEN_KEYS,
        *parse_rule.STEP_MORE, *parse_rule.UNLESS_KEYS, *parse_find._KINDS, *parse_find._BELONGS, "text",
        *parse_example.EXAMPLE_MORE, *parse_example.SETTING_KEYS, "term", "aliases", "case", "initials",
    }  # fmt: skip
    assert key in known
    assert not set(key_words._MEANT[key].split()) & {key}


@pytest.mark.parametrize(
    ("match", "no_match", "words"),
    [
        ("[plain]", "[x]", "nothing is marked"),
        ("['[[x]]']", "['[[x]]']", "something is marked"),
        ("['[[x']", "[x]", "do not pair"),
        ("['x]] [[y]]']", "[x]", "do not pair"),
        ("['[[x]]']", "[]", "empty"),
        ("['[[x]]']", "[{text: x, as: {when: now}}]", "unknown"),
        ("['[[x]]']", "[{text: x, action: stop}]", "not an action"),
        ("['[[x]]']", "[{note: x}]", "`text` is missing"),
        ("['[[x]]']", "[{text: x, todo: maybe}]", "true or false"),
    ],
)
def test_mistakes_in_examples(match, no_match, words):
    text = policy(RULE.replace('["a [[b@c.example]]"]', match).replace('["a b"]', no_match))
    assert words in only(text).message


@pytest.mark.parametrize("line", ["Le [[projet]] : avance", "Attention : ça", "Note : [[ça]]"])
def test_a_text_with_a_colon_is_told_as_such(line):
    problem = only(policy(RULE.replace('match: ["a [[b@c.example]]"]', f"match:\n      - {line}", 1)))
    assert problem.hint == "a text that holds ': ' must stand in quotes"
    assert (problem.location.line, problem.location.field) == (12, "rules[0].match[0]")


@pytest.mark.parametrize("line", ["«\u00a0Oui\u00a0» : non", "“Le sujet : avance”"])
def test_quotes_that_are_none_around_a_colon(line):
    problem = only(policy(RULE.replace('match: ["a [[b@c.example]]"]', f"match:\n      - {line}", 1)))
    assert problem.hint == 'put straight quotes around the whole text: "…"'
    for find in ("terms: [“a : b”]", "terms: [{term: “a, b”}]", "terms: [{term: «a, b»}]"):
        assert problem.hint in {one.hint for one in problems(policy(RULE.replace("entity: EMAIL_ADDRESS", find)))}


def test_a_text_with_a_comma_in_braces_is_told_as_such():
    for text in (
        RULE.replace('"Adresse personnelle."', "Retirez-la, puis publiez"),
        RULE.replace('["a b"]', "[{text: Bonjour, ça va}]"),
    ):
        problem = only(policy(text))
        assert problem.hint == "a text that holds a comma must stand in quotes here"
        assert "publiez" not in str(problem)


def test_a_key_with_a_no_break_space_at_its_edge():
    for text in (RULE.replace("do:", "do\u00a0:"), RULE.replace('["a b"]', "[{text: a,\u202fnote: b}]")):
        assert "a no-break space stands beside this key" in only(policy(text)).message


SAY = '{fr: "Adresse personnelle.", en: "Personal address."}'


@pytest.mark.parametrize(
    ("say", "warning"),
    [
        ("Adresse", None),
        ("{fr: a, en: b, de: c}", None),
        ("{fr: a}", "`en` is missing"),
        ("{en: a, de: c}", "`fr` is missing"),
    ],
)
def test_a_message_in_one_language_only_warns(say, warning):
    warnings = bundle(RULE.replace(SAY, say)).warnings
    assert [one.message for one in warnings] == ([warning] if warning else [])
    if warning:
        assert str(warnings[0].location) == "demo.yaml:10:10: rules[0].say"


@pytest.mark.parametrize(
    ("say", "words", "field"),
    [
        ("{de: a}", "neither `fr` nor `en`", "rules[0].say"),
        ("{fr-FR: a}", "neither `fr` nor `en`", "rules[0].say"),
        ("{}", "nothing stands here", "rules[0].say"),
        ("{French: a}", "not a language code", "rules[0].say.?"),
        (f"{{fr: {'é' * 501}, en: b}}", "501 characters; at most 500", "rules[0].say.fr"),
        ("e" * 501, "501 characters; at most 500", "rules[0].say"),
    ],
)
def test_messages_that_cannot_be_shown_are_refused(say, words, field):
    problem = only(policy(RULE.replace(SAY, say)))
    assert words in problem.message
    assert problem.location.field == field
    assert len(bundle(RULE.replace(SAY, f"{{fr: {'é' * 500}, en: b}}")).rules) == 1


def test_parts_of_a_text_are_joined_and_marks_removed():
    text = policy(RULE.replace('["a [[b@c.example]]"]', '[{text: ["é [[AK", "IA]] b [[c]]"], becomes: [x, y]}]'))
    example = bundle_from_texts({"p.yaml": text}).rules[0].source.match[0]
    assert (example.text, example.spans, example.becomes) == ("é AKIA b c", ((2, 6), (9, 10)), "xy")


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ("guard: 1", "guard: 2", "guard", "version"),
        ("policy: demo", "policy: Démo", "policy", "small letters"),
        ("owner: dpo@exemple.fr", "owner:", "owner", "nothing stands here"),
        ("review_by: 2027-05-31", "review_by: soon", "review_by", "not a date"),
        ("mode: enforce", "mode: enforced", "mode", "not a mode"),
        ("mode: enforce", "mode: enforce\nconfidential: yes", "confidential", "true or false"),
        ("mode: enforce", "mode: enforce\ntimezone: Mars/Olympus", "timezone", "time zone"),
        ("mode: enforce", "mode: enforce\napplies_to: {netwroks: [x]}", "applies_to.netwroks", "unknown"),
    ],
)
def test_mistakes_at_the_top(old, new, field, words):
    problem = only(policy(head=HEAD.replace(old, new)))
    assert words in problem.message
    assert problem.location.field == field


def test_all_mistakes_of_all_files_come_at_once_in_order():
    bad = policy(rule("blok") + rule("hold", find="{entiti: A}", name="Other"), "guard: 1\nowner: a\nmode: enforce\n")
    found = problems(bad, **{"a.yaml": "a: *b\n", "z.yml": policy(head=HEAD.replace("enforce", "half"))})
    assert [problem.location.file for problem in found] == ["a.yaml"] + ["p.yaml"] * 5 + ["z.yml"]
    assert [problem.location.line for problem in found][1:-1] == sorted(
        problem.location.line for problem in found[1:-1]
    )


def test_ids_are_used_once():
    assert "another rule has this id" in only(policy(rule("hold") + rule("flag"))).message
    problem = only(policy(rule("hold", more="    mode: off\n") + rule("flag")))
    assert "another rule has this id" in problem.message  # also beside one that is off
    (problem,) = problems(policy(), **{"q.yaml": policy()})
    assert "another file has this policy id: p.yaml" in problem.message
    assert problem.location.file == "q.yaml"
    exception = "  - {id: e, reason: r, approved_by: a, expires: 2026-01-01, only: {rules: [mail]}}\n"
    text = policy(head=HEAD + "examples_at: 2026-01-01\n", tail=f"exceptions:\n{exception * 2}")
    assert "another exception has this id" in only(text).message


def test_a_name_that_is_missing_is_not_also_told_as_used_twice():
    text = policy(head=HEAD.replace("policy: demo\n", ""))
    assert ["is missing" in one.message for one in problems(text, **{"q.yaml": text})] == [True, True]
    found = problems(policy((RULE + RULE).replace("  - id: mail\n    find:", "  - find:")))
    assert ["is missing" in one.message for one in found] == [True, True]


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        ("{launch: 2027-13-01}", "dates.launch"),
        ("{launch: 2027-01-01T09:00}", "dates.launch"),
        ("{launch: }", "dates.launch"),
    ],
)
def test_a_bad_date_is_told_once(dates, field):
    do = "[{when: {before: launch}, action: block}, {when: {after: launch}, action: hold}, {action: flag}]"
    problem = only(policy(rule(do), HEAD + f"examples_at: 2026-01-01\ndates: {dates}\n"))
    assert problem.location.field == field


@pytest.mark.parametrize("key", ["confidential: true", "confidentiel: true"])
def test_the_name_of_a_date_may_be_secret(key):
    found = problems(policy(head=HEAD + f"examples_at: 2026-01-01\n{key}\ndates: {{orion: 30 juin 2027}}\n"))
    assert "dates.?" in {one.location.field for one in found}
    assert "orion" not in str(found) + "".join(map(str, found))


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("(a", "a bracket is not closed (near its character 3)"),
        ("a)b", "a bracket that is closed was not opened (near its character 2)"),
        ("a**", "two repeats follow each other (near its character 3)"),
        ("a{3,1}", "a repeat goes from more to less"),
        ("\\p{Foo}", "it names an unknown kind of characters"),
    ],
)
def test_what_is_wrong_with_a_pattern_is_told_in_words_of_ours(pattern, told):
    problem = only(policy(RULE.replace("entity: EMAIL_ADDRESS", f"regex: '{pattern}'")))
    assert told in problem.message
    assert "position" not in words_of("fr").told(problem.message)
    secret = only(policy(RULE.replace("entity: EMAIL_ADDRESS", f"regex: '{pattern}'"), HEAD + "confidential: true\n"))
    assert "character" not in secret.message


def test_a_bad_name_of_a_date_is_told_once():
    do = "[{when: {before: Launch}, action: block}, flag]"
    problem = only(policy(rule(do), HEAD + "examples_at: 2026-01-01\ndates: {Launch: 2027-01-01}\n"))
    assert "a date's name" in problem.message


def test_a_bad_clock_is_not_also_told_as_missing():
    assert (
        "not a date"
        in only(policy(rule("{when: {before: 2027-01-01}, action: flag}"), HEAD + "examples_at: soon\n")).message
    )


@pytest.mark.parametrize("when", ["count: many", "count: 5-2", "before: 2026-13-01", "cuont: 3+", "confidence: hihg"])
def test_a_condition_that_cannot_be_read_is_told_once(when):
    only(policy(rule(f"[{{when: {{{when}}}, action: block}}, flag]"), HEAD + "examples_at: 2026-01-01\n"))
    only(policy(rule("[{wehn: {count: 3+}, action: block}, flag]")))


@pytest.mark.parametrize("when", ["count: 1+", "confidence: low"])
def test_a_condition_that_always_holds_is_none(when):
    assert "never be reached" in only(policy(rule(f"[{{when: {{{when}}}, action: block}}, flag]"))).message


def test_an_exception_without_a_readable_end_only_warns_and_is_expired():
    for expires in ("", "    expires: end of the year\n"):
        tail = f"exceptions:\n  - id: e\n    reason: r\n    approved_by: a\n    only: {{rules: [mail]}}\n{expires}"
        made = bundle(RULE, head=HEAD + "examples_at: 2026-01-01\n", tail=tail)
        assert made.policies[0].source.exceptions[0].expires is None
        assert "counts as expired" in made.warnings[0].message


def test_an_exception_must_be_narrow_and_name_rules_that_exist():
    head = HEAD + "examples_at: 2026-01-01\n"
    tail = "exceptions:\n  - {id: e, reason: r, approved_by: a, expires: 2026-01-01, only: %s}\n"
    assert "narrowed" in only(policy(head=head, tail=tail % "{}")).message
    wrong = only(policy(head=head, tail=tail % "{rules: [mial]}"))
    assert "no rule of that id" in wrong.message
    assert "`mail`" in wrong.hint


def test_dates_need_a_clock_for_the_examples():
    problem = only(policy(head=HEAD + "dates: {launch: 2027-01-01}\n"))
    assert "examples_at" in problem.message


CONFIDENTIAL = HEAD + "confidential: true\n"


@pytest.mark.parametrize(
    "text",
    [
        policy(rule("hold", find="{regex: 'Aurore('}"), CONFIDENTIAL),
        policy(rule("hold", find="{terms: [Aurore, Aurore]}"), CONFIDENTIAL),
        policy(rule("hold", find="{terms: {Aurore: x}}"), CONFIDENTIAL),
        policy(rule("hold", find="{Aurore: x}"), CONFIDENTIAL),
        policy(rule("Aurore"), CONFIDENTIAL),
        policy(
            RULE.replace("personnelle", "Au-rore personnelle").replace("{entity: EMAIL_ADDRESS}", "{terms: [Aurore]}"),
            CONFIDENTIAL,
        ),
        policy(RULE, CONFIDENTIAL + "Aurore: x\n"),
    ],
)
def test_no_mistake_quotes_a_confidential_word(text):
    for problem in problems(text):
        assert "urore" not in str(problem)


def test_no_record_shows_a_confidential_word():
    text = policy(
        rule("hold", find="{any_of: [{terms: [Aurore]}, {regex: Aurore}]}").replace("[[x]]", "[[Aurore]]"), CONFIDENTIAL
    )
    made = bundle_from_texts({"p.yaml": text})
    assert made.matchers[0].confidential
    assert "Aurore" not in repr(made)


@pytest.mark.parametrize(
    ("account", "good"),
    [
        ("mastodon:@marie@masto.example", False),
        ("mastodon:marie@masto.example", False),
        ("'@marie@masto.example'", False),
        ("x:123", False),
        ("marie@masto.example", True),
        ("did:plc:abc", True),
        ("'@marie'", True),
        ("Marie Dupont", True),
    ],
)
def test_accounts_are_written_as_posts_have_them(account, good):
    head = HEAD + f"applies_to: {{accounts: [{account}]}}\n"
    if good:
        assert bundle(rule("flag"), head=head)
        return
    with pytest.raises(ProblemsError) as caught:
        bundle(rule("flag"), head=head)
    assert "applies_to.accounts[0]: no account has this name here (without the network" in str(caught.value)
