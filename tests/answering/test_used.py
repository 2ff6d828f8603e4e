from __future__ import annotations

import pytest

from assistant.answering.used import used_facts
from assistant.types import (
    Answer,
    Citation,
    Criterion,
    Document,
    Evidence,
    Fact,
    Origin,
    Passage,
    Query,
    Score,
    Scorecard,
    Sentence,
    Span,
)

PAGE = Document("guidance/kitchen.md", "Kitchens", "guidance", "", "", Origin("x", ()), function="catering")


def answer(text: str, fact: Fact, *, title: str = "Kitchens", because: str = "") -> Answer:
    """One sentence with one citation, asked with one fact."""
    passage = Passage(PAGE.id, Span(0, len(text)), text, title=title, kind="guidance")
    cited = (Citation(1, passage, passage.span),)
    said = (Sentence(text, "bottom line", cited, supported=True), Sentence("In Ohio.", "risk", supported=False))
    query = Query("q", "q", facts=(fact,))
    scored = Scorecard("x", ("A",), (Criterion("c", 1.0),), (Score("A", "c", 1.0, None, because),))
    return Answer(Evidence(query, ()), "decision", "answered", said, scorecard=scored if because else None)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("A hospital keeps its kitchen.", Fact("industry", "hospital")),
        ("Patients' PHI stays in the country.", Fact("data class", "health data", "PHI")),
        ("Florida wants a licence.", Fact("jurisdiction", "Florida")),
        ("HIPAA binds whoever cooks for patients.", Fact("jurisdiction", "Florida")),
        ("Never hand over a core algorithm.", Fact("core", "core")),
        ("Buy non-core modules.", Fact("core", "not core")),
        ("Any kitchen will do.", Fact("function", "catering")),
    ],
)
def test_a_fact_that_a_shown_sentence_or_its_page_names_is_used(text: str, fact: Fact) -> None:
    assert used_facts(answer(text, fact), lambda id: PAGE) == (fact,)


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("A hospital keeps its kitchen.", Fact("industry", "bank")),
        ("Florida wants a licence.", Fact("jurisdiction", "Ohio")),
        ("Any kitchen will do.", Fact("core", "core")),
        ("A kitchen of 40 people is small.", Fact("size", "40 people")),
        ("Give notice within 6 months.", Fact("speed", "6 months")),
        ("Any kitchen will do.", Fact("function", "payroll")),
    ],
)
def test_a_fact_that_nothing_shown_hangs_on_is_not_used(text: str, fact: Fact) -> None:
    assert used_facts(answer(text, fact), lambda id: PAGE) == ()


def test_a_fact_that_a_score_rests_on_is_used() -> None:
    small = Fact("size", "40 people")
    scored = answer("Any kitchen will do.", small, because="size: 40 people; scope clarity: high")
    assert used_facts(scored, lambda id: PAGE) == (small,)
    assert used_facts(answer("Any.", small, because="size: 400 people"), lambda id: PAGE) == ()


def test_the_heading_a_sentence_is_cited_from_counts() -> None:
    fact = Fact("industry", "bank")
    assert used_facts(answer("It must be told.", fact, title="Kitchens of a bank"), lambda id: PAGE) == (fact,)
