import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from guard.errors import ProblemsError
from guard.policy.bundle import bundle_from_texts, load_bundle, overdue
from guard.types.matcher import RegexMatcher, TermOptions, TermsMatcher
from tests.unit.policy.makers import HEAD, RULE, bundle, policy, rule

SHIPPED = Path(__file__).parents[3] / "policies"


def refusal(call, *arguments) -> list[str]:
    with pytest.raises(ProblemsError) as caught:
        call(*arguments)
    return [str(problem) for problem in caught.value.problems]


def test_a_folder_is_loaded_without_tests_and_other_files(tmp_path):
    (tmp_path / "b.yml").write_text(policy(head=HEAD.replace("demo", "b")))
    (tmp_path / "a.yaml").write_text(policy(rule("flag", find="{terms_file: n.txt}"), HEAD.replace("demo", "a")))
    (tmp_path / "n.txt").write_text("Orion\r\n# none\nVéga\r\n")
    (tmp_path / "a_test.yaml").write_text("::: not yaml")
    (tmp_path / "README.md").write_text("::: not yaml")
    (tmp_path / ".hidden.yaml").write_text("::: not yaml")
    made = load_bundle(tmp_path)
    assert [one.id for one in made.policies] == ["a", "b"]
    assert made.matchers == (TermsMatcher("a/r", ("Orion", "Véga")),)


def test_endings_count_whatever_their_case(tmp_path):
    (tmp_path / "a.YAML").write_text(policy(head=HEAD.replace("demo", "a")))
    (tmp_path / "b.Yml").write_text(policy(head=HEAD.replace("demo", "b")))
    (tmp_path / "c_TEST.YAML").write_text("::: not yaml")
    assert [one.id for one in load_bundle(tmp_path).policies] == ["a", "b"]
    assert [one.id for one in bundle_from_texts({"A.YAML": policy()}).policies] == ["demo"]


@pytest.mark.parametrize("name", ["r.yaml.txt", "R.YAML.TXT", "r.yml.txt", "r_test.Yaml.Txt"])
def test_a_policy_with_a_second_ending_is_refused_and_not_passed_over(tmp_path, name):
    expected = [
        f"{name}: this looks like a policy whose name got a second ending, so it would not be read (rename it to {name[:-4]})"
    ]
    (tmp_path / name).write_text(policy())
    assert refusal(load_bundle, tmp_path) == expected  # alone
    (tmp_path / "good.yaml").write_text(policy())
    assert refusal(load_bundle, tmp_path) == expected  # beside a good one
    assert refusal(bundle_from_texts, {"good.yaml": policy(), name: policy()}) == expected


def test_a_policy_that_is_no_file_is_refused_and_not_passed_over(tmp_path):
    (tmp_path / "good.yaml").write_text(policy())
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder.yaml").mkdir()
    found = refusal(load_bundle, tmp_path)
    assert [problem.partition(": ")[0] for problem in found] == ["folder.yaml", "gone.yaml"]
    assert all("the file cannot be read" in problem for problem in found)


@pytest.mark.parametrize("make", [lambda folder: None, lambda folder: (folder / "x.txt").write_text("a")])
def test_a_folder_without_policies_is_refused(tmp_path, make):
    make(tmp_path)
    assert "holds no policy" in refusal(load_bundle, tmp_path)[0]


def test_a_folder_that_is_none_is_refused(tmp_path):
    assert "cannot be read" in refusal(load_bundle, tmp_path / "none")[0]
    (tmp_path / "file").write_text("a")
    assert "no policy file" in refusal(load_bundle, tmp_path / "file")[0]


def test_one_policy_of_a_folder_may_be_named(tmp_path):
    (tmp_path / "a.yaml").write_text(policy(rule("flag", find="{terms_file: n.txt}")))
    (tmp_path / "n.txt").write_text("Client X\n")
    (tmp_path / "broken.yaml").write_text("- ")
    assert [each.source.file for each in load_bundle(tmp_path / "a.yaml").policies] == ["a.yaml"]


