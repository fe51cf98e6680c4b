"""`[notices]` of guard.toml: every mistake with its place."""

from datetime import time

import pytest

from guard.errors import ProblemsError
from guard.settings.load import load_authors, load_settings
from guard.types.notice import Kind


def load(tmp_path, text: str):
    secret = tmp_path / "secret"
    secret.write_text("a-long-" + "enough-secret\n")
    secret.chmod(0o600)
    (tmp_path / "guard.toml").write_text(text)
    return load_settings(tmp_path / "guard.toml").notices


def problems(tmp_path, text: str) -> list[str]:
    with pytest.raises(ProblemsError) as caught:
        load(tmp_path, text)
    return [str(problem).partition("guard.toml:")[2] for problem in caught.value.problems]


GOOD = """
[notices]
reviewers = ["team@corp.example"]
it = ["security@corp.example"]
off = ["redacted", "held"]
batch_minutes = 10
before_minutes = 15
quiet = "20:00-07:30"
languages = {"team@corp.example" = "en"}
[notices.smtp]
host = "mail.corp.example"
from = "gate@corp.example"
user = "gate"
password_file = "secret"
[notices.webhook]
url = "https://hooks.corp.example/guard"
secret_file = "secret"
"""


def test_all_keys_are_read(tmp_path) -> None:
    found = load(tmp_path, GOOD)
    assert found.smtp is not None
    assert found.webhook is not None
    assert (found.smtp.port, found.smtp.security, found.smtp.user) == (587, "starttls", "gate")
    assert (found.webhook.url, found.webhook.path) == ("https://hooks.corp.example", "/guard")
    assert found.off == {Kind.REDACTED, Kind.HELD}
    assert found.quiet == (time(20), time(7, 30))
    assert found.languages == {"team@corp.example": "en"}
    assert (found.batch_minutes, found.before_minutes) == (10, 15)
    assert "enough-secret" not in repr(found)


def test_without_the_section_nothing_is_sent(tmp_path) -> None:
    assert not load(tmp_path, "").sends


def test_a_chats_address_has_a_query_and_may_lie_in_a_file(tmp_path) -> None:
    address = "https://flows.example:443/workflows/a/invoke?api-version=1&" + "sig=x%2Fy"
    (tmp_path / "hook").write_text(f"{address}\n")
    (tmp_path / "hook").chmod(0o600)
    found = load(tmp_path, '[notices.webhook]\nformat = "teams"\nlanguage = "en"\nurl_file = "hook"').webhook
    assert (found.url, found.path, found.query) == (
        "https://flows.example:443",
        "/workflows/a/invoke",
        address.partition("?")[2],
    )
    assert (found.format, found.language, found.secret) == ("teams", "en", "")
    assert found.kinds == {Kind.HELD, Kind.DEADLINE, Kind.QUESTION}, (
        "what is for authors is not for a channel of reviewers"
    )
    assert "sig" not in repr(found)
    assert "workflows" not in repr(found)


def test_which_kinds_a_webhook_gets_can_be_said(tmp_path) -> None:
    text = '[notices.webhook]\nurl = "https://h.example"\n'
    assert load(tmp_path, f'{text}secret_file = "secret"').webhook.kinds == set(Kind)
    assert load(tmp_path, f'{text}format = "slack"\nkinds = ["probe"]').webhook.kinds == {Kind.PROBE}


