"""The 71 disguises of our evasion table, as functions from a value to what a person would post instead.

Tests and benchmarks share them, so that what is promised is what is measured. All are total and deterministic; one that
does not apply to a value gives it back unchanged (`apply(value) == value` means "no case").
"""

import base64
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle

POST_BREAK = "\f"
"""Stands between the posts of a thread in what a disguise of the class `split` gives."""

VALUES = {
    "phone": "06 39 98 47 61",
    "email": "jean.dupont@exemple.fr",
    "iban": "FR76 3000 6000 0112 3456 7890 189",
    "codename": "Bluebird",
}
SENTENCES = {
    "phone": "Appelez-moi au {} demain matin.",
    "email": "Vous pouvez écrire à {} avant lundi.",
    "iban": "Le virement part sur le compte {} ce soir.",
    "codename": "On reparle du projet {} en réunion.",
}


def _words(text: str) -> list[str]:
    return text.split()


@dataclass(frozen=True)
class Disguise:
    name: str
    klass: str
    apply: Callable[[str], str]


@dataclass(frozen=True)
class Case:
    disguise: Disguise
    kind: str
    posts: tuple[str, ...]
    """The posts of the thread in order; one for all but the class `split`."""


# --- letters and digits of other kinds -----------------------------------------------------------------------------

_CYRILLIC = dict(zip("aceijopsxyABCEHIKMOPSTX", "асеіјорѕхуАВСЕНІКМОРЅТХ", strict=True))
_GREEK = dict(zip("ioupvnABEHIKMNOPTXYZ", "ιουρνηΑΒΕΗΙΚΜΝΟΡΤΧΥΖ", strict=True))
_ARMENIAN_CHEROKEE = dict(zip("onuhgABCDEFGHIJKLMPRSTVWYZ", "օոսհցᎪᏴᏟᎠᎬϜᏀᎻIᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᎽᏃ", strict=True))
_ACCENTED = dict(zip("aceiunoydlrztsgABCDEFGILNORSTUZ", "áçéîüñôÿđłŕžťšğÂḂČĎÉḞĞÎŁŃÖŔŠŤÛŽ", strict=True))
_SMALL_CAPS = dict(zip("abcdefghijklmnopqrstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", strict=True))
_TURNED = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.@",
        "ɐqɔpǝɟƃɥᴉɾʞlɯuodbɹsʇnʌʍxʎz∀ᗺƆᗡƎℲ⅁HIſꓘ˥WNOԀΌᴚS⊥∩ΛMX⅄Z0⇂ᄅƐㄣϛ9ㄥ86˙@",
        strict=True,
    )
)
_SUPER = dict(
    zip(
        "0123456789abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUVW",
        "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁⱽᵂ",
        strict=True,
    )
)
_LEET = dict(zip("aeiostblABEIOSTL", "4310578148310571", strict=True))


def _by(table: dict[str, str]) -> Callable[[str], str]:
    return lambda value: "".join(table.get(char, char) for char in value)


def _alternating(value: str) -> str:
    return "".join(char.lower() if at % 2 == 0 else char.upper() for at, char in enumerate(value))


def _confused_digits(value: str) -> str:
    swaps = str.maketrans("01", "Ol") if any(char.isdigit() for char in value) else str.maketrans("ol", "01")
    return value.translate(swaps)


def _other_digits(value: str) -> str:
    return _by(_ARMENIAN_CHEROKEE | {str(digit): chr(0x660 + digit) for digit in range(10)})(value)


def _shifted(upper: int, lower: int, zero: int, one: int | None = None) -> Callable[[str], str]:
    """Each kind of character moved to the block that begins there (0: left alone); `one` where 1 to 9 stand apart."""

    def view(char: str) -> str:
        if char in string.ascii_uppercase and upper:
            return chr(upper + ord(char) - ord("A"))
        if char in string.ascii_lowercase and lower:
            return chr(lower + ord(char) - ord("a"))
        if char in string.digits and zero:
            return chr(zero) if one is not None and char == "0" else chr((one or zero + 1) + int(char) - 1)
        return char

    return lambda value: "".join(map(view, value))


def _double_struck(value: str) -> str:
    holes = dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True))
    shift = _shifted(0x1D538, 0x1D552, 0x1D7D8)
    return "".join(holes.get(char) or shift(char) for char in value)


def _full_width(value: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in value)


def _emoji_letters(value: str) -> str:
    def view(char: str) -> str:
        if char in string.ascii_letters:
            return chr(0x1F1E6 + ord(char.upper()) - ord("A")) + "\u200b"
        return char + "\ufe0f\u20e3" if char in string.digits else char

    return "".join(map(view, value)).rstrip("\u200b")


