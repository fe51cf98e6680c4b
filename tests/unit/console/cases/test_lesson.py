"""A case made an example or an exception: who may, what is offered, what is shown before it is kept, and whose draft it is."""

import asyncio
import json
import re

import pytest

from guard.audit.seal import unseal
from guard.authoring.stand_ins import COVER
from guard.channels.joined import with_joined
from guard.console.effects import settle
from guard.types.inspection import Facts
from guard.types.post import Author, Post, Segment
from guard.types.principal import Principal, Role
from guard.wiring.heart import build_inspector
from tests.consoles import console, run
from tests.gates import THREE_PHONES
from tests.policy_rooms import OPEN, SECRET, WORD, NearFolder, policy_room

BOTH = Principal("id-both", "both", "Berta Both", frozenset({Role.REVIEWER, Role.POLICY_AUTHOR}))
TEXT = "Notre grand lancement : appelez le 07 12 34 56 78"
PHONES = """\
guard: 1
policy: phones
owner: dpo@exemple.fr
review_by: 2037-03-31
mode: enforce
rules:
  - id: phone
    find: {entity: PHONE_NUMBER}
    do: hold
    say: {fr: "Un numéro.", en: "A number."}
    match: ["Au [[06 39 98 12 34]]"]
    no_match: ["rien"]
"""


@pytest.fixture
def rig(tmp_path):
    with console(tmp_path) as made:
        made.sessions.people |= {"both": BOTH}
        made.room = policy_room(made, tmp_path)
        yield made


def rewritten(rig, name, text):
    """A file of the folder, in force."""
    (rig.room.folder / name).write_text(text)
    rig.room.inspector = build_inspector(rig.room.folder, cache=rig.room.settings.cache_folder)


def asked(**fields):
    given = {"kind": "match", "rule": "open/launch", "text": "Notre grand lancement", "here": "yes", "approver": "ana"}
    given |= {"ends": "2026-12-31", "phrase": "", "reason": ""}
    return {name: value for name, value in (given | fields).items() if value is not None}


def tried(rig, number, who="ana", **fields):
    answer = rig.client(who).post(f"/cases/{number}/lesson", asked(**fields))
    found = re.search(r'name="tried" value="(\w*)"', answer.text)
    return answer, found.group(1) if found else ""


def keep(rig, number, who="ana", **fields):
    answer, key = tried(rig, number, who, **fields)
    assert answer.status == 200, answer.words
    return rig.client(who).post(f"/cases/{number}/lesson", asked(**fields) | {"do": "keep", "tried": key})


def drafts(rig):
    return rig.opened.store.read_now(lambda tx: tx.motions.newest("policies", 9))


def content(rig, motion, name):
    return json.loads(unseal(rig.desk.keys.sealing, motion.event, motion.sealed, motion.wrapped_key))[name]


def test_the_case_leads_to_it_and_reading_is_recorded(rig):
    number = rig.hold(TEXT)
    assert f"/cases/{number}/lesson" in rig.client("ana").get(f"/cases/{number}").text
    before = len(rig.entries("view"))
    assert rig.client("ana").get(f"/cases/{number}/lesson").status == 200
    assert len(rig.entries("view")) == before + 1


@pytest.mark.parametrize(("who", "status"), [("paul", 403), ("aude", 403), ("adam", 403), ("", 303)])
def test_it_is_for_those_who_may_read_the_case(rig, who, status):
    number = rig.hold(TEXT)
    for path in ("", "/trial?key=x"):
        assert rig.client(who).get(f"/cases/{number}/lesson{path}").status == status
    assert rig.client(who).post(f"/cases/{number}/lesson", asked(do="keep")).status in {401, 403}
    assert drafts(rig) == []


def test_nobody_makes_an_exception_of_their_own_post_not_even_once_it_is_decided(rig):
    number = rig.hold(TEXT, person="ana reviewer")
    assert rig.client("ana").get(f"/cases/{number}/lesson").status == 403
    rig.client("bob").post(f"/cases/{number}/decide", {"decision": "written"})
    rig.clock.pass_by(seconds=11)
    run(settle(rig.desk))
    assert rig.client("ana").get(f"/cases/{number}/lesson").status == 403
    assert f"/cases/{number}/lesson" not in rig.client("ana").get(f"/cases/{number}").text
    assert rig.client("bob").get(f"/cases/{number}/lesson").status == 200


def test_the_text_is_offered_without_what_is_real_in_it(rig):
    rewritten(rig, "phones.yaml", PHONES)
    page = rig.client("ana").get(f"/cases/{rig.hold(TEXT)}/lesson")
    assert "07 12 34 56 78" not in page.text
    assert "appelez le 06 39 98 12 34</textarea>" in page.text
    assert "1 name or number has been replaced" in page.words


