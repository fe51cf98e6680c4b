"""Disguises as functions from a value to what a person would post instead.

`guard policy evade`, tests and benchmarks share them, so that what is promised is what is measured. All are total and
deterministic; one that does not apply to a value gives it back unchanged (`apply(value) == value` means "no case").
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass

from guard.authoring import disguises_codes as codes
from guard.authoring import disguises_letters as letters
from guard.authoring import disguises_words as words
from guard.authoring.disguises_words import POST_BREAK

__all__ = ["DISGUISES", "POST_BREAK", "Disguise"]


@dataclass(frozen=True, slots=True)
class Disguise:
    """One technique, and the class it belongs to."""

    name: str
    klass: str
    apply: Callable[[str], str]


DISGUISES: list[Disguise] = [
    Disguise("upper/alternating case", "case", letters.alternating),
    Disguise("Cyrillic homoglyphs", "homoglyph", letters.by(letters.CYRILLIC)),
    Disguise("Greek homoglyphs", "homoglyph", letters.by(letters.GREEK)),
    Disguise("O for 0, l for 1; 0 for o, 1 for l", "homoglyph", letters.confused_digits),
    Disguise("Arabic-Indic digits, Armenian and Cherokee letters", "homoglyph", letters.other_digits),
    Disguise("zero-width space", "invisible", codes.between("\u200b")),
    Disguise("zero-width joiner", "invisible", codes.between("\u200d")),
    Disguise("word joiner", "invisible", codes.between("\u2060")),
    Disguise("soft hyphen", "invisible", codes.between("\u00ad")),
    Disguise("combining grapheme joiner", "invisible", codes.between("\u034f")),
    Disguise("variation selector", "invisible", codes.between("\ufe0f")),
    Disguise("Hangul filler", "invisible", codes.between("\u3164")),
    Disguise("tag characters", "invisible", codes.tags),
    Disguise("variation selectors as bytes", "invisible", codes.selectors),
    Disguise("zalgo", "combining", codes.after_each("\u0336\u0353\u0301")),
    Disguise("strike-through", "combining", codes.after_each("\u0336")),
    Disguise("diacritics", "combining", letters.by(letters.ACCENTED)),
    Disguise("full width", "compat", letters.full_width),
    Disguise("mathematical bold", "compat", letters.shifted(0x1D400, 0x1D41A, 0x1D7CE)),
    Disguise("double-struck", "compat", letters.double_struck),
    Disguise("circled", "compat", letters.shifted(0x24B6, 0x24D0, 0x24EA, 0x2460)),
    Disguise("superscript", "compat", letters.by(letters.SUPERSCRIPT)),
    Disguise("regional indicators and keycaps", "emoji", letters.emoji_letters),
    Disguise("negative squared letters", "emoji", letters.negative_squared),
    Disguise("small capitals", "homoglyph", lambda value: letters.by(letters.SMALL_CAPITALS)(value.lower())),
    Disguise("upside down", "homoglyph", letters.turned),
    Disguise("right-to-left override", "bidi", lambda value: "\u202e" + value[::-1] + "\u202c"),
    Disguise("bidi isolates", "bidi", codes.between("\u2068\u2069")),
    Disguise("reversed", "order", lambda value: value[::-1]),
    Disguise("spaces between characters", "spacing", codes.spread(" ")),
    Disguise("dots between characters", "spacing", codes.spread(".")),
    Disguise("underscores and pipes between groups", "spacing", lambda value: "_|_".join(codes.groups(value))),
    Disguise("slashes between characters", "spacing", codes.spread("/")),
    Disguise(
        "no-break, thin and ideographic spaces",
        "spacing",
        lambda v: codes.between("\u00a0", "\u2009", "\u3000")(codes.bare(v)),
    ),
    Disguise("line breaks between groups", "spacing", lambda value: "\n".join(codes.groups(value))),
    Disguise("emoji between characters", "spacing", codes.spread("🔥")),
    Disguise("glued into a hashtag", "spacing", codes.glued),
    Disguise("HTML tags between characters", "markup", codes.spread("<b></b>")),
    Disguise("Markdown emphasis between characters", "markup", codes.spread("**")),
    Disguise("HTML numeric references", "encoding", lambda value: "".join(f"&#{ord(char)};" for char in value)),
    Disguise("percent-encoding", "encoding", lambda value: "".join(f"%{byte:02X}" for byte in codes.octets(value))),
    Disguise("JSON escapes", "encoding", lambda value: "".join(f"\\u{ord(char):04x}" for char in value)),
    Disguise("quoted-printable", "encoding", lambda value: "".join(f"={byte:02X}" for byte in codes.octets(value))),
    Disguise("base64", "encoding", codes.in_base64),
    Disguise("base64url in a URL", "encoding", codes.in_url),
    Disguise("base32", "encoding", lambda value: base64.b32encode(codes.octets(value)).decode()),
    Disguise("hex", "encoding", lambda value: codes.octets(value).hex()),
    Disguise("binary octets", "encoding", lambda value: " ".join(f"{byte:08b}" for byte in codes.octets(value))),
    Disguise("decimal character codes", "encoding", lambda value: " ".join(str(byte) for byte in codes.octets(value))),
    Disguise("rot13 and rot5", "encoding", codes.caesar(13, 5)),
    Disguise("Caesar +1", "encoding", codes.caesar(1, 1)),
    Disguise("Atbash and nines' complement", "encoding", codes.mirrored),
    Disguise("punycode", "encoding", codes.punycode),
    Disguise("Morse", "encoding", codes.morse),
    Disguise("leet", "leet", letters.by(letters.LEET)),
    Disguise("NATO alphabet", "words", words.nato),
    Disguise("French digit words", "words", words.digit_words(words.FRENCH)),
    Disguise("French number words by pair", "words", lambda value: words.pairs(value, words.french_number, "zéro")),
    Disguise("digits and words mixed", "words", lambda value: words.pairs(value, words.french_number, "zéro", every=2)),
    Disguise("English digit words", "words", words.digit_words(words.ENGLISH)),
    Disguise("Roman numerals", "words", lambda value: words.pairs(value, words.roman, "N") if " " in value else value),
    Disguise("[at], [dot] and plus trente-trois", "words", words.spelled_signs),
    Disguise("remove the X", "words", words.removable),
    Disguise("two characters swapped", "typo", words.swapped),
    Disguise("transliterated", "translit", words.transliterated),
    Disguise("translated", "translit", words.digit_words(words.SPANISH)),
    Disguise("acrostic over lines", "order", words.acrostic),
    Disguise("split over two posts", "split", words.two_posts),
    Disguise("one character per post", "split", lambda value: POST_BREAK.join(codes.bare(value))),
    Disguise("second half as a hashtag", "split", words.half_hashtag),
    Disguise("long preamble", "volume", words.long_preamble),
]
