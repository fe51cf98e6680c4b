"""How much detection finds and how often it is wrong, on labelled and on generated texts; Presidio on the same.

A finding is right when its entity is the labelled one and its span is the labelled one (F1) or overlaps it (identifiers).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import engines, labelled
from benchmarks.detection import steps
from benchmarks.detection_speed import Answer, one_segment
from benchmarks.figures import Row
from benchmarks.french import KINDS, FrenchPost, posts
from guard.detect.run import Detectors

ROOT = Path(__file__).resolve().parents[1]
F1_ENTITIES = ("EMAIL_ADDRESS", "IBAN_CODE", "IP_ADDRESS", "US_SSN", "CREDIT_CARD", "PHONE_NUMBER")
THRESHOLD = 0.4
"""Of both engines: Presidio's advice where one threshold serves all entities."""
Found = tuple[str, int, int, float]
"""Entity, start, end, score."""
Find = Callable[[str], list[Found]]


def ours(folder: Path) -> Find:
    run = Detectors.build([], cache_dir=folder).run

    def find(text: str) -> list[Found]:
        findings, failures = run(one_segment(text))
        if failures:
            raise RuntimeError(f"{failures[0].detector} failed: {failures[0].reason}")
        return [(each.entity_type, each.span.start, each.span.end, each.score) for each in findings]

    return find


def theirs() -> Find:
    analyzer = engines.presidio_analyzer()
    return lambda text: [(each.entity_type, each.start, each.end, each.score) for each in analyzer.analyze(text, "en")]


@dataclass(slots=True)
class Score:
    """Counts of one entity, or of all."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else 1.0

    def words(self) -> str:
        return f"F1 {self.f1:.3f} (P {self.precision:.3f}, R {self.recall:.3f})"


def scores(rows: Iterable[labelled.Labelled], find: Find, entities: Sequence[str], *, exact: bool) -> dict[str, Score]:
    """By entity, and `all` of them together."""
    table = {name: Score() for name in (*entities, "all")}
    for row in rows:
        found = {each[:3] for each in find(row.text) if each[0] in table and each[3] >= THRESHOLD}
        for name in entities:
            gold = {span for span in row.spans if span[0] == name}
            mine = {span for span in found if span[0] == name}
            right = {span for span in gold if any(_same(span, one, exact=exact) for one in mine)}
            wrong = {one for one in mine if not any(_same(span, one, exact=exact) for span in gold)}
            for score in (table[name], table["all"]):
                score.right += len(right)
                score.wrong += len(wrong)
                score.missed += len(gold) - len(right)
                score.misses += [f"missed {name}: {row.text[a:b]!r}" for _, a, b in gold - right]
                score.misses += [f"wrong {name}: {row.text[max(0, a - 30) : b + 10]!r}" for _, a, b in wrong]
    return table


def _same(gold: tuple[str, int, int], found: tuple[str, int, int], *, exact: bool) -> bool:
    return gold[1:] == found[1:] if exact else gold[1] < found[2] and found[1] < gold[2]


def f1(folder: Path, *, quick: bool) -> Answer:
    """Six pattern entities on presidio-research's texts, exact spans; overlapping ones in the note."""

    def measure() -> list[Row]:
        rows = labelled.presidio_research()
        rows = rows[::4] if quick else rows
        find, peer = ours(folder), theirs()
        exact, loose = (scores(rows, find, F1_ENTITIES, exact=exact) for exact in (True, False))
        other, other_loose = (scores(rows, peer, F1_ENTITIES, exact=exact) for exact in (True, False))
        made = []
        goals = {"all": 0.97, **dict.fromkeys(F1_ENTITIES), "PHONE_NUMBER": 0.93}
        for name, goal in goals.items():
            shown = "six entities" if name == "all" else name
            made.append(
                Row(
                    f"F1 on pii-presidio-research, exact spans: {shown}", round(exact[name].f1, 3), "", goal,
                    peer=f"{other[name].f1:.3f} (overlapping {other_loose[name].f1:.3f})",
                    note=f"P {exact[name].precision:.3f} R {exact[name].recall:.3f}; overlapping {loose[name].f1:.3f}",
                )
            )  # fmt: skip
        return made

    return steps({"F1 on pii-presidio-research": measure})


