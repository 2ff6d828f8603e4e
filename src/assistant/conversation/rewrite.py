"""A follow-up becomes a query that stands alone, by rule.

Works on the words of the conversation only; what the corpus holds is not known here, but for
the glossary's other names of a term, which widen the search by words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.conversation.facts import draw_facts
from assistant.conversation.lean import Leaning, announced, leaning
from assistant.conversation.refer import put_in_place, put_item, put_right, resolve_ordinal, without_correction
from assistant.types import Conversation, Query, Turn

Widen = Callable[[str], tuple[str, ...]]
"""Other names of the glossary terms in a text."""

_FRAMING = re.compile(
    r"\b(according\s+to|per|as\s+stated\s+in)\s+(the|this|both|either)\s+(\w+[ -]){0,3}(articles?|table|text)\b,?"
    r"|\b(does|do|did)\s+(the|this|both|two)\s+(\w+[ -]){0,3}(articles?|table|sources?)\s+"
    r"(say|state|mention|define|give|rate|agree|recommend)\s*(on|about|as|that)?\b"
    r"|\b(the|both|two)\s+(\w+[ -]){0,3}(articles|sources)\b|\b(what|which)\s+do\s+both\s+say\s+about\b"
    r"|^list\b|\b(named|mentioned|cited)\b(\s+in\s+the\s+article)?",
    re.IGNORECASE,
)
"""Words about the sources; the sources themselves do not use them."""

LEAST_WORDS = 3
"""Words that must be left of a question for those about its sources to be taken out."""

TOPIC_WEIGHTS: dict[Leaning, float] = {"ellipsis": 0.5, "pronoun": 0.5, "told": 0.5, "short": 0.1, "alone": 0.0}
"""How much the question that a follow-up leans on counts beside its own words; measured in evals/LOG.md."""

ANSWER_WEIGHT = 0.4
"""How much the last answer counts in the search; each one before it counts half as much again."""

LEAST_WEIGHT = 0.1
"""An answer that would count less is left out."""

LEAD = 1_000
"""Characters of an answer that stand for it; what follows finds no more."""

MOST_TURNS = 50
"""Turns that are read again; those before them pull on nothing."""


@dataclass(frozen=True, slots=True)
class RuleRewriter:
    """Completes a follow-up from what was said before it, and adds the glossary's other names."""

    widen: Widen = lambda text: ()
    spell: Callable[[str], str] = lambda text: text

    def __call__(self, question: str, conversation: Conversation, /) -> Query:
        """Return the query; it leans on what was said before only when the question does not stand alone."""
        turns = _thread(conversation.turns)
        own, topic = standalone(question, Conversation(turns))
        text = self.spell(without_framing(own))
        return Query(
            text,
            question,
            self.widen(text),
            ((topic, TOPIC_WEIGHTS[leaning(question)]),) if topic else (),
            draw_facts(question, conversation),
            _answered(turns) if topic else (),
        )


def _thread(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """Return the last turns, from the last that announced another subject."""
    kept: list[Turn] = []
    for turn in reversed(turns[-MOST_TURNS:]):
        kept.insert(0, turn)
        if announced(turn.question) is not None:
            break
    return tuple(kept)


def _answered(turns: Sequence[Turn]) -> tuple[tuple[str, float], ...]:
    """Return the beginning of each answer with its weight, the last first."""
    weighted = ((_lead(turn), ANSWER_WEIGHT / 2**age) for age, turn in enumerate(reversed(turns)))
    return tuple((text, weight) for text, weight in weighted if text and weight >= LEAST_WEIGHT)


def _lead(turn: Turn) -> str:
    """Return the first characters of an answer, as the reader saw it."""
    said = " ".join(s.text for s in turn.answer.shown) if turn.answer else turn.answer_text
    return " ".join(said[: 2 * LEAD].split())[:LEAD]


def standalone(question: str, conversation: Conversation) -> tuple[str, str]:
    """Return the question with what it points back to resolved, and the topic it leans on, or empty.

    The topic is the last question that stood alone and what was asked or told since, each
    resolved in the same way.

    >>> talk = Conversation((Turn("Compare outsourcing and offshoring on scalability."),))
    >>> standalone("why is the second one lower?", talk)
    ('why is offshoring lower?', 'Compare outsourcing and offshoring on scalability.')
    >>> standalone("Who owns code written by a contractor in India?", talk)
    ('Who owns code written by a contractor in India?', '')
    """
    told: list[str] = []
    said: list[str] = []
    for turn in conversation.turns[-MOST_TURNS:]:
        if turn.question.strip():
            text, topic = _resolved(turn.question, told, said)
            told = [*told, text] if topic else [text]
            said = [turn.question, _lead(turn), *said]
    return _resolved(question, told, said)


def _resolved(question: str, told: Sequence[str], said: Sequence[str]) -> tuple[str, str]:
    """Return a question resolved and its topic.

    Args:
        question: of the person.
        told: the questions that it may lean on, resolved, the last last.
        said: earlier questions and answers in their own words, the last first.
    """
    question = " ".join(question.split())
    if (rest := announced(question)) is not None:
        return rest, ""
    if not told or leaning(question) == "alone":
        return question, ""
    leant = [*told[:1], *told[1:][-2:]]
    topic = " ".join(leant)
    if right := put_right(question, told[-1], topic):
        return right
    question = without_correction(question)
    text, item, others = resolve_ordinal(question, said, told)
    if item:
        return text, " ".join([*leant[:-1], put_item(leant[-1], item, others)])
    return text, put_in_place(text, topic)


def without_framing(question: str) -> str:
    """Return the question without words about its sources, unless too little would be left.

    >>> without_framing("How does the comparison table rate the risk of IP theft?")
    'How the risk of IP theft?'
    """
    bare = " ".join(_FRAMING.sub(" ", question).split())
    return bare if len(bare.split()) >= LEAST_WORDS else question
