"""A follow-up becomes a query that stands alone, by rule.

Works on the words of the conversation only; what the corpus holds is not known here, but for
the glossary's other names of a term, which widen the search by words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from assistant.conversation.facts import draw_facts
from assistant.text import STOP_WORDS, terms, words
from assistant.types import Conversation, Query

Widen = Callable[[str], tuple[str, ...]]
"""Other names of the glossary terms in a text."""

_OPENING = re.compile(
    r"^\s*(and|but|or|so|also|then|what\s+about|how\s+about|what\s+if|and\s+if|why\s+(is|are|not|so)|same\s+(for|question)|"
    r"i\s+mean[t]?|no|actually|sorry|ok(ay)?)\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(it|its|they|them|their|that|those|these|this|he|she|one|ones|there|the\s+(first|second|third|last|former|latter|other|same)(\s+(one|option|model))?)\b",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"\b(is|was|does|would|will)\s+it\s+(a|an|the|make|worth|good|bad|legal|possible|safe|wise|ok|true|better)\b",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    r"\bthe\s+(?P<which>first|second|third|last|former|latter)(\s+(one|option|model|approach))?\b",
    re.IGNORECASE,
)
_CORRECTION = re.compile(r"^\s*(no,?\s+|sorry,?\s+|actually,?\s+)*(i\s+meant?|i\s+mean)\s+", re.IGNORECASE)
_CORRECTED = re.compile(
    r"^\s*(?:no|sorry|actually|oh)?\b[,\s]*i\s+mean[t]?\s+(?P<meant>[^,.?!]+?)(?:[,\s]+not\s+(?P<instead>[^,.?!]+))?\s*[.!?]*$",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"^\s*(?:a\s+)?(different|another|new|other)\s+(subject|topic|question|matter)\s*[:,.–-]+\s*", re.IGNORECASE
)
_ENUMERATION = re.compile(
    r"(?P<items>[\w/()-]+(?:\s[\w/()-]+){0,3}(?:,\s[\w/()-]+(?:\s[\w/()-]+){0,3})*,?\s(?:and|or|vs\.?|versus|against)\s[\w/()-]+(?:\s[\w/()-]+){0,2})",
    re.IGNORECASE,
)
_SPLIT = re.compile(r",\s*(?:and\s+|or\s+)?|\s+(?:and|or|vs\.?|versus|against)\s+", re.IGNORECASE)
_ORDER = {"first": 0, "former": 0, "second": 1, "latter": 1, "third": 2, "last": -1}

_FRAMING = re.compile(
    r"\b(according\s+to|per|as\s+stated\s+in)\s+(the|this|both|either)\s+(\w+[ -]){0,3}(articles?|table|text)\b,?"
    r"|\b(does|do|did)\s+(the|this|both|two)\s+(\w+[ -]){0,3}(articles?|table|sources?)\s+"
    r"(say|state|mention|define|give|rate|agree|recommend)\s*(on|about|as|that)?\b"
    r"|\b(the|both|two)\s+(\w+[ -]){0,3}(articles|sources)\b|\b(what|which)\s+do\s+both\s+say\s+about\b"
    r"|^list\b|\b(named|mentioned|cited)\b(\s+in\s+the\s+article)?",
    re.IGNORECASE,
)
"""Words about the sources; the sources themselves do not use them."""

FEW_TERMS = 3
"""A question with at most so many content words leans on what was said before."""


LOOKED_THROUGH = 1_000
"""Characters of an earlier question or answer in which an enumeration is looked for."""

TOPIC_WEIGHT = 0.5
"""How much what a follow-up leans on counts beside its own words; measured in evals/LOG.md."""


@dataclass(frozen=True, slots=True)
class RuleRewriter:
    """Completes a follow-up from the questions before it, and adds the glossary's other names."""

    widen: Widen = lambda text: ()
    spell: Callable[[str], str] = lambda text: text

    def __call__(self, question: str, conversation: Conversation, /) -> Query:
        """Return the query; it has a context only when the question does not stand alone."""
        own, topic = standalone(question, conversation)
        text = self.spell(without_framing(own))
        context = ((topic, TOPIC_WEIGHT),) if topic else ()
        return Query(text, question, self.widen(text), context, draw_facts(question, conversation))