def french_identifiers(folder: Path, *, quick: bool) -> Answer:
    """Generated posts, half of them look-alikes; the threshold is the one at which precision is enough."""
    sample = posts(2_000 if quick else 10_000)

    def measure() -> list[Row]:
        found = french_scores(sample, ours(folder))
        peer = french_scores(sample, theirs())
        kinds = sum(recall >= 0.99 for recall, _ in peer.values())
        worst = min(found, key=lambda kind: found[kind][0])
        pooled = sum(recall for recall, _ in found.values()) / len(found)
        rows = [
            Row(
                f"French identifiers on {len(sample):,} generated posts: mean recall at precision >= 0.98",
                round(pooled, 4), goal=0.99, peer=f"{kinds} of {len(peer)} kinds reach it",
                note=f"least: {worst} {found[worst][0]:.3f}",
            )
        ]  # fmt: skip
        return rows + [
            Row(f"French identifiers: recall of {kind}", round(recall, 4), goal=0.99, peer=f"{peer[kind][0]:.3f}",
                note=f"precision {precision:.3f}")
            for kind, (recall, precision) in found.items()
        ]  # fmt: skip

    return steps({"French identifiers": measure})


def french_scores(sample: Sequence[FrenchPost], find: Find, precision: float = 0.98) -> dict[str, tuple[float, float]]:
    """By kind: recall, and precision, at the lowest threshold whose precision is enough (0, and that of the best, if none).

    Wrong is a finding of the kind where the post has none: on a look-alike, or on a post of another kind.
    """
    hits: dict[str, list[tuple[float, bool]]] = {kind: [] for kind in KINDS}
    total = Counter(post.kind for post in sample if post.span)
    for post in sample:
        found = find(post.text)
        for kind, entities in KINDS.items():
            of_kind = [each for each in found if each[0] in entities]
            right = [
                each for each in of_kind
                if post.kind == kind and post.span and each[1] < post.span[1] and post.span[0] < each[2]
            ]  # fmt: skip
            if right:
                hits[kind].append((max(each[3] for each in right), True))
            hits[kind] += [(each[3], False) for each in of_kind if each not in right]
    return {kind: _at_precision(hits[kind], total[kind], precision) for kind in KINDS}


def _at_precision(hits: list[tuple[float, bool]], total: int, wanted: float) -> tuple[float, float]:
    best = (0.0, 0.0)
    for threshold in sorted({score for score, _ in hits}):
        kept = [right for score, right in hits if score >= threshold]
        precision = sum(kept) / len(kept)
        if precision >= wanted:
            return sum(kept) / total, precision
        best = max(best, (0.0, precision))
    return best


def secrets(folder: Path, *, quick: bool) -> Answer:
    """Samples of gitleaks's rules: found, and wrongly fired."""
    del quick

    def measure() -> list[Row]:
        find = ours(folder)
        told = [
            (is_secret, any(each[0] == "SECRET" for each in find(text))) for _, is_secret, text in labelled.secrets()
        ]
        rows = []
        for is_secret, what, goal, sense in ((True, "found", 0.97, ">="), (False, "wrongly fired", 0.02, "<=")):
            fired = [hit for kind, hit in told if kind is is_secret]
            rows.append(
                Row(f"secrets-gitleaks: {what}", round(sum(fired) / len(fired), 4), "", goal, sense,  # type: ignore[arg-type]
                    peer="finds no secrets", note=f"{sum(fired)} of {len(fired)}")
            )  # fmt: skip
        return rows

    return steps({"secrets-gitleaks": measure})


