from __future__ import annotations

import hotel
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.conversation.glossary import DOCUMENT_ID, Glossary, read_glossary

PAGE = hotel.documents()[DOCUMENT_ID]
GLOSSARY = read_glossary(PAGE)


def names(text: str) -> list[str]:
    return [term.name for term in GLOSSARY.found_in(text)]


def test_every_meaning_is_an_exact_slice_of_the_page() -> None:
    assert [t.name for t in GLOSSARY.terms] == ["SLA", "Linen", "Linen pool", "MOP law", "MOP score"]
    for term in GLOSSARY.terms:
        assert term.document_id == DOCUMENT_ID
        assert term.span.of(PAGE.text) == term.meaning
    assert GLOSSARY.terms[2].also == ("pooled linen", "shared linen")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Is an SLA needed?", ["SLA"]),
        ("Are SLAs needed?", ["SLA"]),
        ("A Service-Level Agreement, please", ["SLA"]),
        ("Who washes the sheets?", ["Linen"]),
        ("linen and an SLA and linen", ["Linen", "SLA"]),
        ("We cook soup.", []),
        ("", []),
    ],
)
def test_terms_are_found_by_all_their_names_in_the_order_of_mention(text: str, found: list[str]) -> None:
    assert names(text) == found


def test_the_longest_name_wins() -> None:
    assert names("Should we join a linen pool?") == ["Linen pool"]
    assert names("Is pooled linen clean?") == ["Linen pool"]
    assert names("Is the linen in a linen pool?") == ["Linen", "Linen pool"]


def test_an_acronym_is_widened_by_the_names_that_the_text_does_not_use() -> None:
    assert GLOSSARY.widen("What is in an SLA?") == ("service level agreement",)
    assert GLOSSARY.widen("What is in an SLA, a service level agreement?") == ()
    assert GLOSSARY.widen("We cook soup.") == ()


def test_a_word_that_several_terms_begin_with_has_their_meanings_as_readings() -> None:
    for text in ("MOP?", "What is MOP?", "tell me about the mop"):
        law, score = GLOSSARY.readings(text)
        assert law == "The MOP law is a rule on clean premises."
        assert score == "The MOP score is a figure for clean floors."


@pytest.mark.parametrize(
    "text",
    [
        "What is the MOP law?",
        "MOP score",
        "What is a mopping score?",
        "linen",
        "Which laundry washes the linen of the MOP room on Mondays?",
        "",
    ],
)
def test_a_text_that_says_which_has_no_readings(text: str) -> None:
    assert GLOSSARY.readings(text) == ()


def test_a_page_without_such_a_table_is_an_empty_glossary() -> None:
    assert read_glossary(hotel.documents()["guidance/laundry.md"]) == Glossary()
    assert read_glossary(hotel.read("guidance/empty.md", "# Nothing\n")) == Glossary()
    assert Glossary().found_in("SLA") == []
    assert Glossary().readings("SLA") == ()


def test_a_name_that_two_terms_share_belongs_to_the_first_and_small_words_name_nothing() -> None:
    page = hotel.read(
        DOCUMENT_ID,
        "# T\n\n| Term | Also written | Meaning |\n|---|---|---|\n| Tea | brew | Tea is hot. |\n"
        "| Beer | brew; it | Beer is cold. |\n",
    )
    glossary = read_glossary(page)
    assert [t.name for t in glossary.found_in("a brew")] == ["Tea"]
    assert glossary.found_in("it") == []


@given(st.text(max_size=200))
def test_any_text_is_looked_through_without_an_error(text: str) -> None:
    assert set(GLOSSARY.found_in(text)) <= set(GLOSSARY.terms)
    assert all(isinstance(name, str) for name in GLOSSARY.widen(text))
