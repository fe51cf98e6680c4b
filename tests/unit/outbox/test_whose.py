"""Whose a post is, where authors.toml says it and where it does not."""

import pytest

from guard.outbox.whose import Whose, whose
from guard.types.principal import Principal

LISTED = Principal("1", "marie.dupont", "Marie Dupont", listed=True)
UNLISTED = Principal("1", "marie.dupont@example.net", "marie.dupont@example.net")


@pytest.mark.parametrize(
    ("who", "person", "account", "handle", "known"),
    [
        (LISTED, " marie DUPONT ", "x@m.example", "@x", Whose.OWN),
        (LISTED, "Bob", "marie.dupont@m.example", "@marie.dupont", Whose.OTHERS),
        (LISTED, None, "x@m.example", "@x", Whose.UNKNOWN),
        (LISTED, None, "Marie_Dupont@m.example", "@Marie_Dupont", Whose.NAMESAKE),
        (LISTED, None, "did:plc:1", "mariedupont.bsky.social", Whose.NAMESAKE),
        (LISTED, None, "did:plc:1", "marie.dupont.bsky.social", Whose.UNKNOWN),
        (UNLISTED, "Marie Dupont", "x@m.example", "@x", Whose.UNKNOWN),
        (UNLISTED, "Marie Dupont", "1234", "@mariedupont", Whose.NAMESAKE),
        (UNLISTED, None, "", "", Whose.UNKNOWN),
        (Principal("1", "zl", "Zoé Lévy", listed=True), None, "zoe_levy@m.example", "@zoe_levy", Whose.NAMESAKE),
        (Principal("1", "françois", "françois"), None, "did:plc:1", "francois.bsky.social", Whose.NAMESAKE),
        (Principal("1", "---", "---"), None, "...", "@_", Whose.UNKNOWN),
    ],
)
def test_two_people_are_two_where_both_are_known_and_else_in_doubt(who, person, account, handle, known):
    assert whose(person, account, handle, who) is known
