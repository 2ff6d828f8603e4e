"""Make the set of true and planted sentences: those written by hand, and more by rule from the corpus.

    python evals/verification/make.py

Reads `written.jsonl` and the corpus, writes `planted.jsonl`. The same seed and corpus give the same set.
"""

import json
import random
import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

from assistant.corpus.load import load_corpus
from assistant.corpus.split import passages, statements
from assistant.text import terms, words
from assistant.types import Passage, Statement

HERE = Path(__file__).parent
CORPUS = HERE.parents[1] / "corpus"
SEED = 20_261_123
WANTED = {"number": 22, "name": 20, "negation": 20, "modality": 22, "jurisdiction": 16, "source": 36, "merged": 16}
WANTED_TRUE = 60

Change = Callable[[str, random.Random], str | None]

PLACES = ["India", "Poland", "Germany", "France", "Brazil", "Vietnam", "Canada", "Texas", "Florida", "California"]
PLACES += ["the UK", "the EU", "China", "Ireland", "Mexico", "Japan"]
NAMES = ["HIPAA", "GDPR", "DORA", "Klarna", "TSB", "IBM", "NIST", "Verizon", "OECD", "METR", "HHS", "CMS", "FCC", "OCR"]
NAMES += ["EBA", "PRA", "KPMG", "Gartner", "Accenture", "Vegavid", "Barthélemy", "Deloitte"]
MODALS = {
    "may": ["must", "will"], "should": ["must"], "must": ["may", "should"], "can": ["must", "will"], "would": ["will"],
    "often": ["always"], "usually": ["always"], "generally": ["always"], "needs": ["may use"], "normally": ["always"],
}  # fmt: skip
VERBS = r"\b(is|are|must|should|may|can|will|would|has|have|needs|need|requires|costs|allows|covers)\b"
SAME = [
    (r"\bvendors\b", "suppliers"), (r"\bvendor\b", "supplier"), (r"\bcompanies\b", "firms"), (r"\bfirms\b", "companies"),
    (r"(\d)%", r"\1 percent"), (r"\bat most\b", "no more than"), (r"\bat least\b", "no less than"),
    (r"\bbefore signature\b", "before signing"), (r"\bneeds\b", "requires"), (r"\bdoes not\b", "doesn't"),
    (r"\babout (\d)", r"roughly \1"), (r"\busually\b", "typically"), (r"\bbegins\b", "starts"), (r"\bstaff\b", "employees"),
    (r"\bcannot\b", "can't"), (r"\bUS\$", "$"), (r"\b(\d{1,2}) (July|June|January|May) (\d{4})", r"\2 \1, \3"),
    (r"\bbecause\b", "since"), (r"\bforbid\b", "prohibit"), (r"\boften\b", "frequently"), (r"\bthe US\b", "the United States"),
]  # fmt: skip


def number(text: str, chance: random.Random) -> str | None:
    """Return the text with one figure changed: its value, its unit, its month or its bound."""
    found = [m for m in re.finditer(r"(?<![\w.,-])\d[\d,]*(?:\.\d+)?(?![\w-])", text) if m[0] not in {"1"}]
    swaps = [
        (" million", " billion"),
        (" hours", " days"),
        (" days", " months"),
        (" months", " years"),
        ("at least", "at most"),
    ]
    swaps += [("at most", "at least"), ("more than", "less than"), ("July 2026", "June 2026"), ("under ", "over ")]
    usable = [pair for pair in swaps if pair[0] in text]
    if usable and chance.random() < 0.4:
        old, new = chance.choice(usable)
        return text.replace(old, new, 1)
    if not found:
        return None
    match = chance.choice(found)
    value = float(match[0].replace(",", ""))
    new = value + chance.choice([1, 2, 10]) if value == int(value) else value * 2
    written = f"{int(new):,}" if "," in match[0] else f"{new:g}"
    return text[: match.start()] + written + text[match.end() :]


def name(text: str, chance: random.Random) -> str | None:
    """Return the text with one name for another."""
    found = [n for n in NAMES if re.search(rf"\b{n}\b", text)]
    if not found:
        return None
    old = chance.choice(found)
    return re.sub(rf"\b{old}\b", chance.choice([n for n in NAMES if n not in text]), text)


def negation(text: str, chance: random.Random) -> str | None:
    """Return the text with a "not" put in or taken out."""
    if match := re.search(r"\b(do not|does not|is not|are not|must not|should not|never|cannot)\b", text):
        plain = {"do not": "", "does not": "", "never": "always", "cannot": "can"}
        bare = text[: match.start()] + plain.get(match[0], match[0].split()[0]) + text[match.end() :]
        return re.sub(r"\s+", " ", bare).strip()
    found = list(re.finditer(r"\b(is|are|must|should|may|can)\b(?! not)", text))
    return text[: found[0].end()] + " not" + text[found[0].end() :] if found else None


def modality(text: str, chance: random.Random) -> str | None:
    """Return the text with a stronger or weaker modal word."""
    found = [m for m in re.finditer(r"\b[a-z]+\b", text) if m[0] in MODALS]
    if not found:
        return None
    match = chance.choice(found)
    return text[: match.start()] + chance.choice(MODALS[match[0]]) + text[match.end() :]


