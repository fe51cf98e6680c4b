"""The policies pages: what is in force in plain words, changes by two people, secrets shown only when asked for."""

import re

import pytest

from guard.console.rules.drafts import diff_lines
from guard.console.trials import Trials
from guard.errors import Location, PolicyError
from guard.types.principal import Principal, Role
from guard.words.texts import Phrase
from tests.consoles import console, run
from tests.policy_rooms import OPEN, SECRET, WORD, policy_room

BOTH = Principal("id-both", "both", "Berta Both", frozenset({Role.POLICY_AUTHOR, Role.ADMINISTRATOR}))
PAUL_AGAIN = Principal("id-paul2", "paul2", "paul AUTHOR", frozenset({Role.ADMINISTRATOR}))
NEW = OPEN.replace("grand lancement]}", "grand lancement, grosse annonce]}")
OTHER = OPEN.replace("grand lancement]}", "grand lancement, petite annonce]}")


@pytest.fixture
def rig(tmp_path):
    with console(tmp_path) as made:
        made.sessions.people |= {"both": BOTH, "paul2": PAUL_AGAIN}
        made.room = policy_room(made, tmp_path)
        yield made


def begin(rig, who="paul", text=NEW, file="open.yaml"):
    client = rig.client(who)
    path = client.post("/policies/changes").to
    answer = client.post(f"{path}/save", {"file": file, "text": text})
    return client, path, answer


def asked(rig, who="paul", **fields):
    client, path, _ = begin(rig, who, **fields)
    answer = client.post(f"{path}/ask", {"reason": "the spring campaign"})
    assert answer.status == 303, answer.words
    return path


def test_who_may_see_and_do_what(rig):
    path = asked(rig)
    for who, sees, writes, agrees in (
        ("paul", 200, 303, 403), ("adam", 200, 303, 303), ("dora", 200, 403, 303),
        ("ana", 403, 403, 403), ("aude", 403, 403, 403), ("", 303, 401, 401),
    ):  # fmt: skip
        client = rig.client(who)
        assert client.get("/policies").status == sees, who
        assert client.get(path).status == sees, who
        assert client.get("/policies/files/open.yaml").status == sees, who
        assert client.post("/policies/changes").status == writes, who
        answer = client.post(f"{path}/answer", {"answer": "maybe"})
        assert answer.status == (404 if agrees == 303 else agrees), who


def test_rules_are_told_in_plain_words(rig):
    words = rig.client("paul").get("/policies").words
    assert "Looks for “grand lancement”" in words
    assert "in shadow: recorded, never acted on" in words
    assert "1 confidential term" in words
    assert "2 examples · 2 of 2 parts reached by examples" in words
    french = rig.client("paul", language="fr").get("/policies").words
    assert "Cherche « grand lancement »" in french


def test_days_are_those_that_the_policy_names(tmp_path, monkeypatch):
    exception = (
        "exceptions: [{id: salon, reason: {fr: a, en: b}, approved_by: dpo@exemple.fr, expires: 2037-02-20, "
        "only: {rules: [launch]}, match: [grand lancement], no_match: [x]}]\n"
    )
    zoned = OPEN.replace("mode: enforce", "mode: enforce\ntimezone: Europe/Paris\nexamples_at: 2037-01-01", 1)
    monkeypatch.setattr("tests.policy_rooms.OPEN", zoned + exception)
    with console(tmp_path) as made:
        policy_room(made, tmp_path)
        words = made.client("paul", language="fr").get("/policies").words
        assert "relire avant le 31 mars 2037" in words
        assert "jusqu’au 20 févr. 2037" in words


def test_no_confidential_term_is_shown_unless_asked_for_and_that_is_noted(rig):
    client = rig.client("paul")
    for path in ("/policies", "/policies/files/secret.yaml"):
        assert WORD not in client.get(path).text
    assert rig.entries("policies") == []
    assert WORD in client.post("/policies/files/secret.yaml").text
    assert [(one["step"], one["file"]) for one in rig.entries("policies")] == [("read", "secret.yaml")]
    assert rig.client("ana").post("/policies/files/secret.yaml").status == 403
    assert len(rig.entries("policies")) == 1


