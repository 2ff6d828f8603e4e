"""Other teams' chains: our search, our line and our collection through LangChain's own interfaces."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from alone import Alone
from fakes import WordHashEmbedder
from langchain_core.documents import Document as LangChainDocument
from langchain_core.runnables import RunnableLambda
from serving import awaited

from assistant.build import LiveAssistant
from assistant.errors import BadInput
from assistant.index.library import Library
from assistant.langchain_adapters import PassageRetriever, answering, vector_store
from assistant.payload import answer_payload

USAGE = Path(__file__).parents[2] / "docs" / "usage.md"
QUESTION = "Which temperature is linen of sick guests washed at?"
ANSWER = "Linen of sick guests is washed at 60 degrees or more."


@pytest.mark.model
@pytest.mark.slow
def test_the_example_in_the_documentation_runs_as_it_stands(mission: LiveAssistant, tmp_path: Path) -> None:
    section = USAGE.read_text("utf-8").split("## From LangChain", 1)[1].split("\n## ", 1)[0]
    (example,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    place = Alone(tmp_path / "alone")
    settings = {"ASSISTANT_CORPUS": str(mission.settings.corpus), "ASSISTANT_INDEX": str(mission.settings.index)}
    ran = place.run("-W", "error", "-c", example, **settings)
    assert ran.returncode == 0, ran.stderr
    source, answer = ran.stdout.split("\n", 1)
    assert source in {summary.id for summary in mission.documents()}
    assert "[1]" in answer
    assert place.attempts == ""


# --- the search ---------------------------------------------------------------------------


def test_the_retriever_finds_what_the_search_finds(live: LiveAssistant) -> None:
    found = PassageRetriever(search=live.search, k=3).invoke(QUESTION)
    _, hits = live.search(QUESTION, k=3)
    assert [document.page_content for document in found] == [hit.passage.text for hit in hits]
    assert [document.metadata["rank"] for document in found] == [1, 2, 3]
    assert ANSWER in found[0].page_content


def test_a_found_document_says_where_it_stands(live: LiveAssistant) -> None:
    for document in PassageRetriever(search=live.search).invoke(QUESTION):
        place = document.metadata
        text = live.document(place["source"]).text
        assert document.page_content == text[place["start"] : place["end"]]
        assert document.id == f"{place['source']}#{place['start']}-{place['end']}"
        assert {"title", "headings", "kind", "as_of", "score"} <= set(place)


def test_the_retriever_is_a_link_of_a_chain(live: LiveAssistant) -> None:
    def join(documents: list[LangChainDocument]) -> str:
        return "\n".join(document.page_content for document in documents)

    chain = PassageRetriever(search=live.search, k=2) | RunnableLambda(join)
    assert ANSWER in chain.invoke(QUESTION)
    assert chain.batch([QUESTION, "What is an SLA?"])[1] == chain.invoke("What is an SLA?")
    assert awaited(chain.ainvoke(QUESTION)) == chain.invoke(QUESTION)


# --- the line -----------------------------------------------------------------------------


def test_the_line_gives_the_object_of_ask_json(live: LiveAssistant) -> None:
    given = answering(live).invoke(QUESTION)
    printed = answer_payload(live.ask(QUESTION), live.info())
    assert {**given, "seconds": None} == {**printed, "seconds": None}
    assert given["text"].startswith(ANSWER)


def test_the_line_reads_a_history(live: LiveAssistant) -> None:
    history = [{"role": "user", "text": QUESTION}, {"role": "assistant", "text": ANSWER}]
    given = answering(live).invoke({"question": "and where is it logged?", "history": history})
    assert "logged for each load" in given["text"]
    assert QUESTION in given["query"]


def test_the_line_is_a_link_of_a_chain(live: LiveAssistant) -> None:
    chain = RunnableLambda(lambda text: {"question": text}) | answering(live) | RunnableLambda(lambda a: a["status"])
    assert chain.batch([QUESTION, "What's the weather in Manila?"]) == ["answered", "abstained"]


@pytest.mark.parametrize("given", [{}, {"history": []}, {"question": 7}, 7, None, [QUESTION]])
def test_what_holds_no_question_is_refused(live: LiveAssistant, given: object) -> None:
    with pytest.raises(BadInput, match="no question"):
        answering(live).invoke(given)
    with pytest.raises(BadInput, match="not a list"):
        answering(live).invoke({"question": QUESTION, "history": "none"})


# --- the collection -----------------------------------------------------------------------


def test_the_vector_store_searches_the_same_passages(live: LiveAssistant) -> None:
    store = vector_store(live)
    best, *others = store.similarity_search(QUESTION, k=3)
    assert ANSWER in best.page_content
    assert len(others) == 2
    place = best.metadata
    assert live.document(place["document_id"]).text[place["start"] : place["end"]] == best.page_content
    assert store.as_retriever(search_kwargs={"k": 1}).invoke(QUESTION)[0].page_content == best.page_content


def test_its_scores_are_our_cosines_and_its_relevance_lies_between_0_and_1(live: LiveAssistant) -> None:
    vector = live.library.query_vector(QUESTION)
    ours = [similarity for _, similarity in live.library.nearest(vector, 4)]
    store = vector_store(live)
    distances = [distance for _, distance in store.similarity_search_with_score(QUESTION, k=4)]  # type: ignore[attr-defined]
    assert [1 - distance for distance in distances] == pytest.approx(ours, abs=1e-4)
    relevance = [score for _, score in store.similarity_search_with_relevance_scores(QUESTION, k=16)]
    assert all(0 <= score <= 1 for score in relevance)
    assert relevance == sorted(relevance, reverse=True)


def test_opening_it_creates_and_stores_nothing(live: LiveAssistant) -> None:
    before = live.library
    vector_store(live).similarity_search(QUESTION, k=2)
    again = Library.open(before.folder, embedder=WordHashEmbedder())  # refuses a stored embedding function
    assert len(again) == len(before)
    assert again.nearest(again.query_vector(QUESTION), 3) == before.nearest(before.query_vector(QUESTION), 3)
    again.close()
