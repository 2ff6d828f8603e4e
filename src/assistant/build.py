"""The composition root: the one place that knows both the settings and the parts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from assistant import scorecard_file
from assistant.answering.assess import Assessor
from assistant.answering.conclude import Conclusion
from assistant.answering.extractive import ExtractiveComposer
from assistant.answering.generative import GenerativeComposer
from assistant.answering.relevance import Ranker
from assistant.answering.scorecard import Scorecards, read_scorecards
from assistant.answering.suggest import Suggester
from assistant.answering.unsaid import with_unsaid
from assistant.answering.verify import WrittenVerifier, open_entailment, verify_quote
from assistant.answering.verifying.check import Entail
from assistant.conversation import glossary
from assistant.conversation.model_rewrite import ModelRewriter
from assistant.conversation.rewrite import RuleRewriter, Widen
from assistant.conversation.spelling import Speller
from assistant.errors import UnknownDocument
from assistant.index.documents import Summary
from assistant.index.embedder import Embedder, find_model
from assistant.index.library import Chroma, Library, LiveLibrary
from assistant.index.sync import Progress
from assistant.indexing import open_index, silent
from assistant.llm.provider import open_chat
from assistant.pipeline import NEW, Assistant
from assistant.retrieval.hybrid import HybridRetriever
from assistant.retrieval.rerank import CrossEncoderReranker
from assistant.retrieval.statements import Statements
from assistant.settings import Settings
from assistant.stages import ChatModel, Reranker, keep_order
from assistant.text import terms as stemmed
from assistant.types import Answer, Conversation, Document, Hit, Passage, Query, Step

VOCABULARY_PASSAGES = 5_000
"""Passages whose words a misspelt one is compared with; more would make the first one wait."""

SIFTED = 1_000
"""Passages that a question about a part of the corpus is looked for in, best first."""

Keep = Callable[[Passage], bool]
"""Whether a passage may be answered from, where the caller asks about a part of the corpus."""


def build_assistant(settings: Settings, library: Library, model: ChatModel | None = None) -> Assistant:
    """Return the line over one generation of the index; with a language model, that writes the answers."""
    terms = read_glossary(library)

    statements = Statements(library)

    def holds(term: str) -> bool:
        return library.lexicon.frequency(term) > 0

    def is_word(word: str) -> bool:
        return library.embedder.tokens(word) <= 1 or all(holds(term) for term in stemmed(word))

    def texts() -> Iterator[str]:
        return (p.text for p in library.passages(range(min(len(library), VOCABULARY_PASSAGES))))

    ranker = Ranker(statements.of, statements.similarities, library.lexicon.idf, holds)
    assess = Assessor(
        ranker, statements.nearness, terms.readings, document_of=library.document, passages_of=library.passages_of
    )
    line = Assistant(
        rewrite=RuleRewriter(terms.widen, Speller(is_word, texts)),
        retrieve=retriever(settings, library, settings.top_k),
        rerank=reranker(settings),
        assess=assess,
        compose=ExtractiveComposer(library.document),
        verify=verify_quote,
        conclude=Conclusion(
            Suggester(library.document, terms.found_in), library.document, open_scorecards(library).score
        ),
    )
    return with_model(line, model, settings, library, terms.widen) if model else line


def with_model(line: Assistant, model: ChatModel, settings: Settings, library: Library, widen: Widen) -> Assistant:
    """Return the line in which a language model writes and completes follow-ups; quoting is its fallback."""
    compose = GenerativeComposer(
        model,
        line.compose,
        library.document,
        passages=settings.llm_passages,
        context_tokens=settings.llm_context_tokens,
        max_tokens=settings.llm_max_tokens,
    )
    verify = WrittenVerifier(
        library.statements_of, library.document, library.embedder.encode, widen, entailment(settings)
    )

    def conclude(answer: Answer, conversation: Conversation = NEW) -> Answer:
        return line.conclude(with_unsaid(answer), conversation)

    rewrite = ModelRewriter(model, line.rewrite, widen) if settings.llm_rewrite else line.rewrite
    return replace(line, rewrite=rewrite, compose=compose, verify=verify, conclude=conclude, fallback=line.compose)


def retriever(settings: Settings, library: Library, top_k: int) -> HybridRetriever:
    """Return the search over one generation that gives at most `top_k` hits."""
    return HybridRetriever(library, top_k=top_k, fusion=settings.fusion, dense_weight=settings.dense_weight)


def reranker(settings: Settings) -> Reranker:
    """Return the configured cross-encoder, or the stage that does nothing."""
    return CrossEncoderReranker(settings.reranker_model) if settings.reranker_model else keep_order


def entailment(settings: Settings) -> Entail | None:
    """Return the configured entailment model, or None. Raises SettingsError."""
    if not settings.entailment_model:
        return None
    return open_entailment(find_model(settings.entailment_model, setting="ASSISTANT_ENTAILMENT_MODEL"))


def read_glossary(library: Library) -> glossary.Glossary:
    """Return the corpus's glossary, or an empty one."""
    try:
        return glossary.read_glossary(library.document(glossary.DOCUMENT_ID))
    except UnknownDocument:
        return glossary.Glossary()


