"""Whatever is valid TOML reads the same with the quick reader of our own files and with `tomllib`."""

import tomllib

from hypothesis import example, given
from hypothesis import strategies as st

from guard.words import plain_toml

PIECES = [
    *"ab=[]{}\"'#,.-1 \n\\",
    " = ", "'''", '"""', '"a"', "'b'", '",\n]', "[\n", "\n]", "[a]\n", "[[a]]\n", "[a.b]\n", "a = ", "b = ", "\\u00e9", "1.5", "true", "é", "\r\n", "\t", "# ",
]  # fmt: skip
VALUES = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
LINES = st.lists(st.one_of(VALUES, st.tuples(st.sampled_from("abc"), VALUES).map(" = ".join)), max_size=5)


@given(LINES.map("\n".join))
@example("a = '''\n'''''\n")
def test_valid_toml_reads_the_same(text):
    try:
        known = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert repr(plain_toml.loads(text)) == repr(known)
