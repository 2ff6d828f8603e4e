"""How strongly it is said: duty or advice, fact or possibility, all or most, always or on a condition.

Each rule yields the reasons, in plain words, why one sentence of the evidence does not carry the claim.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.answering.verifying.align import Alignment
from assistant.answering.verifying.lexicon import stemmed
from assistant.answering.verifying.reading import HAS_TO, Bend, Reading, read

NEAR = 2
"""Words of content that a modal word bends."""

_MODES: tuple[Bend, ...] = ("must", "need", "should", "may", "will", "would")
_ABLE = re.compile(r"[^\W\d]{3}[ai]bl[ey]$")
"""Such as deductible: what can be deducted."""

_VERBS = (
    r"(?:do not|don't|never|always|add|agree|allow|appoint|ask|automate|avoid|begin|bring|budget|build|buy|check|"
    r"choose|compare|complete|consider|count|decide|define|delay|document|draw|expect|favour|fix|get|give|hire|hold|include|insist|"
    r"keep|lean|let|limit|list|look|make|map|measure|model|move|name|negotiate|outsource|pair|pay|pick|plan|prefer|price|put|"
    r"read|record|rely|repair|require|reserve|review|run|see|set|settle|sign|spend|start|state|stop|take|tell|test|track|"
    r"train|treat|try|turn|use|verify|write)\b(?!-)"
)
_MORE_VERBS = (
    r"(?:cap|switch|supply|protect|recheck|rotate|register|extend|pilot|obtain|design|rate|score|grant|secure|log)\b"
)
"""Those that are nouns as often; an order where they follow "so"."""
_LEADING = r"(?:(?:before|after|when|where|once|if|for|during|in|on|at|by|to|under|without)\b.{0,90}?,\s+)?"
_ORDER = re.compile(rf"^{_LEADING}{_VERBS}", re.IGNORECASE)
_ORDERS = re.compile(rf"(?:^|[,;:]\s+(?:so\s+|and\s+|but\s+)?){_VERBS}|\bso\s+{_MORE_VERBS}", re.IGNORECASE)
"""A sentence that tells somebody what to do, and one that does so somewhere."""

_ADVICE = stemmed("fit fits suit suits suitable favour favours belongs better best lean")
"""Words that advise as "should" does."""

_CLAIMING = frozenset(
    "says said warns warned expects claims claimed promises calls alleges argues believes forecast predicts "
    "suggests".split()
)
"""Words of somebody who may be wrong."""
_BINDING = stemmed("contract law rule clause agreement policy")
"""What these say is so."""
_LAW = stemmed("section act law rule rules regulation directive article requirement statute")
"""Words of a sentence that states a rule: what it says of the law is a duty."""
_ENACTED = stemmed("law enacted passed force adopted effective applies")
_WEAKER: dict[Bend, str] = {
    "would": "in the source it is only proposed or expected", "need": "the source says that it is needed",
}  # fmt: skip

_CONDITION = re.compile(
    r"\b(?:unless|only\s+(?:if|when|after|as)|as\s+far\s+as|"
    r"(?<!even )if|(?<!even )when|except|provided\s+that|as\s+long\s+as|"
    r"subject\s+to|(?<!at )once)\b(?P<what>[^;:.]*)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[;:]|,\s+(?:and|but|while|whereas)\b")


@dataclass(frozen=True, slots=True)
class _Modal:
    mode: Bend
    word: str
    first: str
    """The stem next to it, or empty."""
    scope: frozenset[str]
    """Stems that it bends."""

    def flatly_in(self, claim: Reading) -> bool:
        """Return whether the claim says all that it bends."""
        return bool(self.scope) and all(claim.holds(stem) for stem in self.scope)


def gives_advice(text: str) -> bool:
    """Return whether a sentence tells somebody what to do."""
    return bool(_ORDER.match(text))


def modality(pair: Alignment) -> Iterator[str]:
    """A duty out of a recommendation, a fact out of a possibility, a law out of a bill, or the reverse."""
    mine, theirs = _modals(pair.claim), _modals(pair.evidence)
    given = {modal.mode for modal in theirs}
    advised = bool(_ORDERS.search(pair.evidence.text)) or not pair.evidence.stems.isdisjoint(_ADVICE)
    advised = advised or "next steps" in pair.above.text.lower()
    orders = gives_advice(pair.claim.text)
    claimed = {modal.mode for modal in mine if modal.word != HAS_TO}
    duties = {stem for modal in mine if modal.mode in {"must", "need"} for stem in modal.scope}
    left_open = any(modal.mode in {"should", "may"} and modal.scope & duties for modal in theirs)
    if reason := _stronger(pair, given, claimed, advised=advised, orders=orders, left_open=left_open):
        yield reason
        return
    claimed |= {modal.mode for modal in mine}
    claimed |= (
        {"should", "must"} if orders or {"without", "unless"} & pair.claim.stems else set()
    )  # without a baseline it fails
    claimed |= {"must", "need"} if claimed & {"must", "need"} else set()
    yield from _weaker(pair, theirs, claimed)


def _stronger(
    pair: Alignment, given: set[Bend], claimed: set[Bend], *, advised: bool, orders: bool, left_open: bool
) -> str:
    """Return the duty or advice that the claim puts in, or the law that it makes of a bill; or nothing."""
    of_law = bool(pair.evidence.stems & _LAW) and not left_open
    if "must" in claimed and not (given & {"must", "need"} or of_law):
        return "the source does not say “must”"
    if "need" in claimed and not (given & {"must", "need"} or of_law or (advised and not left_open)):
        return "the source does not say that it is needed"
    if ("should" in claimed or orders) and not (advised or given & {"must", "need", "should"}):
        return "the source does not advise it"
    if "would" in given and "would" not in claimed and pair.claim.stems & _ENACTED - pair.evidence.stems:
        return "in the source it is only proposed or expected"
    return ""


def _weaker(pair: Alignment, theirs: list[_Modal], claimed: set[Bend]) -> Iterator[str]:
    """Yield the modal word of the evidence that bends what the claim says, and that the claim leaves out."""
    for mode in ("may", "would", "should", "must", "need"):
        bending = [modal for modal in theirs if modal.mode == mode and modal.scope & pair.said]
        if not bending or mode in claimed or (mode == "would" and "may" in claimed):
            continue
        other = any(pair.claim.holds(modal.first) for modal in bending) and claimed - {"would"}
        if other or any(modal.flatly_in(pair.claim) for modal in bending):
            yield _WEAKER.get(mode, f"the source says “{mode}”")
            return


def _modals(reading: Reading) -> list[_Modal]:
    found = []
    for place, word in enumerate(reading.words):
        for mode in (bend for bend in word.bends if bend in _MODES):
            scope = reading.scope(place, NEAR) or [reading.before(place)]
            if mode == "would" and word.stem != "would":  # a proposed rule, and a rule that is proposed
                scope = [*scope, *filter(None, [reading.before(place)])]
            found.append(_Modal(mode, word.raw, scope[0] if scope else "", frozenset(filter(None, scope))))
        if word.content and _ABLE.search(word.raw):
            found.append(_Modal("may", word.raw, word.stem, frozenset({word.stem})))
    return found


_ONLY_SO_MANY = re.compile(
    r"\bonly\s+(?:about\s+|around\s+|roughly\s+)?(?:[$€£]?\d|(?:one|two|three|four|five)\b)", re.IGNORECASE
)
_ALTHOUGH = stemmed("even although though whether regardless despite whatever but")
_MOST = re.compile(r"\bmost\s+(?:of\b|[^\W\d]+s\b)|\bmajority\b", re.IGNORECASE)
_MOSTLY = stemmed("most mostly majority usually usual generally normally typically often common commonly main mainly")


def quantifiers(pair: Alignment) -> Iterator[str]:
    """All out of most, always out of usually, "only" put in or left out."""
    if pair.claim.has("all") and not pair.evidence.has("all") and not pair.evidence.stems & {"ani", "each", "never"}:
        yield "the source does not say that it is so in all cases"
    elif _bent(pair, "hedge") and not pair.claim.has("hedge") and not pair.claim.has("may"):
        yield "the source says it of most or some cases only"
    if "even if" in pair.claim.text.lower() and not _ALTHOUGH & pair.evidence.stems:
        yield "the source does not say “even if”"
    if _MOST.search(pair.claim.text) and not pair.evidence.stems & _MOSTLY:
        yield "the source does not say “most”"
    if _says_only(pair.claim) and not pair.evidence.has("only") and not pair.evidence.has("not"):
        yield "the source does not say “only”"
    elif _bent(pair, "only") and not pair.claim.has("only") and not {"alon", "unless", "noth"} & pair.claim.stems:
        yield "the source says “only”"


def _says_only(reading: Reading) -> bool:
    """Return whether it says "only", other than "only a bill" or "only about 5 %"."""
    bills = {"bill", "propos", "draft"}
    if _ONLY_SO_MANY.search(reading.text):
        return False
    return any("only" in w.bends and not bills & set(reading.scope(i, 1)) for i, w in enumerate(reading.words))


def _bent(pair: Alignment, bend: Bend) -> bool:
    """Return whether the claim holds a word that the evidence bends so."""
    words = pair.evidence.words
    bending = (i for i, w in enumerate(words) if bend in w.bends and not (i and "not" in words[i - 1].bends))
    last = (i + ("not" in words[i + 1].bends if i + 1 < len(words) else 0) for i in bending)  # "generally not"
    return any((after := pair.evidence.scope(i, 1)) and pair.claim.holds(after[0]) for i in last)


def conditions(pair: Alignment) -> Iterator[str]:
    """A condition or exception of the evidence that the claim leaves out."""
    for match in _CONDITION.finditer(pair.evidence.text):
        inside, outside = read(match["what"]), read(_conditioned(pair.evidence.text, match))
        if inside.content and _shared(inside, pair) < 1 / 3 and _shared(outside, pair) > 1 / 2:
            yield f"it leaves out the condition “{match[0].strip()[:80]}”"


def _shared(part: Reading, pair: Alignment) -> float:
    return sum(part.words[i].stem in pair.said for i in part.content) / max(1, len(part.content))


def _conditioned(text: str, match: re.Match[str]) -> str:
    """Return the clause that a condition belongs to: what stands before it, or after it where it leads."""
    before = _CLAUSE.split(text[: match.start()])[-1]
    return before if len(before.split()) > 2 else text[match.end() :] or before


def attribution(pair: Alignment) -> Iterator[str]:
    """What somebody says, stated as if it were so."""
    words = pair.evidence.words[:14]
    told = any(
        word.raw.lower() in _CLAIMING and pair.evidence.before(i) not in _BINDING for i, word in enumerate(words)
    )
    told = told and not (pair.claim.has("said") or any(word.raw.lower() in _CLAIMING for word in pair.claim.words))
    if told and not any(word.named and word.stem in pair.evidence.stems for word in pair.claim.words[:4]):
        yield "it leaves out who says so"
