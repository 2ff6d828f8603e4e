"""Whole questions, over an index that real Chroma wrote, with the word-hash embedder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import chain, groupby
from pathlib import Path

import hotel
import pytest
from fakes import WORKER, WordHashEmbedder

from assistant.build import LiveAssistant, build_assistant
from assistant.errors import UnknownDocument
from assistant.indexing import build_index, open_index
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.stages import keep_order
from assistant.types import Answer, Conversation, Evidence, Outline, Query, Sentence, Turn

QUESTIONS = {
    "Which temperature is linen of sick guests washed at?": "answered",
    "What are the advantages of rented linen?": "answered",
    "Compare renting linen and buying linen": "answered",
    "Should we outsource the laundry of our hotel?": "answered",
    "Which temperature is linen of sick guests washed at, and who mends the lift?": "partial",
    "What's the weather in Manila?": "abstained",
    "Any ideas?": "clarify",
}


@pytest.fixture(scope="module")
def built(live: LiveAssistant) -> Path:
    """The folder with the hotel's corpus and its index; not to be changed."""
    return live.settings.corpus.parent


def settings_of(folder: Path, **more: object) -> Settings:
    return Settings.read({}, corpus=folder / "corpus", index=folder / "index", **more)


def opened(settings: Settings) -> LiveAssistant:
    return LiveAssistant(settings, open_index(settings, embedder=WordHashEmbedder(), worker=WORKER))


@pytest.fixture(scope="module")
def assistant(live: LiveAssistant) -> Assistant:
    return build_assistant(live.settings, live.library)


def untimed(answer: Answer) -> Answer:
    return replace(answer, seconds={})


# --- the stream ---------------------------------------------------------------------------


@pytest.mark.parametrize(("question", "status"), QUESTIONS.items())
def test_the_steps_come_in_the_order_of_the_line(live: LiveAssistant, question: str, status: str) -> None:
    steps = list(live.stream(question))
    kinds = [kind for kind, _ in groupby(map(type, steps))]
    assert kinds == [Query, Evidence, Outline, *([Sentence] if status in {"answered", "partial"} else []), Answer]
    query, evidence, outline, *sentences, answer = steps
    assert isinstance(query, Query)
    assert isinstance(outline, Outline)
    assert isinstance(answer, Answer)
    assert evidence == outline.evidence == answer.evidence
    assert query == answer.evidence.query
    assert answer.status == outline.status == status
    assert tuple(sentences) == answer.shown


@pytest.mark.parametrize("question", QUESTIONS)
def test_ask_is_the_last_item_of_the_stream(live: LiveAssistant, question: str) -> None:
    *_, last = live.stream(question)
    assert isinstance(last, Answer)
    assert untimed(live.ask(question)) == untimed(last)


def test_the_time_of_each_stage_is_told_and_adds_up(live: LiveAssistant) -> None:
    seconds = live.ask("Should we outsource the laundry of our hotel?").seconds
    assert set(seconds) == {"rewrite", "retrieve", "compose", "verify", "total"}
    assert all(value >= 0 for value in seconds.values())
    assert sum(value for stage, value in seconds.items() if stage != "total") <= seconds["total"] + 1e-6


def test_a_reader_who_leaves_in_the_middle_breaks_nothing(live: LiveAssistant) -> None:
    stream = live.stream("Should we outsource the laundry of our hotel?")
    next(stream)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert live.ask("What are the advantages of rented linen?").status == "answered"


# --- quotes -------------------------------------------------------------------------------


def asked_of(live: LiveAssistant) -> Iterator[Answer]:
    """Answers to the questions above, and to one about every statement of every document."""
    for question in QUESTIONS:
        yield live.ask(question)
    for summary in live.documents():
        for passage in live.library.passages_of(summary.id):
            for statement in live.library.statements_of(passage):
                yield live.ask(f"What is said on this: {statement.text.rstrip('.?')}?")


def test_every_shown_sentence_is_an_exact_slice_of_its_document(live: LiveAssistant) -> None:
    cited = set()
    for answer in asked_of(live):
        assert bool(answer.shown) == (answer.status in {"answered", "partial"})
        for sentence in answer.shown:
            assert sentence.citations
            assert sentence.support == 1.0
            for citation in sentence.citations:
                document = live.document(citation.passage.document_id)
                assert citation.quote.of(document.text) == citation.text == sentence.text
                assert citation.passage.span.of(document.text) == citation.passage.text
                assert citation.passage.span.covers(citation.quote)
                assert citation.passage in [hit.passage for hit in answer.evidence.hits]
                cited.add(document.id)
    assert cited == set(hotel.PAGES)


def test_numbers_start_at_one_without_gaps_in_reading_order(live: LiveAssistant) -> None:
    for answer in asked_of(live):
        numbers = [c.number for sentence in answer.shown for c in sentence.citations]
        assert list(dict.fromkeys(numbers)) == list(range(1, len(set(numbers)) + 1))
        assert [c.number for c in answer.citations] == list(range(1, len(set(numbers)) + 1))
        places = {(c.passage.document_id, c.quote): c.number for s in answer.shown for c in s.citations}
        assert len(places) == len(set(numbers))


# --- verification -------------------------------------------------------------------------


