"""The audit pages as a program asks them: who may see what, hostile filters, exports that hold, reveals by two."""

import html
import io
import json
import re
import tarfile
from datetime import timedelta
from urllib.parse import quote

import pytest

from guard.audit.verify import verify_export, verify_proof
from guard.console.records.downloads import safe_cell
from guard.console.records.filters import filters_of
from guard.outbox.own import lookers
from guard.types.principal import Principal, Role
from tests.consoles import console
from tests.gates import THREE_PHONES

EVE = Principal("id-eve", "eve", "Eve Dpo", frozenset({Role.DPO}))


@pytest.fixture
def rig(tmp_path):
    with console(tmp_path) as made:
        made.sessions.people["eve"] = EVE
        yield made


PAGES = ("/audit", "/audit/entries/0", "/audit/entries/0/proof", "/audit/check", "/audit/key")


def test_the_log_is_for_those_who_audit(rig):
    rig.hold(THREE_PHONES)
    for path in PAGES:
        for who, status in (("aude", 200), ("dora", 200), ("ana", 403), ("paul", 403), ("adam", 403), ("", 303)):
            assert rig.client(who).get(path).status == status, (path, who)
    for who in ("ana", "paul", "adam"):
        assert rig.client(who).post("/audit/reveals", {"what": "export", "form": "csv", "reason": "x"}).status == 403
        assert rig.client(who).post("/audit/export/1").status == 403
    assert rig.entries("export") == []


def test_reveals_are_for_those_who_audit(rig):
    rig.hold(THREE_PHONES)
    for who in ("ana", "paul", "adam"):
        assert rig.client(who).get("/audit/reveals").status == 403
        assert rig.client(who).post("/audit/reveals", {"what": "author", "entry": 0, "reason": "x"}).status == 403
    for path in ("/audit", "/audit/entries/0"):
        assert "/audit/reveals" in rig.client("aude").get(path).text


def test_a_search_is_its_address(rig):
    case = rig.hold(THREE_PHONES)
    rig.hold(THREE_PHONES + " !", account="bob")
    client = rig.client("aude")
    asked = client.get(f"/audit?kind=decision&action=&network=&rule=&case={case}&since=&until=")
    assert (asked.status, asked.to) == (303, f"/audit?kind=decision&case={case}")
    found = client.get(asked.to)
    assert f'href="/audit?case={case}"' in found.text
    assert found.text.count("<a data-row") == 1
    assert client.get("/audit?since=2026-12-01&until=2026-12-01").text.count("<a data-row") == 2
    assert "No entry fits" in client.get("/audit?until=2026-11-30").words


@pytest.mark.parametrize(
    "query", ["case=x", "case=1e3", "since=tomorrow", "until=2026-02-30", "since=0001-01-01", "before=-1"]
)
def test_what_cannot_be_read_is_said_beside_the_field(rig, query):
    answer = rig.client("aude").get(f"/audit?{query}")
    assert answer.status == 422
    assert "cannot be read" in answer.words


@pytest.mark.parametrize(
    "value",
    ["<script>alert(1)</script>", "' OR 1=1 --", "\x00", "\u202e", "%", "é" * 500, '"><b>', "{{7*7}}", "a" * 100_000],
)
@pytest.mark.parametrize("name", ["kind", "action", "network", "rule"])
def test_hostile_filters_find_nothing_and_stay_text(rig, name, value):
    rig.hold(THREE_PHONES)
    answer = rig.client("aude").get(f"/audit?{name}={quote(value)}")
    assert answer.status in {200, 303}
    assert "<script>alert" not in answer.text
    assert "<b>" not in answer.text
    assert "<a data-row" not in answer.text or not value.strip()


def test_pages_turn_both_ways_and_miss_nothing(rig):
    rig.opened.add(120, kind="start")
    client, path, seen = rig.client("aude"), "/audit", []
    for _ in range(5):
        text = client.get(path).text
        seen += [int(one) for one in re.findall(r"<a data-row href=\"/audit/entries/(\d+)\"", text)]
        older = re.search(r'rel="next" href="([^"]+)"', text)
        if older is None:
            break
        path = older[1].replace("&amp;", "&")
    assert seen == list(range(119, -1, -1))
    newer = re.search(r'rel="prev" href="([^"]+)"', text)[1].replace("&amp;", "&")
    back = client.get(newer).text
    assert re.findall(r"<a data-row href=\"/audit/entries/(\d+)\"", back)[-1] == "20"


