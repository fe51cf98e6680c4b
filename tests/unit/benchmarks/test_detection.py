"""The figures must not flatter: goals, scores, generated identifiers, and data that is not there."""

import json

import pytest

from benchmarks import __main__ as command
from benchmarks import detection, disguised, figures, french, french_values, labelled, names, report
from benchmarks.detection_quality import THRESHOLD, _at_precision, french_scores, scores
from guard.detect.checks import checksums


def test_a_goal_is_met_at_its_value():
    assert figures.Row("x", 5, goal=5).met
    assert not figures.Row("x", 4.9, goal=5).met
    assert figures.Row("x", 5, goal=5, sense="<=").met
    assert not figures.Row("x", 5.1, goal=5, sense="<=").met
    assert figures.Row("x", 5).met is None


@pytest.mark.parametrize(
    ("value", "unit", "words"), [(50000, "", "50,000"), (0.97, "", "0.97"), (1.0, "x", "1x"), (12.345, "ms", "12.35 ms"), (0.1, "%", "0.1%")]
)  # fmt: skip
def test_numbers_are_shown_as_a_reader_wants_them(value, unit, words):
    assert figures.shown(value, unit) == words


def find(*found):
    return lambda _text: list(found)


def test_exact_spans_count_only_when_they_are():
    rows = [labelled.Labelled("call 0639981234", (("PHONE_NUMBER", 5, 15),))]
    near = find(("PHONE_NUMBER", 4, 15, 0.9))
    assert scores(rows, near, ["PHONE_NUMBER"], exact=True)["all"].f1 == 0
    assert scores(rows, near, ["PHONE_NUMBER"], exact=False)["all"].f1 == 1
    below = find(("PHONE_NUMBER", 5, 15, THRESHOLD - 0.01))
    assert scores(rows, below, ["PHONE_NUMBER"], exact=True)["all"].recall == 0


def test_a_wrong_finding_costs_precision_and_another_entity_does_not():
    rows = [labelled.Labelled("call 0639981234", (("PHONE_NUMBER", 5, 15),))]
    both = find(("PHONE_NUMBER", 5, 15, 0.9), ("PHONE_NUMBER", 0, 4, 0.9), ("DATE_TIME", 0, 4, 0.9))
    score = scores(rows, both, ["PHONE_NUMBER"], exact=True)["all"]
    assert (score.right, score.wrong, score.missed) == (1, 1, 0)


def test_recall_is_taken_where_precision_is_enough():
    hits = [(0.9, True)] * 8 + [(0.5, True)] * 2 + [(0.5, False)] * 4
    assert _at_precision(hits, 10, 0.98) == (0.8, 1.0)
    assert _at_precision(hits, 10, 0.7)[0] == 1.0
    assert _at_precision([], 10, 0.98) == (0.0, 0.0)


def test_a_finding_on_a_look_alike_is_wrong():
    sample = french.posts(44)
    alarm = french_scores(sample, lambda text: [("FR_NIR", 0, len(text), 1.0)])
    assert alarm["nir"][0] == 0
    blind = french_scores(sample, lambda _text: [])
    assert set(blind.values()) == {(0.0, 0.0)}


def test_generated_identifiers_keep_their_keys_and_look_alikes_do_not():
    sample = french.posts(1_100)
    assert sum(post.span is not None for post in sample) == len(sample) / 2
    values = {kind: [] for kind in french.KINDS}
    for post in sample:
        if post.span:
            values[post.kind].append(post.text[slice(*post.span)])
    assert all(len(set(each)) > 20 for each in values.values())
    for check, kind in (("nir", "nir"), ("siren", "siren"), ("siret", "siret"), ("iban", "iban")):
        accepts = checksums.VALIDATORS.get(check) or checksums.VALIDATORS.get(f"fr_{check}")
        if accepts is not None:
            plain = ["".join(char for char in value if char.isalnum()) for value in values[kind]]
            assert sum(bool(accepts(value)) for value in plain) > 0.95 * len(plain)


def test_luhn_and_its_breaking():
    assert french_values.luhn(french_values.with_luhn("73282932")) % 10 == 0
    assert french_values.with_luhn("73282932") == "732829320"


def test_the_same_seed_gives_the_same_posts_and_names():
    assert french.posts(30) == french.posts(30)
    assert names.names(50) == names.names(50)
    assert len(set(names.names(2_000))) == 2_000


def test_data_that_is_not_there_leaves_out_its_row(monkeypatch, tmp_path):
    monkeypatch.setenv(labelled.VARIABLE, str(tmp_path))

    def here():
        return [figures.Row("here", 1)]

    def gone():
        labelled.presidio_research()

    def broken():
        raise ValueError("oops")

    rows, missing = detection.steps({"here": here, "gone": gone, "broken": broken})
    assert [row.what for row in rows] == ["here"]
    assert "not on this machine" in missing["gone"]
    assert missing["broken"] == "ValueError: oops"


def test_a_disguised_value_must_be_found_where_it_stands():
    case = disguised.Case("t", "k", "phone", ("06 39 98 or 0639981234",), "0639981234")
    assert disguised._caught(case, case.posts[0], [("PHONE_NUMBER", 12, 22)])
    assert not disguised._caught(case, case.posts[0], [("PHONE_NUMBER", 0, 8)])
    assert not disguised._caught(case, case.posts[0], [("CREDIT_CARD", 12, 22)])


def test_the_table_says_what_is_met_and_what_is_not():
    rows = [figures.Row("good", 2, "x", 1), figures.Row("bad", 0, "x", 1), figures.Row("so", 7, "ms")]
    part = {"command": "c", "rows": [row.as_json() for row in rows]}
    machine = {"cpu": "c", "cores": 2, "system": "s", "python": "3", "disk": "d", "load_before": 0}
    text = report.markdown({"machine": machine, "quick": True, "parts": {"detection": json.loads(json.dumps(part))}})
    assert "1 of 2 goals met" in text
    assert "**NOT met**" in text


def test_groups_are_named_or_refused(capsys):
    with pytest.raises(SystemExit):
        command.main(["detection", "--only", "nonsense"])
    assert "no group 'nonsense'" in capsys.readouterr().err
