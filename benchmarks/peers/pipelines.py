"""The default pipelines of the peers, each in an environment of its own; `run.py` starts this file there.

    python pipelines.py PEER index ORDERS.json      fills a store and writes it to disk
    python pipelines.py PEER ask ORDERS.json        opens it and asks

Orders: `model` (folder of the encoder), `store` (folder), `texts` and `queries` (JSON of id to text), `vectors`
(an .npz of id to vector, empty for the peer's own encoder). Prints one JSON object. Imports nothing of ours.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

K = 10
Search = Callable[[str], list[str]]
"""From a question to the ids of documents, the best first."""


class Known:
    """Vectors that were worked out before, by text."""

    def __init__(self, orders: dict[str, Any]) -> None:
        import numpy as np

        self.by_text: dict[str, list[float]] = {}
        stored = np.load(orders["vectors"])
        for kind in ("texts", "queries"):
            given = json.loads(Path(orders[kind]).read_text("utf-8"))
            for text, vector in zip(given.values(), stored[kind], strict=True):
                self.by_text[text] = vector.tolist()

    def many(self, texts: list[str]) -> list[list[float]]:
        return [self.by_text[text] for text in texts]

    def one(self, text: str) -> list[float]:
        return self.by_text[text]


# --- LangChain: Chroma, as its documentation begins ------------------------------------------


def langchain_encoder(orders: dict[str, Any]) -> Any:
    if not orders["vectors"]:
        from langchain_huggingface import HuggingFaceEmbeddings

        return HuggingFaceEmbeddings(model_name=orders["model"])
    from langchain_core.embeddings import Embeddings

    class Stored(Embeddings):
        known = Known(orders)

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return self.known.many(texts)

        def embed_query(self, text: str) -> list[float]:
            return self.known.one(text)

    return Stored()


def langchain_index(orders: dict[str, Any], texts: dict[str, str]) -> None:
    from langchain_chroma import Chroma

    Chroma.from_texts(
        list(texts.values()),
        langchain_encoder(orders),
        metadatas=[{"document": id} for id in texts],
        ids=list(texts),
        persist_directory=orders["store"],
    )


def langchain_open(orders: dict[str, Any]) -> Search:
    from langchain_chroma import Chroma

    retriever = Chroma(persist_directory=orders["store"], embedding_function=langchain_encoder(orders)).as_retriever(
        search_kwargs={"k": K}
    )
    return lambda question: [found.metadata["document"] for found in retriever.invoke(question)]


# --- LlamaIndex: VectorStoreIndex with its store in memory ------------------------------------


def llamaindex_encoder(orders: dict[str, Any]) -> Any:
    if not orders["vectors"]:
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        return HuggingFaceEmbedding(model_name=orders["model"], device="cpu")
    from llama_index.core.embeddings import BaseEmbedding

    known = Known(orders)

    class Stored(BaseEmbedding):
        def _get_query_embedding(self, query: str) -> list[float]:
            return known.one(query)

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return known.one(query)

        def _get_text_embedding(self, text: str) -> list[float]:
            return known.one(text)

    return Stored()


def llamaindex_index(orders: dict[str, Any], texts: dict[str, str]) -> None:
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.schema import TextNode

    encoder = llamaindex_encoder(orders)
    if orders["vectors"]:  # its splitter would give texts whose vectors are not known
        nodes = [TextNode(text=text, id_=id, embedding=encoder._get_text_embedding(text)) for id, text in texts.items()]
        index = VectorStoreIndex(nodes, embed_model=encoder)
    else:
        documents = [Document(text=text, doc_id=id) for id, text in texts.items()]
        index = VectorStoreIndex.from_documents(documents, embed_model=encoder)
    index.storage_context.persist(persist_dir=orders["store"])


def llamaindex_open(orders: dict[str, Any]) -> Search:
    from llama_index.core import StorageContext, load_index_from_storage

    stored = StorageContext.from_defaults(persist_dir=orders["store"])
    index = load_index_from_storage(stored, embed_model=llamaindex_encoder(orders))
    retriever = index.as_retriever(similarity_top_k=K)
    return lambda question: [found.node.ref_doc_id or found.node.node_id for found in retriever.retrieve(question)]


# --- Haystack: the embedding retriever over documents in memory -------------------------------


def haystack_index(orders: dict[str, Any], texts: dict[str, str]) -> None:
    from haystack import Document
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    if orders["vectors"]:
        known = Known(orders)
        documents = [Document(id=id, content=text, embedding=known.one(text)) for id, text in texts.items()]
    else:
        embedder = haystack_embedders()[0](model=orders["model"], progress_bar=False)
        warm(embedder)
        documents = embedder.run(documents=[Document(id=id, content=text) for id, text in texts.items()])["documents"]
    store.write_documents(documents)
    store.save_to_disk(str(Path(orders["store"]) / "store.json"))


def haystack_open(orders: dict[str, Any]) -> Search:
    from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    store = InMemoryDocumentStore.load_from_disk(str(Path(orders["store"]) / "store.json"))
    retriever = InMemoryEmbeddingRetriever(store, top_k=K)
    if orders["vectors"]:
        embed = Known(orders).one
    else:
        embedder = haystack_embedders()[1](model=orders["model"], progress_bar=False)
        warm(embedder)

        def embed(text: str) -> list[float]:
            return embedder.run(text=text)["embedding"]

    return lambda question: [d.id for d in retriever.run(query_embedding=embed(question))["documents"]]


def haystack_embedders() -> tuple[Any, Any]:
    try:
        from haystack_integrations.components.embedders import sentence_transformers as theirs
    except ImportError:
        from haystack.components import embedders as theirs
    return theirs.SentenceTransformersDocumentEmbedder, theirs.SentenceTransformersTextEmbedder


def warm(component: Any) -> None:
    if hasattr(component, "warm_up"):
        component.warm_up()


# --- txtai: Embeddings with its default store (Faiss) ------------------------------------------


def txtai_encoder(orders: dict[str, Any]) -> dict[str, Any]:
    if not orders["vectors"]:
        return {"path": orders["model"]}
    import numpy as np

    known = Known(orders)
    return {"method": "external", "transform": lambda texts: np.array(known.many(list(texts)), np.float32)}


def txtai_index(orders: dict[str, Any], texts: dict[str, str]) -> None:
    from txtai import Embeddings

    embeddings = Embeddings(txtai_encoder(orders))
    embeddings.index((id, text, None) for id, text in texts.items())
    if orders["vectors"]:
        embeddings.config.pop("transform")  # a function cannot be stored
    embeddings.save(orders["store"])


def txtai_open(orders: dict[str, Any]) -> Search:
    from txtai import Embeddings

    embeddings = Embeddings()
    if orders["vectors"]:
        embeddings.load(orders["store"], config=txtai_encoder(orders))
    else:
        embeddings.load(orders["store"])
    return lambda question: [str(found[0]) for found in embeddings.search(question, K)]


PEERS: dict[str, tuple[Callable[..., None], Callable[..., Search]]] = {
    "langchain": (langchain_index, langchain_open),
    "llamaindex": (llamaindex_index, llamaindex_open),
    "haystack": (haystack_index, haystack_open),
    "txtai": (txtai_index, txtai_open),
}


def main() -> None:
    peer, what, orders = sys.argv[1], sys.argv[2], json.loads(Path(sys.argv[3]).read_text("utf-8"))
    fill, opened = PEERS[peer]
    if what == "index":
        texts = json.loads(Path(orders["texts"]).read_text("utf-8"))
        Path(orders["store"]).mkdir(parents=True, exist_ok=True)
        started = perf_counter()
        fill(orders, texts)
        print(json.dumps({"seconds": perf_counter() - started}))
        return
    search = opened(orders)
    queries = json.loads(Path(orders["queries"]).read_text("utf-8"))
    queries = dict(list(queries.items())[: orders.get("most") or None])
    for question in list(queries.values())[: orders.get("warm_up", 0)]:
        search(question)
    print(json.dumps(dict(map(partial(asked, search), queries.items()))))


def asked(search: Search, query: tuple[str, str]) -> tuple[str, dict[str, Any]]:
    started = perf_counter()
    found = search(query[1])
    return query[0], {"found": list(dict.fromkeys(found)), "ms": 1000 * (perf_counter() - started)}


if __name__ == "__main__":
    main()