def open_scorecards(library: Library) -> Scorecards:
    """Return the corpus's scorecards, or none."""
    try:
        sheet = library.document(scorecard_file.DOCUMENT_ID)
    except UnknownDocument:
        return Scorecards()
    return read_scorecards(sheet, library.document, library.passages_of)


@dataclass(frozen=True, slots=True)
class _Opened:
    """The line over the generation that serves at the moment."""

    library: Library
    assistant: Assistant


class LiveAssistant:
    """The assistant over whichever generation is current; safe to use from several threads.

    A question is answered from one generation from end to end, also when a newer one is
    published meanwhile.
    """

    def __init__(self, settings: Settings, libraries: LiveLibrary) -> None:
        self.settings = settings
        self._libraries = libraries
        self._lock = threading.Lock()
        self._model = open_chat(settings) if settings.llm_model else None
        self._opened = self._open(libraries.get())

    def _open(self, library: Library) -> _Opened:
        return _Opened(library, build_assistant(self.settings, library, self._model))

    def _current(self) -> _Opened:
        library = self._libraries.get()
        if library is not self._opened.library:
            with self._lock:
                if library is not self._opened.library:
                    self._opened = self._open(library)
        return self._opened

    @property
    def library(self) -> Library:
        """The generation that serves at the moment."""
        return self._current().library

    @property
    def chroma(self) -> Chroma:
        """Where Chroma searches; while its server is away, every vector is compared instead."""
        return self.library.chroma

    @property
    def embedder(self) -> Embedder:
        """The embedding model that serves at the moment."""
        return self.library.embedder

    def stream(self, question: str, conversation: Conversation = NEW, *, keep: Keep | None = None) -> Iterator[Step]:
        """Yield each result as it is ready; the last one is the `Answer`. `keep` narrows the corpus."""
        return self._line(keep).stream(question, conversation)

    def ask(self, question: str, conversation: Conversation = NEW, *, keep: Keep | None = None) -> Answer:
        """Return the answer. `keep` narrows the corpus."""
        return self._line(keep).ask(question, conversation)

    def _line(self, keep: Keep | None) -> Assistant:
        opened = self._current()
        if keep is None:
            return opened.assistant
        search = retriever(self.settings, opened.library, SIFTED).search

        def sifted(query: Query) -> list[Hit]:
            kept = [hit for hit in search(query, SIFTED) if keep(hit.passage)][: self.settings.top_k]
            return [replace(hit, rank=rank) for rank, hit in enumerate(kept, start=1)]

        return replace(opened.assistant, retrieve=sifted)

    def search(self, question: str, k: int = 10, conversation: Conversation = NEW) -> tuple[Query, list[Hit]]:
        """Return what was searched for and at most `k` hits, best first."""
        opened = self._current()
        query = opened.assistant.rewrite(question, conversation)
        hits = retriever(self.settings, opened.library, k).search(query, k)
        return query, opened.assistant.rerank(query, hits)

    def document(self, document_id: str) -> Document:
        """Return a document of the current generation. Raises UnknownDocument."""
        return self.library.document(document_id)

    def documents(self) -> list[Summary]:
        """Return id, title, kind, as-of date and number of passages of every document."""
        return self.library.documents()

    def info(self) -> dict[str, Any]:
        """Return what is answered from: `generation`, `embedding_model`, `documents`, `passages`."""
        manifest = self.library.manifest
        return {
            "generation": manifest.generation,
            "embedding_model": manifest.model,
            "documents": manifest.documents,
            "passages": manifest.passages,
        }

    def close(self) -> None:
        """Close what is open; questions after this fail."""
        self._opened.library.close()


def open_assistant(settings: Settings, *, progress: Progress = silent) -> LiveAssistant:
    """Return the assistant; builds the index first if there is none, or mends it.

    Raises an AssistantError that says what is wrong and what to do.
    """
    return LiveAssistant(settings, open_index(settings, progress=progress))