def test_right_to_stop_is_shown_tried_and_kept_as_a_draft_left_to_policy_authors(rig):
    number = rig.hold(TEXT)
    answer, key = tried(rig, number)
    assert "[[grand lancement]]" in answer.words
    assert "It holds: every example comes out as written" in answer.words
    assert "Posts tried 1" in answer.words
    assert drafts(rig) == []
    kept = keep(rig, number)
    assert "Policy authors see it now" in kept.words
    (motion,) = drafts(rig)
    subject = {"base": rig.room.inspector.bundle.digest, "case": number, "key": key, "left": True}
    assert motion.subject == subject
    new = content(rig, motion, "open.yaml")
    assert f'{{text: "Notre [[grand lancement]]", action: hold, note: "case {number}, 2026-12-01"}}' in new
    assert (rig.room.folder / "open.yaml").read_text() == OPEN
    (entry,) = rig.entries("policies")
    assert (entry["step"], entry["case"], entry["motion"]) == ("drafted", number, motion.number)
    assert "made a proposal for the policies" in rig.client("ana").get(f"/cases/{number}").words
    keep(rig, number)  # sent twice
    assert len(drafts(rig)) == len(rig.entries("policies")) == 1


def test_a_policy_author_takes_it_up_and_two_people_bring_it_into_force(rig):
    number = rig.hold(TEXT)
    keep(rig, number, kind="exception", reason="public since May", phrase="grand lancement")
    path = "/policies/changes/1"
    assert rig.client("ana").get(path).status == 403
    assert rig.client("dora").get(path).status == 404  # agrees to changes, and writes none
    paul = rig.client("paul")
    assert "to be taken up" in paul.get("/policies").words
    page = paul.get(path)
    assert f"from case {number}" in page.words
    assert "public since May" in page.words
    assert paul.post(f"{path}/edit", {"file": "open.yaml"}).status == 404
    assert paul.post(f"{path}/take").to == path
    assert rig.client("adam").post(f"{path}/take").status == 404
    assert paul.post(f"{path}/ask", {"reason": "as reviewed"}).to == path
    assert rig.client("dora").post(f"{path}/answer", {"answer": "agree"}).to == path
    assert "exceptions:" in (rig.room.folder / "open.yaml").read_text()
    assert [one["step"] for one in rig.entries("policies")] == ["drafted", "asked", "agreed", "done"]
    assert {one.get("case") for one in rig.entries("policies")} == {number}
    post = Post("p", "mastodon", "status.create", Author("mastodon", "bob"), (Segment("/status", "body", TEXT),))
    assert not rig.room.inspector.inspect(post, Facts(now=rig.clock())).decision.action.stops


def test_whoever_writes_policies_has_it_as_a_draft_of_their_own(rig):
    kept = keep(rig, rig.hold(TEXT), "both")
    assert "/policies/changes/1" in kept.text
    assert rig.client("both").post("/policies/changes/1/edit", {"file": "open.yaml"}).status == 200
    assert rig.client("paul").get("/policies/changes/1").status == 404


def test_should_have_passed_is_a_known_gap_as_long_as_the_rule_stops_it(rig):
    answer, _ = tried(rig, rig.hold(TEXT), kind="no_match")
    assert "todo: true" in answer.words
    assert "The rule still stops this text" in answer.words
    assert "It holds" in answer.words