def ordinary_posts(folder: Path, *, quick: bool) -> Answer:
    """What the shipped packs do to ordinary posts, all packs together; the packs that did it in the note."""

    def step(language: str) -> Callable[[], list[Row]]:
        def measure() -> list[Row]:
            texts = labelled.tweets(language)
            texts = texts[:: max(1, len(texts) // 2_000)] if quick else texts
            stopped, touched = packs(texts, language, folder)
            peer = ""
            if not quick or language == "fr":
                find, part = theirs(), texts[:: max(1, len(texts) // 2_000)]
                peer = f"{sum(bool(find(text)) for text in part) / len(part):.1%} have some finding"
            size = len(texts)
            return [
                Row(f"{size:,} ordinary posts, {language}: held or blocked", _percent(stopped, size), "%", 0.1, "<=",
                    note=_told(stopped)),
                Row(f"{size:,} ordinary posts, {language}: flagged or redacted", _percent(touched, size), "%", 1, "<=",
                    peer=peer, note=_told(touched)),
            ]  # fmt: skip

        return measure

    return steps({"ordinary posts, en": step("en"), "ordinary posts, fr": step("fr")})


def packs(texts: Sequence[str], language: str, folder: Path) -> tuple[Counter[str], Counter[str]]:
    """Posts stopped, and posts flagged or redacted, by the rule (of all shipped packs) that weighed most."""
    stopped, touched = Counter[str](), Counter[str]()
    for _, held, why in acted_on(texts, language, folder):
        (stopped if held else touched)[why] += 1
    return stopped, touched


def acted_on(texts: Sequence[str], language: str, folder: Path) -> Iterator[tuple[str, bool, str]]:
    """The posts that the shipped packs do not just let pass, whether they are stopped, and the rule that weighed most."""
    from guard.types.decision import Action
    from guard.types.inspection import Facts
    from guard.types.post import Author, Post, Segment
    from guard.wiring.heart import build_inspector

    inspector = build_inspector(ROOT / "policies", examples=False, cache=folder)
    author, facts = Author("mastodon", "noor@social.example"), Facts(now=engines.NOW)
    for text in filter(None, texts):
        post = Post(
            "bench", "mastodon", "status.create", author, (Segment("/status", "body", text),), language=language
        )
        decision = inspector.inspect(post, facts).decision
        if decision.action > Action.ALLOW:
            match = max(decision.matches, key=lambda one: one.action, default=None)
            yield text, decision.action >= Action.HOLD, decision.reason or (match.id if match else "?")


def _percent(counts: Counter[str], size: int) -> float:
    return round(100 * counts.total() / size, 3)


def _told(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common(4))


def misses(name: str, folder: Path) -> Iterable[Any]:
    """What a figure is made of, to be read while working on detection; printed by `python -m benchmarks.misses`."""
    if name == "f1":
        return scores(labelled.presidio_research(), ours(folder), F1_ENTITIES, exact=True)["all"].misses
    if name == "secrets":
        find = ours(folder)
        told = (
            (rule, kind, text, any(each[0] == "SECRET" for each in find(text)))
            for rule, kind, text in labelled.secrets()
        )
        return (
            f"{'missed' if kind else 'wrong'} {rule}: {text!r}" for rule, kind, text, hit in told if hit is not kind
        )
    if name == "french":
        find = ours(folder)
        return (line for post in posts(2_000, seed=3) for line in _french_misses(post, find(post.text)))
    if name == "disguises":
        from benchmarks import disguised

        catch = disguised.ours(folder)
        return (f"missed {case.technique}: {case.posts}" for case in disguised.table() if not catch(case))
    if name == "posts":
        return (
            f"{language} {'stopped' if held else 'touched'} {why}: {text!r}"
            for language in ("en", "fr")
            for text, held, why in acted_on(labelled.tweets(language), language, folder)
        )
    raise KeyError(name)


def _french_misses(post: FrenchPost, found: list[Found]) -> Iterable[str]:
    known = {kind: each for kind, names in KINDS.items() for each in found if each[0] in names}
    if post.span and post.kind not in known:
        yield f"missed {post.kind}: {post.text[post.span[0] : post.span[1]]!r} in {post.text!r}"
    for kind, (_, start, end, score) in known.items():
        if kind != post.kind or not post.span or start >= post.span[1] or end <= post.span[0]:
            yield f"wrong {kind} ({score}): {post.text[start:end]!r} in {post.text!r}"