def test_a_terms_file_that_is_missing_empty_or_bad_is_refused_with_its_place(tmp_path):
    (tmp_path / "a.yaml").write_text(policy(rule("flag", find="{terms_file: n.txt}")))
    assert "a.yaml:8:24: rules[0].find.terms_file: the terms file cannot be read" in refusal(load_bundle, tmp_path)[0]
    (tmp_path / "n.txt").write_text("# nothing\n\n")
    assert "holds no term" in refusal(load_bundle, tmp_path)[0]
    (tmp_path / "n.txt").write_bytes(b"good\n\xff\n")
    assert "n.txt:2: the file is not valid UTF-8" in refusal(load_bundle, tmp_path)[0]
    (tmp_path / "n.txt").write_text("good\n---\n")
    assert "n.txt:2: a term needs a letter" in refusal(load_bundle, tmp_path)[0]
    (tmp_path / "n.txt").write_text("good | aliass = x\n")
    assert [line.partition(":")[0] for line in refusal(load_bundle, tmp_path)] == ["n.txt"]
    (tmp_path / "a.yaml").write_text(policy(rule("flag", find="{terms_file: ../n.txt}")))
    (told,) = refusal(load_bundle, tmp_path)
    assert "must lie beside the policy" in told


def test_the_digest_changes_with_any_byte_or_name():
    files = {"a.yaml": policy(rule("flag", find="{terms_file: n.txt}")), "n.txt": "Orion"}
    digests = {
        bundle_from_texts(files).digest,
        bundle_from_texts({**files, "n.txt": "Orions"}).digest,
        bundle_from_texts({**files, "a.yaml": files["a.yaml"] + "# remark\n"}).digest,
        bundle_from_texts({"b.yaml": files["a.yaml"], "n.txt": "Orion"}).digest,
    }
    assert len(digests) == 4
    assert all(digest.startswith("sha256:") and len(digest) == 71 for digest in digests)
    assert bundle_from_texts(files).digest == bundle_from_texts(dict(reversed(files.items()))).digest


def test_lone_surrogates_are_a_located_mistake():
    assert "not valid UTF-8" in refusal(bundle_from_texts, {"a.yaml": "a: \ud800"})[0]


def test_a_review_is_overdue_once_its_day_is_over():
    made = bundle(RULE)  # review_by: 2027-05-31
    end = datetime(2027, 6, 1, tzinfo=UTC)
    assert overdue(made, end - timedelta(seconds=1)) == ()
    (warning,) = overdue(made, end)
    assert str(warning).startswith("demo.yaml:4:12: review_by: `review_by` has passed (")


@pytest.mark.parametrize("where", ["title: L'affaire aurore.", "say: {fr: 'projet au-rore', en: x}", "with"])
def test_a_confidential_term_in_public_words_is_refused(where):
    text = policy(rule("{action: redact, with: '[x]'}", find="{terms: [Aurore]}"), HEAD + "confidential: true\n")
    if where == "with":
        text = text.replace("[x]", "[AURORE]")
    elif where.startswith("say"):
        text = text.replace("say: {fr: non, en: never}", where)
    else:
        text = text.replace("    find:", f"    {where}\n    find:")
    (problem,) = refusal(bundle_from_texts, {"p.yaml": text})
    assert "a confidential term stands in words that people read" in problem
    assert "urore" not in problem


def test_matchers_of_parts_are_numbered_by_their_place():
    made = bundle(rule("flag", find="{all_of: [{entity: A}, {regex: 'a+'}, {any_of: [{terms: [bc]}, {regex: c}]}]}"))
    assert made.matchers == (
        RegexMatcher("demo/r#1", "a+"),
        TermsMatcher("demo/r#2.0", ("bc",)),
        RegexMatcher("demo/r#2.1", "c"),
    )


