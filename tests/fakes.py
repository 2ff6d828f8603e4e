"""Small true implementations that stand in for what is slow: no mocks, no chance.

Run as a program, this file is the process that writes an index with the word-hash embedder.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant.index.plan import Prepared
from assistant.indexing import prepare, serve_orders
from assistant.text import terms, words
from assistant.types import Document, Kind, Origin, Piece, Span

WORKER = (sys.executable, __file__)
"""For `build_index` and `open_index`: writes the index with the word-hash embedder."""


class WordHashEmbedder(Embeddings):
    """Counts words into 256 places: texts that share words are near each other."""

    dimension = 256
    max_tokens = 256
    name = "word-hash"

    def __init__(self, salt: str = "") -> None:
        self.salt = salt
        self.fingerprint = hashlib.sha256(f"word-hash {salt}".encode()).hexdigest()
        self.encoded: list[str] = []
        """Every text that was embedded, in order: what a test counts."""

    def tokens(self, text: str) -> int:
        return len(words(text))

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.encoded.extend(texts)
        return np.array([self._vector(text) for text in texts], np.float32).reshape(len(texts), self.dimension)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self.encode(texts).tolist()

    def embed_query(self, text: str) -> list[float]:
        return self._vector(text).tolist()

    def _vector(self, text: str) -> np.ndarray:
        vector = np.zeros(self.dimension, np.float32)
        for term in terms(text) or ("",):
            digest = hashlib.sha256(f"{self.salt}{term}".encode()).digest()
            vector[digest[0]] += 1 if digest[1] % 2 else -1
        length = float(np.linalg.norm(vector))
        return vector / length if length else np.eye(1, self.dimension, dtype=np.float32)[0]


def make_document(id: str, *lines: str, title: str = "", kind: Kind = "guidance") -> Document:
    """A document of plain lines, without headings or marks."""
    text = "\n".join(lines)
    whole = Span(0, len(text))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Document(id, title or id, kind, text, digest, Origin(id, (Piece(whole, whole),)))


def make_prepared(*documents: Document, tokens: int = 24) -> list[Prepared]:
    """The documents cut into small passages."""
    return [prepare(d, lambda text: len(words(text)), limit=tokens) for d in documents]


if __name__ == "__main__":
    sys.exit(serve_orders(lambda settings: WordHashEmbedder(settings.embedding_model)))
