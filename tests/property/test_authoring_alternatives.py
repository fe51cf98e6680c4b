"""An alternative by itself finds nothing that the whole pattern does not."""

import regex
from hypothesis import given
from hypothesis import strategies as st

from guard.authoring.alternatives import alternatives

pieces = st.sampled_from(["a", "b", "c", "[ab]", "[]|]", r"\|", r"\(", r"\w", "a?", ".", "[^a]"])
patterns = st.recursive(
    st.lists(pieces, min_size=1, max_size=3).map("".join),
    lambda inner: st.lists(inner, min_size=1, max_size=3)
    .map("|".join)
    .flatmap(lambda said: st.sampled_from([f"(?:{said})", f"({said})", f"(?i:{said})", f"(?:{said})?", f"(?:{said})|c", f"a(?!{said})"])),
    max_leaves=6,
)  # fmt: skip
texts = st.lists(st.text("abcABC|(]", max_size=5), max_size=5)


@given(patterns, texts)
def test_alternatives(pattern, examples):
    whole = regex.compile(pattern)
    found = [regex.compile(alone) for _, alone in alternatives(pattern)]
    for text in examples:
        matches = [bool(each.fullmatch(text)) for each in found]
        if any(matches):
            assert whole.fullmatch(text)


@given(st.text("ab|()[]?:!<=\\^-iPx#", max_size=12))
def test_any_text_that_is_a_pattern_gives_patterns_or_nothing(pattern):
    told = list(alternatives(pattern))
    try:
        regex.compile(pattern)
    except regex.error:
        return
    assert all(isinstance(each, str) for pair in told for each in pair)
