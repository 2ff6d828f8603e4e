"""A second look at the best hits, by a model that reads question and passage together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Protocol

from assistant.errors import SettingsError
from assistant.types import Hit, Query


class PairScorer(Protocol):
    """What reranking needs of a cross-encoder."""

    def predict(self, pairs: list[tuple[str, str]], /) -> Any:
        """Return one score a pair of texts, higher is better."""


@cache
def open_cross_encoder(name: str) -> PairScorer:
    """Return the cross-encoder of this name or folder, loaded. Raises SettingsError."""
    from assistant.index.embedder import find_model  # noqa: PLC0415

    folder = find_model(name, setting="ASSISTANT_RERANKER_MODEL")
    from sentence_transformers import CrossEncoder  # noqa: PLC0415  (seconds; most deployments have none)

    try:
        model: PairScorer = CrossEncoder(str(folder), device="cpu", local_files_only=True)
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"{name} cannot be loaded as a cross-encoder: {error}",
            hint="ASSISTANT_RERANKER_MODEL names a folder with a sentence-transformers cross-encoder.",
        ) from error
    return model


@dataclass(frozen=True, slots=True)
class CrossEncoderReranker:
    """Orders the hits anew by a cross-encoder's score of (question, passage)."""

    name: str
    """Of the model, or its folder."""
    load: Callable[[str], PairScorer] = open_cross_encoder

    def __call__(self, query: Query, hits: list[Hit], /) -> list[Hit]:
        """Return the same hits, best first; among equal scores the order before decides."""
        if not hits:
            return []
        texts = [" - ".join(filter(None, (h.passage.title, *h.passage.headings))) for h in hits]
        pairs = [(query.text, f"{head}\n{h.passage.text}") for head, h in zip(texts, hits, strict=True)]
        scores = [float(score) for score in self.load(self.name).predict(pairs)]
        order = sorted(range(len(hits)), key=lambda place: -scores[place])
        return [
            replace(hits[place], score=scores[place], rank=rank, found_by="rerank")
            for rank, place in enumerate(order, start=1)
        ]