def test_what_is_kept_is_what_was_shown(rig):
    number = rig.hold(TEXT)
    _, key = tried(rig, number)
    changed = asked(text="Un autre grand lancement") | {"do": "keep", "tried": key}
    answer = rig.client("ana").post(f"/cases/{number}/lesson", changed)
    assert answer.status == 422
    assert "You have changed something since" in answer.words
    assert "Un autre [[grand lancement]]" in answer.words
    assert drafts(rig) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": " "}, "needs a text"),
        ({"text": "un [[mot]]"}, "leave [[ and ]] out"),
        ({"text": "x" * 2001}, "too long"),
        ({"kind": "exception"}, "needs a reason"),
        ({"kind": "exception", "reason": "r", "approver": ""}, "who answers"),
        ({"kind": "exception", "reason": "r", "ends": "tomorrow"}, "a last day"),
        ({"kind": "exception", "reason": "r", "ends": "2026-11-30"}, "a last day"),
        ({"kind": "exception", "reason": "r", "ends": "2029-01-01"}, "a last day"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(rig, fields, said):
    answer, _ = tried(rig, rig.hold(TEXT), **fields)
    assert answer.status == 422
    assert said in answer.words
    if fields.get("approver") != "":
        assert 'value="ana"' in answer.text


def test_no_confidential_word_is_in_a_draft_unless_somebody_puts_it_there(rig):
    rewritten(rig, "secret.yaml", SECRET.replace("do: block", "do: hold"))
    number = rig.hold("On livre Projet Zanzibar vendredi")
    page = rig.client("ana").get(f"/cases/{number}/lesson")
    assert WORD not in page.text
    assert f"On livre {COVER} vendredi</textarea>" in page.text
    fields = {"rule": "secret/name", "text": f"On livre {COVER} vendredi"}
    answer, _ = tried(rig, number, **fields)
    assert WORD not in answer.text  # nor the lines of the file around it
    assert f"[[{COVER}]]" in answer.words
    assert "todo: true" in answer.words
    assert "It holds" in answer.words
    keep(rig, number, **fields)
    assert len(drafts(rig)) == 1
    # Put back: asked for, and kept
    fields["text"] = "On livre Projet Zanzibar vendredi"
    answer = keep(rig, number, **fields)
    assert answer.status == 422
    assert "keeps confidential" in answer.words
    assert len(drafts(rig)) == 1
    assert keep(rig, number, **fields, knowing="yes").status == 200
    assert len(drafts(rig)) == 2


def test_a_word_of_a_confidential_policy_is_no_more_in_the_draft_of_another(rig):
    rewritten(rig, "secret.yaml", SECRET.replace("do: block", "do: flag"))
    number = rig.hold("Notre grand lancement de Projet Zanzibar")
    assert WORD not in rig.client("ana").get(f"/cases/{number}/lesson").text
    answer = keep(rig, number, text="Notre grand lancement de Projet Zanzibar")
    assert answer.status == 422


def test_there_is_nothing_to_teach_without_a_folder_of_policies(tmp_path):
    with console(tmp_path) as rig:
        number = rig.hold(THREE_PHONES)
        assert "/lesson" not in rig.client("ana").get(f"/cases/{number}").text
        assert rig.client("ana").get(f"/cases/{number}/lesson").status == 404


def test_a_rule_that_the_case_does_not_touch_is_not_written_to(rig):
    answer, _ = tried(rig, rig.hold(TEXT), rule="secret/name")
    assert "secret.yaml" not in answer.words
    assert "open.yaml" in answer.words


def test_hostile_text_stays_text(rig):
    hostile = '<script>alert(1)</script> "grand lancement" \u202e\\ {a: b} # x'
    answer, _ = tried(rig, rig.hold(TEXT), text=hostile)
    assert "<script>alert" not in answer.text
    assert "It holds" in answer.words
    kept = keep(rig, rig.hold(TEXT + "!"), text=hostile)
    assert kept.status == 200


def test_half_a_confidential_word_is_covered_too(rig):
    rewritten(rig, "secret.yaml", SECRET.replace("do: block", "do: hold"))
    number = rig.hold("Zanzibar, vendredi", earlier=("On livre Projet",))
    page = rig.client("ana").get(f"/cases/{number}/lesson")
    assert f"{COVER}, vendredi</textarea>" in page.text
    assert WORD not in page.text


def test_the_backtest_reads_a_split_post_as_the_gate_did(rig):
    number = rig.hold("lancement lundi", earlier=("notre grand",))
    answer, _ = tried(rig, number, text="notre grand lancement")
    assert "Held before 1" in answer.words
    assert "With another outcome 0" in answer.words


def test_of_a_word_split_over_two_texts_no_part_is_offered(rig):
    rewritten(rig, "secret.yaml", SECRET.replace("do: block", "do: hold"))
    texts = (Segment("/spoiler_text", "spoiler", "On livre Projet"), Segment("/status", "body", "Zanzibar vendredi"))
    number = rig.hold("", segments=with_joined(texts))
    page = rig.client("ana").get(f"/cases/{number}/lesson")
    assert WORD not in page.text
    assert "no text is offered" in page.words


class SlowFolder(NearFolder):
    """Takes its time over examples, until it is let go."""

    gate = None

    async def examine(self, changes):
        type(self).gate = asyncio.Event()
        await self.gate.wait()
        return await super().examine(changes)


def test_slow_examples_do_not_keep_a_page_waiting_and_nothing_is_kept_before_they_are_through(tmp_path, monkeypatch):
    monkeypatch.setattr("guard.console.cases.lesson.PATIENCE_S", 0.05)
    with console(tmp_path) as rig:
        policy_room(rig, tmp_path, SlowFolder)
        number = rig.hold(TEXT)
        path, ana = f"/cases/{number}/lesson", rig.client("ana")

        async def scenario():
            page = await ana.asked("POST", path, asked())
            key = re.search(r'name="tried" value="(\w+)"', page.text).group(1)
            early = await ana.asked("POST", path, asked() | {"do": "keep", "tried": key})
            part = await ana._ask("GET", f"{path}/trial?key={key}", b"", {"hx-request": "true"})
            SlowFolder.gate.set()
            await asyncio.gather(*rig.desk.trials._examining.values())
            late = await ana._ask("GET", f"{path}/trial?key={key}", b"", {"hx-request": "true"})
            kept = await ana.asked("POST", path, asked() | {"do": "keep", "tried": key})
            return page, early, part, late, kept

        page, early, part, late, kept = run(scenario())
        assert "examples of all policies are being tried" in page.words
        assert (early.status, "still being tried" in early.words) == (422, True)
        assert 'hx-trigger="every 2s"' in part.text
        assert "It holds" in late.words
        assert 'value="keep"' in late.text
        assert "every 2s" not in late.text
        assert "Kept as a draft" in kept.words
