"""What each figure says of one answer, and where it says nothing."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.evaluation import metrics
from assistant.evaluation.measures import MEASURES
from assistant.evaluation.types import EvalResult, Gold, Place, Question
from assistant.types import Answer, Cell, Citation, Evidence, Hit, Passage, Query, Sentence, Span

TEXT = "Desks open at nine. The host waits for 20 minutes. Cakes are free."
FIRST, SECOND, THIRD = Span(0, 19), Span(20, 50), Span(51, 66)


def passage(span: Span, document: str = "rules.md") -> Passage:
    return Passage(document, span, span.of(TEXT))


def sentence(span: Span, text: str | None = None, document: str = "rules.md") -> Sentence:
    citation = Citation(span.start + 1, passage(span, document), span)
    return Sentence(text or span.of(TEXT), "background", (citation,), 1.0, supported=True)


def answer(*said: Sentence, found: tuple[Span, ...] = (FIRST, SECOND, THIRD), status: str = "answered") -> Answer:
    hits = tuple(Hit(passage(span), 1 / rank, rank, "dense") for rank, span in enumerate(found, start=1))
    return Answer(Evidence(Query("q", "q"), hits), "fact", status, said)  # type: ignore[arg-type]


def gold(*spans: Span, document: str = "rules.md") -> Gold:
    return Gold(tuple(Place(document, span.of(TEXT), span) for span in spans))


def ask(**given: object) -> Question:
    return Question("q", "q", **{"expect": "answer", **given})  # type: ignore[arg-type]


REFUSAL = answer(status="abstained")


def test_recall_counts_gold_held_whole_by_one_of_the_first_passages() -> None:
    question = ask(gold=(gold(FIRST), gold(THIRD)))
    assert metrics.recall_at(2)(question, answer()) == 0.5
    assert metrics.recall_at(3)(question, answer()) == 1.0
    assert metrics.recall_at(3)(question, answer(found=(Span(0, 10), THIRD))) == 0.5
    assert metrics.recall_at(5)(ask(), answer()) is None


def test_any_of_the_places_of_a_gold_will_do_and_a_lost_document_never_does() -> None:
    elsewhere = Place("gone.md", "x")
    assert metrics.recall_at(5)(ask(gold=(Gold((elsewhere, *gold(FIRST).places)),)), answer()) == 1.0
    assert metrics.recall_at(5)(ask(gold=(Gold((elsewhere,)),)), answer()) == 0.0


def test_the_reciprocal_rank_is_of_the_first_passage_with_gold() -> None:
    assert metrics.reciprocal_rank(ask(gold=(gold(SECOND),)), answer()) == 0.5
    assert metrics.reciprocal_rank(ask(gold=(gold(SECOND),)), answer(found=(FIRST,))) == 0.0


def test_citations_are_held_against_gold_both_ways() -> None:
    question = ask(gold=(gold(FIRST), gold(SECOND)))
    told = answer(sentence(FIRST), sentence(THIRD))
    assert metrics.citation_precision(question, told) == 0.5
    assert metrics.citation_recall(question, told) == 0.5
    assert metrics.citation_precision(question, REFUSAL) is None
    assert metrics.citation_recall(question, REFUSAL) == 0.0


def test_a_citation_is_at_a_place_when_they_share_half_of_the_shorter() -> None:
    citation = sentence(SECOND).citations[0]
    assert metrics.cites(citation, gold(Span(29, 34)))
    assert not metrics.cites(citation, gold(Span(48, 66)))
    assert not metrics.cites(citation, gold(SECOND, document="other.md"))


def test_support_sees_a_changed_figure_and_an_added_word() -> None:
    assert metrics.carries(sentence(SECOND))
    assert not metrics.carries(sentence(Span(0, len(TEXT)), TEXT.replace("20", "30")))
    assert not metrics.carries(sentence(SECOND, "The host waits for 20 minutes unless lawyers intervene."))
    assert not metrics.carries(replace(sentence(SECOND), citations=()))
    assert metrics.support(ask(), answer(sentence(FIRST), sentence(SECOND, "Nobody waits at all"))) == 0.5
    assert metrics.support(ask(), REFUSAL) is None


def test_points_are_said_in_any_wording_whatever_case_and_punctuation() -> None:
    question = ask(must_say=(("AT-NINE", "9 am"), ("forty minutes",)))
    assert metrics.points_said(question, answer(sentence(FIRST))) == 0.5
    assert metrics.points_said(question, REFUSAL) == 0.0
    assert metrics.points_said(ask(must_say=(("at ni",),)), answer(sentence(FIRST))) == 0.0


def test_a_cell_is_told_with_its_row_and_column() -> None:
    cell = replace(sentence(THIRD, "free"), cell=Cell("Cakes", "Price"))
    assert metrics.points_said(ask(must_say=(("cakes price free",),)), answer(cell)) == 1.0


def test_what_is_not_shown_is_not_said() -> None:
    hidden = replace(sentence(THIRD), supported=False)
    assert metrics.forbidden_said(ask(must_not_say=("cakes are free",)), answer(hidden)) == 0.0
    assert metrics.forbidden_said(ask(must_not_say=("cakes are free",)), answer(sentence(THIRD))) == 1.0


@pytest.mark.parametrize(
    ("expect", "status", "precision", "recall", "over"),
    [
        ("abstain", "abstained", 1.0, 1.0, None),
        ("abstain", "answered", None, 0.0, None),
        ("answer", "abstained", 0.0, None, 1.0),
        ("answer", "clarify", None, None, 1.0),
        ("answer", "partial", None, None, 0.0),
        ("correct", "abstained", 0.0, None, 1.0),
        ("clarify", "abstained", 0.0, None, None),
        (None, "abstained", None, None, None),
    ],
)
def test_refusals_are_counted_three_ways(
    expect: str | None, status: str, precision: float | None, recall: float | None, over: float | None
) -> None:
    question, told = ask(expect=expect), answer(status=status)
    assert metrics.refusal_precision(question, told) == precision
    assert metrics.refusal_recall(question, told) == recall
    assert metrics.over_refusal(question, told) == over


def test_a_refusal_that_cites_is_none() -> None:
    assert not metrics.refused(answer(sentence(FIRST), status="abstained"))


def test_a_premise_is_corrected_by_saying_what_contradicts_it() -> None:
    question = ask(expect="correct", must_say=(("at nine",),), must_not_say=("cakes are free",))
    assert metrics.premise_corrected(question, answer(sentence(FIRST))) == 1.0
    assert metrics.premise_corrected(question, answer(sentence(SECOND))) == 0.0
    assert metrics.premise_corrected(question, answer(sentence(FIRST), sentence(THIRD))) == 0.0
    assert metrics.premise_corrected(question, REFUSAL) == 0.0
    assert metrics.premise_corrected(ask(), answer(sentence(FIRST))) is None


def test_right_as_a_whole_needs_points_or_a_citation_and_says_nothing_without_either() -> None:
    assert metrics.correct(ask(), answer(sentence(FIRST))) is None
    assert metrics.correct(ask(gold=(gold(FIRST),)), answer(sentence(FIRST))) == 1.0
    assert metrics.correct(ask(gold=(gold(FIRST),)), answer(sentence(THIRD))) == 0.0
    assert metrics.correct(ask(gold=(gold(FIRST),), must_say=(("free",),)), answer(sentence(FIRST))) == 0.0
    assert metrics.correct(ask(expect="clarify"), answer(status="clarify")) == 1.0


def test_a_follow_up_is_held_against_its_stand_alone_form() -> None:
    assert metrics.parity(answer(sentence(FIRST)), answer(sentence(FIRST), sentence(SECOND))) == 0.5
    assert metrics.parity(REFUSAL, REFUSAL) == 1.0
    assert metrics.parity(answer(sentence(FIRST)), REFUSAL) == 0.0


def test_what_does_not_apply_is_absent_and_a_crash_has_no_figure() -> None:
    scores = metrics.score(ask(gold=(gold(FIRST),)), EvalResult("q", answer(sentence(FIRST)), seconds=0.5))
    assert scores["recall@5"] == scores["exact_quotes"] == 1.0
    assert scores["seconds"] == 0.5
    assert not {"points_said", "refusal_recall", "ndcg@10", "follow_up_parity"} & scores.keys()
    assert metrics.score(ask(), EvalResult("q", error="ValueError: no")) == {}


def test_a_quote_that_is_not_in_its_document_lowers_exact_quotes() -> None:
    told = answer(sentence(FIRST), sentence(SECOND))
    scores = metrics.score(ask(), EvalResult("q", told, inexact=("The host waits for 20 minutes.",)))
    assert scores["exact_quotes"] == 0.5


FROZEN = (
    # judged documents, documents found in order, then nDCG@10, recall@10 and MRR@10 worked out by hand:
    # DCG is the sum of grade / log2(rank + 1), divided by that of the judged documents in the best order
    ((("a", 1),), ("x", "a"), 0.6309, 1.0, 0.5),  # 1/log2(3)
    ((("a", 2), ("b", 1)), ("b", "x", "a"), 0.7602, 1.0, 1.0),  # (1 + 2/2) / (2 + 1/log2(3)) = 2 / 2.6309
    ((("a", 1), ("b", 1), ("c", 0)), ("c", "a"), 0.3869, 0.5, 0.5),  # 0.6309 / 1.6309
    ((("a", 1),), tuple("zyxwvutsrqa"), 0.0, 0.0, 0.0),  # the eleventh
    ((("a", 1),), (), 0.0, 0.0, 0.0),
    ((("a", 3), ("b", 2), ("c", 3)), ("b", "a", "c"), 0.9152, 1.0, 1.0),  # 5.3928 / 5.8928
)


@pytest.mark.parametrize(("relevant", "ranking", "ndcg", "recall", "mrr"), FROZEN)
def test_figures_over_judged_documents_are_trec_evals(
    relevant: tuple[tuple[str, int], ...], ranking: tuple[str, ...], ndcg: float, recall: float, mrr: float
) -> None:
    found = metrics.relevance(ask(relevant=relevant), ranking)
    assert round(found["ndcg@10"] or 0, 4) == ndcg
    assert round(found["recall@10"] or 0, 4) == recall
    assert round(found["mrr@10"] or 0, 4) == mrr


def test_every_figure_is_described() -> None:
    page = (Path(__file__).parents[2] / "docs" / "evaluation.md").read_text("utf-8")
    assert not [m.name for m in MEASURES if f"`{m.name}`" not in page]


def test_every_metric_is_shown_by_a_measure() -> None:
    assert metrics.METRICS.keys() <= {m.metric or m.name for m in MEASURES}
