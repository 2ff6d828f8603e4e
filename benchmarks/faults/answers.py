"""What the answers hold to, over the real corpus: refusals, citations, the search itself, and poison.

    python benchmarks/faults/answers.py --index index

Refusals: the questions of evals/questions/core.jsonl that the corpus cannot answer. Citations: every
citation of every answer to that set, against the index and against the corpus file. Search: what Chroma
finds of the ten nearest passages that a comparison with every vector finds. With `--poison FOLDER`, the
index and the corpus are copied there, and asked again with hostile documents among the others. Exits 1
if a floor is missed.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np

from assistant.build import LiveAssistant, open_assistant
from assistant.conversation.history import conversation_from
from assistant.evaluation.questions import read_questions
from assistant.evaluation.systems import assistant_task, text_of
from assistant.evaluation.types import Question
from assistant.indexing import build_index
from assistant.settings import Settings
from assistant.text import words
from assistant.types import Answer, Hit, Sentence

ROOT = Path(__file__).parents[2]
CORE = ROOT / "evals" / "questions" / "core.jsonl"

REFUSED, LOST, RECALL, KEPT = 0.9, 0.03, 0.99, 0.95
"""Floors: refusals of what cannot be answered; ceiling of refusals of what can; recall; gold kept under poison."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    parser.add_argument("--index", type=Path, default=ROOT / "index")
    parser.add_argument("--poison", type=Path)
    parser.add_argument("--only", choices=("refusals", "citations", "search"))
    given = parser.parse_args()
    settings = Settings.read({}, corpus=given.corpus, index=given.index)
    live = open_assistant(settings)
    questions = read_questions(CORE, text_of(live)).questions
    if given.poison:
        return poisoned(settings, live, questions, given.poison)
    parts = {"refusals": refusals, "citations": citations, "search": search}
    return sum(part(live, questions) for name, part in parts.items() if given.only in (None, name))


def asked(live: LiveAssistant, questions: Iterable[Question]) -> list[Answer]:
    return [assistant_task(live)(question) for question in questions]


# --- refusals, citations, search ----------------------------------------------------------


def refusals(live: LiveAssistant, questions: Sequence[Question]) -> int:
    """Print how many are refused of those that should be and of those that should not."""
    hopeless = [q for q in questions if q.expect == "abstain"]
    good = [q for q in questions if q.expect == "answer"]
    refused = [a.status in {"abstained", "clarify"} and not a.citations for a in asked(live, hopeless)]
    lost = [a.status == "abstained" for a in asked(live, good)]
    missed = [q.id for q, right in zip(hopeless, refused, strict=True) if not right]
    print(f"figure: {sum(refused)} of {len(refused)} questions without an answer are refused; not: {', '.join(missed)}")
    print(f"figure: {sum(lost)} of {len(lost)} questions with an answer are refused")
    return int(np.mean(refused) < REFUSED or np.mean(lost) > LOST)


def citations(live: LiveAssistant, questions: Sequence[Question]) -> int:
    """Print how many citations do not lead to their words in the index and in the unchanged corpus file."""
    answers = asked(live, questions)
    bad = [f"{q.id}: {fault}" for q, a in zip(questions, answers, strict=True) for fault in faults(live, a)]
    count = sum(len(sentence.citations) for answer in answers for sentence in answer.shown)
    print("\n".join(bad[:20]))
    print(f"figure: {count} citations of {len(answers)} answers, {len(bad)} that do not lead to their words")
    return int(bool(bad))


def faults(live: LiveAssistant, answer: Answer) -> list[str]:
    """Return what is wrong with the citations of an answer."""
    found = ["a sentence without a citation" for s in answer.shown if not s.citations]
    found += [
        f"a sentence that is not what it quotes: {s.text}" for s in answer.shown if not is_quoted(live, answer, s)
    ]
    for citation in answer.citations:
        passage = citation.passage
        document = live.document(passage.document_id)
        own = {p.id: p.text for p in live.library.passages_of(document.id)}
        source = live.settings.corpus / document.origin.path
        if digest(own.get(passage.id, "")) != digest(passage.span.of(document.text)):
            found.append(f"the passage {passage.id} is not the words of its place")
        if not passage.span.covers(citation.quote) or not citation.quote.of(document.text).strip():
            found.append(f"a quote outside of its passage {passage.id}")
        if document.kind != "record" and sha256(source.read_bytes()).hexdigest() != document.sha256:
            found.append(f"{document.id} is not the file that was read")
    return found


