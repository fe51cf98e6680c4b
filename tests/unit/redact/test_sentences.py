import pytest

from guard.redact.sentences import sentence


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Bonjour. Karim a un [cancer]. À demain !", "Karim a un [cancer]."),
        ("Karim a un [cancer]", "Karim a un [cancer]"),
        ("a\nKarim : [cancer]\nb", "Karim : [cancer]"),
        ("Oui ! Mon chef, M. Ravel, a un [cancer]… Non.", "Mon chef, M. Ravel, a un [cancer]…"),
        ("Mme. X. et Mr. Quigg [ill]. Fine.", "Mme. X. et Mr. Quigg [ill]."),
        ("« Il a un [cancer]. » Voilà", "« Il a un [cancer]."),
        ("Un [a. Deux] b. Trois", "Un [a. Deux] b."),
        ("Le prix est 3.5 [x] fois. Fin", "Le prix est 3.5 [x] fois."),
        ("Non. [Oui.] Non.", "[Oui.]"),
        (
            "Karim a un [cancer] (cf. p. 12 du compte rendu). Il va bien.",
            "Karim a un [cancer] (cf. p. 12 du compte rendu).",
        ),
        (
            "Bon. Mon chef, Pr. Roy, 3 av. Foch, tél. 4, est [malade]. Fin",
            "Mon chef, Pr. Roy, 3 av. Foch, tél. 4, est [malade].",
        ),
        ("Toux, fièvre, etc. et un [cancer] n° 3. Fin", "Toux, fièvre, etc. et un [cancer] n° 3."),
        ("St. Luc, Dr. Roy, Mlle. Ney, e.g. un [cancer]. Fin", "St. Luc, Dr. Roy, Mlle. Ney, e.g. un [cancer]."),
        ("Toux, etc… Il a un [cancer]. Fin", "Il a un [cancer]."),
        ("Un accord. Il a un [cancer]. Fin", "Il a un [cancer]."),
    ],
)
def test_sentence(text, told):
    plain = text.replace("[", "").replace("]", "")
    start, end = text.index("["), text.index("]") - 1
    first, last = sentence(plain, start, end)
    assert plain[first:last] == told.replace("[", "").replace("]", "")


def test_many_signs_cost_little():
    text = "a. " * 30_000
    assert sentence(text, 45_000, 45_001) == (45_000, 45_002)
