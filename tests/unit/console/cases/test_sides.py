from dataclasses import replace

from guard.console.cases.sides import excerpt, reasons, written
from guard.outbox.payload import CasePayload
from guard.types.decision import Action, Decision, Match
from guard.types.finding import Finding, Span, Strength
from guard.types.inspection import Inspection, Versions
from guard.types.post import Author, Post, Segment

TEXT = "On a perdu le contrat avec la coop"
TOPIC = Finding(
    "TOPIC", Span("/status", 0, len(TEXT)), 0.9, "topics", Strength.MODEL, "lost_deal", exact=False,
    weighed=((5, 10), (14, 21)),
)  # fmt: skip


def match(*findings: Finding) -> Match:
    return Match("staff-topics", "lost-deal", Action.HOLD, findings)


def post() -> Post:
    return Post("1", "mastodon", "status.create", Author("mastodon", "noor"), (Segment("/status", "body", TEXT),))


def test_of_a_topic_the_words_that_weighed_most_are_marked_and_not_the_whole_text():
    (text,) = written(post(), [match(TOPIC)], [TOPIC])
    assert [run.piece.text for run in text.runs if run.strong] == ["perdu", "contrat"]
    assert not any(run.weak for run in text.runs)
    assert [run.ends for run in text.runs if run.strong] == [(1,), ()]


def test_a_topic_is_told_by_its_own_name():
    decision = Decision(Action.HOLD, (match(TOPIC),), "sha256:0")
    told = reasons(
        Inspection(post(), (TOPIC,), decision, None, (), (), Versions("0", "sha256:0", "sha256:0"), 1.0), [], {}
    )
    assert told[0].found == (("lost_deal", 1),)
    assert told[0].model
    assert told[0].likely == {"lost_deal": 90}


def test_a_topic_of_a_text_and_of_the_same_read_with_its_fields_is_told_once():
    twice = match(TOPIC, replace(TOPIC, span=Span("/joined", 0, len(TEXT))))
    decision = Decision(Action.HOLD, (twice,), "sha256:0")
    told = reasons(
        Inspection(post(), twice.findings, decision, None, (), (), Versions("0", "sha256:0", "sha256:0"), 1.0), [], {}
    )
    assert told[0].found == (("lost_deal", 1),)


def test_the_excerpt_of_what_only_a_model_read_is_its_beginning_with_all_else_covered():
    assert excerpt(CasePayload(post(), (TOPIC,))) == (TEXT,)
    named = Finding("CODENAME", Span("/status", 27, len(TEXT)), 1.0, "terms")
    assert excerpt(CasePayload(post(), (TOPIC, named))) == ("On a perdu le contrat avec ▇▇▇",)
    long = replace(post(), segments=(Segment("/status", "body", "mot " * 100),))
    (beginning,) = excerpt(CasePayload(long, (TOPIC,)))
    assert (beginning[:4], len(beginning)) == ("mot ", 80)


def test_what_cannot_be_covered_for_sure_has_no_excerpt():
    hidden = Finding("PHONE_NUMBER", Span("/status", 3, 4), 1.0, "phone", exact=False)
    assert excerpt(CasePayload(post(), (TOPIC, hidden))) == ()
