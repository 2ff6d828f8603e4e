from __future__ import annotations

from dataclasses import replace

import samples
from fakes import make_document

from assistant.errors import UnknownDocument
from assistant.records.changes import compare_now, difference
from assistant.types import Document, Sentence

ASKED = "2026-11-03T09:00:00.000+00:00"


def now(**texts: str):  # type: ignore[no-untyped-def]
    """What gives the documents of today."""

    def document_of(id: str) -> Document:
        if id not in texts:
            raise UnknownDocument(id)
        return make_document(id, texts[id])

    return document_of


def test_a_corpus_that_has_not_changed_says_nothing() -> None:
    since = compare_now(samples.decision(), ASKED, now(repairs="x" * 100 + samples.REPAIRS, parts=samples.PARTS))
    assert since.standings == ((1, "same"), (2, "same"), (3, "same"), (4, "same"))
    assert since.summary == ""


def test_words_that_moved_are_found_and_those_that_changed_are_counted() -> None:
    changed = samples.REPAIRS.replace("40 euros", "50 euros").replace("needs three", "needs\nthree")
    since = compare_now(samples.decision(), ASKED, now(repairs="New first line.\n" + changed, parts=samples.PARTS))
    assert since.standings == ((1, "moved"), (2, "moved"), (3, "gone"), (4, "same"))
    assert since.summary == "1 of 4 cited passages has changed since 3 November 2026."


def test_a_document_that_is_gone_takes_its_citations_along() -> None:
    since = compare_now(samples.decision(), ASKED, now(parts=samples.PARTS))
    assert [standing for _, standing in since.standings] == ["gone", "gone", "gone", "same"]
    assert since.summary == "3 of 4 cited passages have changed since 3 November 2026."
    assert compare_now(samples.fact(), ASKED, now()).summary.startswith("1 of 1 cited passage has changed")


def test_an_answer_without_citations_has_nothing_to_compare() -> None:
    assert compare_now(samples.refusal(), ASKED, now()) == compare_now(samples.refusal(), ASKED, now(repairs="x"))


def test_the_same_answer_is_no_difference_whatever_its_numbers() -> None:
    again = samples.decision()
    renumbered = tuple(
        replace(s, citations=tuple(replace(c, number=c.number + 5) for c in s.citations)) for s in again.sentences[::-1]
    )
    found = difference(samples.decision(), replace(again, sentences=renumbered))
    assert found.same
    assert found.summary == "Nothing has changed."


def test_another_lean_is_told_first() -> None:
    before = samples.decision()
    lean = replace(before.sentences[0], text=samples.SPOKES.text, citations=(samples.SPOKES,))
    found = difference(before, replace(before, sentences=(lean, *before.sentences[1:5])))
    assert found.summary == "The lean has changed."
    assert found.lean == (samples.LEAN.text, samples.SPOKES.text)
    assert found.added == (samples.SPOKES.text,)
    assert found.gone == (samples.LEAN.text, "Ask which wheels break most.")
    assert [c.text for c in found.no_longer_cited] == [samples.LEAN.text]
    assert found.cited == ()


def test_sentences_that_came_and_went_are_counted() -> None:
    before = samples.decision()
    new = samples.said(samples.PARTS[36:], "risk", samples.cite(7, samples.PARTS_PASSAGE, samples.PARTS[36:]))
    found = difference(before, replace(before, sentences=(*before.sentences[:5], new)))
    assert found.summary == "The lean is the same; 1 sentence new and 1 sentence gone."
    assert [c.text for c in found.cited] == [samples.PARTS[36:]]


def test_sentences_that_were_never_shown_make_no_difference() -> None:
    before = samples.decision()
    silent = Sentence("Nobody says so.", "risk")
    assert difference(before, replace(before, sentences=(*before.sentences, silent))).same


def test_an_answer_where_there_was_none_is_told() -> None:
    assert difference(samples.refusal(), samples.fact()).summary == "It is answered now."
    assert difference(samples.fact(), samples.refusal()).summary == "It is no longer answered."


def test_the_same_words_from_another_passage_are_told() -> None:
    before = samples.fact()
    elsewhere = replace(before.sentences[0], citations=(samples.SPOKES,))
    assert difference(before, replace(before, sentences=(elsewhere,))).summary == (
        "It says the same from other passages."
    )
