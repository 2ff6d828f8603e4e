"""How well the search ranks: fusion, weights and BM25 constants on a BEIR folder.

    python benchmarks/retrieval.py ../shared/benchmarks/scifact --index /tmp/scifact-index

Builds the index if there is none. Prints nDCG@10 and recall@10, documents ranked by their best
passage, for each side alone, for convex weights, for reciprocal rank fusion, for BM25 constants,
and last for the retriever as it is configured, through Chroma.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Callable, Iterable
from pathlib import Path

import ir_measures
import numpy as np
from ir_measures import R, ScoredDoc, nDCG

from assistant.corpus.split import embedded_text
from assistant.index.lexicon import Lexicon, query_terms
from assistant.index.library import Library
from assistant.indexing import open_index
from assistant.retrieval.fuse import convex_combination, reciprocal_rank_fusion
from assistant.retrieval.hybrid import DEPTH, HybridRetriever
from assistant.retrieval.sparse import best
from assistant.settings import Settings
from assistant.types import Query

MEASURES = (nDCG @ 10, R @ 10)
Fuse = Callable[[np.ndarray, np.ndarray], np.ndarray]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--index", type=Path, required=True)
    given = parser.parse_args()
    settings = Settings.read(corpus=given.folder, index=given.index)
    library = open_index(settings, progress=lambda *step: None).get()
    trial = Trial(given.folder, library)
    lexicon = library.lexicon
    show(trial, "dense alone", lexicon, lambda dense, sparse: dense)
    show(trial, "sparse alone", lexicon, lambda dense, sparse: sparse)
    for weight in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8):
        show(trial, f"convex, dense {weight}", lexicon, convex(weight))
    for k in (10, 60):
        show(trial, f"reciprocal ranks, k={k}", lexicon, lambda d, s, k=k: reciprocal_rank_fusion([d, s], k=k))
    texts = [embedded_text(library.passage(number)) for number in range(len(library))]
    for k1, b in ((0.9, 0.4), (0.9, 0.75), (1.2, 0.4), (1.2, 0.75), (1.5, 0.75), (2.0, 0.75)):
        other = Lexicon.build(texts, k1=k1, b=b)
        show(trial, f"sparse, k1={k1} b={b}", other, lambda dense, sparse: sparse)
        show(trial, f"convex {settings.dense_weight}, k1={k1} b={b}", other, convex(settings.dense_weight))
    retriever = HybridRetriever(library, fusion=settings.fusion, dense_weight=settings.dense_weight)
    trial.measure("as configured", retrieved(trial, retriever))


def convex(weight: float) -> Fuse:
    return lambda dense, sparse: convex_combination(dense, sparse, dense_weight=weight)


class Trial:
    """The questions of a BEIR folder with the scores of all passages."""

    def __init__(self, folder: Path, library: Library) -> None:
        lines = (folder / "queries.jsonl").read_text("utf-8").splitlines()
        queries = {record["_id"]: record["text"] for record in map(json.loads, lines)}
        with (folder / "qrels" / "test.tsv").open(encoding="utf-8") as file:
            rows = list(csv.reader(file, delimiter="\t"))[1:]
        self.qrels = [ir_measures.Qrel(query, document, int(grade)) for query, document, grade in rows]
        asked = {qrel.query_id for qrel in self.qrels}
        self.queries = {id: text for id, text in queries.items() if id in asked}
        self.documents = np.array([library.passage(number).document_id for number in range(len(library))])
        vectors = library.passage_vectors(range(len(library)))
        self.dense = {id: vectors @ library.query_vector(text) for id, text in self.queries.items()}

    def measure(self, name: str, run: Iterable[ScoredDoc]) -> None:
        found = ir_measures.calc_aggregate(MEASURES, self.qrels, run)
        print(f"{name:28}" + "".join(f"  {measure} {found[measure]:.4f}" for measure in MEASURES), flush=True)


def show(trial: Trial, name: str, lexicon: Lexicon, fuse: Fuse) -> None:
    """Rank as the hybrid retriever does, with another fusion or lexicon."""
    run: list[ScoredDoc] = []
    for id, text in trial.queries.items():
        dense, sparse = trial.dense[id], lexicon.scores(query_terms(text))
        numbers = np.union1d(np.argpartition(-dense, DEPTH)[:DEPTH], best(sparse, DEPTH))
        run += by_document(id, trial.documents[numbers], fuse(dense[numbers], sparse[numbers]))
    trial.measure(name, run)


def retrieved(trial: Trial, retriever: HybridRetriever) -> list[ScoredDoc]:
    run: list[ScoredDoc] = []
    for id, text in trial.queries.items():
        hits = retriever.search(Query(text, text), DEPTH)
        run += by_document(id, [h.passage.document_id for h in hits], [h.score for h in hits])
    return run


def by_document(query: str, documents: Iterable[str], scores: Iterable[float]) -> list[ScoredDoc]:
    """Return each document with the score of its best passage."""
    found: dict[str, float] = {}
    for document, score in zip(documents, scores, strict=True):
        found[str(document)] = max(found.get(str(document), -1.0), float(score))
    return [ScoredDoc(query, document, score) for document, score in found.items()]


if __name__ == "__main__":
    main()