def test_a_change_takes_two_people_and_is_then_in_force(rig):
    before = rig.room.inspector.bundle.digest
    path = asked(rig)
    assert rig.client("paul").post(f"{path}/answer", {"answer": "agree"}).status == 403
    dora = rig.client("dora")
    page = dora.get(path)
    assert "grosse annonce" in page.words
    assert "the spring campaign" in page.words
    assert dora.post(f"{path}/answer", {"answer": "agree", "words": "go"}).to == path
    after = rig.room.inspector.bundle.digest
    assert after != before
    assert (rig.room.folder / "open.yaml").read_text() == NEW
    assert "put in force" in dora.get(path).words
    assert [one["step"] for one in rig.entries("policies")] == ["asked", "agreed", "done"]
    done = rig.entries("policies")[-1]
    assert done["digest"] == after
    assert len({one["author"] for one in rig.entries("policies")}) == 2
    assert not [one for one in rig.room.folder.iterdir() if one.name.startswith(".")]


@pytest.mark.parametrize("who", ["both", "paul2"])
def test_nobody_agrees_to_their_own_change(rig, who):
    path = asked(rig, "both" if who == "both" else "paul")
    answer = rig.client(who).post(f"{path}/answer", {"answer": "agree"})
    assert answer.status == 409
    assert 'value="agree"' not in rig.client(who).get(path).text
    assert (rig.room.folder / "open.yaml").read_text() == OPEN
    assert [one["step"] for one in rig.entries("policies")] == ["asked"]


def test_a_draft_is_its_authors_alone(rig):
    client, path, _ = begin(rig)
    assert client.get(path).status == 200
    for who in ("adam", "dora", "both"):
        assert rig.client(who).get(path).status == 404
        assert rig.client(who).post(f"{path}/show", {"file": "open.yaml"}).status == 404
        assert rig.client(who).post(f"{path}/backtest").status == 404
    for verb in ("save", "edit", "remove", "keep", "renew", "ask"):
        assert (
            rig.client("adam").post(f"{path}/{verb}", {"file": "open.yaml", "text": "x", "reason": "x"}).status == 404
        )
    assert rig.entries("policies") == []


def test_mistakes_come_back_beside_the_text_with_their_place(rig):
    broken = NEW.replace("do: hold", "do: hodl")
    _, path, answer = begin(rig, text=broken)
    assert answer.status == 422
    assert re.search(r"open\.yaml:\d+:\d+", answer.words)
    assert "hodl" in answer.text
    client = rig.client("paul")
    assert client.post(f"{path}/ask", {"reason": "x"}).status == 422
    assert "does not hold yet" in client.get(path).words
    # Nothing is lost, and mending it is enough
    assert client.post(f"{path}/save", {"file": "open.yaml", "text": NEW}).status == 303
    assert client.post(f"{path}/ask", {"reason": "x"}).status == 303


def test_an_example_that_fails_is_a_mistake(rig):
    _, _, answer = begin(rig, text=NEW.replace("Notre [[grand lancement]]", "Notre [[petit lancement]]"))
    assert answer.status == 422
    assert "example does not hold" in answer.words


def test_a_changed_confidential_file_shows_no_line_until_asked(rig):
    _, path, _ = begin(rig, file="secret.yaml", text=SECRET.replace("Zanzibar]", "Zanzibar, Projet Zanzibar Deux]"))
    client = rig.client("paul")
    page = client.get(path)
    assert WORD not in page.text
    assert "1 lines more, 1 lines less" in page.words
    assert WORD in client.post(f"{path}/show", {"file": "secret.yaml"}).text
    assert WORD in client.post(f"{path}/edit", {"file": "secret.yaml"}).text
    assert [one["step"] for one in rig.entries("policies")] == ["read", "read"]
    assert {one["motion"] for one in rig.entries("policies")} == {1}


def test_a_file_that_becomes_open_is_still_confidential_where_it_was(rig):
    _, path, _ = begin(rig, file="secret.yaml", text=SECRET.replace("confidential: true\n", ""))
    assert WORD not in rig.client("paul").get(path).text


@pytest.mark.parametrize(
    "name", ["../x.yaml", "/etc/x.yaml", ".x.yaml", "x", "x.txt", "a/b.yaml", "x.yaml\n", "", "é.yaml"]
)
def test_names_that_lead_elsewhere_are_refused(rig, name):
    client = rig.client("paul")
    path = client.post("/policies/changes").to
    for verb in ("edit", "save"):
        answer = client.post(f"{path}/{verb}", {"file": name, "text": "guard: 1"})
        assert answer.status in {422, 200}
        if answer.status == 200:
            assert name.strip() == "x.yaml"
    assert client.post(f"{path}/remove", {"file": name}).status == 404


def test_what_was_written_on_older_policies_is_brought_up_to_date_first(rig):
    first, second = asked(rig), asked(rig, "both", text=NEW.replace("grosse", "petite"))
    assert rig.client("dora").post(f"{first}/answer", {"answer": "agree"}).status == 303
    stale = rig.client("dora").post(f"{second}/answer", {"answer": "agree"})
    assert stale.status == 409
    assert "changed since" in stale.words
    assert "grosse annonce" in (rig.room.folder / "open.yaml").read_text()


