"""What an author is told: where, why, how to mend it; and of confidential rules only that they speak."""

import json

from guard.console.author.advice import advise, marks_in
from guard.console.words import words_of
from guard.types.decision import Action
from guard.types.inspection import Facts
from guard.types.post import Author, Post, Segment
from guard.view import inspection_json
from tests.gates import LEAK, NOW, shipped_inspector

EN = words_of("en")
BOTH = "😀 06 39 98 12 34 pour Client X"


def inspection(text: str):
    post = Post("p", "mastodon", "check", Author("mastodon", ""), (Segment("/0", "body", text),))
    return shipped_inspector().inspect(post, Facts(now=NOW))


def test_a_finding_is_told_with_its_place_in_both_counts() -> None:
    advice = advise(inspection("😀 06 39 98 12 34"), EN)
    (point,) = advice.points
    (place,) = point.places
    assert (place.start, place.end, place.first, place.last) == (2, 16, 3, 17)
    assert place.text == "06 39 98 12 34"
    assert advice.marks == [(3, 17, "redact")]
    assert advice.safe == "😀 [téléphone]"
    assert point.title == "Telephone number"


def test_of_a_confidential_rule_no_place_and_no_gap_is_told() -> None:
    advice = advise(inspection(BOTH), EN)
    assert advice.action is Action.BLOCK
    secret, phone = advice.points
    assert (secret.hidden, secret.places, secret.rule) == (True, (), "client-x/name")
    assert (phone.hidden, len(phone.places)) == (False, 1)
    assert advice.safe is None
    assert [kind for _, _, kind in advice.marks] == ["redact"]


def test_whoever_writes_the_rules_sees_both() -> None:
    advice = advise(inspection(BOTH), EN, confide=True)
    assert [kind for _, _, kind in advice.marks] == ["block", "redact"]
    assert advice.safe == "😀 [téléphone] pour […]"


def test_a_safe_version_that_would_be_stopped_too_is_not_offered() -> None:
    assert advise(inspection("06 39 98 12 34"), EN, passes=lambda _: False).safe is None


def test_of_a_stopped_text_of_which_only_labels_are_left_no_version_is_offered() -> None:
    iban = "FR14 2004 1010 0505 0001 3M02 606"
    assert advise(inspection("Client X !"), EN, confide=True).safe is None
    assert advise(inspection("Vive Client X !"), EN, confide=True).safe == "Vive […] !"
    assert advise(inspection(iban), EN).safe == "[IBAN]", "it goes out so"


def test_nothing_found_is_nothing_told() -> None:
    advice = advise(inspection("Bonjour à tous"), EN)
    assert (advice.action, advice.points, advice.marks, advice.safe) == (Action.ALLOW, (), [], None)


def test_two_rules_with_the_same_words_are_one_point() -> None:
    found = inspection("Client X rachète une start-up de photonique à Lyon, Client X")
    titles = [(point.title, point.words) for point in advise(found, EN).points]
    assert len(titles) == len(set(titles))


def test_marks_in_a_held_post_leave_confidential_words_out() -> None:
    spans, kinds = marks_in(inspection(BOTH), "/0")
    assert (spans, kinds) == ([(2, 16)], ["redact"])
    assert marks_in(inspection(BOTH), "/1") == ([], [])


def test_the_record_for_a_person_tells_no_place_of_a_confidential_word() -> None:
    whole, told = inspection_json(inspection(LEAK)), inspection_json(inspection(LEAK), confide=False)
    assert whole["redacted"] is not None
    assert told["redacted"] is None
    (finding,) = told["findings"]
    assert (finding["start"], finding["end"], finding["exact"]) == (0, len(LEAK), False)
    assert (told["action"], told["matches"], told["messages"]) == (whole["action"], whole["matches"], whole["messages"])
    assert set(told) == set(whole)
    plain = inspection("06 39 98 12 34")
    keep = ("findings", "redacted", "action")
    assert json.dumps([inspection_json(plain)[key] for key in keep]) == json.dumps(
        [inspection_json(plain, confide=False)[key] for key in keep]
    )
