"""The scorecard of an answer: when there is one, which, and its scores in the case."""

from __future__ import annotations

from dataclasses import replace

import pytest
from scorecards import CARD, COOKS, brief, canteen, document_of, passages_of

from assistant.answering.scorecard import Scorecards, cite, with_places
from assistant.types import Answer, Fact, Form, Scorecard, Span


def score(*facts: Fact, lead: str = "cooks.md") -> Scorecard:
    card = canteen().score(brief(*facts, lead=lead))
    assert card is not None
    return card


def value(card: Scorecard, option: str, criterion: str) -> tuple[float, str]:
    (found,) = [s for s in card.scores if (s.option, s.criterion) == (option, criterion)]
    return found.value, found.because


def test_the_total_is_the_weighted_mean() -> None:
    card = score()
    assert card.subject == "Lunch"
    assert [card.total(option) for option in card.options] == [(3 * 5 + 2) / 4, (3 * 3 + 5) / 4, (3 * 1 + 5) / 4]
    assert card.ranking == ("In-house", "Caterer", "Canned food")


def test_every_option_has_one_score_for_every_criterion() -> None:
    card = score(Fact("speed", "urgent"))
    pairs = [(s.option, s.criterion) for s in card.scores]
    assert sorted(pairs) == sorted({(o, c.name) for o in card.options for c in card.criteria})


def test_a_cited_score_shows_exactly_the_words_of_its_page() -> None:
    cited = [s for s in score().scores if s.citation]
    assert cited
    for found in cited:
        assert found.citation is not None
        assert found.citation.text == found.reason
        assert found.citation.quote.of(document_of("cooks.md").text) == found.reason


def test_what_no_page_says_is_our_judgement() -> None:
    ours = {(s.option, s.criterion): s.reason for s in score().scores if s.citation is None}
    assert ours["Caterer", "Taste"] == "A caterer knows few guests"


def test_words_that_are_not_in_the_page_once_are_not_cited() -> None:
    changed = canteen(CARD.replace("Own cooks know every guest. |", "cooks |", 1))
    card = changed.score(brief())
    assert card is not None
    (taste,) = [s for s in card.scores if (s.option, s.criterion) == ("In-house", "Taste")]
    assert taste.citation is None


def test_a_citation_names_the_source_that_the_quoted_sentence_names() -> None:
    cited = cite("cooks.md", "Only own cooks may serve fish.", document_of, passages_of)
    assert cited is not None
    assert cited.source is not None
    assert cited.source.title == "Kitchen rule 9"
    assert cite("cooks.md", "every guest", document_of, passages_of).source is None  # type: ignore[union-attr]
    assert cite("gone.md", "every guest", document_of, passages_of) is None


def test_citations_carry_on_the_numbers_of_the_answer() -> None:
    answer = brief()
    card = canteen().score(answer)
    assert card is not None
    assert [c.number for c in card.citations] == [3, 4]
    quote = document_of("cooks.md").text.index("Own cooks know every guest.")
    same = replace(answer.sentences[0].citations[0], quote=Span(quote, quote + 27), passage=passages_of("cooks.md")[0])
    again = canteen().score(replace(answer, sentences=(replace(answer.sentences[0], citations=(same,)),)))
    assert again is not None
    assert next(s.citation for s in again.scores if s.citation).number == same.number


def test_a_fact_changes_its_scores_and_says_so() -> None:
    assert value(score(), "Caterer", "Taste") == (3, "")
    assert value(score(Fact("scope clarity", "high")), "Caterer", "Taste") == (4.5, "scope clarity: high")
    assert value(score(Fact("size", "40 people")), "In-house", "Speed") == (3, "size: 40 people")


def test_a_fact_changes_a_weight_and_says_so() -> None:
    weights = {c.name: (c.weight, c.because) for c in score(Fact("speed", "urgent")).criteria}
    assert weights == {"Taste": (3, ""), "Speed": (5, "speed: urgent")}