def test_shipped_policies_load():
    made = load_bundle(SHIPPED)
    assert {one.id for one in made.policies} == {path.stem for path in SHIPPED.glob("*.yaml")}
    assert not made.warnings
    for one in made.policies:
        for r in one.source.rules:
            assert {"fr", "en"} <= r.say.keys(), f"{one.id}/{r.id} must speak both languages"
            assert {"fr", "en"} <= r.title.keys()


def test_shipped_messages_are_true_of_a_post_that_was_stopped():
    """Authors read them only then: nothing was masked or published, and another rule may stop the post for good."""
    untrue = re.compile(
        r"masqué|remplac|supprimé|(?<!n')a été publié|sera|relira|tout de suite|masked|replaced|(?<!nothing )was published|will|at once"
    )
    told = {(one.id, r.id): " ".join(r.say.values()) for one in load_bundle(SHIPPED).policies for r in one.source.rules}
    assert {rule for rule, words in told.items() if untrue.search(words)} == set()
    assert "contient un IBAN" in told["pii-fr", "iban"]


def test_thousands_of_mistakes_are_told_shortly():
    found = refusal(bundle_from_texts, {"p.yaml": "".join(f"key{n}: 1\n" for n in range(4000))})
    assert len(found) == 201
    assert found[-1] == "p.yaml:195:1: ?: and 3,806 more mistakes"


LINES = """\ufeff# clients
Nexalis SA
Mercure | alias = Hg | unless near = planète, film d'horreur | within = 60
  Projet Boréal  |  alias = PRJ-7741 | Alias = le froid |initials = true|case=any

Orange | case = exact
Nexalis SA
"""


def test_terms_with_more_to_them_say_the_same_in_a_policy_and_in_a_file():
    written = (
        "{terms: [Nexalis SA, {term: Mercure, aliases: [Hg], unless: {near: [planète, film d'horreur], within: 60}},"
        " {term: Projet Boréal, aliases: [PRJ-7741, le froid], initials: true}, {term: Orange, case: exact}]}"
    )
    near = ("planète", "film d'horreur")
    for find in (written, "{terms_file: n.txt}"):
        files = {"demo.yaml": policy(rule("flag", find=find)), "n.txt": LINES}
        (matcher,) = bundle_from_texts(files).matchers
        assert matcher.terms == ("Nexalis SA", "Mercure", "Hg", "Projet Boréal", "PRJ-7741", "le froid", "Orange")
        assert matcher.options == (
            TermOptions("Mercure", near, 60),
            TermOptions("Hg", near, 60),
            TermOptions("Projet Boréal", initials=True),
            TermOptions("Orange", exact_case=True),
        )
        assert "Mercure" not in repr(matcher.options)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Foo | Bar", "without `name = value`"),
        ("Foo | allias = Bar", "unknown"),
        ("Foo | alias =", "nothing stands after"),
        ("Foo | alias = -", "a letter or a digit"),
        ("| alias = Bar", "a letter or a digit"),
        ("Foo | within = 3", "belongs to `unless near`"),
        ("Foo | unless near = x | within = many", "a whole number"),
        ("Foo | unless near = x | within = 0", "a whole number"),
        ("Foo | unless near = ?", "a letter or a digit"),
        ("Foo | unless near = x | unless near = y", "twice"),
        ("Foo | case = upper", "capitals"),
        ("Foo | initials = true", "two words"),
        ("Foo Bar | initials = yes", "true or false"),
        ("Foo Bar | initials = true\nFoo Bar", "different options"),
    ],
)
def test_mistakes_in_a_terms_file_are_located_without_its_words(line, words):
    files = {"demo.yaml": policy(rule("flag", find="{terms_file: n.txt}")), "n.txt": f"fine\n{line}\n"}
    (told,) = refusal(bundle_from_texts, files)
    assert told.startswith(f"n.txt:{2 + line.count(chr(10))}:")
    assert words in told
    assert "Foo" not in told
    assert "Bar" not in told


