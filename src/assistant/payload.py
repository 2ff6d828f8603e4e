"""An answer as plain data: the one JSON shape that the CLI and the API return."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.markdown import to_markdown
from assistant.types import Answer, Citation, Fact, Hit, Query, Scorecard, Sentence, Term


def answer_payload(answer: Answer, index: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer in the shape of `ask --json`; `index` says what it was answered from.

    `quote` is exactly `text[start:end]` of the document that `inspect` prints.
    """
    return {
        "question": answer.evidence.query.question,
        "query": answer.evidence.query.standalone,
        "status": answer.status,
        "form": answer.form,
        "mode": answer.mode,
        "text": to_markdown(answer),
        "sentences": [sentence_payload(s) for s in answer.shown],
        "citations": [citation_payload(c) for c in answer.citations],
        "evidence": [hit_payload(h) for h in answer.evidence.hits],
        "missing": list(answer.missing),
        "follow_ups": list(answer.follow_ups),
        "terms": [_term(t) for t in answer.terms],
        "reasons": list(answer.reasons),
        "readings": list(answer.readings),
        "confidence": round(answer.confidence, 4),
        "notice": answer.notice,
        "refused": [_refused(s) for s in answer.refused],
        "change": answer.change,
        "case": [fact_payload(f) for f in answer.evidence.query.facts],
        "facts": [fact_payload(f) for f in answer.facts],
        "scorecard": scorecard_payload(answer.scorecard) if answer.scorecard else None,
        "index": dict(index),
        "seconds": {stage: round(seconds, 4) for stage, seconds in answer.seconds.items()},
    }


def search_payload(query: Query, hits: Sequence[Hit]) -> dict[str, Any]:
    """Return the hits of a search in the shape of `search --json`."""
    return {"query": query.standalone, "hits": [hit_payload(h) for h in hits]}


def fact_payload(fact: Fact) -> dict[str, Any]:
    """Return one fact of the case, with the person's own words and the question they stand in."""
    return {"name": fact.name, "value": fact.value, "words": fact.words, "turn": fact.turn, "state": fact.state}


def scorecard_payload(card: Scorecard) -> dict[str, Any]:
    """Return a scorecard, options best first; a score's `citation` is a number of its `citations`, null for ours."""
    return {
        "subject": card.subject,
        "options": [{"option": o, "total": round(card.total(o), 4), "barred": o in card.barred} for o in card.ranking],
        "criteria": [
            {"criterion": c.name, "weight": c.weight, "about": c.about, "because": c.because} for c in card.criteria
        ],
        "scores": [
            {
                "option": s.option,
                "criterion": s.criterion,
                "value": s.value,
                "citation": s.citation.number if s.citation else None,
                "reason": s.reason,
                "because": s.because,
                "barred": s.barred,
            }
            for s in card.scores
        ],
        "citations": [citation_payload(c) for c in card.citations],
        "decides": card.decides,
        "note": card.note,
    }


def _term(term: Term) -> dict[str, Any]:
    return {
        "term": term.name,
        "meaning": term.meaning,
        "document_id": term.document_id,
        "start": term.span.start,
        "end": term.span.end,
    }


def sentence_payload(sentence: Sentence) -> dict[str, Any]:
    """Return a shown sentence; its citations are numbers."""
    found: dict[str, Any] = {
        "text": sentence.text,
        "role": sentence.role,
        "citations": list(dict.fromkeys(c.number for c in sentence.citations)),
        "support": sentence.support,
        "judgement": sentence.judgement,
    }
    if sentence.cell:
        found["cell"] = {"row": sentence.cell.row, "column": sentence.cell.column}
    return found


def _refused(sentence: Sentence) -> dict[str, Any]:
    """Return what a language model wrote and why it is not shown; `instead` is what its source says, or empty."""
    return {
        "text": sentence.draft or sentence.text,
        "reason": sentence.refusal,
        "instead": sentence.text if sentence.supported else "",
    }


def citation_payload(citation: Citation) -> dict[str, Any]:
    """Return a citation: the quoted words and where they stand."""
    passage = citation.passage
    return {
        "number": citation.number,
        "document_id": passage.document_id,
        "title": passage.title,
        "kind": passage.kind,
        "headings": list(passage.headings),
        "page": passage.page,
        "as_of": passage.as_of,
        "quote": citation.text,
        "start": citation.quote.start,
        "end": citation.quote.end,
        "url": citation.source.url if citation.source else "",
        "source": citation.source.title if citation.source else "",
    }


def hit_payload(hit: Hit) -> dict[str, Any]:
    """Return a passage that was found."""
    passage = hit.passage
    return {
        "document_id": passage.document_id,
        "start": passage.span.start,
        "end": passage.span.end,
        "text": passage.text,
        "score": round(hit.score, 6),
        "rank": hit.rank,
        "found_by": hit.found_by,
        "title": passage.title,
        "headings": list(passage.headings),
    }