def test_a_folder_that_cannot_be_written_leaves_all_as_it_was(rig, monkeypatch):
    path = asked(rig)
    before = rig.room.inspector.bundle.digest

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    assert rig.client("dora").post(f"{path}/answer", {"answer": "agree"}).status == 303
    assert rig.room.inspector.bundle.digest == before
    assert (rig.room.folder / "open.yaml").read_text() == OPEN
    assert "No space left" in rig.client("dora").get(path).words
    assert [one["step"] for one in rig.entries("policies")] == ["asked", "agreed", "failed"]


def test_a_folder_that_was_changed_beside_is_not_written_over(rig):
    path = asked(rig)
    (rig.room.folder / "open.yaml").write_text(OPEN + "# by hand\n")
    rig.client("dora").post(f"{path}/answer", {"answer": "agree"})
    assert (rig.room.folder / "open.yaml").read_text().endswith("# by hand\n")
    assert rig.entries("policies")[-1]["step"] == "failed"


def test_a_draft_that_is_written_in_while_it_is_tried_is_not_asked_for(rig):
    """What the second person reads is what was tried, and what its digest names."""
    client, path, _ = begin(rig)
    room, tried = rig.desk.policies, rig.desk.policies.examine

    async def slowly(changes):
        if changes == {"open.yaml": OTHER.encode()}:
            return await tried(changes)
        found = await tried(changes)
        await client.asked("POST", f"{path}/save", {"file": "open.yaml", "text": OTHER})
        return found

    room.examine = slowly
    rig.desk.trials = Trials()
    asking = client.post(f"{path}/ask", {"reason": "the spring campaign"})
    assert asking.status == 409
    assert rig.entries("policies") == []
    again = client.post(f"{path}/ask", {"reason": "the spring campaign"})
    assert again.status == 303
    rig.client("dora").post(f"{path}/answer", {"answer": "agree"})
    assert rig.entries("policies")[-1] == rig.entries("policies")[-1] | {
        "step": "done", "digest": rig.room.inspector.bundle.digest,
    }  # fmt: skip


def test_what_is_in_force_already_is_said_to_be(rig, monkeypatch):
    """A crash between putting a change in force and writing so down: asked again, it is done."""
    path = asked(rig)
    with monkeypatch.context() as patched:
        patched.setattr("guard.outbox.motions.conclude", lambda *_: None)
        rig.client("dora").post(f"{path}/answer", {"answer": "agree"})
    assert (rig.room.folder / "open.yaml").read_text() == NEW
    assert "Put it in force now" in rig.client("dora").get(path).words
    assert rig.client("dora").post(f"{path}/again").status == 303
    assert [one["step"] for one in rig.entries("policies")] == ["asked", "agreed", "done"]


def test_since_when_and_by_whom(rig):
    path = asked(rig)
    rig.clock.pass_by(hours=1)
    rig.client("dora").post(f"{path}/answer", {"answer": "agree"})
    assert "paul, agreed by dora" in rig.client("paul").get("/policies").words


def test_a_backtest_tells_numbers_and_no_text(rig):
    rig.hold("Notre grand lancement approche, et la grosse fête de Martine", account="martine")
    rig.hold("Un autre grand lancement", account="bob")
    report = run(
        rig.desk.policies.backtest({"open.yaml": OPEN.replace("do: hold", "do: flag").encode()}, lambda _: None)
    )
    assert (report["posts"], report["changed"]) == (2, 2)
    assert "Martine" not in str(report)
    assert report["store"]["decisions"] == 2


def test_hostile_text_in_a_change_stays_text(rig):
    hostile = NEW + "# <script>alert(1)</script> {{7*7}}\n"
    path = asked(rig, text=hostile)
    text = rig.client("dora").get(path).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{7*7}}" in text


def test_removing_and_leaving_a_file(rig):
    client = rig.client("paul")
    path = client.post("/policies/changes").to
    assert client.post(f"{path}/ask", {"reason": "x"}).status == 422
    client.post(f"{path}/remove", {"file": "open.yaml"})
    assert "removed" in client.get(path).words
    client.post(f"{path}/keep", {"file": "open.yaml"})
    assert "Nothing changes yet" in client.get(path).words


def test_without_a_folder_of_its_own_the_console_only_shows(rig):
    rig.desk.policies = None
    page = rig.client("paul").get("/policies")
    assert page.status == 200
    assert "Propose a change" not in page.words
    for path in ("/policies/files/open.yaml", "/policies/changes/1"):
        assert rig.client("paul").get(path).status == 404
    assert rig.client("paul").post("/policies/changes").status == 404


