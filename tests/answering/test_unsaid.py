"""A model that leaves a part of the question unsaid is noticed."""

from __future__ import annotations

from dataclasses import replace

import hotel

from assistant.answering.unsaid import with_unsaid
from assistant.types import Answer, Citation, Evidence, Passage, Query, Sentence, Span

LAUNDRY = hotel.documents()["guidance/laundry.md"]
QUESTION = "Which temperature is linen of sick guests washed at, and who counts the lost towels?"


def sentence(text: str, quoted: str) -> Sentence:
    start = LAUNDRY.text.index(quoted)
    quote = Span(start, start + len(quoted))
    passage = Passage(LAUNDRY.id, quote, quoted, title=LAUNDRY.title)
    return Sentence(text, "requirement", (Citation(0, passage, quote),), 1.0, True, draft=text)


LINEN = sentence("Sick guests' linen is washed at 60 degrees.", "Linen of sick guests is washed at 60 degrees or more.")
OURS = sentence("A count settles quarrels over towels.", "A count before and after settles most quarrels.")


def answer(*shown: Sentence, question: str = QUESTION) -> Answer:
    return Answer(Evidence(Query(question, question), ()), "fact", "answered", shown, mode="generative")


def test_a_part_that_no_sentence_touches_is_missing() -> None:
    told = with_unsaid(answer(LINEN))
    assert (told.status, told.missing) == ("partial", ("who counts the lost towels",))


def test_a_question_that_is_answered_whole_stays_so() -> None:
    assert with_unsaid(answer(LINEN, OURS)).status == "answered"
    assert with_unsaid(answer(LINEN, question="Which temperature, and why?")).status == "answered"


def test_quotations_are_not_judged_by_it() -> None:
    quoted = replace(answer(LINEN), mode="extractive")
    assert with_unsaid(quoted) == quoted
