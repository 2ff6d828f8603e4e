"""What can be evaluated: the assistant, and the baseline over the same documents."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.conversation.history import conversation_from
from assistant.errors import UnknownDocument
from assistant.evaluation.baseline import TOP, build_baseline
from assistant.evaluation.questions import TextOf
from assistant.evaluation.types import Question, QuestionSet, Task
from assistant.types import Answer, Evidence

if TYPE_CHECKING:
    from assistant.build import LiveAssistant
    from assistant.index.sync import Progress
    from assistant.settings import Settings

DEPTH = 100
"""Passages that are searched for to rank documents; the first ten documents lie well within."""


def assistant_task(live: LiveAssistant) -> Task:
    """Return the assistant as it answers a person.

    For a question with judged documents the search goes deeper than an answer needs; where the
    set says nothing else of it, it is only searched for.
    """

    def ask(question: Question) -> Answer:
        conversation = conversation_from([asdict(message) for message in question.history])
        if not question.relevant:
            return live.ask(question.text, conversation)
        query, hits = live.search(question.text, DEPTH, conversation)
        evidence = Evidence(query, tuple(hits))
        if question.expect is None:
            return Answer(evidence, "fact", "abstained", reasons=("only searched: the set judges documents",))
        return replace(live.ask(question.text, conversation), evidence=evidence)

    return ask


def baseline_task(live: LiveAssistant, question_set: QuestionSet) -> Task:
    """Return the baseline over the documents that the assistant answers from, with its model."""
    documents = (live.document(summary.id) for summary in live.documents())
    judged = any(question.relevant for question in question_set.questions)
    return build_baseline(documents, live.embedder.encode, top=DEPTH if judged else TOP)


def text_of(live: LiveAssistant) -> TextOf:
    """Return the look-up of a document's cleaned text; None for a document that is not there."""

    def look_up(document_id: str) -> str | None:
        try:
            return live.document(document_id).text
        except UnknownDocument:
            return None

    return look_up


def open_for(settings: Settings, path: Path, progress: Progress) -> LiveAssistant:
    """Return the assistant over the documents that a question set asks about.

    That is the configured index; but a BEIR folder brings its own documents, and is indexed
    below the configured index, in `benchmarks/`, unless that index holds them already.
    """
    from assistant.build import open_assistant  # noqa: PLC0415  (chroma is slow to import)
    from assistant.index.generations import read_pointer  # noqa: PLC0415
    from assistant.indexing import build_index  # noqa: PLC0415

    own = not path.is_dir() or settings.corpus.resolve() == path.resolve()
    if own or read_pointer(settings.index):
        live = open_assistant(settings, progress=progress)
        if own or text_of(live)(_first_judged(path)) is not None:
            return live
        live.close()
    index = settings.index / "benchmarks" / path.resolve().name
    settings = settings.model_copy(update={"corpus": path, "index": index})
    build_index(settings, progress=progress)
    return open_assistant(settings, progress=progress)


def _first_judged(folder: Path) -> str:
    """Return the id of the first document that the folder's judgements name."""
    lines = (folder / "qrels" / "test.tsv").read_text("utf-8").splitlines()
    return lines[1].split("\t")[1] if len(lines) > 1 and "\t" in lines[1] else ""
