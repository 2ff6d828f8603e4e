"""The gate: does the corpus answer this question? Decided before a word is composed.

A wrong answer costs more than a refusal. The gate weighs four signs, each of which a person
can check in the trace, by logistic regression on the development questions
(`benchmarks/calibrate_gate.py` prints the figures and the weights). Rules follow for what no
sum of signs can tell: a question for a figure that no statement gives, and orders in place of
a question.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from assistant.answering.decision_lead import is_named, to_read
from assistant.answering.forms import Ask, read_question
from assistant.answering.lacking import lacking
from assistant.answering.orders import without_orders
from assistant.answering.relevance import FRAMING, Ranker
from assistant.stages import DocumentOf
from assistant.text import terms
from assistant.types import Candidate, Conversation, Evidence, Hit, Outline, Passage, Query, Status

NEW = Conversation()

NEAR = 5
"""How many of the best statements the signs are read from."""

THRESHOLD = 0.35
"""Below this confidence the assistant abstains."""

THRESHOLD_SUBJECT = 0.1
"""The same where the subject is not in doubt, only the detail: a question that names the articles, a follow-up."""

WHOLE = {1: 0.95, 2: 0.9, 3: 0.6}
"""The share of its words that one passage must hold for a question of so few words: a short question
has no words to spare, so a passage that lacks one of them is about something else."""

NEAR_TWIN = 0.7
"""A statement as near as this in meaning outweighs missing words."""

SURE = 0.6
"""From this confidence a decision on what a document advises on is answered, whatever else it names."""

NAMED = 0.6
"""The same for a short question that names somebody or some place."""

MOST_NAMED_TERMS = 4
"""In a longer question a name is part of the case that is described; the corpus need not hold it."""

_ORDER = re.compile(
    r"\b(ignore|disregard|forget)\b.*\b(instructions?|rules|prompt|above|previous)\b|\b(system\s+prompt|your\s+instructions)\b"
    r"|\bprint\b.*\b(prompt|all\s+documents)\b|\bpretend\s+(you|to\s+be|that\s+you)|\b(act|behave)\s+as\s+(if|my|an?)\b"
    r"|\b(say|repeat|write|print|reply|answer)\s+(only|exactly|the\s+word|with\s+only)\b|\band\s+nothing\s+else\b"
    r"|\bconfirm\s+in\s+writing\b|\brepeat\s+after\s+me\b|\byou\s+are\s+now\b|\bjailbreak\b|\bdeveloper\s+mode\b",
    re.IGNORECASE,
)
_EVASION = re.compile(
    r"\bhelp\s+(me|us)\b.{0,80}\b(avoid|evade|dodge|hide|circumvent|get\s+around)\b.{0,80}\b(tax|taxes|law|rules?|regulat\w+|audit|duties)\b"
    r"|\b(classify|register|label)\b.{0,80}\bas\s+(contractors?|freelancers?)\b.{0,80}\b(avoid|evade|save|skip|so\s+(that\s+)?we)\b"
    r"|\bwithout\s+(telling|informing)\b|\bconfidential\s+(rate\s+card|prices?|data|contract)\b.*\b(competitor|their|of)\b"
    r"|\b(competitor|vendor)'?s?\s+confidential\b|\w+'s\s+confidential\b",
    re.IGNORECASE,
)
_OTHER_SENSE = re.compile(
    r"\boffshore\s+(bank|banking|account|accounts|compan(y|ies)\s+to\s+hide|trusts?|tax\s+haven|wind|oil|gas|drilling|rigs?|"
    r"platform|fishing|sailing|racing|island)\b|\boutsourc\w*\s+(my\s+)?(homework|essay|metabolism|thesis|dissertation)\b",
    re.IGNORECASE,
)
"""The words of our subject in another sense."""
_NAME = re.compile(r"(?<=[a-z,;:'’\d] )(?:[A-Z][a-z]+[\w&-]*|[A-Z]{3,})\b")
_NOTHING_SAID = re.compile(
    r"^\s*((and|so|but|ok|well|then)[,\s]+)*(compare\s+(them|these|those|both)|(should|can|must|may|could|would)\s+(we|i|you|they)\s+(do|have|need|use|"
    r"make|get|buy|want)\s*(it|this|that|them|one)?|(is|are|was|would|will)\s+(it|this|that|they|these)\s+(be\s+)?\w+(\s+(for\s+us|now|then|enough))?|"
    r"how\s+(many|much|long)(\s+\w+)?\s+(will|would|do|does|is|can|should)\s+(we|it|this|that|i|they)(\s+\w+)?|(what|how|why|who|when)(\s+about)?(\s+(it|that|this|them))?|"
    r"what\s+is\s+in\s+(the|this)\s+\w+|(tell\s+me\s+)?more|help|go\s+on)\s*[?.!]*\s*$",
    re.IGNORECASE,
)
"""A question without a subject of its own, whole."""
_TO_ADD = (
    "Which activity or service is it about, for example payroll, customer support or a patient portal?",
    "Which options do you weigh: in-house, a vendor, your own centre abroad, an employer of record?",
    "What matters most: cost, control, speed, data protection or the rules of a country?",
)
"""What a question without a subject lacks, asked back."""
MOST_OPEN_TERMS = 5
"""A request for ideas with more content words than this says enough to be answered."""
_OPEN = re.compile(r"\b(ideas?|suggestions?|thoughts|tips|help|advice)\s*[?.!]?\s*$", re.IGNORECASE)


Nearness = Callable[[Query, Sequence[Passage]], Iterable[float]]
"""The cosine of the query and each passage."""

PassagesOf = Callable[[str], Sequence[Passage]]
"""The passages of a document, in its order."""

ReadingsOf = Callable[[str], tuple[str, ...]]
"""The meanings that a question may have, where it has several; empty where it is clear."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What the gate looks at: two cosines, three shares (0..1)."""

    similarity: float
    """Of the best passage to the question."""
    twin: float
    """Of the best statement to the question."""
    coverage: float
    """Share of the question's words, weighted by rarity, in the best statement for it."""
    together: float
    """The same share in the best passage with its title, for what is said over several sentences."""
    unknown: float
    """Share of the question's words, weighted by rarity, that the corpus does not hold at all."""

    def vector(self) -> tuple[float, ...]:
        """Return the signs in the order of the weights."""
        return (self.similarity, self.together, self.unknown)


