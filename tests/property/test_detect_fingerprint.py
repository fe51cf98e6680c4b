"""Any 8 consecutive words of a protected document are found whatever their case and spacing; 7 never are."""

from array import array
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from guard.detect.fingerprint.build import Editor, Source
from guard.detect.fingerprint.detector import FingerprintScanner
from guard.detect.fingerprint.index import Index, Table

KEY = bytes(range(32))
WORDS = st.text("abcdeéàçœßÅ'0123", min_size=1, max_size=6).filter(lambda word: any(map(str.isalnum, word)))
GAPS = st.sampled_from([" ", "\n", "  ", ", ", " — ", "\u00a0", "\t", "…\n", ") (", " 👀 ", "; "])


def scanner(*texts: str) -> FingerprintScanner:
    editor = Editor(KEY)
    for number, text in enumerate(texts):
        editor.add(Source(str(number), [text]), "set")
    tables, _ = editor.tables()
    views = {name: Table(*(memoryview(array(c.typecode, c)) for c in columns)) for name, columns in tables.items()}
    return FingerprintScanner(Index(tuple(editor.documents.values()), views, ""), KEY)


@st.composite
def documents(draw: st.DrawFn) -> list[str]:
    return draw(st.lists(WORDS, min_size=9, max_size=40))


@given(documents(), st.data())
def test_any_eight_words_are_found(words: list[str], data: st.DataObject) -> None:
    document = "".join(word + data.draw(GAPS) for word in words)
    first = data.draw(st.integers(0, len(words) - 8))
    quoted = words[first : first + data.draw(st.integers(8, len(words) - first))]
    change = data.draw(st.sampled_from([str, str.upper, str.title]))
    quote = "".join(change(word) + data.draw(GAPS) for word in quoted).strip()
    text = (
        data.draw(st.sampled_from(["", "Vu : ", "« ", "z z z z "]))
        + quote
        + data.draw(st.sampled_from(["", " !", " »", " q q"]))
    )
    hits = list(scanner(document).detect(text))
    assert hits
    start, end = min(hit.start for hit in hits), max(hit.end for hit in hits)
    inner = quote.strip(" \n\t,;…—()👀\u00a0'")
    assert text[start:end].strip("'").startswith(inner[:1])
    assert end - start >= len(inner.rstrip("'")) - 2


@cache
def numbered(size: int) -> FingerprintScanner:
    return scanner(" ".join(f"word{number}" for number in range(size)))


@given(st.lists(st.tuples(st.integers(0, 192), st.integers(1, 7)), max_size=12))
def test_seven_never_are(pieces: list[tuple[int, int]]) -> None:
    """Pieces of at most 7 words of a document in which each word stands once, set apart by foreign words."""
    text = " foreign ".join(" ".join(f"Word{first + n}" for n in range(size)) for first, size in pieces)
    assert list(numbered(200).detect(text)) == []


@given(st.text())
def test_no_text_raises_and_offsets_fit(text: str) -> None:
    for hit in scanner("un deux trois quatre cinq six sept huit neuf", text).detect(text):
        assert 0 <= hit.start < hit.end <= len(text)
