"""Audit, overview and policies in a real browser: looks, accessibility, and the badge that the browser computes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from guard.audit.checkpoint import open_checkpoint
from tests.browser.conftest import Site
from tests.busy import busy
from tests.gates import THREE_PHONES
from tests.policy_rooms import OPEN, policy_room


def lived(site: Site) -> int:
    """A little life in the log; returns a case's number."""
    case = site.rig.hold(THREE_PHONES)
    for text in (THREE_PHONES + " !", "Appelez le 06 39 98 12 34, le 06 39 98 12 35 ou le 06 39 98 12 36"):
        site.rig.hold(text, account="bob")
    return case


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_audit_pages_are_accessible(site: Site, language: str, theme: str) -> None:
    lived(site)
    for what, who in (("text", "dora"), ("author", "eve")):
        site.rig.sessions.people["eve"] = replace(
            site.rig.sessions.people["dora"], id="id-eve", name="eve", person="Eve"
        )
        given = {"what": what, "entry": 0, "reason": "Une plainte reçue ce matin"}
        assert site.rig.client(who).post("/audit/reveals", given).status == 303
    page = site.window("dora", language=language, theme=theme)
    for name, path in {
        "audit": "/audit?kind=decision&rule=pii-fr%2Fphone",
        "audit-entry": "/audit/entries/0",
        "audit-none": "/audit?case=7",
        "reveals": "/audit/reveals",
    }.items():
        page.goto(path)
        if page.locator("#verify").count():
            page.wait_for_selector("#verify[data-state=good]")
            page.locator("#verify summary").click()
        site.check(page, f"{name}-{language}-{theme}")


def test_audit_on_a_phone_needs_no_scrolling_sideways(site: Site) -> None:
    lived(site)
    page = site.window("dora", size="phone")
    for name, path in {"audit": "/audit", "audit-entry": "/audit/entries/0", "reveals": "/audit/reveals"}.items():
        page.goto(path)
        if page.locator("#verify").count():
            page.wait_for_selector("#verify[data-state=good]")
        site.check(page, f"{name}-phone")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


# --- the badge: the browser's verifier against the log's own


EVALUATE = """async ([answer, seen, entry]) => {
  const shown = await guardVerify.verify(answer, seen, entry);
  return shown;
}"""


def answers(site: Site, index: int, since: int | None = None) -> tuple[dict, str]:
    """What the server says to the page's verifier, and the entry's text."""
    client = site.rig.client("aude")
    asked = f"/audit/check?entry={index}" + ("" if since is None else f"&since={since}")
    leaf = site.rig.opened.store.read_now(lambda tx: next(tx.leaves(index, index + 1)))
    return json.loads(client.get(asked).text), leaf.decode()


