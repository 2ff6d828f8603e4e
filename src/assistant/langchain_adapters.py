"""Our search, our line and our collection as LangChain interfaces, for other teams' chains.

LangChain's types stay in this file; `docs/usage.md` has an example that a test runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda

from assistant.conversation.history import conversation_from
from assistant.errors import BadInput
from assistant.payload import answer_payload
from assistant.pipeline import NEW
from assistant.types import Hit, Query

if TYPE_CHECKING:
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.vectorstores import VectorStore

    from assistant.build import LiveAssistant


class PassageRetriever(BaseRetriever):
    """Our hybrid search, usable in any LangChain chain."""

    search: Callable[..., tuple[Query, list[Hit]]]
    """`LiveAssistant.search`."""
    k: int = 8
    """How many passages to return at most."""

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        _, hits = self.search(query, k=self.k)
        return [to_document(hit) for hit in hits]


def to_document(hit: Hit) -> LangChainDocument:
    """Return the hit as a LangChain document; its place and score travel in the metadata."""
    p = hit.passage
    place: dict[str, Any] = {"source": p.document_id, "start": p.span.start, "end": p.span.end}
    about = {"title": p.title, "headings": " › ".join(p.headings), "kind": p.kind, "as_of": p.as_of}
    return LangChainDocument(
        id=p.id, page_content=p.text, metadata={**place, **about, "score": hit.score, "rank": hit.rank}
    )


def answering(live: LiveAssistant) -> Runnable[Any, dict[str, Any]]:
    """Return the line as a Runnable.

    It takes a question, or `{"question": …, "history": [{"role", "text"}, …]}`, and returns
    the object that `ask --json` prints. Raises BadInput for anything else.
    """

    def answer(given: Any) -> dict[str, Any]:
        asked = {"question": given} if isinstance(given, str) else given
        if not isinstance(asked, Mapping) or not isinstance(asked.get("question"), str):
            raise BadInput("there is no question in what was given", hint='Give a text, or {"question": …}.')
        conversation = conversation_from(asked["history"]) if asked.get("history") else NEW
        return answer_payload(live.ask(asked["question"], conversation), live.info())

    return RunnableLambda(answer, name="sourcing assistant")


def vector_store(live: LiveAssistant) -> VectorStore:
    """Return the collection of the serving generation as a LangChain `VectorStore`, for reading."""
    return live.library.vector_store(live.embedder)