def standalone(question: str, conversation: Conversation) -> tuple[str, str]:
    """Return the question with what it points back to resolved, and the topic it leans on, or empty.

    >>> from assistant.types import Turn
    >>> talk = Conversation((Turn("Compare outsourcing and offshoring on scalability."),))
    >>> standalone("why is the second one lower?", talk)
    ('why is offshoring lower?', 'Compare outsourcing and offshoring on scalability.')
    >>> standalone("Who owns code written by a contractor in India?", talk)
    ('Who owns code written by a contractor in India?', '')
    """
    question, changed = _CHANGE.subn("", " ".join(question.split()))
    if changed or not conversation.turns or not leans_back(question):
        return question, ""
    topic = _topic(conversation)
    if corrected := _CORRECTED.match(question):
        return _put_right(corrected, conversation, topic)
    question = _CORRECTION.sub("", question)
    return _resolve_ordinal(question, conversation), topic


def _put_right(corrected: re.Match[str], conversation: Conversation, topic: str) -> tuple[str, str]:
    """Return the question before, and the topic, with the wrong word replaced where it stands in them."""
    meant, instead = corrected["meant"].strip(), (corrected["instead"] or "").strip()
    before = conversation.turns[-1].question
    wrong = re.compile(rf"(?<!\w){re.escape(instead)}(?!\w)", re.IGNORECASE)
    if not instead or not wrong.search(before):
        return meant, topic
    text, told = (wrong.sub(lambda _: meant, said) for said in (before, topic))
    return text, "" if told == text else told


def without_framing(question: str) -> str:
    """Return the question without words about its sources, unless too little would be left.

    >>> without_framing("How does the comparison table rate the risk of IP theft?")
    'How the risk of IP theft?'
    """
    bare = " ".join(_FRAMING.sub(" ", question).split())
    return bare if len(bare.split()) >= FEW_TERMS else question


def leans_back(question: str) -> bool:
    """Return whether a question needs what was said before it to be understood."""
    count = len(terms(question))
    if _OPENING.search(question) and count <= 2 * FEW_TERMS:
        return True
    if count <= FEW_TERMS and len(words(question)) <= 9:
        return True
    if "?" not in question and re.match(
        r"\s*(we|our|i|it|they)\b|\s*we're\b|\s*\d+\s+(people|staff)", question, re.IGNORECASE
    ):
        return True  # a fact of the case, told after the question
    pointing = _POINTS_BACK.search(_EXPLETIVE.sub(" ", question))
    return bool(pointing) and count <= 2 * FEW_TERMS


def _topic(conversation: Conversation) -> str:
    """Return the last question that stood alone, and the facts told since."""
    told: list[str] = []
    for turn in reversed(conversation.turns):
        if not turn.question.strip():
            continue
        told.insert(0, " ".join(turn.question.split()))
        if not leans_back(turn.question):
            break
    return " ".join(told[:1] + told[1:][-2:])


def _resolve_ordinal(question: str, conversation: Conversation) -> str:
    """Return the question with "the second one" replaced by what it names, where that is known."""
    found = _ORDINAL.search(question)
    if not found:
        return question
    for turn in reversed(conversation.turns):
        shown = " ".join(s.text for s in turn.answer.shown[:3]) if turn.answer else turn.answer_text
        for text in (turn.question, shown):
            items = _enumerated(text)
            position = _ORDER[found["which"].lower()]
            if len(items) > max(position, 1):
                return question[: found.start()] + items[position] + question[found.end() :]
    return question


def _enumerated(text: str) -> list[str]:
    """Return the items of the first enumeration in a text: `A, B and C`."""
    found = _ENUMERATION.search(text[:LOOKED_THROUGH])
    if not found:
        return []
    items = [item.strip() for item in _SPLIT.split(found["items"]) if item.strip()]
    return [_without_lead(item) for item in items]


def _without_lead(item: str) -> str:
    """Return an item without the verbs and small words around it (`Compare outsourcing`)."""
    kept = item.split()
    while kept and (
        kept[0].lower() in STOP_WORDS or kept[0].lower() in {"compare", "contrast", "difference", "choose"}
    ):
        kept.pop(0)
    for index, word in enumerate(kept):
        if index and word.lower() in STOP_WORDS:
            kept = kept[:index]
            break
    return " ".join(kept) or item