def test_a_diff_shows_what_changes_with_lines_around():
    lines = diff_lines("a\nb\nc\nd\ne\nf\n", "a\nb\nc\nD\ne\nf\n")
    assert [line.sign + line.text for line in lines] == ["@", " a", " b", " c", "-d", "+D", " e", " f"]
    assert diff_lines("x", "x") == ()


def test_the_shipped_policies_can_be_read_without_a_term_of_the_confidential_ones(tmp_path):
    """Every rule of every pack, in both languages; its terms are those a person would search the page for."""
    with console(tmp_path) as shipped:
        for language in ("en", "fr"):
            page = shipped.client("paul", language=language).get("/policies")
            assert page.status == 200
            for word in ("Aurore", "PRJ-7741", "ClientX"):
                assert word.lower() not in page.text.lower()
            assert "client-x/name" in page.text


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 40, "1.5", "%C2%B9"])
def test_an_unknown_number_is_a_page_that_is_not_there(rig, number):
    for path in (f"/policies/changes/{number}", f"/audit/reveals/{number}"):
        assert rig.client("both" if "polic" in path else "dora").get(path).status == 404
    assert rig.client("dora").post(f"/policies/changes/{number}/answer", {"answer": "agree"}).status == 404


def test_a_french_author_reads_mistakes_failing_examples_and_lint_in_french(rig):
    client = rig.client("paul", language="fr")
    path = client.post("/policies/changes").to
    wrong = client.post(f"{path}/save", {"file": "open.yaml", "text": OPEN.replace("do: hold", "do: hodl")})
    assert "ce n’est pas une action vouliez-vous dire `hold`" in wrong.words.replace("\u00a0", " ")
    assert "did you mean" not in wrong.words
    failing = client.post(f"{path}/save", {"file": "open.yaml", "text": OPEN.replace("[[grand", "[[petit grand")})
    assert "un exemple ne tient pas (attendu\u00a0: trouver" in failing.text
    client.post(f"{path}/save", {"file": "open.yaml", "text": OPEN.replace("com@exemple.fr", "Sophie")})
    assert "personne à qui demander" in client.get(path).text
    assert "nobody can be asked" in rig.client("paul").get(path).text


def test_why_the_folder_is_not_in_force_is_told_in_the_readers_language(rig):
    error = PolicyError(Phrase("loader.tab"), hint=Phrase("loader.do.spaces"), location=Location("open.yaml", 3, 1))
    rig.room.reloader.problems = (error,)
    rig.app.state.console.warnings = lambda: {"policies-refused": [error]}
    french = rig.client("paul", language="fr").get("/policies").text
    assert french.count("open.yaml:3:1: il y a ici une tabulation (mettez des espaces)") == 2
    assert "open.yaml:3:1: a tab stands here (use spaces)" in rig.client("paul").get("/policies").text


def test_a_change_in_force_still_shows_its_lines_and_can_be_undone_by_two_people(rig):
    path = asked(rig)
    assert "Waits for the word of one of: adam, both, dora, paul2." not in rig.client("paul").get(path).words
    assert "one of: adam, both, dora." in rig.client("paul").get(path).words
    rig.client("dora").post(f"{path}/answer", {"answer": "agree"})
    assert "grosse annonce" in rig.client("dora").get(path).words
    assert rig.client("dora").post(f"{path}/inverse").status == 403
    paul = rig.client("paul")
    undo = paul.post(f"{path}/inverse").to
    page = paul.get(undo).words
    assert "It undoes change 1" in page
    assert "find: {terms: [grand lancement, grosse annonce]}" in page
    assert paul.post(f"{undo}/ask", {"reason": "too much"}).status == 303
    rig.client("dora").post(f"{undo}/answer", {"answer": "agree"})
    assert (rig.room.folder / "open.yaml").read_text() == OPEN
    later = paul.post(f"{path}/inverse")
    assert (later.status, "changed again since" in later.words) == (409, True)


def test_the_lines_of_a_confidential_change_stay_hidden_once_it_is_in_force(rig):
    path = asked(rig, file="secret.yaml", text=SECRET.replace("Zanzibar]", "Zanzibar, Projet Zanzibar Deux]"))
    rig.client("dora").post(f"{path}/answer", {"answer": "agree"})
    assert WORD not in rig.client("dora").get(path).text
    assert WORD in rig.client("dora").post(f"{path}/show", {"file": "secret.yaml"}).text
    assert rig.entries("policies")[-1]["step"] == "read"
