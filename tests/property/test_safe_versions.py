"""What must hold for any post with secrets said once or twice, in whatever fields: what is masked or offered tells none of them."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from guard.channels.joined import ROLE as JOINED
from guard.channels.joined import with_joined
from guard.parts import offered
from guard.types.decision import Action
from guard.types.inspection import Facts
from guard.types.post import Author, Post, Segment
from tests.gates import NOW, shipped_inspector

FACTS = Facts(now=NOW)
VALUES = [
    "Tulipe2024!",
    "Hortensia",
    "4821",
    "06 39 98 12 34",
    "FR14 2004 1010 0505 0001 3M02 606",
    "zoe@exemple.fr",
    "http://intranet/rh/paie",
]
LABELS = [
    "",
    "mdp : ",
    "le wifi c'est ",
    "digicode ",
    "digicode : ",
    "mot de passe ",
    "appelez Marie au ",
    "IBAN ",
    "je redis : ",
    "(",
    "lien ",
]
ENDS = [" ", "! ", " merci ", " et ", "\n", ". ", ") ", ", servez-vous "]
pieces = st.builds(
    lambda label, value, end: label + value + end,
    st.sampled_from(LABELS),
    st.sampled_from(VALUES) | st.sampled_from(VALUES).map(str.upper) | st.just(""),
    st.sampled_from(ENDS),
)
texts = st.lists(pieces, min_size=1, max_size=4).map("".join)
ROLES = (
    ("/spoiler_text", "spoiler"),
    ("/status", "body"),
    ("/poll/options/0", "poll-option"),
    ("/poll/options/1", "poll-option"),
    ("/media/0/description", "alt"),
)


@settings(deadline=None)
@given(st.lists(texts, min_size=1, max_size=5), st.integers(0, 1))
@example(["mdp : Tulipe2024! je répète Tulipe2024! merci"], 1)
@example(["mdp : Tulipe2024!", "allez, je redis : Tulipe2024!"], 0)
@example(["une question", "mdp : Tulipe2024!", "Tulipe2024!"], 1)
@example(["digicode : 4821", "bon, 4821"], 0)
@example(["lien http://intranet/rh/paie (xhttp://intranet/rh/paie"], 1)
@example(["appelez Marie au 06 39 98 12 34", "(x06 39 98 12 34)"], 0)
def test_what_is_masked_or_offered_tells_nothing_that_was_masked(written, first):
    parts = tuple(Segment(*place, text) for place, text in zip(ROLES[first:], written, strict=False))
    post = Post("p", "mastodon", "status.create", Author("mastodon", "a@m"), with_joined(parts))
    inspection = shipped_inspector().inspect(post, FACTS)
    safe = inspection.redacted
    goes_out = inspection.decision.action is Action.REDACT
    if safe is None:
        assert not inspection.edits
        assert not goes_out
        return
    left = "\n".join(each.text for each in safe.segments if each.role != JOINED).casefold()
    at = {each.path: each.text for each in post.segments}
    cut = "\n".join(at[edit.path][edit.start : edit.end] for edit in inspection.edits).casefold()
    assert not [value for value in VALUES if value.casefold() in cut and value.casefold() in left]
    if goes_out or (offered(post, inspection.edits) and shipped_inspector().passes(safe, FACTS)):
        assert shipped_inspector().inspect(safe, FACTS).decision.action < Action.REDACT
