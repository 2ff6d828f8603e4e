"""What is measured on one answer: pure functions of the question and its result.

Each returns a figure, or None where it does not apply. None of them asks the system again, so
an old run can be scored by a new metric. Figures for documents judged by relevance come from
ir-measures, which runs trec_eval's own code.
"""

from __future__ import annotations

from collections.abc import Callable

from assistant.evaluation.types import EvalResult, Gold, Question, Scores
from assistant.text import terms, words
from assistant.types import Answer, Citation, Passage, Sentence, Span

Metric = Callable[[Question, Answer], float | None]

CARRIED = 0.8
"""Share of a sentence's content words that its quotes must hold for them to carry it."""

ANSWERABLE = frozenset({"answer", "correct"})
"""Where a refusal withholds something that the corpus says."""


def score(question: Question, result: EvalResult) -> Scores:
    """Return every figure that applies to the result; nothing after a crash."""
    answer = result.answer
    if answer is None:
        return {}
    found: dict[str, float | None] = {name: metric(question, answer) for name, metric in METRICS.items()}
    found |= relevance(question, result.ranking)
    found["follow_up_parity"] = parity(answer, result.standalone) if result.standalone else None
    found["exact_quotes"] = _share(len(answer.citations) - len(result.inexact), len(answer.citations))
    found["seconds"] = result.seconds
    return {name: figure for name, figure in found.items() if figure is not None}


# --- what was found ---------------------------------------------------------------------------


def recall_at(k: int) -> Metric:
    """Share of gold found among the first `k` passages, 0..1.

    Does not apply without gold. Places are compared, not passage ids, so the figure outlives a
    change of splitter; a passage finds a place when it holds the whole quote.
    """

    def recall(question: Question, answer: Answer) -> float | None:
        first = [hit.passage for hit in answer.evidence.hits[:k]]
        return _share(sum(any(holds(p, gold) for p in first) for gold in question.gold), len(question.gold))

    return recall


def reciprocal_rank(question: Question, answer: Answer) -> float | None:
    """One over the rank of the first passage (of ten) that holds a gold place; 0 if none does."""
    if not question.gold:
        return None
    for rank, hit in enumerate(answer.evidence.hits[:10], start=1):
        if any(holds(hit.passage, gold) for gold in question.gold):
            return 1 / rank
    return 0.0


def relevance(question: Question, ranking: tuple[str, ...]) -> dict[str, float | None]:
    """Return nDCG@10, recall@5, recall@10 and MRR@10 over judged documents, as trec_eval has them.

    nDCG is `ndcg_cut`: linear gain, log2 discount. Empty without judgements. The order given is
    the order measured; scores play no part, so ties cannot reorder it.
    """
    if not question.relevant:
        return {}
    import ir_measures  # noqa: PLC0415  (loads pandas; an answer never needs it)
    from ir_measures import RR, Qrel, R, ScoredDoc, nDCG  # noqa: PLC0415

    names = {nDCG @ 10: "ndcg@10", R @ 5: "recall@5", R @ 10: "recall@10", RR @ 10: "mrr@10"}
    qrels = [Qrel("q", document, grade) for document, grade in question.relevant]
    run = [ScoredDoc("q", document, 1 / rank) for rank, document in enumerate(ranking, start=1)]
    return {names[m.measure]: float(m.value) for m in ir_measures.iter_calc(list(names), qrels, run)}


def holds(passage: Passage, gold: Gold) -> bool:
    """Return whether the passage holds one of the places, whole."""
    return any(
        place.span is not None and passage.document_id == place.document_id and passage.span.covers(place.span)
        for place in gold.places
    )


# --- what was cited ---------------------------------------------------------------------------


def citation_precision(question: Question, answer: Answer) -> float | None:
    """Share of the citations that are at a gold place; does not apply when nothing is cited.

    A true sentence from a place that the set does not list counts against it, so compare it
    between systems on one set rather than between sets.
    """
    if not question.gold:
        return None
    right = sum(any(cites(c, gold) for gold in question.gold) for c in answer.citations)
    return _share(right, len(answer.citations))


def citation_recall(question: Question, answer: Answer) -> float | None:
    """Share of gold that is cited, 0..1; a refusal cites none of it."""
    cited = sum(any(cites(c, gold) for c in answer.citations) for gold in question.gold)
    return _share(cited, len(question.gold))


def cites(citation: Citation, gold: Gold) -> bool:
    """Return whether the quote is at one of the places: they share half of the shorter one."""
    return any(
        place.span is not None
        and citation.passage.document_id == place.document_id
        and _overlap(citation.quote, place.span) >= 0.5
        for place in gold.places
    )


def _overlap(one: Span, other: Span) -> float:
    shared = min(one.end, other.end) - max(one.start, other.start)
    return max(0, shared) / max(1, min(len(one), len(other)))


def support(question: Question, answer: Answer) -> float | None:
    """Share of the shown sentences whose citation carries them; does not apply when none is shown."""
    return _share(sum(carries(s) for s in answer.shown), len(answer.shown))


