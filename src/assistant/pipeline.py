"""The line: the flow of a question in one method.

Knows types and stages only; what stands behind each stage is decided in `build`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from time import perf_counter

from assistant.errors import ModelError
from assistant.stages import Assessor, Composer, Concluder, Reranker, Retriever, Rewriter, Verifier
from assistant.types import Answer, Conversation, Evidence, Notice, Outline, Sentence, Span, Step

NEW = Conversation()
"""A conversation in which nothing has been said."""

WITHDRAWN = "the answer was begun anew without the model"

OWN_WORDS = "these are the sources' own sentences."
TOO_LITTLE_HELD = f"Too little of what the language model wrote is borne out; {OWN_WORDS}"

Numbers = dict[tuple[str, Span], int]
"""The number of each quote, by document and place."""


def number_citations(sentence: Sentence, numbers: Numbers) -> Sentence:
    """Return the sentence with its citations numbered from 1 in the order they are first shown.

    The same quote keeps its number; a sentence that is not supported uses none up.

    Args:
        sentence: a verified sentence.
        numbers: those given so far in this answer; new ones are added.
    """
    if not sentence.supported:
        return sentence
    citations = tuple(
        replace(c, number=numbers.setdefault((c.passage.document_id, c.quote), len(numbers) + 1))
        for c in sentence.citations
    )
    return replace(sentence, citations=citations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assistant:
    """Answers questions from the corpus. Holds its stages and no state."""

    rewrite: Rewriter
    retrieve: Retriever
    rerank: Reranker
    assess: Assessor
    compose: Composer
    verify: Verifier
    conclude: Concluder
    fallback: Composer | None = None
    """Composes where the language model fails or too little of what it writes holds; None where there is no model."""

    def stream(self, question: str, conversation: Conversation = NEW) -> Iterator[Step]:
        """Yield each result as it is ready; the last one is the `Answer`."""
        clock = _Clock()
        yield (query := self.rewrite(question, conversation))
        clock.lap("rewrite")
        evidence = Evidence(query, tuple(self.rerank(query, self.retrieve(query))))
        yield evidence
        clock.lap("retrieve")
        yield (outline := self.assess(evidence, conversation))
        draft = _Draft()
        for said in self._composed(outline, draft):
            clock.lap("compose")
            if isinstance(said, Notice):
                draft.note(said)
                yield said
                continue
            checked = draft.add(self.verify(said))
            clock.lap("verify")
            if checked.supported:
                yield checked
        clock.lap("compose")
        yield self.conclude(replace(draft.answer(outline), seconds=clock.seconds()), conversation)

    def _composed(self, outline: Outline, draft: _Draft) -> Iterator[Sentence | Notice]:
        """Yield what the composer says; where a language model fails it, why, and then what the fallback says."""
        try:
            yield from self.compose(outline)
            if self.fallback is None or draft.holds or outline.status not in {"answered", "partial"}:
                return
            told = TOO_LITTLE_HELD
        except ModelError as error:
            if self.fallback is None:
                raise
            told = f"{str(error)[:1].upper()}{str(error)[1:]}; {OWN_WORDS}"
        yield Notice(told, restart=True)
        yield from self.fallback(outline)

    def ask(self, question: str, conversation: Conversation = NEW) -> Answer:
        """Return the answer: the last item of `stream`."""
        *_, answer = self.stream(question, conversation)
        assert isinstance(answer, Answer)  # noqa: S101  the stream's contract
        return answer


class _Draft:
    """The answer while it is composed."""

    def __init__(self) -> None:
        self._sentences: list[Sentence] = []
        self._numbers: Numbers = {}
        self._notice = ""

    @property
    def holds(self) -> bool:
        """Whether at least half of what a language model wrote may be shown, and anything is."""
        drafts = [s for s in self._sentences if s.draft]
        refused = sum(bool(s.refusal) or not s.supported for s in drafts)
        return len(drafts) > refused and 2 * refused <= len(drafts)

    def note(self, notice: Notice) -> None:
        """Keep what the reader is told; where it starts anew, what was said is kept for the trace alone."""
        self._notice = notice.text or self._notice
        if notice.restart:
            self._numbers.clear()
            said = ((s, s.refusal or (WITHDRAWN if s.supported else "")) for s in self._sentences)
            self._sentences = [replace(s, supported=False, refusal=refusal) for s, refusal in said]

    def add(self, verified: Sentence) -> Sentence:
        """Return the sentence as it is kept, with its citations numbered.

        What stands in a refused draft's place is said once.
        """
        if verified.refusal and any(s.supported and s.text == verified.text for s in self._sentences):
            verified = replace(verified, supported=False)
        self._sentences.append(numbered := number_citations(verified, self._numbers))
        return numbered

    def answer(self, outline: Outline) -> Answer:
        """Return the answer that the outline and its verified sentences make."""
        shown = [s for s in self._sentences if s.supported]
        silent = outline.status in {"answered", "partial"} and not shown
        return Answer(
            evidence=outline.evidence,
            form=outline.form,
            status="abstained" if silent else outline.status,
            sentences=tuple(self._sentences),
            missing=outline.missing,
            reasons=("no sentence was supported by its source",) if silent else outline.reasons,
            readings=outline.readings,
            confidence=outline.confidence,
            mode="generative" if any(s.draft for s in shown) else "extractive",
            notice=self._notice,
        )


class _Clock:
    """Wall time by stage."""

    def __init__(self) -> None:
        self._start = self._last = perf_counter()
        self._laps: dict[str, float] = dict.fromkeys(("rewrite", "retrieve", "compose", "verify"), 0.0)

    def lap(self, stage: str) -> None:
        """Add the time since the last lap to `stage`."""
        now = perf_counter()
        self._laps[stage] += now - self._last
        self._last = now

    def seconds(self) -> dict[str, float]:
        """Return the seconds by stage, and `total`."""
        return {**self._laps, "total": perf_counter() - self._start}