def _negative_squared(value: str) -> str:
    return _shifted(0x1F170, 0x1F170, 0x24FF, 0x2776)(value)


def _turned(value: str) -> str:
    return "".join(_TURNED.get(char, char) for char in reversed(value))


# --- things between characters, things nobody sees -----------------------------------------------------------------


def _between(*signs: str) -> Callable[[str], str]:
    def apply(value: str) -> str:
        turn = cycle(signs)
        return "".join(char + next(turn) for char in value[:-1]) + value[-1:]

    return apply


def _after_each(marks: str) -> Callable[[str], str]:
    return lambda value: "".join(char if char == " " else char + marks for char in value)


def _bare(value: str) -> str:
    return value.replace(" ", "")


def _spread(sign: str) -> Callable[[str], str]:
    return lambda value: sign.join(_bare(value))


def _groups(value: str) -> list[str]:
    """The value in the groups somebody would break it into."""
    if " " in value:
        return value.split(" ")
    if "@" in value:
        name, host = value.split("@", 1)
        return [name + "@", host]
    half = (len(value) + 1) // 2
    return [value[:half], value[half:]]


def _tags(value: str) -> str:
    return "".join(chr(0xE0000 + ord(char)) if char.isascii() else char for char in value)


def _selectors(value: str) -> str:
    return "😀" + "".join(chr(0xFE00 + byte if byte < 16 else 0xE0100 + byte - 16) for byte in value.encode())


def _glued(value: str) -> str:
    return "#Contact" + "".join(char for char in value if char.isalnum()) + "Go"


# --- codes ---------------------------------------------------------------------------------------------------------

_MORSE = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyz0123456789@.",
        _words(
            ".- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --.. "
            "----- .---- ..--- ...-- ....- ..... -.... --... ---.. ----. .--.-. .-.-.-"
        ),
        strict=True,
    )
)