def test_fingerprints_are_an_entity_with_the_set_as_its_subtype():
    made = bundle(
        rule("flag", find="{any_of: [{fingerprint: contracts}, {fingerprint: any}, {fingerprint: hr-2026.1}]}")
    )
    (only,) = made.rules
    assert [(node.entity, node.subtype) for node in only.find.parts] == [
        ("FINGERPRINT", "contracts"), ("FINGERPRINT", None), ("FINGERPRINT", "hr-2026.1"),
    ]  # fmt: skip


def test_a_topic_is_an_entity_with_a_least_score():
    made = bundle(
        rule("flag", find="{any_of: [{topic: layoffs}, {topic: mna, at_least: low}, {topic: any, at_least: high}]}")
    )
    (only,) = made.rules
    assert [(node.entity, node.subtype, node.min_score) for node in only.find.parts] == [
        ("TOPIC", "layoffs", 0.5), ("TOPIC", "mna", 0.0), ("TOPIC", None, 0.8),
    ]  # fmt: skip
    assert "TOPIC" in made.entities


def test_an_alias_must_not_stand_in_words_that_people_read():
    find = "{terms: [{term: Orion, aliases: [Nexalis]}]}"
    text = policy(rule("flag", find=find).replace("en: never", "en: about Nexalis"), HEAD + "confidential: true\n")
    assert "a confidential term stands in words" in refusal(bundle_from_texts, {"demo.yaml": text})[0]


CSV = "Nom;Ville;SIREN\nNexalis SA;Lyon;732829320\nBoréal;Lille;552100554\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (CSV, 1),
        (CSV.replace(";", "\t"), 1),
        ("# liste\nNom,Ville,SIREN\nNexalis SA,Lyon,732829320\n", 2),
        ("Nexalis SA\nBoréal;Lille\nOrion;Paris\n", 2),
    ],
)
def test_a_table_is_no_terms_file(text, line):
    files = {"demo.yaml": policy(rule("flag", find="{terms_file: n.csv}")), "n.csv": text}
    (told,) = refusal(bundle_from_texts, files)
    assert told.startswith(f"n.csv:{line}: this is a table")
    assert "CSV UTF-8" in told
    assert "Lyon" not in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Nom\nNexalis SA\nBoréal\n", ["n.csv:1: this looks like the heading of a column"]),
        ("# clients\nRaison sociale\nNexalis\n", ["n.csv:2: this looks like the heading of a column"]),
        ("Nexalis; Boréal\nOrion\nPRJ 7; PRJ 8\nMercure\n", ["n.csv:1: a semicolon or a tab stands in this term"]),
        ("Nexalis, Inc.\nMercure\t| unless near = planète; étoile\n", []),
        ("Nom\n", []),
        ("Nexalis\nNom\n", []),
    ],
)
def test_lines_that_were_hardly_meant_as_terms_are_warned_of(text, told):
    made = bundle_from_texts({"demo.yaml": policy(rule("flag", find="{terms_file: n.csv}")), "n.csv": text})
    assert [str(one)[: len(start)] for one, start in zip(made.warnings, told, strict=True)] == told


def test_two_terms_in_one_are_warned_of_in_a_list_too():
    made = bundle(rule("flag", find="{terms: [Projet Mélisande; PRJ-2107, Orion]}"))
    (warning,) = made.warnings
    assert str(warning).startswith("demo.yaml:8:20: rules[0].find.terms[0]: a semicolon or a tab stands in this term")


def test_a_terms_file_of_another_encoding_is_told_what_to_choose_in_a_spreadsheet(tmp_path):
    (tmp_path / "a.yaml").write_text(policy(rule("flag", find="{terms_file: n.csv}")))
    (tmp_path / "n.csv").write_bytes("Orion\nBoréal\n".encode("cp1252"))
    (told,) = refusal(load_bundle, tmp_path)
    assert told.startswith("n.csv:2: the file is not valid UTF-8 here")
    assert "“CSV UTF-8”" in told