def jurisdiction(text: str, chance: random.Random) -> str | None:
    """Return the text with one place for another."""
    found = [p for p in PLACES if re.search(rf"\b{p}\b", text)]
    if not found:
        return None
    old = chance.choice(found)
    others = [p for p in PLACES if p not in text and p.startswith("the ") == old.startswith("the ")]
    return re.sub(rf"\b{old}\b", chance.choice(others), text)


CHANGES: dict[str, Change] = {
    "number": number, "name": name, "negation": negation, "modality": modality, "jurisdiction": jurisdiction,
}  # fmt: skip


def reworded(text: str) -> str | None:
    """Return the text with at least two other words for the same, or nothing."""
    changed, times = text, 0
    for old, new in SAME:
        changed, n = re.subn(old, new, changed)
        times += n
    return changed if times >= 2 and "vendor-published" not in text else None


def nearness(one: str, other: str) -> float:
    a, b = set(terms(one)), set(terms(other))
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def elsewhere(
    statement: Statement, own: Passage, others: list[tuple[Passage, list[Statement]]]
) -> dict[str, str] | None:
    """Return a place to cite that is near in its words and does not say the same."""
    best: tuple[float, Statement] | None = None
    for passage, held in others:
        if passage.id == own.id or any(nearness(statement.text, s.text) > 0.5 for s in held):
            continue
        near = max(held, key=lambda s: nearness(statement.text, s.text))
        score = nearness(statement.text, near.text)
        if best is None or score > best[0]:
            best = score, near
    return {"document": best[1].document_id, "quote": best[1].text} if best else None


def merged(one: Statement, other: Statement) -> str | None:
    """Return the subject of one statement with what another says."""
    first, second = re.search(VERBS, one.text), re.search(VERBS, other.text)
    if not first or not second or first.start() < 8 or nearness(one.text, other.text) > 0.2:
        return None
    return f"{one.text[: first.start()].strip()} {other.text[second.start() :]}"


def by_rule(chance: random.Random) -> Iterator[dict[str, object]]:
    """Yield what is planted and reworded by rule."""
    held: list[tuple[Passage, list[Statement]]] = []
    for document in load_corpus(CORPUS).documents:
        own = [s for s in statements(document) if _usable(s)]
        for passage in passages(document, lambda text: len(words(text)), limit=200):
            inside = [s for s in own if passage.span.covers(s.span)]
            held += [(passage, inside)] if inside else []
    pool = [(statement, passage) for passage, inside in held for statement in inside]
    chance.shuffle(pool)
    taken: set[str] = set()
    for kind, change in CHANGES.items():
        made = 0
        for statement, _ in pool:
            if made == WANTED[kind] or statement.text in taken:
                continue
            claim = change(statement.text, chance)
            if claim and claim != statement.text:
                taken.add(statement.text)
                made += 1
                yield _line(claim, "planted", kind, statement)
    rest = [(s, p) for s, p in pool if s.text not in taken]
    wrong = ((s, elsewhere(s, p, held)) for s, p in rest)
    for statement, place in [w for w, _ in zip(filter(lambda w: w[1], wrong), range(WANTED["source"]), strict=False)]:
        taken.add(statement.text)
        yield {"claim": statement.text, "label": "planted", "kind": "source", "cites": [place], "made": "rule"}
    pairs = ((s, o) for s, p in rest for o in dict(((q.id, i) for q, i in held)).get(p.id, []) if o is not s)
    mixed = ((merged(s, o), s, o) for s, o in pairs)
    seen: set[str] = set()
    for claim, one, other in mixed:
        if claim and one.document_id not in seen and len(seen) < WANTED["merged"]:
            seen.add(one.document_id)
            yield _line(claim, "planted", "merged", one, other)
    true = ((reworded(s.text), s) for s, _ in rest if s.text not in taken)
    for claim, statement in [t for t, _ in zip(filter(lambda t: t[0], true), range(WANTED_TRUE), strict=False)]:
        yield _line(str(claim), "true", "reworded", statement)


def _usable(statement: Statement) -> bool:
    long_enough = 9 <= len(statement.text.split()) <= 45
    return (
        long_enough
        and not statement.is_row
        and not statement.text.endswith("?")
        and "glossary" not in statement.document_id
    )


def _line(claim: str, label: str, kind: str, *cited: Statement) -> dict[str, object]:
    cites = [{"document": s.document_id, "quote": s.text} for s in cited]
    return {"claim": claim, "label": label, "kind": kind, "cites": cites, "made": "rule"}


def half_of(document: str) -> str:
    """Return the half that a document's sentences belong to; three documents of four are for tuning."""
    digest = sha256(document.encode()).digest()
    return "held" if digest[-1] % 2 and digest[0] % 2 else "tune"


def main() -> None:
    written = [json.loads(line) | {"made": "hand"} for line in (HERE / "written.jsonl").read_text("utf-8").splitlines()]
    lines = [*written, *by_rule(random.Random(SEED))]
    with (HERE / "planted.jsonl").open("w", encoding="utf-8") as out:
        for line in lines:
            half = line.get("half") or half_of(line["cites"][0]["document"])
            out.write(json.dumps(line | {"half": half}, ensure_ascii=False) + "\n")
    print(f"{len(lines)} sentences")


if __name__ == "__main__":
    main()
