import base64

import pytest

from guard.text.decoders import decimal, decoded
from guard.text.edits import TangledError, apply


def read(text, maker=decoded):
    made = apply(text, maker(text))
    return made and made[0]


PHONE = "06 39 98 47 61"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a &#98;&#x63; &eacute;", "a bc é"),
        ("%C3%A9t%c3%a9", "été"),
        (r"\u0042\x6c\u{75}\145", "Blue"),
        (r"\ud83d\ude00 ok", "😀 ok"),
        ("U+0042 U+006C", "B l"),
        ("=42=6C=75=65 x=40y", "Blue x@y"),
        ("06 39=\n 98", "06 39 98"),
        ("hex 30 36 20 33 39 20 39 38", "hex 06 39 98"),
        ("0x42 0x6c 0x75 0x65 0x62 0x69", "Bluebi"),
        ("01000010 01101100 01110101 01100101", "Blue"),
        ("01000010011011000111010101100101", "Blue"),
        ("-... .-.. ..- . -... .. .-. -..", "bluebird"),
        ("va -.-. .-.. .. / -.. . ... ok", "va cli des ok"),
        ("xn--" + "bluebírd".encode("punycode").decode(), "bluebírd"),
    ],
)
def test_codes_say_what_they_say(text, meant):
    assert read(text) == meant


def test_decimal_codes():
    assert read("dit 66 108 117 101 98 105 114 100 !", decimal) == "dit Bluebird !"
    assert read("48,54,32,51,57", decimal) == "06 39"


@pytest.mark.parametrize("code", [base64.b64encode, base64.urlsafe_b64encode, base64.b32encode])
@pytest.mark.parametrize("value", [PHONE, "jean.dupont@exemple.fr", "une phrase entière, accentuée à souhait"])
def test_runs_in_base64_and_base32(code, value):
    coded = code(value.encode()).decode()
    assert value in read(f"voir {coded} svp")
    assert value in read(f"voir https://ex.org/?q={coded.rstrip('=')} svp")


@pytest.mark.parametrize("value", ["opération Sirène", "Pôle Héliotrope", "Éléonore", "projet Été", "naïveté à Noël"])
@pytest.mark.parametrize("before", ["", "a", "ab"])
def test_accents_from_the_first_letters_on(value, before):
    data = (before + value).encode()
    for coded in (
        base64.b64encode(data).decode(),
        base64.urlsafe_b64encode(data).decode().rstrip("="),
        data.hex(),
        data.hex(" "),
    ):
        assert before + value in read(f"voir {coded} svp")


@pytest.mark.parametrize(
    "text", ["developpementOuvert", "siteWebDgroupe", "Mx7w5aaQcOaabbDD", "cOmmeunefoisDansLaVie", "c3 a9 c3"]
)
def test_what_only_might_hold_an_accent_is_no_code(text):
    assert read(f"voir {text} svp") is None


def test_decoded_characters_lead_back_to_their_group():
    coded = base64.b64encode(PHONE.encode()).decode()
    text = f"tel {coded} fin"
    view, back = apply(text, decoded(text))
    at = view.index(PHONE)
    assert back.to_original(at, at + len(PHONE)) == (4, 4 + len(coded))
    assert back.to_original(at, at + 3) == (4, 8)


@pytest.mark.parametrize(
    "text",
    [
        "internationalement professionnels",
        "R&D; AT&T, 100 % sûr",
        "https://ex.org/?id=42&b=7",
        "...---... ou pas",
        "le 10 11 2024 à 12 30",
        "rendez-vous mi-temps covid-19",
        "deadbeefdeadbeefdeadbeef",
        "YYYYYYYYYYYYYYYYYY",
        "=)=)=)",
    ],
)
def test_what_is_no_code_stays(text):
    assert read(text) is None


@pytest.mark.parametrize(
    "text", ["%" * 9000, "&#" * 5000, "\\u" * 5000, "A" * 9000, ". " * 5000, "=4" * 5000, "0" * 9000]
)
def test_hostile_text_is_read_in_linear_time(text):
    read(text)
    read(text, decimal)


@pytest.mark.parametrize("encode", [base64.b64encode, base64.b32encode])
def test_a_coded_text_too_long_to_read_is_no_clean_one(encode):
    said = "rien " * 20_000
    with pytest.raises(TangledError):
        list(decoded(encode(said.encode()).decode()))
    noise = encode(bytes(range(128, 256)) * 600).decode()
    assert all(len(edit.view) < 100 for edit in decoded(noise))  # a picture is no text
