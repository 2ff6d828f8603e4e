"""The stages of the line. A stage is a function; a frozen dataclass with `__call__` fits.

There is no registry and no base class: an ablation is `replace(assistant, rerank=keep_order)`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence

from assistant.types import Answer, Conversation, Document, Evidence, Hit, Notice, Outline, Query, Sentence, Statement

Rewriter = Callable[[str, Conversation], Query]
"""A question in its conversation becomes a query that stands alone."""

Retriever = Callable[[Query], list[Hit]]
"""A query becomes hits, best first; empty when nothing was found."""

Reranker = Callable[[Query, list[Hit]], list[Hit]]
"""The same hits (or fewer), in a better order."""

Assessor = Callable[[Evidence, Conversation], Outline]
"""Decides from the evidence whether and in which form to answer."""

Composer = Callable[[Outline], Iterator[Sentence | Notice]]
"""Yields sentences in reading order, each with the citations it claims, and what to tell the reader of them."""

Verifier = Callable[[Sentence], Sentence]
"""Returns the sentence with `support` and `supported` set from its citations."""

Concluder = Callable[[Answer, Conversation], Answer]
"""Returns the answer with what helps the reader on: terms, follow-ups, what changed, the scorecard."""

ChatModel = Callable[[str, str], Generator[str, None, None]]
"""Streams a language model's reply to a system and a user text; an empty piece means that it still works.
Raises ModelError; closing the stream ends the call."""

StatementsOf = Callable[[Hit], Sequence[Statement]]
"""The statements of a hit's passage, in document order."""

DocumentOf = Callable[[str], Document]
"""A document by its id; raises `UnknownDocument`."""


def keep_order(query: Query, hits: list[Hit], /) -> list[Hit]:
    """Return the hits as they are: the reranker of a line without one."""
    return hits