@dataclass(frozen=True, slots=True)
class Gate:
    """A logistic regression over the signs."""

    weights: tuple[float, float, float] = (10.6, 1.8, -4.3)
    bias: float = -2.9

    def confidence(self, signs: Signs) -> float:
        """Return the probability that the corpus answers, 0..1."""
        z = self.bias + sum(w * x for w, x in zip(self.weights, signs.vector(), strict=True))
        return 1 / (1 + math.exp(-z))


@dataclass(frozen=True, slots=True)
class Assessor:
    """Decides from the evidence whether to answer, in which form, and what is missing."""

    rank: Ranker
    nearness: Nearness
    readings_of: ReadingsOf = lambda question: ()
    gate: Gate = Gate()
    threshold: float = THRESHOLD
    document_of: DocumentOf | None = None
    passages_of: PassagesOf = lambda document_id: ()

    def __call__(self, evidence: Evidence, conversation: Conversation = NEW, /) -> Outline:
        """Return the outline of the answer, with the candidates it may use and what was said before."""
        return replace(without_orders(self._outline(evidence)), conversation=conversation)

    def _outline(self, evidence: Evidence) -> Outline:
        query = evidence.query
        ask = read_question(query.question)
        form = ask.form if "?" in query.question else read_question(query.standalone).form
        if readings := _too_open(query) or (() if query.context else self.readings_of(query.text)):
            return Outline(evidence, form, "clarify", readings=readings)
        candidates = tuple(self.rank(evidence, ask))
        if not candidates:
            return Outline(evidence, form, "abstained", reasons=("nothing in the corpus was found for this",))
        signs = self.signs(evidence, candidates)
        confidence = self.gate.confidence(signs)
        status, reasons = self._status(query, ask, candidates, signs)
        missing = self._missing(query, candidates) if status == "answered" else ()
        if form == "decision" and status == "answered":
            evidence, candidates = self._read_on(evidence, candidates, ask)
        return Outline(
            evidence,
            form,
            "partial" if missing else status,
            candidates,
            confidence=confidence,
            reasons=reasons,
            missing=missing,
        )

    def _read_on(
        self, evidence: Evidence, candidates: tuple[Candidate, ...], ask: Ask
    ) -> tuple[Evidence, tuple[Candidate, ...]]:
        """Return the evidence and its statements with the whole of what a decision follows.

        A brief rests on the page's duties and risks also where their words are not the question's.
        """
        if not self.document_of:
            return evidence, candidates
        ids = to_read(Outline(evidence, "decision", "answered", candidates), self.document_of)
        found = {hit.passage.id for hit in evidence.hits}
        more = (p for document_id in ids for p in self.passages_of(document_id) if p.id not in found)
        rest = tuple(Hit(p, 0.0, rank, "hybrid") for rank, p in enumerate(more, start=len(evidence.hits) + 1))
        if not rest:
            return evidence, candidates
        whole = replace(evidence, hits=evidence.hits + rest)
        return whole, tuple(self.rank(whole, ask))

    def signs(self, evidence: Evidence, candidates: Sequence[Candidate]) -> Signs:
        """Return the signs of a question and its ranked statements."""
        query = evidence.query
        weights = self.rank.weights(query)
        total = sum(weights.values()) or 1.0
        near = candidates[:NEAR]
        passages = {c.hit.passage.id: c.hit.passage for c in candidates[: 3 * NEAR]}.values()
        held = [set(terms(" ".join((p.title, *p.headings, p.text)))) for p in passages]
        return Signs(
            similarity=max(self.nearness(query, [h.passage for h in evidence.hits[:NEAR]])),
            twin=max(c.similarity for c in near),
            coverage=max(c.coverage for c in near),
            together=max(sum(w for t, w in weights.items() if t in found) for found in held) / total,
            unknown=sum(w for t, w in weights.items() if not self.rank.holds(t)) / total,
        )

    def _status(
        self, query: Query, ask: Ask, candidates: Sequence[Candidate], signs: Signs
    ) -> tuple[Status, tuple[str, ...]]:
        refusal = _refusal(query.question) or self._too_little(query, ask, signs, candidates)
        if not refusal and not ask.premise:  # what the question takes for granted is put right, not refused
            refusal = lacking(query, ask, candidates, self.rank.holds)
        return ("abstained", (refusal,)) if refusal else ("answered", ())

    def _too_little(self, query: Query, ask: Ask, signs: Signs, candidates: Sequence[Candidate]) -> str:
        """Return why the evidence does not carry an answer, or empty."""
        confidence = self.gate.confidence(signs)
        if ask.articles_only or query.context:
            return _UNSURE if confidence < THRESHOLD_SUBJECT else ""
        if ask.form == "decision" and confidence >= SURE and self._has_playbook(query, candidates):
            return ""  # a name in a decision on a known function is its case, not its subject
        held = max(signs.coverage, signs.together)
        if held < WHOLE.get(len(self.rank.weights(query)), 0.0) and signs.twin < NEAR_TWIN:
            return _UNSURE
        few = len(self.rank.weights(query)) <= MOST_NAMED_TERMS
        if few and _NAME.search(query.question) and held < NAMED and signs.twin < NEAR_TWIN:
            return _UNSURE
        return _UNSURE if confidence < self.threshold else ""

    def _has_playbook(self, query: Query, candidates: Sequence[Candidate]) -> bool:
        """Return whether the question names what one of the documents that were found advises on."""
        if not self.document_of:
            return False
        documents = map(self.document_of, dict.fromkeys(c.statement.document_id for c in candidates))
        return any(is_named(d, query) for d in documents)

    def _missing(self, query: Query, candidates: Sequence[Candidate]) -> tuple[str, ...]:
        """Return the parts of a question of several parts that no near statement touches."""
        parts = [
            p.strip() for p in re.split(r"[?;]\s+|,?\s+and\s+(?=who|what|how|when|where|which|why)", query.question)
        ]
        if len(parts) < 2:
            return ()
        held = {
            t
            for c in candidates[:12]
            for t in terms(" ".join((c.statement.text, *c.statement.headings, c.hit.passage.title)))
        }
        lacking = []
        for part in parts:
            weights = {t: self.rank.rarity(t) for t in terms(part) if t not in FRAMING}
            total = sum(weights.values())
            # a part of one word ("and how much?") has its subject in the part before it
            if len(weights) > 1 and sum(w for t, w in weights.items() if t in held) / total < 0.34:
                lacking.append(part.rstrip("?. "))
        return tuple(lacking)


def _too_open(query: Query) -> tuple[str, ...]:
    """Return what to add to a question that names no subject, or nothing if it names one."""
    if query.context:
        return ()
    if _NOTHING_SAID.match(query.text) or (_OPEN.search(query.text) and len(terms(query.text)) <= MOST_OPEN_TERMS):
        return _TO_ADD
    return ()


def _refusal(question: str) -> str:
    """Return why a question is not one that the assistant answers, whatever the corpus holds."""
    if _ORDER.search(question):
        return "this is an order to the assistant, not a question to the corpus"
    if _EVASION.search(question):
        return "the assistant does not help to evade duties or to obtain confidential data"
    if _OTHER_SENSE.search(question):
        return "the question uses the words in another sense than sourcing"
    return ""


_UNSURE = "no passage of the corpus carries an answer"
