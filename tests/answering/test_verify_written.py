"""What a language model wrote is shown as it is, as its source says it, or not at all."""

from __future__ import annotations

from collections.abc import Sequence

import hotel
import numpy as np
import pytest
from fakes import WordHashEmbedder

from assistant.answering.verify import WrittenVerifier, entailment_of
from assistant.corpus.split import passages, statements
from assistant.errors import SettingsError
from assistant.text import words
from assistant.types import Citation, Document, Passage, Sentence, Span, Statement

DOCUMENT = hotel.documents()["guidance/laundry.md"]
STATEMENTS = statements(DOCUMENT)
PASSAGES = passages(DOCUMENT, lambda text: len(words(text)), limit=60)


def document_of(document_id: str) -> Document:
    return hotel.documents()[document_id]


def statements_in(passage: Passage) -> Sequence[Statement]:
    return [s for s in STATEMENTS if passage.span.covers(s.span)]


VERIFY = WrittenVerifier(statements_in, document_of, WordHashEmbedder().encode)


def passage_of(text: str) -> Passage:
    start = DOCUMENT.text.index(text)
    return next(p for p in PASSAGES if p.span.covers(Span(start, start + len(text))))


def written(text: str, *cited: str) -> Sentence:
    """A draft that cites the whole passages of these words."""
    found = [passage_of(words) for words in cited]
    return Sentence(text, "requirement", tuple(Citation(0, p, p.span) for p in found), draft=text)


LINEN = "Linen of sick guests is washed at 60 degrees or more."
CARTS = "Clean and used linen travel in separate carts."
PRICE = "An outside laundry charges 1.20 euros a kilo, and a hotel's own laundry costs 1.90 euros."


def test_a_faithful_sentence_is_shown_as_it_was_written_and_cites_the_words_that_carry_it() -> None:
    shown = VERIFY(written("Sick guests' linen is washed at 60 degrees or more.", LINEN))
    assert shown.supported
    assert (shown.text, shown.refusal) == (shown.draft, "")
    assert [c.text for c in shown.citations] == [LINEN]
    assert 0.5 < shown.support <= 1


@pytest.mark.parametrize(
    ("lie", "source", "reason"),
    [
        ("Linen of sick guests is washed at 40 degrees or more.", LINEN, "40"),
        ("Linen of sick guests is washed at 60 degrees or less.", LINEN, "60"),
        ("Linen of sick guests is never washed at 60 degrees or more.", LINEN, "deny"),
        ("Linen of sick guests in Spain is washed at 60 degrees or more.", LINEN, "Spain"),
        ("An outside laundry charges 1.90 euros a kilo.", PRICE, "something else"),
    ],
)
def test_a_lie_is_replaced_by_what_its_source_says(lie: str, source: str, reason: str) -> None:
    shown = VERIFY(written(lie, source))
    assert (shown.text, shown.draft) == (source, lie)
    assert shown.supported
    assert reason in shown.refusal
    assert [c.text for c in shown.citations] == [shown.text]


def test_what_no_sentence_of_the_source_comes_near_is_left_out() -> None:
    shown = VERIFY(written("The pool opens at noon and helicopters land on the roof.", LINEN))
    assert not shown.supported
    assert shown.refusal


def test_a_draft_without_a_passage_is_refused_in_plain_words() -> None:
    shown = VERIFY(Sentence(LINEN, "risk", draft=LINEN))
    assert (shown.supported, shown.refusal) == (False, "it names no passage that was given to it")


def test_a_draft_that_copies_its_source_is_supported_in_full() -> None:
    shown = VERIFY(written(CARTS, CARTS))
    assert (shown.supported, shown.support, shown.refusal) == (True, 1.0, "")


def test_two_statements_joined_cite_both_sentences() -> None:
    joined = "Linen of sick guests is washed at 60 degrees or more, and clean and used linen travel in separate carts."
    shown = VERIFY(written(joined, LINEN, CARTS))
    assert shown.supported
    assert [c.text for c in shown.citations] == [LINEN, CARTS]


def test_a_sentence_marked_as_judgement_by_its_source_stays_so_in_other_words() -> None:
    ours = "A hotel without a drying room fits an outside laundry."
    assert VERIFY(written("An outside laundry fits a hotel without a drying room.", ours)).judgement


def test_a_quotation_is_checked_by_identity() -> None:
    passage = passage_of(CARTS)
    start = DOCUMENT.text.index(CARTS)
    citation = Citation(0, passage, Span(start, start + len(CARTS)))
    assert VERIFY(Sentence(CARTS, "risk", (citation,))).supported
    assert not VERIFY(Sentence("Carts travel.", "risk", (citation,))).supported


def test_a_second_model_may_refuse_what_the_rules_let_pass() -> None:
    asked: list[tuple[str, str]] = []

    def entail(pairs: Sequence[tuple[str, str]]) -> np.ndarray:
        asked.extend(pairs)
        return np.full(len(pairs), 0.1, np.float32)

    draft = "Sick guests' linen is washed at 60 degrees or more."
    strict = WrittenVerifier(statements_in, document_of, WordHashEmbedder().encode, entail=entail)
    shown = strict(written(draft, LINEN))
    assert asked == [(LINEN, draft)]
    assert (shown.text, shown.draft) == (LINEN, draft)
    assert "entailment" in shown.refusal


class Scores:
    """A cross-encoder that gives the same outputs for every pair."""

    def __init__(self, *outputs: float) -> None:
        self.outputs = outputs

    def predict(self, pairs: Sequence[tuple[str, str]]) -> list[list[float]]:
        return [list(self.outputs) for _ in pairs]


def test_the_labels_of_an_entailment_model_say_which_output_counts() -> None:
    entail = entailment_of(Scores(9.0, 0.0, 0.0), {0: "contradiction", 1: "entailment", 2: "neutral"})
    assert entail([("a", "b")])[0] < 0.01
    assert entailment_of(Scores(0.0, 9.0), {0: "neutral", 1: "ENTAILMENT"})([("a", "b")])[0] > 0.99
    assert entailment_of(Scores(0.7), {0: "LABEL_0"})([("a", "b")]) == pytest.approx([0.7])


def test_a_model_that_tells_no_entailment_is_not_used() -> None:
    with pytest.raises(SettingsError, match="entailment"):
        entailment_of(Scores(1.0, 2.0), {0: "good", 1: "bad"})
