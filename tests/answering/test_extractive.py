from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import groupby

import hotel
import pytest

from assistant.answering.extractive import MOST_ITEMS, MOST_SENTENCES, distinct, list_asked_for
from assistant.answering.verify import verify_quote
from assistant.build import build_assistant
from assistant.corpus.split import statements
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.types import Candidate, Conversation, Evidence, Hit, Outline, Passage, Sentence, Statement, Turn

Assess = Callable[..., Outline]
Compose = Callable[..., list[Sentence]]

QUESTIONS = (
    "Which temperature is linen of sick guests washed at?",
    "What is a linen pool?",
    "What are the advantages of rented linen?",
    "Compare renting linen and buying linen",
    "Should we outsource the laundry of our hotel?",
    "What do both articles say about lost towels?",
    "Which questions should be asked first about laundry?",
)
OWN_QUESTIONS = [
    s.text for document in hotel.documents().values() for s in statements(document) if s.text.endswith("?")
]


def texts(sentences: list[Sentence]) -> list[str]:
    return [sentence.text for sentence in sentences]


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_sentence_is_a_quotation(compose: Compose, question: str) -> None:
    said = compose(question)
    assert said
    assert all(verify_quote(sentence).supported for sentence in said)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_same_question_gets_the_same_sentences(compose: Compose, question: str) -> None:
    assert compose(question) == compose(question)


@pytest.mark.parametrize("status", ["abstained", "clarify"])
def test_an_outline_that_says_not_to_answer_gets_no_sentence(line: Assistant, assess: Assess, status: str) -> None:
    outline = assess("Which temperature is linen of sick guests washed at?")
    assert list(line.compose(outline))
    assert list(line.compose(replace(outline, status=status))) == []  # type: ignore[arg-type]


# --- facts --------------------------------------------------------------------------------


def test_a_definition_comes_first(compose: Compose) -> None:
    for question, meaning in [
        ("What is a linen pool?", "A linen pool is linen that several hotels rent together."),
        ("What is an SLA?", "A service level agreement (SLA) is a contract's list of measured promises."),
    ]:
        assert texts(compose(question))[0] == meaning


def test_a_direct_question_gets_a_few_sentences_the_best_first(compose: Compose, assess: Assess) -> None:
    for question in (
        "How does clean linen travel?",
        "What is declared on the menu?",
        "Is linen of sick guests washed?",
    ):
        said = compose(question)
        assert 1 <= len(said) <= MOST_SENTENCES
        assert said[0].text == assess(question).candidates[0].statement.text


def test_what_is_said_on_three_pages_is_said_once(compose: Compose) -> None:
    said = texts(compose("What is the most frequent quarrel with an outside laundry?"))
    assert len([text for text in said if text.startswith("Lost towels are the most frequent quarrel")]) == 1


@pytest.mark.parametrize("question", OWN_QUESTIONS)
def test_a_question_of_the_corpus_is_never_quoted_as_an_answer(compose: Compose, question: str) -> None:
    assert not set(texts(compose(question))) & set(OWN_QUESTIONS)


def test_who_asks_for_questions_gets_them(compose: Compose) -> None:
    assert set(OWN_QUESTIONS) <= set(texts(compose("Which questions should be asked first about laundry?")))


def test_a_row_that_answers_becomes_its_cells(compose: Compose) -> None:
    said = [s for s in compose("Who pays for stains of rented linen?") if s.cell]
    assert texts(said) == ["Low, the lender pays", "High, the hotel pays"]
    assert {s.cell.column for s in said if s.cell} == {"Risk of stains"}


def test_a_follow_up_is_answered_on_its_topic(compose: Compose) -> None:
    talk = Conversation((Turn("Which temperature is linen of sick guests washed at?"),))
    assert "The washing temperature is logged for each load of the laundry." in texts(
        compose("And where is it logged?", talk)
    )


# --- lists --------------------------------------------------------------------------------


