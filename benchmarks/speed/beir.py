"""A BEIR folder: texts, questions, judgements, and how well a ranking meets them."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

Qrels = dict[str, dict[str, int]]
"""Grade of each judged document by question."""


def read(folder: Path, most: int = 0) -> tuple[dict[str, str], dict[str, str], Qrels]:
    """Return texts and judged questions by id, and the judgements.

    With `most`, only so many documents, the judged ones first, and the questions that they answer.
    """
    with (folder / "qrels" / "test.tsv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter="\t"))[1:]
    qrels: Qrels = {}
    for query, document, grade in rows:
        if int(grade) > 0:
            qrels.setdefault(query, {})[document] = int(grade)
    texts = {
        line["_id"]: f"{line.get('title', '')}\n{line['text']}".strip() for line in _lines(folder / "corpus.jsonl")
    }
    queries = {line["_id"]: line["text"] for line in _lines(folder / "queries.jsonl") if line["_id"] in qrels}
    if most and most < len(texts):
        judged = list(dict.fromkeys(d for id in queries for d in qrels[id] if d in texts))[: most // 2]
        kept = dict.fromkeys([*judged, *texts][: most + len(judged)])
        texts = {id: texts[id] for id in list(kept)[:most]}
        queries = {id: text for id, text in queries.items() if set(qrels[id]) & texts.keys()}
    return texts, queries, {id: qrels[id] for id in queries}


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], k: int = 10) -> float:
    """Return nDCG at `k`: linear gain, log2 discount, as trec_eval's `ndcg_cut`."""
    gains = [grades.get(id, 0) for id in dict.fromkeys(ranked)][:k]
    ideal = sorted(grades.values(), reverse=True)[:k]
    return _discounted(gains) / _discounted(ideal) if ideal else 0.0


def dense_ndcg(vectors: np.ndarray, ids: Sequence[str], asked: np.ndarray, names: Sequence[str], qrels: Qrels) -> float:
    """Return the mean nDCG@10 of an exact search."""
    scores = []
    for vector, name in zip(asked, names, strict=True):
        best = np.argsort(-(vectors @ vector), kind="stable")[:10]
        scores.append(ndcg([ids[place] for place in best], qrels[name]))
    return float(np.mean(scores))


def _discounted(gains: Sequence[int]) -> float:
    return float(sum(gain / np.log2(place + 2) for place, gain in enumerate(gains)))


def _lines(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