@pytest.mark.parametrize("index", ["-1", "9999", "x", "1" * 30, "0x0", "１"])
def test_an_entry_that_is_not_there_is_no_page(rig, index):
    rig.hold(THREE_PHONES)
    assert rig.client("aude").get(f"/audit/entries/{quote(index)}").status == 404
    assert rig.client("aude").get(f"/audit/entries/{quote(index)}/proof").status == 404


def test_the_proof_is_what_guard_audit_verify_takes(rig):
    rig.hold(THREE_PHONES)
    rig.opened.add(300)
    answer = rig.client("aude").get("/audit/entries/0/proof")
    assert answer.headers["content-disposition"] == 'attachment; filename="entry-0.tlog-proof"'
    index, entry = verify_proof(answer.text, rig.opened.keys.verifier)
    assert (index, json.loads(entry)["kind"]) == (0, "decision")


def test_the_page_shows_no_name_and_no_text(rig):
    rig.hold(THREE_PHONES, account="alice.martin", person="Alice Martin")
    for path in ("/audit", "/audit/entries/0", "/audit/entries/0/proof"):
        text = rig.client("aude").get(path).text
        assert "alice" not in text.lower()
        assert "Astreinte" not in text


# --- exports


def wanted(rig, who="aude", agrees="dora", **fields):
    """Number of an export that one person asked for and another agreed to."""
    assert rig.client(who).post("/audit/reveals", {"what": "export", "reason": "audit"} | fields).status == 303
    number = len(rig.entries("reveal")) - sum(each["step"] != "asked" for each in rig.entries("reveal"))
    assert rig.client(agrees).post(f"/audit/reveals/{number}/answer", {"answer": "agree"}).status == 303
    return number


def taken(rig, who="aude", **fields):
    return rig.client(who).post(f"/audit/export/{wanted(rig, who, **fields)}").text


def test_an_export_takes_two_people(rig):
    rig.hold(THREE_PHONES)
    dora, eve, aude = (rig.client(who) for who in ("dora", "eve", "aude"))
    assert dora.post("/audit/export", {"form": "csv"}).status in {404, 405}, "the old way is closed"
    assert dora.post("/audit/reveals", {"what": "export", "form": "csv", "reason": ""}).status == 422
    assert (
        dora.post("/audit/reveals", {"what": "export", "form": "csv", "kind": "decision", "reason": "r"}).status == 303
    )
    assert dora.post("/audit/reveals/1/answer", {"answer": "agree"}).status == 409, "never one's own"
    assert aude.post("/audit/reveals/1/answer", {"answer": "agree"}).status == 403, "a DPO agrees"
    assert dora.post("/audit/export/1").to == "/audit/reveals?over", "nobody has agreed yet"
    asked = eve.get("/audit/reveals")
    assert "an export of the log" in asked.words
    link = html.unescape(re.search(r'href="(/audit\?[^"]+)"', asked.text)[1])
    rig.hold(THREE_PHONES + " ?")
    assert eve.get(link).text.count("<a data-row") == 1, "what it will hold, not what came since"
    told = "1 request waits for your answer"
    assert [told in client.get("/audit").words for client in (eve, dora, aude)] == [True, False, False]
    assert eve.post("/audit/reveals/1/answer", {"answer": "agree"}).status == 303
    assert told not in eve.get("/audit").words
    assert eve.post("/audit/export/1").to == aude.post("/audit/export/1").to == "/audit/reveals?over", "who asked alone"
    assert dora.post("/audit/reveals/1/open").status == 409
    rig.hold(THREE_PHONES + " .")
    assert 'action="/audit/export/1"' in dora.get("/audit/reveals").text
    assert dora.post("/audit/export/1").text.count("\r\n") == 2, "what was there when it was asked for, and no more"
    assert dora.get("/audit/reveals/1").to == "/audit/reveals"
    assert dora.post("/audit/export/1").status == 200
    rig.clock.pass_by(minutes=15)
    assert dora.post("/audit/export/1").to == "/audit/reveals?over"
    assert "That request shows nothing any more" in dora.get("/audit/reveals?over").words
    assert [step["step"] for step in rig.entries("reveal")] == ["asked", "agreed", "seen"]
    assert [(entry["motion"], entry["form"]) for entry in rig.entries("export")] == [(1, "csv")] * 2


def test_another_request_opens_no_export(rig):
    rig.hold(THREE_PHONES)
    ask(rig)
    rig.client("eve").post("/audit/reveals/1/answer", {"answer": "agree"})
    for number in (1, 2, 2**70):
        assert rig.client("dora").post(f"/audit/export/{number}").to == "/audit/reveals?over"
    assert rig.entries("export") == []