def test_a_list_is_given_whole_and_in_its_order(compose: Compose) -> None:
    assert texts(compose("What are the advantages of rented linen?")) == [
        "Rented linen needs no store room.",
        "Rented linen is replaced when it is torn.",
        "Rented linen is paid by the month.",
    ]


def candidates(text: str) -> list[Candidate]:
    """The statements of a page, the last one ranked best."""
    page = hotel.read("articles/page.md", text)
    whole = page.sections[0].span
    hit = Hit(Passage(page.id, whole, whole.of(page.text), kind="article"), 1.0, 1, "hybrid")
    found: list[Statement] = list(reversed(list(statements(page))))
    return [Candidate(s, hit, 1 - n / 100, 0.5, 0.5) for n, s in enumerate(found)]


@pytest.mark.parametrize(("items", "given"), [(1, 0), (2, 2), (MOST_ITEMS, MOST_ITEMS), (MOST_ITEMS + 1, 0)])
def test_a_section_is_a_list_from_two_items_to_what_a_reader_takes_in(items: int, given: int) -> None:
    bullets = "\n".join(f"- Item {n} is a tool." for n in range(items))
    ranked = candidates(f"# Shed\n\n## Garden tools\n\n{bullets}\n\n## Weather\n\nIt rains. It snows.\n")
    found = list_asked_for("What garden tools are there?", ranked)
    assert [c.statement.text for c in found] == [f"Item {n} is a tool." for n in range(given)]


def test_a_heading_that_the_question_does_not_name_gives_no_list() -> None:
    ranked = candidates("# Shed\n\n## Garden tools\n\n- A rake is a tool.\n- A spade is a tool.\n")
    assert list_asked_for("What is the price of a wheelbarrow?", ranked) == []
    assert list_asked_for("", ranked) == []
    assert list_asked_for("What garden tools are there?", []) == []


# --- near-duplicates ----------------------------------------------------------------------


def test_what_says_the_same_is_left_out_and_no_more_than_asked_for_is_kept() -> None:
    ranked = candidates("# X\n\nA rake is red. A spade is blue. The rake is red. A fork is made of steel and ash.\n")
    assert [c.statement.text for c in distinct(ranked, 9)] == [
        "A fork is made of steel and ash.",
        "The rake is red.",
        "A spade is blue.",
    ]
    assert len(distinct(ranked, 1)) == 1
    assert distinct(ranked, 0) == []
    kept = distinct(ranked, 9, besides=[c for c in ranked if "spade" in c.statement.text])
    assert "A spade is blue." not in [c.statement.text for c in kept]


# --- articles alone -----------------------------------------------------------------------

SECOND = "# Towels in spas\n\nA spa counts its towels twice a day. Lost towels cost a spa 900 euros a year.\n"


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The line over two articles and no guidance."""
    documents = hotel.documents()["articles/linen.md"], hotel.read("articles/spa.md", SECOND)
    return build_assistant(Settings.read({}), hotel.open_library(tmp_path_factory.mktemp("articles"), *documents))


def test_each_article_has_its_say_when_both_are_asked_about(articles: Assistant) -> None:
    answer = articles.ask("What do both articles say about lost towels?")
    cited = [s.citations[0].passage.document_id for s in answer.shown]
    assert set(cited) == {"articles/linen.md", "articles/spa.md"}
    assert all(cited.count(document) <= 2 for document in cited)
    assert [document for document, _ in groupby(cited)] == list(dict.fromkeys(cited))  # one after the other


def test_a_decision_on_which_no_document_advises_gets_the_best_statements(articles: Assistant) -> None:
    answer = articles.ask("Should we rent our linen?")
    assert (answer.form, answer.status) == ("decision", "answered")
    assert len(answer.shown) > 1
    assert {s.role for s in answer.shown} == {"background"}


def test_nothing_is_composed_from_nothing(line: Assistant, assess: Assess) -> None:
    outline = assess("Is there a drying room?")
    questions = tuple(c for c in outline.candidates if c.statement.text.endswith("?"))
    only = replace(outline, status="answered", candidates=questions, evidence=Evidence(outline.evidence.query, ()))
    assert list(line.compose(only)) == []
