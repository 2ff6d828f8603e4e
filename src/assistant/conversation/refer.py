"""What words that point back stand for: "the second one", "I meant Peru", "and in Mexico?".

Works on the words of the conversation only; nothing here knows the corpus.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.conversation.case_places import Place, places
from assistant.text import STOP_WORDS, terms

LOOKED_THROUGH = 1_000
"""Characters of an earlier question or answer in which an enumeration is looked for."""

_KIND = r"(?:\s+(?:one|kind|option|model|approach|way|type|route))?"
_ORDINAL = re.compile(
    rf"\bthe\s+(?P<which>first|second|third|fourth|fifth|last|former|latter|other)\b(?P<kind>{_KIND})\b", re.IGNORECASE
)
_STANDS_FOR = re.compile(
    r"\s*(?:[?.!,;]|$|(?:be|is|was|are|were|does|do|did|would|will|can|could|should|has|have|had)\b)", re.I
)
"""What follows an ordinal that stands for a thing; before another word it only counts ("the first year")."""
_ORDER = {"first": 0, "former": 0, "second": 1, "latter": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1}

_NUMBERED = re.compile(
    r"(?:^|[\s(])(?:\(?[1-9][.)]|[a-h]\))\s+(?P<item>[^\n;]+?)(?=[,;]?\s+(?:and\s+)?\(?(?:[1-9][.)]|[a-h]\))\s|[.;\n]|$)"
)
_JOINS = r"(?:and|or|vs\.?|versus|against)"
_ITEM = rf"(?!{_JOINS}\s)[\w/()-]+(?:\s(?!{_JOINS}\s)[\w/()-]+)"
_ENUMERATION = re.compile(
    rf"(?P<items>{_ITEM}{{0,3}}(?:,\s{_ITEM}{{0,3}})*,?\s{_JOINS}\s[\w/()-]+(?:\s[\w/()-]+){{0,2}})", re.IGNORECASE
)
_SPLIT = re.compile(r",\s*(?:and\s+|or\s+)?|\s+(?:and|or|vs\.?|versus|against)\s+", re.IGNORECASE)
_LEAD = frozenset({"compare", "contrast", "difference", "choose"})
_LEADS_IN = re.compile(r"^.*\b(?:by|of|are|is|between|through|like|as|includes?)\s+", re.IGNORECASE)
"""What stands before the first item: `judged by speed, cost and quality`."""
_NO_ITEM = frozenset("has have had is are was were does do did must can may will should would".split())
"""An item with one of these is a clause: `the buyer does, and has to supervise` lists nothing."""

_CORRECTION = re.compile(r"^\s*(?:no,?\s+|sorry,?\s+|actually,?\s+)*(?:i\s+meant?|i\s+mean)\s+", re.IGNORECASE)
_CORRECTED = re.compile(
    r"^\s*(?:no|sorry|actually|oh)?\b[,\s]*i\s+mean[t]?\s+(?P<meant>[^,.?!]+?)(?:[,\s]+not\s+(?P<instead>[^,.?!]+))?\s*[.!?]*$",
    re.IGNORECASE,
)
_INSTEAD = re.compile(r"^\s*(?:and|or|but|so)?\s*(?:what|how)?\s*(?:about|if|in|for|with|from|to)\b|\binstead\b", re.I)


def resolve_ordinal(question: str, said: Sequence[str], told: Sequence[str]) -> tuple[str, str, list[str]]:
    """Return the question with "the second one" replaced, what it is, and the other items of that enumeration.

    Where nothing said so far counts up to it, the question is as it was, and the others are empty.

    Args:
        question: of the person.
        said: earlier questions and answers in their own words, the last first.
        told: earlier questions with what they point back to resolved, the last last.
    """
    for found in _ORDINAL.finditer(question):
        if not found["kind"] and not _STANDS_FOR.match(question, found.end()):
            continue
        which = found["which"].lower()
        for text in said:
            items = enumerated(text)
            if not items:
                continue
            item = _other(items, told) if which == "other" else _at(items, _ORDER[which])
            if item:
                others = [i for i in items if i != item]
                return question[: found.start()] + item + question[found.end() :], item, others
    return question, "", []


def _at(items: Sequence[str], position: int) -> str:
    return items[position] if len(items) > max(position, 1) else ""


def _other(items: Sequence[str], told: Sequence[str]) -> str:
    """Return the item that was spoken of before the one spoken of last, or empty."""
    named: list[str] = []
    for text in reversed(told):
        here = [item for item in items if _whole(item).search(text)]
        named += [item for item in here if item not in named] if len(here) == 1 else []
    if len(items) == 2 and named:
        return items[1 - list(items).index(named[0])]
    return named[1] if len(named) > 1 else ""


def enumerated(text: str) -> list[str]:
    """Return the items of the first enumeration in a text: `A, B and C`, or `1. A, 2. B`.

    >>> enumerated("There are three: 1. a fixed price, 2. time and materials, 3. a share of the outcome.")
    ['a fixed price', 'time and materials', 'a share of the outcome']
    >>> enumerated("The buyer does, and has to supervise.")
    []
    """
    text = text[:LOOKED_THROUGH]
    numbered = [match["item"].strip(" ,") for match in _NUMBERED.finditer(text)]
    if len(numbered) > 1:
        return numbered
    for found in _ENUMERATION.finditer(text):
        items = [item.strip() for item in _SPLIT.split(found["items"]) if item.strip()]
        if not any(word in _NO_ITEM for item in items[1:] for word in item.lower().split()):
            return [_without_lead(item) for item in [_LEADS_IN.sub("", items[0]), *items[1:]]]
    return []


def _without_lead(item: str) -> str:
    """Return an item without the verbs and small words around it (`Compare outsourcing`)."""
    kept = item.split()
    while kept and (kept[0].lower() in STOP_WORDS or kept[0].lower() in _LEAD):
        kept.pop(0)
    for index, word in enumerate(kept):
        if index and word.lower() in STOP_WORDS:
            kept = kept[:index]
            break
    return " ".join(kept) or item


def put_right(question: str, before: str, topic: str) -> tuple[str, str] | None:
    """Return the question before and the topic, the wrong word replaced in them; None if nothing is corrected.

    Where the wrong word does not stand in the question before, or is not named, the first of
    the two is what was meant.
    """
    corrected = _CORRECTED.match(question)
    if not corrected:
        return None
    meant, instead = corrected["meant"].strip(), (corrected["instead"] or "").strip()
    if not instead or not _whole(instead).search(before):
        return meant, topic
    text, told = (_whole(instead).sub(lambda _: meant, said) for said in (before, topic))
    return text, "" if told == text else told


def without_correction(question: str) -> str:
    """Return the question without "I meant" before it."""
    return _CORRECTION.sub("", question)


def put_in_place(question: str, topic: str) -> str:
    """Return the topic with its place replaced by the one that the question asks about instead.

    >>> put_in_place("And in Mexico?", "What does a team in Spain cost?")
    'What does a team in Mexico cost?'
    """
    asked = list(places(question, 0, len(question)))
    if len(asked) != 1 or not _INSTEAD.search(question) or len(terms(question)) > 3:
        return topic
    kind = (asked[0].level, asked[0].part)
    named = [
        place
        for place in places(topic, 0, len(topic))
        if (place.level, place.part) == kind and place.value != asked[0].value
    ]
    return _with(topic, named, asked[0].value) if len({place.value for place in named}) == 1 else topic


def put_item(before: str, item: str, others: Sequence[str]) -> str:
    """Return the question before with the one item of the enumeration that it names replaced by this one.

    >>> put_item("Who bears the risk in time and materials?", "a fixed price", ["time and materials", "a unit price"])
    'Who bears the risk in a fixed price?'
    """
    named = [other for other in (item, *others) if _whole(other).search(before)]
    return _whole(named[0]).sub(lambda _: item, before) if len(named) == 1 else before


def _with(text: str, replaced: Sequence[Place], value: str) -> str:
    for place in sorted(replaced, key=lambda p: -p.start):
        text = text[: place.start] + value + text[place.end :]
    return text


def _whole(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(words)}(?!\w)", re.IGNORECASE)