def test_the_whole_log_verifies_as_an_export_does(rig, tmp_path):
    rig.opened.add(700)
    answer = taken(rig, form="tiles").encode(errors="surrogateescape")
    with tarfile.open(fileobj=io.BytesIO(answer)) as archive:
        archive.extractall(tmp_path / "out", filter="data")
    folder = next((tmp_path / "out").iterdir())
    verified = verify_export(folder, rig.opened.keys.verifier)
    assert (
        verified.head.size == 704
    )  # with those that say who asked, who agreed and who took it, twice: seen, and taken
    assert [entry["form"] for entry in rig.entries("export")] == ["tiles"]


def test_lines_hold_the_entries_as_they_stand(rig):
    rig.opened.add(1200, action="allow", network="x")
    rig.opened.add(3, action="block", network="x")
    lines = [json.loads(line) for line in taken(rig, form="jsonl", action="block").splitlines()]
    assert [line["index"] for line in lines] == [1202, 1201, 1200]
    everything = taken(rig, form="jsonl", kind="decision").splitlines()
    assert len(everything) == 1203
    stored = rig.opened.store.read_now(lambda tx: [leaf.decode() for leaf in tx.leaves(0, 1203)])
    assert [line.partition(',"entry":')[2][:-1] for line in reversed(everything)] == stored


def test_no_cell_is_a_formula(rig):
    rig.opened.add(1, network="=HYPERLINK(1)", operation="+1", reason="x", matches=[{"rule": "@SUM", "action": "-1"}])
    text = taken(rig, form="csv")
    import csv

    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0][0] == "index"
    assert not [cell for row in rows for cell in row if cell[:1] in set("=+-@\t\r")]
    assert "'=HYPERLINK(1)" in rows[-1]


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1"])
def test_a_cell_that_could_be_a_formula_is_text(cell):
    assert safe_cell(cell) == f"'{cell}"


def test_an_unknown_form_of_export_is_not_there(rig):
    for wrong in ({"form": "exe"}, {}, {"form": "csv", "since": "soon"}):
        assert ask(rig, "aude", what="export", **wrong).status == 422


# --- reveals


def ask(rig, who="dora", **fields):
    given = {"what": "author", "entry": 0, "reason": "une plainte"} | fields
    return rig.client(who).post("/audit/reveals", given)


def test_who_is_behind_an_entry_takes_two_people(rig):
    rig.hold(THREE_PHONES, account="alice.martin", person="Alice Martin")
    assert ask(rig).to == "/audit/reveals"
    dora, eve = rig.client("dora"), rig.client("eve")
    assert rig.client("dora").get("/audit/reveals/1").to == "/audit/reveals"  # nothing to see yet
    assert dora.post("/audit/reveals/1/answer", {"answer": "agree"}).status == 409
    assert dora.post("/audit/reveals/1/open").status == 409
    assert "une plainte" in eve.get("/audit/reveals").words
    assert eve.post("/audit/reveals/1/answer", {"answer": "agree"}).status == 303
    assert eve.get("/audit/reveals/1").status == 404
    assert eve.post("/audit/reveals/1/open").status == 409
    assert dora.post("/audit/reveals/1/open").to == "/audit/reveals/1"
    shown = dora.get("/audit/reveals/1")
    assert "Alice Martin" in shown.words
    link = re.search(r'href="(/audit\?author=[0-9a-f]+)"', shown.text)[1]
    assert dora.get(link).text.count("<a data-row") == 1
    for who in ("eve", "aude"):
        assert rig.client(who).get(link).status == 403
        assert ask(rig, who, what="export", form="jsonl", author=link.partition("=")[2]).status == 422
    assert ask(rig, what="export", form="jsonl", author=link.partition("=")[2]).status == 303
    rig.clock.pass_by(minutes=15)
    assert dora.get("/audit/reveals/1").to == "/audit/reveals"
    assert dora.get(link).status == 403
    assert [step["step"] for step in rig.entries("reveal")] == ["asked", "agreed", "seen", "asked"]


