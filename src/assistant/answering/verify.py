"""Nothing is shown whose citation does not carry it.

A sentence that quotes is checked by identity. One that a language model wrote is checked against
the sentences of the passages it cites; what fails is replaced by the sentence of the source that
comes nearest to it, or left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assistant.answering.quoting import quote
from assistant.answering.verifying.align import OtherNames, no_other_names
from assistant.answering.verifying.check import Carrier, Embed, Entail, Verdict, check
from assistant.errors import SettingsError
from assistant.stages import DocumentOf
from assistant.text import terms
from assistant.types import Candidate, Hit, Passage, Sentence, Statement

if TYPE_CHECKING:
    from pathlib import Path

StatementsIn = Callable[[Passage], Sequence[Statement]]
"""The statements of a passage, in document order."""

LEAST_NEAR = 0.55
"""Cosine of a draft and the source's sentence that takes its place; what is farther off answers something else."""

REMEMBERED = 4_096
"""Vectors of sentences that are kept, 1.5 kB each."""

MOST_REASONS = 2
"""Reasons that a refusal gives; further ones add nothing."""


def verify_quote(sentence: Sentence, /) -> Sentence:
    """Return the sentence, supported if and only if a citation's quote is its text, word for word.

    Every citation must also be an exact slice that lies within its passage.
    """
    quoted = _sound(sentence) and any(c.text == sentence.text for c in sentence.citations)
    return replace(sentence, support=1.0 if quoted else 0.0, supported=quoted)


def _sound(sentence: Sentence) -> bool:
    return bool(sentence.citations) and all(c.passage.span.covers(c.quote) for c in sentence.citations)


@dataclass(frozen=True, slots=True)
class WrittenVerifier:
    """Checks drafts by rule, by meaning and, where there is one, by an entailment model; quotations by identity."""

    statements_in: StatementsIn
    document_of: DocumentOf
    embed: Embed
    other_names: OtherNames = no_other_names
    entail: Entail | None = None
    _vectors: dict[str, NDArray[np.float32]] = field(default_factory=dict, repr=False, compare=False)

    def __call__(self, sentence: Sentence, /) -> Sentence:
        """Return the sentence as it may be shown: as written, as its source says it, or refused with the reason."""
        if not sentence.draft:
            return verify_quote(sentence)
        if not _sound(sentence):
            return replace(sentence, support=0.0, supported=False, refusal="it names no passage that was given to it")
        found = self._statements(sentence)
        if not found:
            return replace(sentence, support=0.0, supported=False, refusal="the passage it names holds no sentence")
        verdict = check(
            sentence.text,
            [_carrier(statement, passage) for statement, passage in found],
            embed=self._embed,
            entail=self.entail,
            other_names=self.other_names,
        )
        if verdict.supported:
            return self._shown(sentence, [found[i] for i in verdict.carriers], verdict)
        return self._replaced(sentence, found, verdict)

    def _statements(self, sentence: Sentence) -> list[tuple[Statement, Passage]]:
        """Return the statements of the cited passages, each once, with the passage they were cited by."""
        found: dict[tuple[str, int], tuple[Statement, Passage]] = {}
        for citation in sentence.citations:
            for statement in self.statements_in(citation.passage):
                if citation.quote.overlaps(statement.span) and citation.passage.span.covers(statement.span):
                    found.setdefault((statement.document_id, statement.span.start), (statement, citation.passage))
        return list(found.values())

    def _shown(self, sentence: Sentence, carrying: list[tuple[Statement, Passage]], verdict: Verdict) -> Sentence:
        """Return the sentence as written, citing exactly the sentences that carry it."""
        quoted = [self._quote(statement, passage) for statement, passage in carrying]
        return replace(
            sentence,
            citations=tuple(citation for quotation in quoted for citation in quotation.citations),
            support=verdict.score,
            supported=True,
            judgement=any(quotation.judgement for quotation in quoted),
            refusal="",
        )

    def _replaced(self, sentence: Sentence, found: list[tuple[Statement, Passage]], verdict: Verdict) -> Sentence:
        """Return what the source says instead, or the sentence not supported where the source says nothing near it."""
        refusal = "; ".join(verdict.reasons[:MOST_REASONS])
        left_out = replace(sentence, support=verdict.score, supported=False, refusal=refusal)
        quotable = [pair for pair in found if not pair[0].is_row and not pair[0].text.endswith("?")]
        if sentence.cell or not quotable:
            return left_out
        drafted, *vectors = self._embed([sentence.text, *(statement.text for statement, _ in quotable)])
        near = [float(vector @ drafted) for vector in vectors]
        best = int(np.argmax(near))
        statement, passage = quotable[best]
        if near[best] < LEAST_NEAR or not set(terms(sentence.text)) & set(terms(statement.text)):
            return left_out
        quotation = self._quote(statement, passage)
        return replace(verify_quote(quotation), role=sentence.role, draft=sentence.draft, refusal=refusal)

    def _quote(self, statement: Statement, passage: Passage) -> Sentence:
        return quote(Candidate(statement, Hit(passage, 0.0, 1, "hybrid"), 0.0, 0.0, 0.0), self.document_of)

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the unit vectors of texts; a sentence of the sources is embedded once for all drafts."""
        known = {text: vector for text in texts if (vector := self._vectors.get(text)) is not None}
        if new := [text for text in dict.fromkeys(texts) if text not in known]:
            fresh = dict(zip(new, self.embed(new), strict=True))
            known |= fresh
            if len(self._vectors) > REMEMBERED:
                self._vectors.clear()
            self._vectors.update(fresh)
        return np.array([known[text] for text in texts], np.float32)


def _carrier(statement: Statement, passage: Passage) -> Carrier:
    above = (passage.title, *statement.headings, passage.table_header if statement.is_row else "")
    return Carrier(statement.text, " - ".join(filter(None, above)))


@cache
def open_entailment(folder: Path) -> Entail:
    """Return the entailment model in a folder: a sentence-transformers cross-encoder with a label "entailment".

    Raises SettingsError where there is none.
    """
    from sentence_transformers import CrossEncoder  # noqa: PLC0415  (seconds; most deployments have none)

    hint = "ASSISTANT_ENTAILMENT_MODEL names a cross-encoder that tells entailment, neutral and contradiction apart."
    try:
        model: Any = CrossEncoder(str(folder), device="cpu", local_files_only=True)
    except (OSError, ValueError) as error:
        raise SettingsError(f"{folder} cannot be loaded as a cross-encoder: {error}", hint=hint) from error
    return entailment_of(model, model.config.id2label, hint=hint)


def entailment_of(model: Any, labels: dict[int, str], *, hint: str = "") -> Entail:
    """Return how likely a cross-encoder's `predict` finds an entailment; its labels say which output that is.

    A model with one output gives the likelihood itself. Raises SettingsError where no label is "entailment".
    """
    wanted = next((i for i, name in labels.items() if str(name).lower().startswith("entail")), None)
    if wanted is None and len(labels) > 1:
        raise SettingsError(
            f"no label of the entailment model is “entailment”: {', '.join(labels.values())}", hint=hint
        )

    def entail(pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        outputs = np.asarray(model.predict([tuple(pair) for pair in pairs]), np.float32)
        if wanted is None:
            return outputs.reshape(len(pairs))
        grown = np.exp(outputs - outputs.max(axis=1, keepdims=True))
        return np.asarray(grown[:, wanted] / grown.sum(axis=1), np.float32)

    return entail
