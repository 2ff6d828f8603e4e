"""A sentence as it is compared: its words, figures, names and places, and what bends its meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from assistant.answering.verifying.lexicon import LIGHT, PLACES, alike, stem_of
from assistant.answering.verifying.quantities import Quantity, quantities
from assistant.text import STOP_WORDS, fold

Bend = Literal["not", "must", "need", "should", "may", "will", "would", "hedge", "all", "only", "said"]
"""How a word bends what follows it."""

HAS_TO = "hasto"
"""How "has to" is read: weaker than "must", since one has to wait without a duty."""

_BENDS: dict[Bend, frozenset[str]] = {
    "not": frozenset("not no never neither nor none nothing nobody cannot without hardly scarcely".split()),
    "must": frozenset(
        "must shall mandatory obliged obliges oblige compulsory obligatory obligation duty required".split()
    ),
    "need": frozenset(f"require requires requiring needs need needed necessary {HAS_TO}".split()),
    "should": frozenset("should ought advisable recommended recommends advised better-to".split()),
    "may": frozenset("may might could can possible possibly possibility perhaps maybe able".split()),
    "will": frozenset({"will"}),
    "would": frozenset(
        "would proposed proposal proposals propose proposes bill draft drafted planned pending "
        "expected expect expects forecast forecasts predicted nprm projected if-passed".split()
    ),
    "hedge": frozenset(
        "often usually typically generally normally commonly mostly sometimes likely probably tend tends largely "
        "rarely seldom occasionally frequently most many some several few majority partly partially partial mainly "
        "generally typical usual normal common".split()
    ),
    "all": frozenset(
        "all always every everyone everything entirely completely fully full entire whole total wholly blanket".split()
    ),
    "only": frozenset("only solely exclusively merely".split()),
    "said": frozenset(
        "says said say warns warned expects expected calls claims claimed promises vendor-published alleges argues "
        "thinks believes thought believed according forecast reports reported survey study estimate estimates "
        "estimated figures found reading view puts suggests".split()
    ),
}
_BEND_OF: dict[str, tuple[Bend, ...]] = {}
for _bend, _bending in _BENDS.items():
    for _word in _bending:
        _BEND_OF[_word] = (*_BEND_OF.get(_word, ()), _bend)

_BREAKS = frozenset("; : . , ( ) but because while whereas although though unless if so since".split())
"""Where what a word bends ends."""

_AFTER_WITHOUT = frozenset({"and", "is", "are", "was", "were", "be"})
"""Where what is lacking ends."""

_BARE = frozenset().union(*(_BENDS[bend] for bend in ("not", "may", "will", "hedge", "all", "only"))) | {
    "must", "shall", "should", "ought", "would", "says", "said", "say", "according", HAS_TO,
}  # fmt: skip
_BARE -= {"partial", "full"}
"""Words that bend others and claim nothing of their own."""

_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|[.,;:()—–]|\d+", re.UNICODE)
_EXPANDED = (
    (re.compile(r"\bcan(?:no|')t\b", re.I), "can not"),
    (re.compile(r"\bwon't\b", re.I), "will not"),
    (re.compile(r"n't\b", re.I), " not"),
    (re.compile(r"\bha(?:s|ve|d)\s+to\b(?!\s+(?:the|a|an)\b)", re.I), HAS_TO),
    (re.compile(r"\bbecause\s+of\b", re.I), "for"),
    (re.compile(r"\bha(?:s|ve)\s+no\s+place\b", re.I), "should not be"),
    (re.compile(r"\b(?:is|are)\s+(not\s+)?right\s+for\b", re.I), r"\1suits"),
    (re.compile(r"\bgood\s+(?=fit\b|match\b)", re.I), ""),
    (re.compile(r"\b(?:vendor|provider|supplier)-published\b", re.I), "says"),
    (re.compile(r"\bin-house\b", re.I), "inhouse"),
    (re.compile(r"\bnot\b(?=[^.,;]{1,60}\buntil\b)", re.I), "only"),
    (re.compile(r"\bno\s+other\b", re.I), "only"),
    (re.compile(r"\bevery\s+(?=(?:hour|day|week|month|quarter|year)\b)", re.I), "per "),
    (re.compile(r"\bset(?:-|\s+|ting\s+)up\b", re.I), "setup"),
    (re.compile(r"\b(?:no|not)\s+(?:more|less|fewer|later|longer)\s+than\b(?!\s+an?\s+[a-z])", re.I), " "),
    (re.compile(r"\ball\s+(?=(?:two|three|four|five|of)\b)", re.I), " "),
    (re.compile(r"\b[Uu]n(?!der|til|ion|it|iq|ifo|iv|less|to|is|an|like)(?=[a-z]{4})"), "not "),
    (re.compile(r"\bfull-?time\b", re.I), "fulltime"),
    (re.compile(r"\b(?:rather\s+than|instead\s+of)\b", re.I), "not"),
    (re.compile(r"\bcall(?:s|ed)?\s+for\b", re.I), "needs"),
    (re.compile(r"\bneither\b", re.I), "not"),
    (re.compile(r"\bnor\b", re.I), "not"),
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word, as it is compared."""

    raw: str
    stem: str
    bends: tuple[Bend, ...]
    content: bool
    """Whether it says something of its own."""
    named: bool
    """Written as a name is: a capital within the sentence, or several."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence taken apart."""

    text: str
    words: tuple[Word, ...]
    """Marks of punctuation are words without a stem."""
    figures: tuple[Quantity, ...]
    places: frozenset[str]
    stems: frozenset[str]
    """Of all words."""
    content: tuple[int, ...]
    """Where the words of content stand in `words`."""

    def has(self, bend: Bend) -> bool:
        """Return whether any word bends so."""
        return any(bend in word.bends for word in self.words)

    def holds(self, stem: str) -> bool:
        """Return whether a word of content is this stem or may stand for it."""
        return any(word.content and word.stem in alike(stem) for word in self.words)

    def before(self, place: int) -> str:
        """Return the stem of the word of content before `words[place]`, or nothing."""
        return next((word.stem for word in reversed(self.words[:place]) if word.content), "")

    def scope(self, place: int, most: int) -> list[str]:
        """Return the stems of at most `most` words of content after `words[place]`, in the same clause."""
        found: list[str] = []
        for word in self.words[place + 1 :]:
            joins = self.words[place].stem == "without" and (word.raw in _AFTER_WITHOUT or word.bends)
            if joins or "not" in word.bends or word.raw.lower() in _BREAKS or len(found) == most:
                break
            if word.content:
                found.append(word.stem)
        return found