def test_an_auditor_asks_and_a_dpo_agrees(rig):
    number = rig.hold(THREE_PHONES, account="alice.martin", person="Alice Martin")
    rig.sessions.people["aude2"] = Principal("id-aude2", "aude2", "Aude Deux", frozenset({Role.AUDITOR}))
    aude, other, dora = rig.client("aude"), rig.client("aude2"), rig.client("dora")
    assert ask(rig, "aude", what="text").to == "/audit/reveals"
    assert "une plainte" in aude.get("/audit/reveals").words
    assert "une plainte" not in other.get("/audit/reveals").words  # it may quote the post
    for who in (aude, other):
        assert who.post("/audit/reveals/1/answer", {"answer": "agree"}).status == 403
    assert other.post("/audit/reveals/1/withdraw").status == 409
    assert dora.post("/audit/reveals/1/answer", {"answer": "agree"}).status == 303
    assert other.post("/audit/reveals/1/open").status == 409
    assert aude.post("/audit/reveals/1/open").status == 303
    assert THREE_PHONES in aude.get("/audit/reveals/1").words
    assert other.get("/audit/reveals/1").status == dora.get("/audit/reveals/1").status == 404
    ((name, _),) = rig.opened.store.read_now(lambda tx: list(lookers(tx, number)))
    assert name == "aude", "its author is told who has read it"
    assert "by two people’s decision" in dora.get(f"/cases/{number}").words


def test_a_held_text_is_shown_as_text(rig):
    rig.hold(THREE_PHONES + " <script>alert(1)</script>")
    ask(rig, what="text")
    rig.client("eve").post("/audit/reveals/1/answer", {"answer": "agree"})
    rig.client("dora").post("/audit/reveals/1/open")
    answer = rig.client("dora").get("/audit/reveals/1")
    assert "<script>alert" in answer.words
    assert "<script>alert" not in answer.text


def test_whether_an_account_exists_is_not_told_before_somebody_agrees(rig):
    rig.hold(THREE_PHONES, account="alice.martin")
    answers = [ask(rig, what="account", account=name) for name in ("alice.martin", "nobody")]
    assert {answer.status for answer in answers} == {303}
    pages = [rig.client("dora").get("/audit/reveals").text.count("entries of an account")]
    assert pages == [2]
    for number in (1, 2):
        rig.client("eve").post(f"/audit/reveals/{number}/answer", {"answer": "agree"})
        rig.client("dora").post(f"/audit/reveals/{number}/open")
    assert "@alice.martin" in rig.client("dora").get("/audit/reveals/1").words
    assert "No account has this name" in rig.client("dora").get("/audit/reveals/2").words


@pytest.mark.parametrize(
    "fields", [{"reason": ""}, {"entry": "7"}, {"entry": "x"}, {"what": "salary"}, {"what": "account", "account": " "}]
)
def test_what_cannot_be_asked_for_is_said_and_nothing_is_lost(rig, fields):
    rig.hold(THREE_PHONES)
    answer = ask(rig, **fields)
    assert answer.status == 422
    assert fields.get("reason", "une plainte") in answer.text
    assert rig.entries("reveal") == []


def test_a_request_is_over_after_a_day(rig):
    rig.hold(THREE_PHONES)
    ask(rig)
    rig.clock.pass_by(hours=24)
    assert rig.client("eve").post("/audit/reveals/1/answer", {"answer": "agree"}).status == 409


def test_an_unknown_answer_or_request_is_refused(rig):
    rig.hold(THREE_PHONES)
    ask(rig)
    assert rig.client("eve").post("/audit/reveals/1/answer", {"answer": "maybe"}).status == 404
    assert rig.client("eve").post("/audit/reveals/9/answer", {"answer": "agree"}).status == 409
    assert rig.client("eve").get("/audit/reveals/9").status == 404


# --- filters alone


def test_filters_keep_the_last_of_a_name_and_leave_out_what_they_do_not_know():
    filters = filters_of([("kind", "a"), ("kind", "b"), ("x", "y"), ("rule", " "), ("case", "7")])
    assert filters.link() == "/audit?kind=b&case=7"
    assert filters.without("kind").link() == "/audit?case=7"
    assert filters.link(before=9) == "/audit?kind=b&case=7&before=9"


def test_a_day_is_whole(rig):
    query = filters_of([("since", "2026-12-01"), ("until", "2026-12-01")]).query()
    assert query.until - query.since == timedelta(days=1) // timedelta(microseconds=1)


def test_a_line_tells_the_second_who_by_pseudonym_and_rules_by_their_titles(rig):
    number = rig.hold(THREE_PHONES)
    author = rig.opened.store.read_now(lambda tx: tx.case(number)).author
    words = rig.client("aude").get("/audit?kind=decision").words
    assert "1 Dec 2026, 09:00:00" in words
    assert author[:6] in words
    assert "Telephone number" in words