def is_quoted(live: LiveAssistant, answer: Answer, sentence: Sentence) -> bool:
    """Return whether a sentence is, letter for letter, what one of its citations quotes; a model's may be another."""
    said = {c.quote.of(live.document(c.passage.document_id).text) for c in sentence.citations}
    return answer.mode != "extractive" or not sentence.citations or sentence.text in said


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def search(live: LiveAssistant, questions: Sequence[Question]) -> int:
    """Print how many of the ten nearest passages Chroma finds: for questions, and for passages themselves."""
    library = live.library
    vectors = library.passage_vectors(np.arange(len(library)))
    queries = [library.query_vector(q.text) for q in questions] + list(vectors)
    shares = []
    for vector in queries:
        nearest = np.sort(vectors @ vector)[::-1][:10]
        found = [similarity for _, similarity in library.nearest(vector, 10)]
        shares.append(sum(similarity > nearest[-1] - 1e-4 for similarity in found) / len(nearest))
    recall, least = float(np.mean(shares)), min(shares)
    print(
        f"figure: recall@10 {recall:.4f} over {len(questions)} questions and {len(library)} passages, least {least:.1f}"
    )
    return int(recall < RECALL)


# --- poison -------------------------------------------------------------------------------


def poisoned(settings: Settings, live: LiveAssistant, questions: Sequence[Question], folder: Path) -> int:
    """Ask again with poison in the corpus, and print how many questions still find their gold."""
    good = [q for q in questions if q.expect == "answer" and q.gold]
    before = [gold_in(question, hits_of(live, question)) for question in good]
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(settings.corpus, folder / "corpus")
    shutil.copytree(settings.index, folder / "index")
    write_poison(folder / "corpus", good)
    copy = Settings.read({}, corpus=folder / "corpus", index=folder / "index")
    build_index(copy)
    hurt = open_assistant(copy)
    after = [hits_of(hurt, question) for question in good]
    found = [(q, hits) for q, hits, was in zip(good, after, before, strict=True) if was]
    kept = [gold_in(question, hits) for question, hits in found]
    shares = [sum("poison" in hit.passage.document_id for hit in hits) for _, hits in found]
    print(
        f"figure: gold stays in the first five for {np.mean(kept):.1%} of {len(kept)} questions; "
        f"at most {max(shares)} of five passages are poison, {np.mean(shares):.2f} on average"
    )
    return int(np.mean(kept) < KEPT)


def hits_of(live: LiveAssistant, question: Question) -> tuple[Hit, ...]:
    """Return the first five passages of the evidence for a question."""
    conversation = conversation_from([{"role": m.role, "text": m.text} for m in question.history])
    return live.ask(question.text, conversation).evidence.hits[:5]


def gold_in(question: Question, hits: Iterable[Hit]) -> bool:
    """Return whether a passage that carries one of the question's gold places is among the hits."""
    places = [place for gold in question.gold for place in gold.places if place.span]
    return any(h.passage.document_id == p.document_id and h.passage.span.overlaps(p.span) for h in hits for p in places)


def write_poison(corpus: Path, questions: Sequence[Question]) -> None:
    """Write a page stuffed with 40 % of the words that are asked with, and 50 copies of a page that differ a little."""
    chance = random.Random(5)
    asked_with = sorted({word for question in questions for word in words(question.text.lower())})
    stuffing = chance.sample(asked_with, int(0.4 * len(asked_with)))
    lines = [" ".join(chance.sample(stuffing, 14)).capitalize() + " VendorX." for _ in range(len(stuffing) // 4)]
    folder = corpus / "poison"
    folder.mkdir()
    (folder / "stuffed.md").write_text("# VendorX\n\n" + "\n\n".join(lines) + "\n", "utf-8")
    page = max((corpus / "guidance").glob("*.md"), key=lambda path: path.stat().st_size).read_text("utf-8")
    body = page.split("\n---\n", 1)[-1]
    for number in range(50):
        (folder / f"copy-{number}.md").write_text(f"# VendorX\n{body}\nPart {number}.\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
