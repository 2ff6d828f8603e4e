"""Composing with a language model: it writes, from numbered passages, and names the passage of each sentence.

What it writes is a draft. Nothing here decides whether a draft is true: each sentence leaves with
the passages it claims, and the verifier looks into them. Tables stay the corpus's own, cell by cell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from assistant.answering import prompts
from assistant.answering.drafts import Draft, DraftReader
from assistant.answering.language import language
from assistant.answering.orders import gives_orders
from assistant.errors import ModelError
from assistant.stages import ChatModel, Composer, DocumentOf
from assistant.text import terms
from assistant.types import Citation, Notice, Outline, Passage, Role, Sentence

MOST_SENTENCES = 40
"""A model that goes on and on is not read further."""

WORDS_TO_TELL = 12
"""Words of the reply from which its language is told."""

WAITING = Notice("")
"""The model still works; a reader who left is noticed here."""


@dataclass(frozen=True, slots=True)
class GenerativeComposer:
    """Writes the answer with a language model, from the passages that the extractive answer would quote."""

    model: ChatModel
    extractive: Composer
    """What it would say without a model: its passages come first, its parts are the outline, its tables stay."""
    document_of: DocumentOf
    passages: int = 12
    """Passages that the model is given, at most."""
    context_tokens: int = 8_192
    """What the model can read and write together."""
    max_tokens: int = 1_200
    """Most that it may write."""

    def __call__(self, outline: Outline, /) -> Iterator[Sentence | Notice]:
        """Yield the sentences of the answer as they are written, each with the passages it names.

        Raises ModelError if the model fails, also after sentences were said.
        """
        if outline.status not in {"answered", "partial"}:
            return
        quoted = tuple(s for s in self.extractive(outline) if isinstance(s, Sentence))
        query = outline.evidence.query
        told = language(query.question) or language(quoted[0].text if quoted else "")
        passages = prompts.fitting(_passages(quoted, outline)[: self.passages], self._room(query.question))
        if not passages:
            return
        parts = _parts(quoted, passages) if outline.form == "decision" else {}
        writing = _Writing(outline, passages, quoted, told, self.document_of)
        user = prompts.user_text(query, outline.form, passages, parts, told)
        with closing(self.model(prompts.SYSTEM, user)) as reply:
            for piece in reply:
                yield from writing.read(piece)
                if writing.said >= MOST_SENTENCES:
                    break
        yield from writing.end()

    def _room(self, question: str) -> int:
        """Return the tokens that are left for passages."""
        return self.context_tokens - self.max_tokens - prompts.tokens(prompts.SYSTEM + question) - prompts.FRAME_TOKENS


@dataclass(slots=True)
class _Writing:
    """One reply on its way to sentences."""

    outline: Outline
    passages: Sequence[Passage]
    quoted: Sequence[Sentence]
    language: str
    document_of: DocumentOf
    reader: DraftReader = field(default_factory=DraftReader)
    texts: list[str] = field(default_factory=list)
    role: Role = "bottom line"
    table_shown: bool = False

    @property
    def said(self) -> int:
        """How many drafts have been yielded."""
        return len(self.texts)

    def read(self, piece: str) -> Iterator[Sentence | Notice]:
        """Yield the sentences that a piece completes."""
        if not piece:
            yield WAITING
        yield from self._sentences(self.reader.read(piece))

    def end(self) -> Iterator[Sentence]:
        """Yield what is left, the table at last."""
        yield from self._sentences(self.reader.end())
        yield from self._table()

    def _sentences(self, drafts: Iterator[Draft]) -> Iterator[Sentence]:
        for draft in drafts:
            if draft.text in self.texts:  # small models repeat themselves
                continue
            self.texts.append(draft.text)
            self._mind_the_language()
            citations = self._citations(draft)
            role = self._role(draft, citations)
            if self.outline.form == "decision" and self._follows_the_table(role):
                yield from self._table()
            yield Sentence(draft.text, role, citations, draft=draft.text)

    def _citations(self, draft: Draft) -> tuple[Citation, ...]:
        """Return the passages that a draft rests on: those it names, else the one nearest to its words.

        None for a draft that gives orders itself, so that it cannot be shown.
        """
        if gives_orders(draft.text):
            return ()
        named = [self.passages[n - 1] for n in draft.numbers if 0 < n <= len(self.passages)]
        return tuple(Citation(0, p, p.span) for p in named or [_nearest(draft.text, self.passages)])

    def _role(self, draft: Draft, citations: Sequence[Citation]) -> Role:
        """Return what a draft does in the answer: by its heading in a decision, else by its passage's section."""
        if self.outline.form == "decision":
            self.role = (prompts.role_of(draft.heading) if draft.heading else None) or self.role
            return self.role
        if not citations:
            return "background"
        passage = citations[0].passage
        sections = [s for s in self.document_of(passage.document_id).sections if s.span.covers(passage.span)]
        return min(sections, key=lambda s: len(s.span)).role if sections else "background"

    def _follows_the_table(self, role: Role) -> bool:
        order = list(dict.fromkeys(s.role for s in self.quoted))
        cells = next((s.role for s in self.quoted if s.cell), None)
        return cells in order and role in order and order.index(role) > order.index(cells)

    def _table(self) -> Iterator[Sentence]:
        """Yield the cells of the extractive answer, once."""
        if not self.table_shown:
            self.table_shown = True
            yield from (s for s in self.quoted if s.cell)

    def _mind_the_language(self) -> None:
        """Raise ModelError if what was said is in another language than it was to be."""
        said = " ".join(self.texts)
        told = language(said) if len(said.split()) >= WORDS_TO_TELL or not re.search(r"[a-z]", said) else ""
        if told and self.language and told != self.language:
            raise ModelError("language", "the language model answered in another language")


def _passages(quoted: Sequence[Sentence], outline: Outline) -> list[Passage]:
    """Return the passages of the extractive answer's sentences, then those of the best statements, each once.

    The first passage of each part comes before the second of any, so that no part is left without.
    """
    depth: Counter[Role] = Counter()
    ranked: list[tuple[int, Passage]] = []
    for sentence in quoted:
        if not sentence.cell:
            ranked += [(depth[sentence.role], c.passage) for c in sentence.citations]
            depth[sentence.role] += 1
    cited = [passage for _, passage in sorted(ranked, key=lambda pair: pair[0])]
    near = [c.hit.passage for c in outline.candidates]
    return list({p.id: p for p in (*cited, *near)}.values())


def _parts(quoted: Sequence[Sentence], passages: Sequence[Passage]) -> dict[Role, list[int]]:
    """Return the parts of the brief in order, each with the numbers of the passages that bear on it.

    A part whose passages did not fit is left out.
    """
    numbers = {passage.id: number for number, passage in enumerate(passages, start=1)}
    parts: dict[Role, list[int]] = {}
    for sentence in quoted:
        if not sentence.cell:
            own = parts.setdefault(sentence.role, [])
            own += [n for c in sentence.citations if (n := numbers.get(c.passage.id, 0)) and n not in own]
    return {role: own for role, own in parts.items() if own}


def _nearest(text: str, passages: Sequence[Passage]) -> Passage:
    """Return the passage that holds most of a text's words."""
    said = set(terms(text))
    return max(passages, key=lambda p: len(said & set(terms(p.text))))