def test_the_browser_agrees_with_the_log_for_all_sizes(site: Site) -> None:
    page = site.window("aude")
    page.goto("/audit")
    store = site.rig.opened.store
    heads: list[dict] = []
    for grow in (1, 1, 1, 2, 3, 8, 17, 64, 160, 1, 1, 300):
        site.rig.opened.add(grow, note="é \u202e")
        head = open_checkpoint(store.read_now(lambda tx: tx.checkpoint()), site.rig.opened.keys.verifier)
        for seen in (None, *heads[-3:]):
            for index in {0, head.size // 2, head.size - 1}:
                answer, text = answers(site, index, None if seen is None else seen["size"])
                shown = page.evaluate(EVALUATE, [answer, seen, {"index": index, "text": text}])
                first = "first" if seen is None else "yes"
                assert shown | {"head": None} == {
                    "signed": "yes", "key": first, "grown": first, "included": "yes", "head": None,
                }  # fmt: skip
                assert shown["head"]["root"] == head.root.hex()
        heads.append({"key": str(site.rig.opened.keys.verifier), "size": head.size, "root": head.root.hex()})


def test_any_changed_character_is_noticed(site: Site) -> None:
    """Every character of the checkpoint, the key, the proofs and the entry, one after the other."""
    page = site.window("aude")
    page.goto("/audit")
    opened = site.rig.opened
    opened.add(5, note="old")
    old = open_checkpoint(opened.store.read_now(lambda tx: tx.checkpoint()), opened.keys.verifier)
    seen = {"key": str(opened.keys.verifier), "size": old.size, "root": old.root.hex()}
    opened.add(4, note="new")
    answer, text = answers(site, 6, old.size)
    entry = {"index": 6, "text": text}
    assert page.evaluate(EVALUATE, [answer, seen, entry])["head"]

    def changed(given: str, place: int) -> str:
        other = "b" if given[place] != "b" else "a"
        return given[:place] + other + given[place + 1 :]

    cases: list[list] = []
    for name in ("note", "key"):
        cases += [[answer | {name: changed(answer[name], n)}, seen, entry] for n in range(len(answer[name]))]
    for name in ("path", "growth"):
        for place, step in enumerate(answer[name]):
            for n in range(0, len(step), 7):
                steps = list(answer[name])
                steps[place] = changed(step, n)
                cases.append([answer | {name: steps}, seen, entry])
        cases.append([answer | {name: answer[name][:-1]}, seen, entry])
        cases.append([answer | {name: [*answer[name], "00" * 32]}, seen, entry])
    cases += [[answer, seen, {"index": 6, "text": changed(text, n)}] for n in range(len(text))]
    cases += [[answer, seen, {"index": n, "text": text}] for n in (0, 5, 7, 9, 10**9, -1)]
    cases += [[answer, seen | {"size": size}, entry] for size in (0, 1, 4, 6, 9, 10, 99)]
    cases += [[answer, seen | {"root": changed(seen["root"], 3)}, entry], [answer, seen | {"key": "x"}, entry]]
    told = page.evaluate(
        """async (cases) => {
          const kept = [];
          for (const [place, [answer, seen, entry]] of cases.entries()) {
            const shown = await guardVerify.verify(answer, seen, entry);
            if (shown.head) kept.push(place);
          }
          return kept;
        }""",
        cases,
    )
    assert len(cases) > 500
    assert [cases[place] for place in told] == []


def test_the_badge_turns_red_when_the_log_is_another_and_says_which_check_failed(site: Site) -> None:
    lived(site)
    page = site.window("dora")
    page.goto("/audit")
    page.wait_for_selector("#verify[data-state=good]")
    page.evaluate("""() => {
      const kept = JSON.parse(localStorage.getItem("postguard-log-head"));
      localStorage.setItem("postguard-log-head", JSON.stringify({ ...kept, root: "00".repeat(32) }));
    }""")
    page.goto("/audit/entries/1")
    page.wait_for_selector("#verify[data-state=bad]")
    page.locator("#verify summary").click()
    assert page.locator('[data-part="grown"] [data-when="no"]').is_visible()
    assert page.locator('[data-part="signed"] [data-when="yes"]').is_visible()
    site.check(page, "audit-entry-bad")
    # What was remembered is not overwritten by what does not verify
    assert "0000" in page.evaluate('localStorage.getItem("postguard-log-head")')


def test_a_browser_without_ed25519_says_so_and_checks_the_rest(site: Site) -> None:
    lived(site)
    page = site.window("dora")
    page.add_init_script("crypto.subtle.importKey = () => Promise.reject(new Error('no such algorithm'));")
    page.goto("/audit/entries/1")
    page.wait_for_selector("#verify[data-state=partly]")


def test_an_export_is_asked_for_agreed_to_and_comes_whole(site: Site) -> None:
    lived(site)
    site.rig.sessions.people["eve"] = replace(site.rig.sessions.people["dora"], id="id-eve", name="eve", person="Eve")
    page = site.window("dora")
    page.goto("/audit?kind=decision")
    page.fill("#x-reason", "Yearly audit")
    page.get_by_role("button", name="CSV").click()
    page.wait_for_url("**/audit/reveals*")
    assert site.rig.client("eve").post("/audit/reveals/1/answer", {"answer": "agree", "words": ""}).status == 303
    page.goto("/audit/reveals")
    for _ in range(2):  # the form can be used again on the same page
        with page.expect_download() as waiting:
            page.locator("form[data-download] button").click()
        assert waiting.value.suggested_filename.endswith(".csv")


# --- the overview


@pytest.fixture
def months(site: Site) -> Site:
    """A quarter of a year of decisions and verdicts."""
    busy(site.rig, datetime.now(UTC))
    return site


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_overview_is_accessible(months: Site, language: str, theme: str) -> None:
    page = months.window("dora", language=language, theme=theme)
    for days in (28, 91):
        page.goto(f"/overview?days={days}")
        months.check(page, f"overview-{days}-{language}-{theme}")


def test_the_overview_on_a_phone(months: Site) -> None:
    page = months.window("dora", size="phone")
    page.goto("/overview")
    months.check(page, "overview-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


# --- the policies


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("fr", "dark"), ("fr", "light"), ("en", "dark")])
def test_a_change_of_policies_from_draft_to_force(site: Site, tmp_path: Path, language: str, theme: str) -> None:
    busy(site.rig, datetime.now(UTC), days=10)
    room = policy_room(site.rig, tmp_path)
    look = f"{language}-{theme}"
    paul = site.window("paul", language=language, theme=theme)
    paul.goto("/policies")
    site.check(paul, f"policies-{look}")
    paul.goto("/policies/files/secret.yaml")
    site.check(paul, f"policies-secret-{look}")
    paul.goto("/policies")
    paul.locator("main form[action='/policies/changes'] button").click()
    site.check(paul, f"change-empty-{look}")
    paul.locator("#pick").select_option("open.yaml")
    paul.locator("form[action$='/edit'] button").first.click()
    paul.locator("#text").fill(OPEN.replace("do: hold", "do: hodl"))
    paul.locator("button.primary").click()
    paul.wait_for_selector(".card.problems")
    site.check(paul, f"change-wrong-{look}")
    paul.locator("#text").fill(OPEN.replace("grand lancement]}", "grand lancement, grosse annonce]}"))
    paul.locator("button.primary").click()
    paul.wait_for_selector(".diff .plus")
    paul.locator("#reason").fill("La campagne de printemps")
    paul.locator("form[action$='/backtest'] button").click()
    paul.wait_for_selector("#backtest-body dl")
    paul.locator("#reason").fill("La campagne de printemps")
    site.check(paul, f"change-draft-{look}")
    paul.locator("form[action$='/ask'] button").click()
    paul.wait_for_selector("form[action$='/withdraw']")
    dora = site.window("dora", language=language, theme=theme)
    dora.set_default_timeout(90_000)  # the folder is proved in a process of its own
    dora.goto(paul.url)
    site.check(dora, f"change-asked-{look}")
    dora.locator("button[value=agree]").click()
    dora.wait_for_selector(".chip.good")
    assert "grosse annonce" in (room.folder / "open.yaml").read_text()
    site.check(dora, f"change-done-{look}")


def test_policies_on_a_phone(site: Site, tmp_path: Path) -> None:
    policy_room(site.rig, tmp_path)
    page = site.window("paul", size="phone")
    page.goto("/policies")
    site.check(page, "policies-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("main form[action='/policies/changes'] button").click()
    page.locator("form[action$='/edit'] button").first.click()
    page.locator("#text").fill(OPEN.replace("grand lancement]}", "grand lancement, grosse annonce]}"))
    page.locator("button.primary").click()
    page.wait_for_selector(".diff .plus")
    site.check(page, "change-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_pages_weigh_little(site: Site, tmp_path: Path) -> None:
    policy_room(site.rig, tmp_path)
    busy(site.rig, datetime.now(UTC))
    for who, path in (("dora", "/audit"), ("dora", "/audit/entries/5"), ("dora", "/overview"), ("paul", "/policies")):
        page = site.window(who)
        weight: dict[str, int] = {}
        page.on("response", lambda one, weight=weight: weight.update({one.url: len(one.body())}))
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert sum(weight.values()) < 150_000, (path, weight)
