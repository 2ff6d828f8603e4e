"""The baseline is the plain pipeline, behind the same interface as the assistant."""

from pathlib import Path

import numpy as np
from fake_assistant import DOCUMENTS, question_set, run
from fakes import WordHashEmbedder, make_document
from hypothesis import given
from hypothesis import strategies as st

from assistant.evaluation.baseline import TOP, build_baseline, split_recursively
from assistant.evaluation.measures import summarise


@given(st.text(alphabet="ab \n.", max_size=400), st.integers(8, 60))
def test_passages_are_short_enough_and_lose_no_word(text: str, size: int) -> None:
    spans = split_recursively(text, size=size, overlap=size // 5)
    assert all(len(span) <= size for span in spans)
    held = {i for span in spans for i in range(span.start, span.end)}
    assert all(text[i].isspace() for i in set(range(len(text))) - held)


def test_it_cuts_at_the_best_separator_and_overlaps() -> None:
    text = "one two three\nfour five six\n\nseven eight nine"
    assert [s.of(text) for s in split_recursively(text, size=30, overlap=0)] == [
        "one two three\nfour five six\n\n",
        "seven eight nine",
    ]
    first, second, *_ = split_recursively("word " * 100, size=50, overlap=20)
    assert first.end - second.start == 20


def test_it_says_the_nearest_sentence_and_never_refuses(tmp_path: Path) -> None:
    embedder = WordHashEmbedder()
    documents = [make_document(id, text) for id, text in DOCUMENTS.items()]
    baseline = build_baseline(documents, embedder.encode)
    answers = {q.id: baseline(q) for q in question_set().questions}
    assert answers["payroll-0"].shown[0].text == "The payroll desk opens at 7 o'clock."
    assert all(a.status == "answered" and len(a.evidence.hits) == TOP for a in answers.values())
    assert all(c.text == s.text for a in answers.values() for s in a.shown for c in s.citations)

    figures = summarise(run(tmp_path, baseline).scores)
    assert figures["refusal_recall"].value == 0.0
    assert figures["exact_quotes"].value == 1.0


def test_a_sentence_is_embedded_once_however_often_it_comes_up() -> None:
    embedder = WordHashEmbedder()
    baseline = build_baseline([make_document("a.md", DOCUMENTS["payroll.md"])], embedder.encode)
    question = question_set().questions[0]
    baseline(question)
    before = len(embedder.encoded)
    baseline(question)
    assert len(embedder.encoded) == before


def test_without_documents_there_is_nothing_to_say() -> None:
    def encode(texts: object) -> np.ndarray:
        return np.zeros((0, 3), np.float32) if not texts else np.ones((1, 3), np.float32)

    answer = build_baseline([], encode)(question_set().questions[0])  # type: ignore[arg-type]
    assert answer.status == "abstained"