def test_an_address_from_a_file_is_never_quoted(tmp_path) -> None:
    (tmp_path / "hook").write_text("http://flows.example/the-secret")
    (tmp_path / "hook").chmod(0o600)
    (told,) = problems(tmp_path, '[notices.webhook]\nformat = "slack"\nurl_file = "hook"')
    assert told.startswith("3:1: notices.webhook.url_file: does not hold an https:// address")
    assert "the-secret" not in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[notices]\nreviewers = ["no address"]', "2:1: notices.reviewers: 'no address' is not a mail address"),
        ('[notices]\nreviewers = ["a@b.example\\nBcc: x@y.example"]', "2:1: notices.reviewers"),
        ('[notices]\nit = ["a@b.example"]', "2:1: notices.it: are told by mail, and there is no [notices.smtp]"),
        ('[notices]\noff = ["mail"]', "2:1: notices.off: must be some of held, deadline"),
        ('[notices]\nquiet = "8pm"', "2:1: notices.quiet: '8pm' is not"),
        ('[notices]\nquiet = "20:00-20:00"', "2:1: notices.quiet"),
        ("[notices]\nbatch_minutes = -1", "2:1: notices.batch_minutes: must be from 0"),
        ("[notices]\nreviewer = []", "2:1: notices.reviewer: unknown setting (did you mean 'reviewers'?)"),
        ('[notices]\nlanguages = {"a@b.example" = "de"}', "languages.a@b.example: must be one of fr, en"),
        ('[notices.smtp]\nhost = "m.example"', "notices.smtp.from: is missing"),
        ('[notices.smtp]\nhost = "m.example"\nfrom = "a@b.example"\nsecurity = "none"', "4:1: notices.smtp.security: mails"),
        ('[notices.smtp]\nhost = "m.example"\nfrom = "a@b.example"\nuser = "gate"', "4:1: notices.smtp.user: user and"),
        ('[notices.smtp]\nhost = "m.example"\nfrom = "a@b.example"\nport = 0', "4:1: notices.smtp.port: must be from 1"),
        ('[notices.webhook]\nurl = "http://hooks.example/x"\nsecret_file = "secret"', "2:1: notices.webhook.url: must begin"),
        ('[notices.webhook]\nformat = "mattermost"', "2:1: notices.webhook.format: must be one of guard, slack, teams"),
        ('[notices.webhook]\nformat = "slack"', "notices.webhook.url: is missing"),
        ('[notices.webhook]\nformat = "slack"\nurl = "https://h.example"\nurl_file = "secret"', "4:1: notices.webhook.url_file: is one"),
        ('[notices.webhook]\nformat = "slack"\nurl = "https://h.example"\nlanguage = "de"', "4:1: notices.webhook.language: must be one"),
        ('[notices.webhook]\nformat = "slack"\nurl = "https://h.example"\nkinds = ["mail"]', "4:1: notices.webhook.kinds: must be some"),
        ('[notices.webhook]\nurl = "https://hooks.example/x"', "notices.webhook.secret_file: is missing"),
        ('[notices.webhook]\nurl = "https://h.example"\nsecret_file = "none"', "3:1: notices.webhook.secret_file: cannot be read"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_their_place(tmp_path, text, told) -> None:
    assert any(told in problem for problem in problems(tmp_path, text)), problems(tmp_path, text)


def test_a_secret_that_others_may_read_or_guess_is_refused(tmp_path) -> None:
    text = '[notices.webhook]\nurl = "https://hooks.example"\nsecret_file = "weak"'
    (tmp_path / "weak").write_text("short")
    (tmp_path / "weak").chmod(0o644)
    told = problems(tmp_path, text)
    assert any("is open to other users" in one for one in told)
    assert any("can be guessed" in one for one in told)


def test_authors_have_an_address(tmp_path) -> None:
    file = tmp_path / "authors.toml"
    file.write_text('[person."Marie"]\naccounts = ["mastodon:marie@m.example"]\nmail = "marie@corp.example"\n')
    authors = load_authors(file)
    marie = authors.named("Marie")
    assert marie is not None
    assert marie.mail == "marie@corp.example"
    assert authors.named("marie") is None
    file.write_text('[person."Marie"]\nmail = "marie"\n')
    with pytest.raises(ProblemsError, match="'marie' is not a mail address"):
        load_authors(file)


@pytest.mark.parametrize(
    "url", ["https://h.example/geheim1#f", "https://[a.b/geheim1", "https://u:geheim1@h.example/x"]
)
def test_a_refused_address_of_a_chat_is_not_quoted(tmp_path, url) -> None:
    """Whoever knows it may post there, and refusals stand in logs."""
    told = " ".join(problems(tmp_path, f'[notices.webhook]\nformat = "slack"\nurl = "{url}"'))
    assert "notices.webhook.url: must be an https:// address" in told
    assert "geheim1" not in told