def test_a_removed_fact_does_not_count() -> None:
    assert value(score(Fact("scope clarity", "high", state="removed")), "Caterer", "Taste") == (3, "")


def test_a_row_of_two_facts_needs_both() -> None:
    health, florida = Fact("data class", "health data"), Fact("jurisdiction", "Florida")
    assert not score(health).barred
    assert not score(health, Fact("jurisdiction", "Ohio")).barred
    card = score(health, florida)
    assert card.barred == {"Caterer"}
    assert card.ranking == ("In-house", "Canned food", "Caterer")
    assert value(card, "Caterer", "Taste") == (0, "data class: health data; jurisdiction: Florida")


def test_a_place_lies_in_what_holds_it_and_is_called_what_was_said() -> None:
    florida = Fact("jurisdiction", "Florida")
    assert with_places([florida])[Fact("jurisdiction", "US")] == florida
    assert list(with_places([Fact("size", "Florida")])) == [Fact("size", "Florida")]
    in_the_us = canteen(CARD.replace("jurisdiction: Florida", "jurisdiction: US"))
    card = in_the_us.score(brief(Fact("data class", "health data"), florida))
    assert card is not None
    assert card.rests_on == {"data class: health data", "jurisdiction: Florida"}


def test_a_scorecard_rests_on_the_facts_that_moved_a_score_or_a_weight() -> None:
    card = score(Fact("speed", "urgent"), Fact("scope clarity", "high"), Fact("industry", "hotel"))
    assert card.rests_on == {"speed: urgent", "scope clarity: high"}


def test_facts_that_the_case_lacks_are_told_with_what_they_would_change() -> None:
    what_ifs = {(w.fact, w.value): w for w in score().what_ifs}
    assert set(what_ifs) == {("scope clarity", "high"), ("size", "under 50 people"), ("speed", "urgent")}
    assert [(s.option, s.value) for s in what_ifs["scope clarity", "high"].scores] == [("Caterer", 4.5)]
    assert [(c.name, c.weight) for c in what_ifs["speed", "urgent"].criteria] == [("Speed", 5)]
    with_health = score(Fact("data class", "health data"))
    assert ("jurisdiction", "Florida") in {(w.fact, w.value) for w in with_health.what_ifs}


def test_the_function_that_was_told_goes_before_the_page() -> None:
    assert score(lead="tables.md").subject == "Any meal"
    assert score(Fact("function", "lunch"), lead="tables.md").subject == "Lunch"
    assert score(Fact("function", "dinner"), lead="cooks.md").subject == "Any meal"


@pytest.mark.parametrize("form", ["fact", "comparison"])
def test_only_a_decision_has_a_scorecard(form: Form) -> None:
    assert canteen().score(brief(form=form)) is None


def test_a_refusal_and_a_question_of_something_else_have_none() -> None:
    answer = brief()
    assert canteen().score(replace(answer, status="abstained", sentences=())) is None
    assert canteen().score(brief(question="Should we lay the tables before noon?")) is None


def test_a_corpus_without_the_file_has_none() -> None:
    assert Scorecards().score(brief()) is None


def test_the_note_says_why_it_differs_from_a_lean_that_is_not_split() -> None:
    answer = brief()
    split = canteen().score(answer)
    assert split is not None
    assert (split.leans, split.note) == (("In-house", "Caterer"), "")
    card = canteen().score(replace(answer, sentences=answer.sentences[:1]))
    assert card is not None
    assert card.leans == ("Caterer",)
    assert card.note == (
        "The brief leans to Caterer; the scorecard puts In-house first for Taste (5 against 3, weight 3)."
    )


def test_scoring_is_a_function_of_the_answer() -> None:
    answer: Answer = brief(Fact("speed", "urgent"))
    assert canteen().score(answer) == canteen().score(answer)
    assert COOKS.count("Own cooks know every guest.") == 1