def _base64(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


def _in_url(value: str) -> str:
    return "https://ex.org/?q=" + base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")


def _morse(value: str) -> str:
    return " / ".join(" ".join(_MORSE.get(char.lower(), char) for char in word) for word in value.split(" "))


def _caesar(letters: int, digits: int) -> Callable[[str], str]:
    def view(char: str) -> str:
        if char in string.ascii_lowercase:
            return chr((ord(char) - 97 + letters) % 26 + 97)
        if char in string.ascii_uppercase:
            return chr((ord(char) - 65 + letters) % 26 + 65)
        return str((int(char) + digits) % 10) if char in string.digits else char

    return lambda value: "".join(map(view, value))


def _mirrored(value: str) -> str:
    """Atbash for letters, nines' complement for digits."""

    def view(char: str) -> str:
        if char in string.ascii_lowercase:
            return chr(219 - ord(char))
        if char in string.ascii_uppercase:
            return chr(155 - ord(char))
        return str(9 - int(char)) if char in string.digits else char

    return "".join(map(view, value))


def _punycode(value: str) -> str:
    odd = _by(_CYRILLIC)(value)
    return odd.encode("punycode").decode() if odd != value else value


# --- words ---------------------------------------------------------------------------------------------------------

_EN = _words("zero one two three four five six seven eight nine")
_FR = _words("zéro un deux trois quatre cinq six sept huit neuf")
_ES = _words("cero uno dos tres cuatro cinco seis siete ocho nueve")
_FR_TEENS = _words("dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf")
_FR_TENS = ["", "", "vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre-vingt", "quatre-vingt"]
_NATO = dict(
    zip(
        string.ascii_lowercase,
        _words(
            "alfa bravo charlie delta echo foxtrot golf hotel india juliett kilo lima mike november oscar papa quebec romeo "
            "sierra tango uniform victor whiskey xray yankee zulu"
        ),
        strict=True,
    )
)
_SIGN_WORDS = {"@": "at", ".": "dot", "-": "dash", "+": "plus"}


def french_number(number: int) -> str:
    """0 to 99 in French words."""
    if number < 10:
        return _FR[number]
    if number < 20:
        return _FR_TEENS[number - 10]
    tens, ones = divmod(number, 10)
    word = _FR_TENS[tens]
    if tens in {7, 9}:
        return f"{word}{' et ' if number == 71 else '-'}{_FR_TEENS[ones]}"
    if ones == 0:
        return word + ("s" if number == 80 else "")
    return f"{word}{' et ' if ones == 1 and tens != 8 else '-'}{_FR[ones]}"


def roman(number: int) -> str:
    """1 to 3999 in Roman numerals; N for 0, as scribes wrote."""
    if not 0 < number < 4000:
        return "N" if number == 0 else str(number)
    out = ""
    for size, sign in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        _words("M CM D CD C XC L XL X IX V IV I"),
        strict=True,
    ):
        out += sign * (number // size)
        number %= size
    return out


def _nato(value: str) -> str:
    words = [_EN[int(c)] if c in string.digits else _NATO.get(c.lower()) or _SIGN_WORDS.get(c, c) for c in _bare(value)]
    return " ".join(words)


def _digit_words(words: list[str]) -> Callable[[str], str]:
    def apply(value: str) -> str:
        if not any(char in string.digits for char in value):
            return value
        return " ".join("".join(f" {words[int(c)]} " if c in string.digits else c for c in value).split())

    return apply


def _pairs(value: str, word: Callable[[int], str], zero: str, every: int = 1) -> str:
    """Digits two by two as words; `every` = 2 leaves each other pair as it is."""
    out: list[str] = []
    for group in value.split(" "):
        if not group.isdigit():
            out.append(group)
            continue
        for at in range(0, len(group), 2):
            pair = group[at : at + 2]
            if every > 1 and len(out) % every == 0:
                out.append(pair)
            else:
                out += [zero] * (pair[0] == "0" and len(pair) > 1)
                out.append(word(int(pair)))
    return " ".join(out)


def _spelled_signs(value: str) -> str:
    if "@" in value:
        return value.replace(".", " [dot] ").replace("@", " [at] ")
    if value.startswith("0"):
        return "plus trente-trois " + value[1:]
    return value


def _removable(value: str) -> str:
    return " X".join(value.split(" ")) + " (enlevez les X)" if " " in value else "X".join(value) + " (enlevez les X)"


def _typo(value: str) -> str:
    at = len(value) // 2
    return value[:at] + value[at + 1 : at + 2] + value[at : at + 1] + value[at + 2 :]


_SPOKEN = dict(zip("abcdefghijklmnopqrstuvxyz", "абкдефгхийклмнопкрстувхыз", strict=True)) | {"w": "в"}


def _transliterated(value: str) -> str:
    return "".join(
        _SPOKEN[char] if char in _SPOKEN else _SPOKEN[char.lower()].upper() if char.lower() in _SPOKEN else char
        for char in value
    )


def _translated(value: str) -> str:
    return "l'Oiseau Bleu" if value == "Bluebird" else _digit_words(_ES)(value)


def _acrostic(value: str) -> str:
    return "\n" + "\n".join(f"{char} fois" if char.isdigit() else f"{char}a va" for char in _bare(value))


def _two_posts(value: str) -> str:
    half = len(value) // 2
    return value[:half].rstrip() + POST_BREAK + value[half:].lstrip()


def _half_hashtag(value: str) -> str:
    half = len(value) // 2
    return f"{value[:half].rstrip()} #{value[half:].lstrip().replace(' ', '_')}"


def _long_preamble(value: str) -> str:
    return "bla " * 5_000 + value


DISGUISES: list[Disguise] = [
    Disguise("upper/alternating case", "case", _alternating),
    Disguise("Cyrillic homoglyphs", "homoglyph", _by(_CYRILLIC)),
    Disguise("Greek homoglyphs", "homoglyph", _by(_GREEK)),
    Disguise("O for 0, l for 1; 0 for o, 1 for l", "homoglyph", _confused_digits),
    Disguise("Arabic-Indic digits, Armenian and Cherokee letters", "homoglyph", _other_digits),
    Disguise("zero-width space", "invisible", _between("\u200b")),
    Disguise("zero-width joiner", "invisible", _between("\u200d")),
    Disguise("word joiner", "invisible", _between("\u2060")),
    Disguise("soft hyphen", "invisible", _between("\u00ad")),
    Disguise("combining grapheme joiner", "invisible", _between("\u034f")),
    Disguise("variation selector", "invisible", _between("\ufe0f")),
    Disguise("Hangul filler", "invisible", _between("\u3164")),
    Disguise("tag characters", "invisible", _tags),
    Disguise("variation selectors as bytes", "invisible", _selectors),
    Disguise("zalgo", "combining", _after_each("\u0336\u0353\u0301")),
    Disguise("strike-through", "combining", _after_each("\u0336")),
    Disguise("diacritics", "combining", _by(_ACCENTED)),
    Disguise("full width", "compat", _full_width),
    Disguise("mathematical bold", "compat", _shifted(0x1D400, 0x1D41A, 0x1D7CE)),
    Disguise("double-struck", "compat", _double_struck),
    Disguise("circled", "compat", _shifted(0x24B6, 0x24D0, 0x24EA, 0x2460)),
    Disguise("superscript", "compat", _by(_SUPER)),
    Disguise("regional indicators and keycaps", "emoji", _emoji_letters),
    Disguise("negative squared letters", "emoji", _negative_squared),
    Disguise("small capitals", "homoglyph", lambda value: _by(_SMALL_CAPS)(value.lower())),
    Disguise("upside down", "homoglyph", _turned),
    Disguise("right-to-left override", "bidi", lambda value: "\u202e" + value[::-1] + "\u202c"),
    Disguise("bidi isolates", "bidi", _between("\u2068\u2069")),
    Disguise("reversed", "order", lambda value: value[::-1]),
    Disguise("spaces between characters", "spacing", _spread(" ")),
    Disguise("dots between characters", "spacing", _spread(".")),
    Disguise("underscores and pipes between groups", "spacing", lambda value: "_|_".join(_groups(value))),
    Disguise("slashes between characters", "spacing", _spread("/")),
    Disguise(
        "no-break, thin and ideographic spaces", "spacing", lambda v: _between("\u00a0", "\u2009", "\u3000")(_bare(v))
    ),
    Disguise("line breaks between groups", "spacing", lambda value: "\n".join(_groups(value))),
    Disguise("emoji between characters", "spacing", _spread("🔥")),
    Disguise("glued into a hashtag", "spacing", _glued),
    Disguise("HTML tags between characters", "markup", _spread("<b></b>")),
    Disguise("Markdown emphasis between characters", "markup", _spread("**")),
    Disguise("HTML numeric references", "encoding", lambda value: "".join(f"&#{ord(char)};" for char in value)),
    Disguise("percent-encoding", "encoding", lambda value: "".join(f"%{byte:02X}" for byte in value.encode())),
    Disguise("JSON escapes", "encoding", lambda value: "".join(f"\\u{ord(char):04x}" for char in value)),
    Disguise("quoted-printable", "encoding", lambda value: "".join(f"={byte:02X}" for byte in value.encode())),
    Disguise("base64", "encoding", _base64),
    Disguise("base64url in a URL", "encoding", _in_url),
    Disguise("base32", "encoding", lambda value: base64.b32encode(value.encode()).decode()),
    Disguise("hex", "encoding", lambda value: value.encode().hex()),
    Disguise("binary octets", "encoding", lambda value: " ".join(f"{byte:08b}" for byte in value.encode())),
    Disguise("decimal character codes", "encoding", lambda value: " ".join(str(byte) for byte in value.encode())),
    Disguise("rot13 and rot5", "encoding", _caesar(13, 5)),
    Disguise("Caesar +1", "encoding", _caesar(1, 1)),
    Disguise("Atbash and nines' complement", "encoding", _mirrored),
    Disguise("punycode", "encoding", _punycode),
    Disguise("Morse", "encoding", _morse),
    Disguise("leet", "leet", _by(_LEET)),
    Disguise("NATO alphabet", "words", _nato),
    Disguise("French digit words", "words", _digit_words(_FR)),
    Disguise("French number words by pair", "words", lambda value: _pairs(value, french_number, "zéro")),
    Disguise("digits and words mixed", "words", lambda value: _pairs(value, french_number, "zéro", every=2)),
    Disguise("English digit words", "words", _digit_words(_EN)),
    Disguise("Roman numerals", "words", lambda value: _pairs(value, roman, "N") if " " in value else value),
    Disguise("[at], [dot] and plus trente-trois", "words", _spelled_signs),
    Disguise("remove the X", "words", _removable),
    Disguise("two characters swapped", "typo", _typo),
    Disguise("transliterated", "translit", _transliterated),
    Disguise("translated", "translit", _translated),
    Disguise("acrostic over lines", "order", _acrostic),
    Disguise("split over two posts", "split", _two_posts),
    Disguise("one character per post", "split", lambda value: POST_BREAK.join(_bare(value))),
    Disguise("second half as a hashtag", "split", _half_hashtag),
    Disguise("long preamble", "volume", _long_preamble),
]


def posts(disguise: Disguise, kind: str, value: str) -> tuple[str, ...]:
    """The posts that carry `value` in this disguise, within the sentence of its kind."""
    return tuple(SENTENCES[kind].format(disguise.apply(value)).split(POST_BREAK))


def cases(values: dict[str, str] | None = None) -> Iterator[Case]:
    """All cases of the table: each disguise on each value that it changes."""
    for disguise in DISGUISES:
        for kind, value in (values or VALUES).items():
            if disguise.apply(value) != value:
                yield Case(disguise, kind, posts(disguise, kind, value))
