"""The pipeline that a tutorial would give, to stand beside ours in every report.

A recursive character splitter, the same embedding model, the four nearest passages, the one
sentence nearest to the question. It never abstains, does not read the conversation and knows
nothing of headings. Vectors are searched exactly, so an approximate index cannot be blamed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation.types import Question
from assistant.text import sentences
from assistant.types import Answer, Citation, Document, Evidence, Hit, Passage, Query, Sentence, Span

SIZE = 1000
"""Most characters of a passage; this and the overlap are what LangChain's tutorials use."""
OVERLAP = 200
TOP = 4
SEPARATORS = ("\n\n", "\n", " ", "")
"""Where to cut, best first; the last one cuts anywhere."""

Encode = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to unit vectors, `(len(texts), dimension)`."""


@dataclass(frozen=True, slots=True, eq=False)
class Baseline:
    """Answers with the nearest sentence of the nearest passages; a `Task`."""

    passages: tuple[Passage, ...]
    vectors: NDArray[np.float32]
    """One unit vector a passage, `(len(passages), dimension)`."""
    encode: Encode
    top: int = TOP
    """Passages that it finds; more only to rank documents."""

    def __call__(self, question: Question, /) -> Answer:
        """Return an answer of one sentence, the confidence being its cosine."""
        started = perf_counter()
        query = Query(question.text, question.text)
        vector = self.encode([question.text])[0]
        hits = self._nearest(vector)
        found = perf_counter()
        said = self._best_sentence(vector, hits[:TOP])
        ended = perf_counter()
        return Answer(
            Evidence(query, tuple(hits)),
            form="fact",
            status="answered" if said else "abstained",
            sentences=(said[0],) if said else (),
            confidence=said[1] if said else 0.0,
            seconds={"retrieve": found - started, "compose": ended - found, "total": ended - started},
        )

    def _nearest(self, vector: NDArray[np.float32]) -> list[Hit]:
        scores = self.vectors @ vector
        best = np.argsort(-scores, kind="stable")[: self.top]
        return [Hit(self.passages[i], float(scores[i]), rank, "dense") for rank, i in enumerate(best, start=1)]

    def _best_sentence(self, vector: NDArray[np.float32], hits: Sequence[Hit]) -> tuple[Sentence, float] | None:
        """Return the sentence nearest to the question, and its cosine."""
        options = [(hit.passage, span) for hit in hits for span in sentences(hit.passage.text)]
        if not options:
            return None
        cosines = self.encode([span.of(passage.text) for passage, span in options]) @ vector
        passage, span = options[int(np.argmax(cosines))]
        quote = Span(passage.span.start + span.start, passage.span.start + span.end)
        citation = Citation(1, passage, quote)
        sentence = Sentence(span.of(passage.text), "background", (citation,), support=1.0, supported=True)
        return sentence, float(max(cosines))


def build_baseline(documents: Iterable[Document], encode: Encode, *, top: int = TOP) -> Baseline:
    """Return the baseline over these documents, their passages embedded."""
    passages = tuple(
        Passage(d.id, span, span.of(d.text), title=d.title, kind=d.kind, as_of=d.as_of)
        for d in documents
        for span in split_recursively(d.text)
    )
    return Baseline(passages, encode([p.text for p in passages]), _remembering(encode), top)


def split_recursively(text: str, *, size: int = SIZE, overlap: int = OVERLAP) -> list[Span]:
    """Return overlapping stretches of at most `size` characters, cut at the best separator that fits.

    Pieces between separators are joined while they fit; a new stretch begins with the last
    pieces of the one before, up to `overlap` characters.
    """
    spans: list[Span] = []
    held: list[Span] = []
    for piece in _pieces(text, Span(0, len(text)), size, SEPARATORS):
        if held and piece.end - held[0].start > size:
            spans.append(Span(held[0].start, held[-1].end))
            while held and (held[-1].end - held[0].start > overlap or piece.end - held[0].start > size):
                held.pop(0)
        held.append(piece)
    if held:
        spans.append(Span(held[0].start, held[-1].end))
    return [span for span in spans if span.of(text).strip()]


def _pieces(text: str, span: Span, size: int, separators: Sequence[str]) -> list[Span]:
    """Return stretches of at most `size` characters that together are the span."""
    separator, *finer = separators
    if not separator:
        return [Span(i, min(i + size, span.end)) for i in range(span.start, span.end, size)]
    pieces: list[Span] = []
    start = span.start
    while start < span.end:
        cut = text.find(separator, start, span.end)
        end = span.end if cut < 0 else cut + len(separator)
        piece = Span(start, end)
        pieces += [piece] if len(piece) <= size else _pieces(text, piece, size, finer)
        start = end
    return pieces


def _remembering(encode: Encode) -> Encode:
    """Return `encode` with the vectors of texts it has seen kept, as sentences come up again."""
    known: dict[str, NDArray[np.float32]] = {}

    def remember(texts: Sequence[str]) -> NDArray[np.float32]:
        if new := [text for text in dict.fromkeys(texts) if text not in known]:
            known.update(zip(new, encode(new), strict=True))
        return np.stack([known[text] for text in texts])

    return remember
