"""A tiny true assistant: finds by shared words, quotes the best sentence, refuses below a share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from assistant.evaluation.provenance import describe
from assistant.evaluation.questions import digest_of, find_quote
from assistant.evaluation.run import evaluate
from assistant.evaluation.types import EvalRun, Gold, Place, Question, QuestionSet, RunInfo, Task
from assistant.settings import Settings
from assistant.text import sentences, terms
from assistant.types import Answer, Citation, Evidence, Hit, Passage, Query, Sentence, Span

DOCUMENTS = {
    f"{topic}.md": f"{topic.title()} is looked after by the {team} team. The {topic} desk opens at {hour} o'clock."
    for topic, team, hour in (
        ("payroll", "finance", 7),
        ("hosting", "platform", 8),
        ("cleaning", "facilities", 9),
        ("catering", "canteen", 10),
        ("recruiting", "people", 11),
        ("printing", "office", 12),
    )
}


@dataclass(frozen=True)
class FakeAssistant:
    """Answers from `documents`, one passage each; every part can be broken on purpose."""

    documents: dict[str, str]
    threshold: float = 0.5
    """Least share of the question's words that a passage must hold."""
    reverse: bool = False

    def __call__(self, question: Question) -> Answer:
        asked = set(terms(question.text))
        found = [(len(asked & set(terms(text))) / len(asked), id, text) for id, text in self.documents.items()]
        ranked = sorted(found, key=lambda f: f[0], reverse=not self.reverse)
        hits = tuple(
            Hit(Passage(id, Span(0, len(text)), text), score, rank, "sparse")
            for rank, (score, id, text) in enumerate(ranked, start=1)
        )
        confidence = max(share for share, _, _ in found)
        answer = Answer(Evidence(Query(question.text, question.text), hits), "fact", "abstained", confidence=confidence)
        if confidence < self.threshold:
            return replace(answer, seconds={"total": 0.01})
        said = quote(hits[0].passage, asked)
        return replace(answer, status="answered", sentences=(said,), seconds={"total": 0.02})


def quote(passage: Passage, asked: set[str]) -> Sentence:
    """The sentence of the passage that shares most words, cited."""
    span = max(sentences(passage.text), key=lambda s: len(asked & set(terms(s.of(passage.text)))))
    return Sentence(span.of(passage.text), "background", (Citation(1, passage, span),), 1.0, supported=True)


def question_set(documents: dict[str, str] = DOCUMENTS, *, per_topic: int = 3) -> QuestionSet:
    """Three answerable questions a document, and as many that no document answers."""
    asked = []
    for id in DOCUMENTS:
        topic = id.removesuffix(".md")
        wanted = f"The {topic} desk opens at"
        span = find_quote(wanted, documents[id]) if id in documents else None
        for n in range(per_topic):
            text = ("When does the {} desk open?", "Opening {} desk", "The {} desk opens when?")[n].format(topic)
            gold = (Gold((Place(id, wanted, span),)),)
            point = ((wanted,),)
            asked.append(Question(f"{topic}-{n}", text, "answer", gold=gold, must_say=point, tags=(topic,)))
            asked.append(
                Question(f"miss-{topic}-{n}", f"Quantum volcano number {n} near {topic}?", "abstain", tags=("miss",))
            )
    return QuestionSet("fake", tuple(asked), digest_of(asked))


def info(questions: QuestionSet, *, system: str = "assistant", workers: int = 1, **index: object) -> RunInfo:
    given = {"generation": "g1", "documents": len(DOCUMENTS), **index}
    return describe(system, questions, settings=Settings.read({}), index=given, workers=workers)


def run(out: Path, task: Task, texts: dict[str, str] = DOCUMENTS, **index: object) -> EvalRun:
    questions = question_set(texts)
    return evaluate(questions, task, out, info=info(questions, **index), text_of=texts.get)