def test_a_line_whose_verifier_refuses_everything_abstains(assistant: Assistant) -> None:
    refusing = replace(assistant, verify=lambda sentence: replace(sentence, supported=False, support=0.0))
    steps = list(refusing.stream("Should we outsource the laundry of our hotel?"))
    answer = steps[-1]
    assert isinstance(answer, Answer)
    assert not [step for step in steps if isinstance(step, Sentence)]
    assert (answer.status, answer.shown, answer.citations, answer.follow_ups) == ("abstained", (), (), ())
    assert "supported" in answer.reasons[0]
    assert answer.sentences  # kept for the trace


def test_a_sentence_that_is_refused_uses_up_no_number(assistant: Assistant) -> None:
    def refuses_the_first(sentence: Sentence) -> Sentence:
        return replace(assistant.verify(sentence), supported=sentence.role != "bottom line")

    answer = replace(assistant, verify=refuses_the_first).ask("Should we outsource the laundry of our hotel?")
    assert answer.status == "answered"
    assert answer.sentences[0] not in answer.shown
    assert answer.sentences[0].citations[0].number == 0
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))


def test_what_a_composer_invents_is_not_shown(assistant: Assistant) -> None:
    def invents(outline: Outline) -> Iterator[Sentence]:
        for sentence in assistant.compose(outline):
            yield replace(sentence, text=sentence.text.replace("60 degrees", "90 degrees"))

    answer = replace(assistant, compose=invents).ask("Which temperature is linen of sick guests washed at?")
    assert "90" not in " ".join(s.text for s in answer.shown)


# --- ablations ----------------------------------------------------------------------------


def test_an_ablation_is_one_replaced_stage(assistant: Assistant) -> None:
    question = "Which temperature is linen of sick guests washed at?"
    plain = replace(assistant, rerank=keep_order).ask(question)
    assert untimed(plain) == untimed(assistant.ask(question))
    turned = replace(assistant, rerank=lambda query, hits: hits[::-1]).ask(question)
    assert turned.evidence.hits == plain.evidence.hits[::-1]
    assert replace(assistant, retrieve=lambda query: []).ask(question).status == "abstained"
    assert replace(assistant, conclude=lambda answer, _: answer).ask(question).follow_ups == ()


def test_a_stage_that_crashes_is_heard_of(assistant: Assistant) -> None:
    def crashes(query: Query) -> list[object]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        replace(assistant, retrieve=crashes).ask("What are the advantages of rented linen?")


# --- the assistant that stays open --------------------------------------------------------


def test_an_answer_rests_on_as_many_passages_as_the_setting_says(built: Path) -> None:
    live = opened(settings_of(built, top_k=3))
    assert len(live.ask("Which temperature is linen of sick guests washed at?").evidence.hits) == 3
    assert len(live.search("laundry", k=5)[1]) == 5
    live.close()


def test_a_search_is_ranked_and_as_long_as_asked_for(live: LiveAssistant) -> None:
    query, hits = live.search("linen of sick guests", k=4)
    assert query.text == "linen of sick guests"
    assert [hit.rank for hit in hits] == [1, 2, 3, 4]
    assert "sick guests" in hits[0].passage.text
    assert len(live.search("linen", k=1000)[1]) == len(live.library)


def test_a_conversation_is_a_value_that_the_caller_holds(live: LiveAssistant) -> None:
    question = "Which temperature is linen of sick guests washed at?"
    talk = Conversation().with_turn(Turn(question, live.ask(question)))
    followed = live.ask("And where is it logged?", talk)
    assert "The washing temperature is logged for each load of the laundry." in [s.text for s in followed.shown]
    assert question in followed.evidence.query.standalone
    assert live.ask("And where is it logged?").evidence.query.context == ()


def test_many_may_ask_at_once(live: LiveAssistant) -> None:
    alone = {question: untimed(live.ask(question)) for question in QUESTIONS}
    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(lambda q: (q, untimed(live.ask(q))), [*QUESTIONS] * 6))
    assert all(alone[question] == answer for question, answer in asked)


def test_what_is_answered_from_is_told(live: LiveAssistant) -> None:
    info = live.info()
    assert set(info) == {"generation", "embedding_model", "documents", "passages"}
    assert (info["documents"], info["embedding_model"]) == (len(hotel.PAGES), "word-hash")
    assert info["passages"] == sum(summary.passages for summary in live.documents()) == len(live.library)
    with pytest.raises(UnknownDocument):
        live.document("guidance/none.md")


def test_a_new_generation_answers_at_once_and_a_question_under_way_keeps_its_own(built: Path, tmp_path: Path) -> None:
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    settings = settings_of(tmp_path)
    live = opened(settings)
    question = "Which temperature is linen of sick guests washed at?"
    before = live.info()["generation"]
    under_way = live.stream(question)
    first = next(under_way)
    page = settings.corpus / "guidance" / "laundry.md"
    page.write_text(page.read_text("utf-8").replace("60 degrees", "75 degrees"), "utf-8")
    assert build_index(settings, worker=WORKER).changed
    assert "75 degrees" in live.ask(question).shown[0].text
    assert live.info()["generation"] != before
    *_, finished = chain([first], under_way)
    assert isinstance(finished, Answer)
    assert "60 degrees" in finished.shown[0].text
    assert finished.follow_ups
    live.close()