def carries(sentence: Sentence) -> bool:
    """Return whether the quotes hold the sentence's content words, and every figure in it.

    Found by words alone and on its own terms, not by the verifier that let the sentence pass:
    a floor that misses a changed meaning and needs no language model.
    """
    said = terms(sentence.text)
    quoted = {term for citation in sentence.citations for term in terms(citation.text)}
    figures = {term for term in said if any(c.isdigit() for c in term)}
    held = sum(term in quoted for term in said)
    return bool(sentence.citations) and figures <= quoted and held >= CARRIED * len(said)


# --- what was said ----------------------------------------------------------------------------


def points_said(question: Question, answer: Answer) -> float | None:
    """Share of the points that must be said of which one wording is there, 0..1."""
    text = _normal(answer_text(answer))
    said = sum(any(_normal(wording) in text for wording in point) for point in question.must_say)
    return _share(said, len(question.must_say))


def forbidden_said(question: Question, answer: Answer) -> float | None:
    """1 if anything is said that must not be, else 0."""
    if not question.must_not_say:
        return None
    text = _normal(answer_text(answer))
    return float(any(_normal(wording) in text for wording in question.must_not_say))


def answer_text(answer: Answer) -> str:
    """Return what the reader is told: the shown sentences, a cell with its row and column."""
    told = [f"{s.cell.row} {s.cell.column} {s.text}" if s.cell else s.text for s in answer.shown]
    return "\n".join((*told, *answer.readings))


def _normal(text: str) -> str:
    """Return the words alone, so that case, punctuation and hyphens do not matter."""
    return f" {' '.join(words(text))} "


# --- what was refused -------------------------------------------------------------------------


def refused(answer: Answer) -> bool:
    """Return whether the system abstained, with nothing cited."""
    return answer.status == "abstained" and not answer.citations


def refusal_precision(question: Question, answer: Answer) -> float | None:
    """1 if a refusal was right, 0 if it was not; does not apply to what was not refused."""
    return float(question.expect == "abstain") if question.expect and refused(answer) else None


def refusal_recall(question: Question, answer: Answer) -> float | None:
    """1 if what the corpus does not answer was refused, else 0."""
    return float(refused(answer)) if question.expect == "abstain" else None


def over_refusal(question: Question, answer: Answer) -> float | None:
    """1 if what the corpus answers was refused, or only asked back about, else 0."""
    return float(answer.status in {"abstained", "clarify"}) if question.expect in ANSWERABLE else None


def clarified(question: Question, answer: Answer) -> float | None:
    """1 if a question that is too open was asked back about, else 0."""
    return float(answer.status == "clarify") if question.expect == "clarify" else None


def premise_corrected(question: Question, answer: Answer) -> float | None:
    """1 if the answer says what contradicts a false premise, else 0.

    Said means every point that must be, or, where the set lists none, a citation of gold.
    """
    if question.expect != "correct":
        return None
    return _well_answered(question, answer)


# --- the whole --------------------------------------------------------------------------------


def correct(question: Question, answer: Answer) -> float | None:
    """1 if the system did what the set expects, else 0; None where the set cannot tell.

    An answer is right when every point that must be said is, or, where the set lists none, when
    a gold place is cited; and nothing is said that must not be.
    """
    match question.expect:
        case "abstain":
            return float(refused(answer))
        case "clarify":
            return float(answer.status == "clarify")
        case "answer" | "correct":
            return _well_answered(question, answer)
        case _:
            return None


def _well_answered(question: Question, answer: Answer) -> float | None:
    points, cited = points_said(question, answer), citation_recall(question, answer)
    if points is None and cited is None:
        return None
    good = points == 1.0 if points is not None else bool(cited)
    return float(good and not refused(answer) and not forbidden_said(question, answer))


def parity(follow_up: Answer, standalone: Answer) -> float:
    """Share of what is cited for the stand-alone question that its follow-up form cites too, 0..1.

    When the stand-alone form cites nothing, 1 if the follow-up cites nothing either, else 0.
    """
    alone = {(c.passage.document_id, c.quote) for c in standalone.citations}
    followed = {(c.passage.document_id, c.quote) for c in follow_up.citations}
    return len(alone & followed) / len(alone) if alone else float(not followed)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def written(question: Question, answer: Answer) -> float | None:
    """1 if a language model's own words are shown, 0 if the sources' had to answer; None if no model was asked."""
    asked = bool(answer.notice) or any(s.draft for s in answer.sentences)
    return float(answer.mode == "generative") if asked else None


def drafts_shown(question: Question, answer: Answer) -> float | None:
    """Share of a language model's sentences that are shown as it wrote them."""
    drafts = [s for s in answer.sentences if s.draft]
    return _share(sum(s.supported and s.text == s.draft for s in drafts), len(drafts))


METRICS: dict[str, Metric] = {
    "correct": correct,
    "recall@5": recall_at(5),
    "recall@10": recall_at(10),
    "mrr@10": reciprocal_rank,
    "citation_precision": citation_precision,
    "citation_recall": citation_recall,
    "support": support,
    "points_said": points_said,
    "forbidden_said": forbidden_said,
    "refusal_precision": refusal_precision,
    "refusal_recall": refusal_recall,
    "over_refusal": over_refusal,
    "clarified": clarified,
    "premise_corrected": premise_corrected,
    "written": written,
    "drafts_shown": drafts_shown,
}