@lru_cache(maxsize=8192)
def read(text: str) -> Reading:
    """Return the sentence taken apart."""
    figures = quantities(text)
    bare = _without(text, figures)
    places, bare = _places(bare)
    words = tuple(_words(bare))
    content = tuple(i for i, word in enumerate(words) if word.content)
    return Reading(text, words, figures, places, frozenset(w.stem for w in words if w.stem), content)


def _without(text: str, figures: tuple[Quantity, ...]) -> str:
    letters = list(text)
    for figure in figures:
        letters[figure.start : figure.end] = " " * (figure.end - figure.start)
    plain = "".join(letters).replace("’", "'").replace("‘", "'")
    for pattern, written in _EXPANDED:
        plain = pattern.sub(written, plain)
    return plain


@cache
def _place_names() -> tuple[re.Pattern[str], dict[str, str]]:
    names: dict[str, str] = {}
    for entry in PLACES.replace("\n", " ").split(";"):
        name, _, others = entry.strip().partition("=")
        for written in (name, *others.split("|")):
            if written.strip():
                names[fold(written.strip())] = name.strip()
    either = "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE), names


def _places(text: str) -> tuple[frozenset[str], str]:
    """Return the places that a text names, and the text without them."""
    pattern, names = _place_names()
    found: set[str] = set()

    def take(match: re.Match[str]) -> str:
        if not match[0][0].isupper():
            return match[0]
        found.add(names[fold(match[0])])
        return " "

    plain = fold_keeping_case(text)
    rest = pattern.sub(take, plain)
    return frozenset(found), rest


def fold_keeping_case(text: str) -> str:
    """Return the text without accents."""
    return "".join(fold(c) if ord(c) > 127 and c.islower() else c for c in text)


def _words(text: str) -> Iterator[Word]:
    first, before = True, ""
    for match in _TOKEN.finditer(text):
        raw = match[0]
        if not (raw[0].isalpha() or raw[0].isdigit()):
            yield Word(raw, "", (), False, False)
            first = first or raw in {".", ":"}
            continue
        low = raw.lower()
        stem = stem_of(raw)
        several = sum(c.isupper() for c in raw) > 1
        capital_next = bool(re.match(r"[ ][A-Z]", text[match.end() : match.end() + 2]))
        own = raw.endswith("'s") or capital_next
        named = several or (raw[0].isupper() and (not first or own))
        billed = low == "bill" and before not in {"a", "the", "this", "senate", "house", "act", "tax"}
        bends = () if billed or (named and not several and low in {"may", "bill", "will"}) else _BEND_OF.get(low, ())
        carries = low not in STOP_WORDS and stem not in LIGHT and low not in _BARE and len(low) > 1
        content = bool(stem) and (several or carries)
        yield Word(raw, stem, bends, content, named and bool(stem) and low not in STOP_WORDS)
        first, before = False, low
