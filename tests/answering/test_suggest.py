from __future__ import annotations

import hotel
import pytest

from assistant.answering.conclude import Conclusion
from assistant.answering.suggest import MOST_FOLLOW_UPS, MOST_TERMS, Suggester, subject
from assistant.pipeline import Assistant
from assistant.types import Answer, Document, Origin


def document(title: str) -> Document:
    return Document("x.md", title, "guidance", "", "", Origin("x.md", ()))


def test_follow_ups_ask_for_parts_of_the_cited_guidance_that_were_not_shown(line: Assistant) -> None:
    answer = line.ask("Which temperature is linen of sick guests washed at?")
    assert 1 <= len(answer.follow_ups) <= MOST_FOLLOW_UPS
    assert len(set(answer.follow_ups)) == len(answer.follow_ups)
    assert all("sending the laundry out" in question for question in answer.follow_ups)
    assert not any("rules require" in question for question in answer.follow_ups)


def test_every_follow_up_is_answered_by_the_same_corpus(line: Assistant) -> None:
    for question in line.ask("Which temperature is linen of sick guests washed at?").follow_ups:
        answer = line.ask(question)
        assert answer.status == "answered", question
        assert "guidance/laundry.md" in {c.passage.document_id for c in answer.citations}


def test_a_brief_that_showed_every_part_suggests_none_of_them_again(line: Assistant) -> None:
    answer = line.ask("Should we outsource the laundry of our hotel?")
    shown = {s.role for s in answer.shown}
    assert {"risk", "requirement", "cost", "next step", "does not fit", "change"} <= shown
    assert answer.follow_ups == ()


def test_an_article_suggests_nothing(line: Assistant) -> None:
    assert line.ask("What are the advantages of rented linen?").follow_ups == ()


def test_terms_of_the_shown_sentences_are_explained_unless_they_explain_themselves(line: Assistant) -> None:
    answer = line.ask("Which temperature is linen of sick guests washed at?")
    assert [term.name for term in answer.terms] == ["Linen"]
    assert answer.terms[0].span.of(hotel.documents()["guidance/glossary.md"].text) == answer.terms[0].meaning
    assert line.ask("What is an SLA?").terms == ()


def test_no_more_terms_than_a_reader_wants(line: Assistant) -> None:
    assert isinstance(line.conclude, Conclusion)
    answer = line.ask("Which temperature is linen of sick guests washed at?")
    (term,) = answer.terms
    suggest = Suggester(line.conclude.document_of, lambda text: [term] * 20)
    assert len(suggest(answer).terms) == MOST_TERMS


def test_a_refusal_is_left_as_it_is(line: Assistant) -> None:
    refused = line.ask("What's the weather in Manila?")
    assert isinstance(refused, Answer)
    assert line.conclude(refused) == refused
    assert (refused.follow_ups, refused.terms) == ((), ())


@pytest.mark.parametrize(
    ("title", "within"),
    [
        ("Outsourcing the patient portal", "outsourcing the patient portal"),
        ("HR and recruiting", "HR and recruiting"),
        ("DevOps and SRE", "DevOps and SRE"),
        ("Payroll", "payroll"),
        ("", ""),
    ],
)
def test_a_title_stands_within_a_sentence(title: str, within: str) -> None:
    assert subject(document(title)) == within
