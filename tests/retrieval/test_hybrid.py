from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fakes import WordHashEmbedder, make_document, make_prepared

from assistant.index.library import Library
from assistant.index.sync import Provenance, write_generation
from assistant.retrieval.dense import DenseRetriever
from assistant.retrieval.hybrid import HybridRetriever
from assistant.retrieval.sparse import SparseRetriever, term_weights
from assistant.types import Query

RULES = (
    "Rail fares are refunded within ten days.",
    "Flights need the approval of a director.",
    "Helmets are lent at the gate.",
    "A taxi is paid only after midnight.",
    "Bicycles may be parked beside the gate.",
)


def ask(text: str) -> Query:
    return Query(text, text)


@pytest.fixture(scope="module")
def embedder() -> WordHashEmbedder:
    return WordHashEmbedder()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, embedder: WordHashEmbedder) -> Library:
    documents = [make_document(f"rule-{n}.md", text, title="Rule") for n, text in enumerate(RULES)]
    again = [make_document(f"copy-{n}.md", RULES[0], title="Rule") for n in range(9)]
    folder = tmp_path_factory.mktemp("index") / "20260101T000000000000Z-0badcafe"
    write_generation(folder, make_prepared(*again, *documents), embedder, Provenance("c", {}))
    return Library.open(folder, embedder=embedder)


@pytest.mark.parametrize("make", [DenseRetriever, SparseRetriever, HybridRetriever])
def test_the_right_passage_comes_first(make: type, library: Library) -> None:
    for text, wanted in [("Who approves flights?", RULES[1]), ("helmets at the gate", RULES[2])]:
        hits = make(library, top_k=3)(ask(text))
        assert hits[0].passage.text == wanted
        assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


@pytest.mark.parametrize("make", [DenseRetriever, SparseRetriever, HybridRetriever])
@pytest.mark.parametrize("text", ["", "  \n", "the of and", "?!"])
def test_a_query_without_words_is_no_crash(make: type, library: Library, text: str) -> None:
    hits = make(library)(ask(text))
    assert not text.strip() <= "" or hits == []


def test_words_that_occur_nowhere_are_found_by_meaning_alone(library: Library) -> None:
    assert SparseRetriever(library)(ask("xylophone")) == []
    assert len(HybridRetriever(library, top_k=3)(ask("xylophone"))) == 3


def test_dense_scores_are_cosines(library: Library) -> None:
    for hit in DenseRetriever(library)(ask(RULES[3])):
        (cosine,) = library.similarities(RULES[3], [hit.passage])
        assert hit.score == pytest.approx(float(cosine), abs=1e-5)


def test_a_passage_that_says_the_same_is_left_out_of_the_answer_but_not_of_a_search(library: Library) -> None:
    retriever = HybridRetriever(library, top_k=4)
    texts = [hit.passage.text for hit in retriever(ask("Are rail fares refunded?"))]
    assert texts.count(RULES[0]) == 1
    assert len(texts) == 4
    assert [h.passage.text for h in retriever.search(ask("Are rail fares refunded?"), 10)].count(RULES[0]) == 10


def test_the_question_is_embedded_once(library: Library, embedder: WordHashEmbedder) -> None:
    before = len(embedder.encoded)
    vectors: list[np.ndarray] = [library.query_vector("a question of its own") for _ in range(3)]
    HybridRetriever(library)(ask("a question of its own"))
    assert len(embedder.encoded) == before  # questions go through embed_query, and that once
    assert all(vector is vectors[0] for vector in vectors)


def test_other_names_of_a_term_find_by_words_at_a_lower_weight(library: Library) -> None:
    query = replace(ask("cab"), expansions=("taxi",))
    assert SparseRetriever(library)(query)[0].passage.text == RULES[3]
    weights = term_weights(query)
    assert 0 < weights["taxi"] < weights["cab"]


def test_what_was_said_before_pulls_but_does_not_lead(library: Library) -> None:
    plain = ask("at the gate")
    pulled = replace(plain, context=(("bicycles", 0.3),))
    assert HybridRetriever(library)(pulled)[0].passage.text == RULES[4]
    led = replace(ask("helmets at the gate"), context=(("bicycles", 0.1),))
    assert HybridRetriever(library)(led)[0].passage.text == RULES[2]


@pytest.mark.parametrize("fusion", ["convex", "rrf"])
def test_the_same_question_gets_the_same_hits_in_the_same_order(library: Library, fusion: str) -> None:
    retriever = HybridRetriever(library, fusion=fusion)  # type: ignore[arg-type]
    first = retriever.search(ask("gate"), 14)
    assert all(retriever.search(ask("gate"), 14) == first for _ in range(3))
    assert len({hit.passage.id for hit in first}) == len(library)
