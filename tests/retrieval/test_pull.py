from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fakes import WordHashEmbedder, make_document, make_prepared

from assistant.index.library import Library
from assistant.index.sync import Provenance, write_generation
from assistant.retrieval.hybrid import HybridRetriever
from assistant.retrieval.pull import SURE, UNSURE, aim, pulled, room, word_scores
from assistant.types import Query

SHELF = (
    "Lanterns are refilled every third evening.",
    "The kayak shed is locked at dusk.",
    "Kayak paddles are counted on Mondays.",
    "A guest pays for broken crockery.",
    "Candles burn in the chapel alone.",
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    documents = [make_document(f"{n}.md", text, title="Rule") for n, text in enumerate(SHELF)]
    folder = tmp_path_factory.mktemp("index") / "20260101T000000000000Z-0badcafe"
    embedder = WordHashEmbedder()
    write_generation(folder, make_prepared(*documents), embedder, Provenance("c", {}))
    return Library.open(folder, embedder=embedder)


def first(library: Library, query: Query) -> str:
    return HybridRetriever(library, top_k=1)(query)[0].passage.text


def test_history_has_the_more_room_the_less_a_question_finds() -> None:
    cosines = np.linspace(-1, 1, 41)
    rooms = [room(float(cosine)) for cosine in cosines]
    assert rooms == sorted(rooms, reverse=True)
    assert room(UNSURE) == 1
    assert room(SURE) == 0


def test_what_was_answered_before_leads_a_question_that_finds_nothing(library: Library) -> None:
    lost = Query("and on weekends", "and on weekends")
    assert first(library, replace(lost, answered=(("The kayak paddles are counted.", 0.4),))) == SHELF[2]
    assert first(library, replace(lost, answered=(("Broken crockery is paid for.", 0.4),))) == SHELF[3]


def test_a_question_that_finds_its_passage_is_pulled_by_nothing(library: Library) -> None:
    alone = Query(SHELF[0], SHELF[0])
    drawn = replace(alone, context=((SHELF[2], 0.9),), answered=((SHELF[3], 0.9),))
    assert aim(library, drawn, 3).pulling == ()
    search = HybridRetriever(library)
    assert search.search(drawn, 5) == search.search(alone, 5)


def test_without_history_there_is_one_look_at_the_vectors(library: Library) -> None:
    looked: list[int] = []

    class Counted:
        def __getattr__(self, name: str) -> object:
            looked.append(1) if name == "nearest" else None
            return getattr(library, name)

    aim(Counted(), Query("kayak", "kayak"), 3)  # type: ignore[arg-type]
    assert len(looked) == 1
    aim(Counted(), Query("weekends", "weekends", answered=(("kayak", 0.4),)), 3)  # type: ignore[arg-type]
    assert len(looked) == 3


def test_a_long_answer_weighs_no_more_than_a_short_one(library: Library) -> None:
    asked = Query("crockery", "crockery")
    for said in ("kayak", "kayak paddles shed locked dusk counted Mondays " * 9):
        scores = word_scores(library, asked, ((said, 0.4),))
        assert int(scores.argmax()) == 3
        assert float(np.delete(scores, 3).max()) == pytest.approx(0.4 * float(scores[3]), rel=1e-5)


def test_of_an_answer_the_beginning_is_embedded_and_every_word_read(library: Library) -> None:
    said = f"{'shed ' * 50}candles"
    query = Query("weekends", "weekends", answered=((said, 0.4),))
    short = replace(query, answered=(("shed", 0.4),))
    assert pulled(library, query) == pytest.approx(pulled(library, short), abs=1e-6)
    assert word_scores(library, query, query.answered)[4] > 0


def test_words_alone_can_pull_a_question_of_no_known_word(library: Library) -> None:
    assert int(word_scores(library, Query("xylophone", "xylophone"), (("candles", 0.4),)).argmax()) == 4
    assert not word_scores(library, Query("xylophone", "xylophone"), ()).any()


def test_a_pulled_vector_ranks_by_the_sum_of_the_cosines(library: Library) -> None:
    texts = (("kayak shed", 0.5), ("candles", 0.25))
    vectors = library.passage_vectors(range(len(SHELF)))
    sums = vectors @ library.query_vector("broken crockery") + sum(
        weight * (vectors @ library.query_vector(text)) for text, weight in texts
    )
    vector = pulled(library, Query("broken crockery", "", context=texts[:1], answered=texts[1:]))
    assert float(np.linalg.norm(vector)) == pytest.approx(1)
    assert np.argsort(-(vectors @ vector)).tolist() == np.argsort(-sums).tolist()
