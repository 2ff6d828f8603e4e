from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import groupby

import hotel
import pytest

from assistant.answering.decision_lead import leading_document
from assistant.answering.decision_parts import BRIEF, LEAN_WORDS, MOST_WORDS
from assistant.answering.relevance import overlap
from assistant.answering.verify import verify_quote
from assistant.types import Document, Outline, Sentence

Assess = Callable[..., Outline]
Compose = Callable[..., list[Sentence]]

LAUNDRY = "Should we outsource the laundry of our hotel?"
KITCHEN = "Should we keep the kitchen in-house?"
TOWELS = "Is it a good idea to wash towels only on request?"
ORDER = [part.role for part in BRIEF]


def document_of(sentence: Sentence) -> str:
    return sentence.citations[0].passage.document_id


@pytest.mark.parametrize("question", [LAUNDRY, KITCHEN, TOWELS])
def test_the_lean_comes_first_and_from_the_guidance(compose: Compose, question: str) -> None:
    lean, *_ = compose(question)
    assert lean.role == "bottom line"
    assert document_of(lean).startswith("guidance/")


@pytest.mark.parametrize("question", [LAUNDRY, KITCHEN, TOWELS])
def test_the_parts_stand_in_the_order_of_advice_each_once(compose: Compose, question: str) -> None:
    roles = [role for role, _ in groupby(s.role for s in compose(question) if not s.cell)]
    parts = [role for role in roles if role != "background"]
    assert parts == sorted(parts, key=ORDER.index)
    assert len(set(roles)) == len(roles)
    assert len(roles) > 2


def test_no_part_is_longer_than_a_reader_wants(compose: Compose) -> None:
    said = [s for s in compose(LAUNDRY) if not s.cell]
    for part in BRIEF:
        own = [s for s in said if s.role == part.role and (part.role != "question" or s.text.endswith("?"))]
        assert len(own) <= part.most + 1  # one of another document beside the page's own
    assert sum(len(s.text.split()) for s in said) <= MOST_WORDS + LEAN_WORDS


def test_the_playbook_of_the_function_leads(assess: Assess) -> None:
    for question, document_id in [(LAUNDRY, "guidance/laundry.md"), (KITCHEN, "guidance/kitchen.md")]:
        assert leading_document(assess(question), hotel.documents().__getitem__).id == document_id


def test_the_playbook_leads_also_where_other_pages_say_more(assess: Assess) -> None:
    def without_function(document_id: str) -> Document:
        return replace(hotel.documents()[document_id], function="")

    outline = assess("Should linen and towels of the kitchen be washed at 60 degrees?")
    assert leading_document(outline, hotel.documents().__getitem__).id == "guidance/kitchen.md"
    assert leading_document(outline, without_function).id != "guidance/kitchen.md"


def test_nothing_is_said_twice(compose: Compose) -> None:
    said = [s.text for s in compose(LAUNDRY) if not s.cell and s.role != "question"]
    for n, text in enumerate(said):
        assert all(overlap(text, other) < 0.75 for other in said[:n])


def test_a_question_back_keeps_what_its_answer_changes(compose: Compose) -> None:
    asked = [s.text for s in compose(LAUNDRY) if s.role == "question"]
    assert asked == [
        "Who owns the linen today?",
        "A hotel that rents its linen cannot send it to another laundry.",
        "How many rooms are let in winter?",
        "Fewer than 20 let rooms speak for an outside laundry.",
        "Is there a drying room?",
        "Without a drying room the laundry goes out.",
    ]


def test_the_options_stand_after_the_reasons_row_by_row_with_their_cells(compose: Compose) -> None:
    said = compose(LAUNDRY)
    cells = [n for n, s in enumerate(said) if s.cell]
    assert cells == list(range(cells[0], cells[0] + 8))
    before, after = {s.role for s in said[: cells[0]]}, {s.role for s in said[cells[-1] + 1 :]}
    assert before <= {"bottom line", "fits", "does not fit", "change"}
    assert not after & before
    rows = [s.cell.row for s in said if s.cell]
    assert [row for row, _ in groupby(rows)] == [
        "Outside laundry (contract laundry)",
        "Rented linen",
        "Own laundry (in-house)",
    ]


def test_what_an_article_says_comes_last(compose: Compose) -> None:
    said = compose(TOWELS)
    kinds = [kind for kind, _ in groupby(s.citations[0].passage.kind for s in said)]
    assert kinds == ["guidance", "article"]
    assert [s.role for s in said if s.citations[0].passage.kind == "article"] == ["background"]


def test_facts_and_judgement_are_told_apart(compose: Compose) -> None:
    judged = {s.text: s.judgement for s in compose(LAUNDRY)}
    assert judged["Clean and used linen travel in separate carts."] is False
    assert judged["A hotel without a drying room fits an outside laundry."] is True


def test_a_brief_over_part_of_the_evidence_quotes_only_what_was_found(line, assess: Assess) -> None:
    outline = assess(LAUNDRY)
    passages = {hit.passage.id for hit in outline.evidence.hits[:3]}
    few = tuple(c for c in outline.candidates if c.hit.passage.id in passages)
    evidence = replace(outline.evidence, hits=outline.evidence.hits[:3])
    said = list(line.compose(replace(outline, candidates=few, evidence=evidence)))
    assert said
    assert {s.citations[0].passage.id for s in said} <= passages
    assert all(verify_quote(sentence).supported for sentence in said)
