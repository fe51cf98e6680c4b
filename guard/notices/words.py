"""What mails say, in French and English. Numbers, names of services, links; never a word of a post."""

from __future__ import annotations

from collections.abc import Mapping

from guard.types.notice import Kind, Notice

LISTED = 20
"""Case numbers named in one mail."""
_SUBJECTS: Mapping[Kind, tuple[str, str]] = {
    Kind.HELD: ("{count} message(s) à relire", "{count} post(s) to review"),
    Kind.DEADLINE: ("Réponse bientôt due : {count} message(s)", "An answer is due soon: {count} post(s)"),
    Kind.REDACTED: ("Votre message est paru avec un passage masqué", "Your post was published with a part masked"),
    Kind.REROUTED: ("Votre message est sur le serveur interne", "Your post is on the internal server"),
    Kind.APPROVED: ("Votre message est approuvé : renvoyez-le", "Your post is approved: send it again"),
    Kind.INSIDE: (
        "Votre message ira sur le serveur interne : renvoyez-le",
        "Your post goes to the internal server: send it again",
    ),
    Kind.REJECTED: ("Votre message n’a pas été approuvé", "Your post was not approved"),
    Kind.TAKE_DOWN: ("Merci de retirer un message publié", "Please take a published post down"),
    Kind.QUESTION: ("Un auteur pose une question", "An author asks a question"),
    Kind.ANSWERED: ("Une réponse à votre question", "An answer to your question"),
    Kind.RESPONSIBILITY: ("Un auteur prend un message sur lui", "An author answers for a post"),
    Kind.PROBE: ("Sondage de noms confidentiels", "Probing for confidential names"),
    Kind.AGREEMENT: ("Une demande attend une seconde personne", "A request waits for a second person"),
    Kind.ACCESS: ("Des droits ont été donnés", "Rights were given"),
}
_TEXTS: Mapping[Kind, tuple[str, str]] = {
    Kind.HELD: (
        "Des messages attendent un relecteur : {cases}.\n\n{base}/queue",
        "Posts wait for a reviewer: {cases}.\n\n{base}/queue",
    ),
    Kind.DEADLINE: (
        "Le délai promis à leurs auteurs est presque écoulé, ou passé : {cases}.\n\n{base}/queue",
        "The time promised to their authors is nearly over, or past: {cases}.\n\n{base}/queue",
    ),
    Kind.REDACTED: (
        (
            "La passerelle a masqué un passage de votre message et publié le reste tel quel. Pourquoi, et que faire :\n\n"
            "{base}/mine/{decision}"
        ),
        (
            "The gate masked a part of your post and published the rest as you wrote it. Why, and what to do:\n\n"
            "{base}/mine/{decision}"
        ),
    ),
    Kind.REROUTED: (
        (
            "Votre message n’est pas paru à l’extérieur : il est sur le serveur interne de l’entreprise. Pourquoi :\n\n"
            "{base}/mine/{decision}"
        ),
        "Your post was not published outside: it is on the company’s internal server. Why:\n\n{base}/mine/{decision}",
    ),
    Kind.APPROVED: (
        (
            "Un collègue a approuvé votre message (dossier {case}). Renvoyez-le tel quel depuis votre application : "
            "il passera une fois.\n\n{base}/mine/{decision}"
        ),
        (
            "A colleague approved your post (case {case}). Send it again unchanged from your app: it will pass once.\n\n"
            "{base}/mine/{decision}"
        ),
    ),
    Kind.INSIDE: (
        (
            "Un collègue propose de publier votre message (dossier {case}) sur le serveur interne de l’entreprise, et non à "
            "l’extérieur. Renvoyez-le tel quel depuis votre application : il y paraîtra, une fois.\n\n{base}/mine/{decision}"
        ),
        (
            "A colleague suggests that your post (case {case}) goes to the company’s internal server, and not outside. Send it "
            "again unchanged from your app: it appears there, once.\n\n{base}/mine/{decision}"
        ),
    ),
    Kind.REJECTED: (
        (
            "Un collègue a lu votre message (dossier {case}) et ne l’a pas approuvé. Son explication, et de quoi lui "
            "répondre :\n\n{base}/mine/{decision}"
        ),
        (
            "A colleague read your post (case {case}) and did not approve it. The reason, and how to answer:\n\n"
            "{base}/mine/{decision}"
        ),
    ),
    Kind.TAKE_DOWN: (
        "Un relecteur vous demande de retirer un message déjà publié. Lequel, et pourquoi :\n\n{base}/mine/{decision}",
        (
            "A reviewer asks you to take down a post that is published already. Which one, and why:\n\n"
            "{base}/mine/{decision}"
        ),
    ),
    Kind.QUESTION: (
        (
            "Un auteur pose une question sur une décision, ou la conteste. Une personne doit lui répondre :\n\n"
            "{base}/questions/{question}"
        ),
        "An author asks about a decision, or contests it. A person is to answer:\n\n{base}/questions/{question}",
    ),
    Kind.ANSWERED: (
        "Une personne a répondu à votre question :\n\n{base}/mine#questions",
        "A person answered your question:\n\n{base}/mine#questions",
    ),
    Kind.RESPONSIBILITY: (
        (
            "Un auteur déclare répondre lui-même d’un message. Rien n’est parti pour autant ; la question attend une "
            "réponse :\n\n{base}/questions/{question}"
        ),
        (
            "An author says that they answer for a post themselves. Nothing went out by that; the question waits for an "
            "answer:\n\n{base}/questions/{question}"
        ),
    ),
    Kind.PROBE: (
        (
            "Quelqu’un vérifie à répétition presque le même texte sur des sujets confidentiels ({turns} fois en une heure), "
            "comme pour trouver des noms. Ses vérifications sont suspendues pour un quart d’heure. Qui : entrée {entry} du "
            "journal."
        ),
        (
            "Somebody checks nearly the same text on confidential subjects over and over ({turns} times within an hour), as if "
            "to find names out. Their checks rest for a quarter of an hour. Who: entry {entry} of the log."
        ),
    ),
    Kind.AGREEMENT: (
        "La demande {request} attend qu’une seconde personne l’accepte ou la refuse :\n\n{base}/{page}",
        "Request {request} waits for a second person to agree or to refuse:\n\n{base}/{page}",
    ),
    Kind.ACCESS: (
        (
            "Une personne a donné à un compte des droits, ou un nouveau moyen de se connecter. Qui, à qui et quoi : entrée "
            "{entry} du journal. Si vous ne savez pas pourquoi, demandez-le-lui.\n\n{base}/audit?kind=account"
        ),
        (
            "Somebody gave an account rights, or a new way to sign in. Who, to whom and what: entry {entry} of the log. "
            "If you do not know why, ask them.\n\n{base}/audit?kind=account"
        ),
    ),
}
_CLOSING = (
    "Ce courriel ne contient jamais le texte d’un message. postguard",
    "This mail never holds the text of a post. postguard",
)


def mail_words(notice: Notice, language: str, base_url: str) -> tuple[str, str]:
    """Subject and text of a mail."""
    which = 0 if language == "fr" else 1
    listed = notice.about.get("cases")
    cases = [str(case) for case in listed] if isinstance(listed, list) else []
    more = f", … ({len(cases) - LISTED})" if len(cases) > LISTED else ""
    plain = {key: value for key, value in notice.about.items() if isinstance(value, (str, int))}
    values = plain | {"count": len(cases), "cases": ", ".join(cases[:LISTED]) + more, "base": base_url}
    subject = _SUBJECTS[notice.kind][which].format_map(values)
    return f"[postguard] {subject}", f"{_TEXTS[notice.kind][which].format_map(values)}\n\n-- \n{_CLOSING[which]}\n"
