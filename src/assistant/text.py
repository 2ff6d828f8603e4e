"""Words and sentences: the pure functions that every part of the line agrees on.

Knows plain text only; documents, marks and tables are the business of `corpus/`.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import cache, lru_cache

import Stemmer

from assistant.types import Span

_ABBREVIATIONS = frozenset(
    "e.g i.e etc. cf vs approx no nos art arts sec fig dr mr mrs ms prof st inc ltd co corp dept est "
    "jan feb mar apr jun jul aug sep sept oct nov dec u.s u.k u.n e.u a.m p.m al ca para paras pp vol ch reg".split()
) - {"etc."}
"""Words after which a full stop does not end a sentence, lower case, without the last stop."""

_END = re.compile(r"(?P<stop>[.!?…]+|[。！？])(?P<close>[\"'”’)\]»]*)(?=\s|$|(?<=[。！？]))")
_LAST_WORD = re.compile(r"(\S+)$")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
"""Such as in "J. Smith", "S. 2976" or "H.R. 4954"."""
_WORD = re.compile(r"[^\W_]+(?:[.'’&-][^\W_]+)*", re.UNICODE)
_PART = re.compile(r"[^\W_]+", re.UNICODE)
_PLURAL_ACRONYM = re.compile(r"\b([A-Z]{2,})s\b")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")

MOST_CHARACTERS = 8_000
"""The longest question that is read; longer text belongs into the corpus."""

STOP_WORDS = frozenset(
    """a about above after again against all also am an and any are aren't as at be because been before being below
    between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during each few for
    from further get give given got had has have having he her here hers him his how i i'm if in into is isn't it it's
    its itself just let's like list may me might more most my no nor not of off on once only or other our ours out over
    own per please same shall she should so some such tell than that the their theirs them then there these they this
    those through to too under until up upon us use used using very via was we were what what's when where which while
    who whom whose why will with would you your yours""".split()
)
STOP_WORDS = STOP_WORDS | frozenset(
    """el la los las de del que es son un una unos cual cuales como entre y o en para por con su der das den dem des ist
    sind ein eine und oder wie laut bedeutet zwischen le les
    est sont une quel quelle quels et ou dans pour il lo gli che
    cosa e di da per tra um
    uma o os as qual quais""".split()
)
"""Words that carry no subject, with the commonest ones of neighbouring languages."""


def sentences(text: str) -> list[Span]:
    """Return the sentences of a run of prose, without the white space around them.

    A line break alone ends no sentence; an empty line does. Abbreviations, decimals and
    initials do not end one either.

    >>> [s.of("No 3.5 of Art. 28 holds. It's 24/7!") for s in sentences("No 3.5 of Art. 28 holds. It's 24/7!")]
    ['No 3.5 of Art. 28 holds.', "It's 24/7!"]
    >>> len(sentences("The Senate has S. 2495, the House H.R. 4954."))
    1
    """
    spans: list[Span] = []
    start = 0
    for block in re.finditer(r"(?:(?!\n[ \t]*\n).)+", text, re.DOTALL):
        start = block.start()
        for match in _END.finditer(text, block.start(), block.end()):
            if _ends_sentence(text, match, block.end()):
                spans.append(_trim(text, start, match.end()))
                start = match.end()
        spans.append(_trim(text, start, block.end()))
    return [span for span in spans if len(span)]


def _ends_sentence(text: str, match: re.Match[str], limit: int) -> bool:
    """Return whether the full stop that matched ends a sentence."""
    following = text[match.end() : min(limit, match.end() + 80)].lstrip()  # all of it would cost its square
    if match["stop"] != ".":
        # a quoted question goes on: "How cheaply?" to "How quickly?"
        return not (match["close"] and following[:1].islower())
    word = _LAST_WORD.search(text[max(0, match.start() - 24) : match.start()])
    last = word[1].lstrip("(\"'“‘[").lower() if word else ""
    if last in _ABBREVIATIONS:
        # "no." and "co." also end sentences; a capital after white space tells, except before a figure
        return bool(following) and following[0].isupper() and last in {"no", "co", "inc", "ltd", "corp", "st"}
    if _INITIALS.fullmatch(last) and last != "i":
        return not (following and (following[0].isupper() or following[0].isdigit()))
    return not (following and following[0].islower())


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def fold(text: str) -> str:
    """Return the text in lower case with compatibility forms and accents folded away.

    >>> fold("Café ﬁrst ’n’ I")
    "cafe first 'n' i"
    """
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").replace("‘", "'"))
    return "".join(c for c in plain if not unicodedata.combining(c)).lower()


_BRITISH = (
    (re.compile(r"(?<=[a-z]{3})our(?=s?$|ed$|ing$|ite$|able$)"), "or"),
    (re.compile(r"(?<=[a-z]{3})is(?=(e|ed|es|ing|er|ers|ation|ations)$)"), "iz"),
    (re.compile(r"(?<=[a-z]{3})ys(?=(e|ed|es|ing|er|ers)$)"), "yz"),
    (re.compile(r"(?<=[a-z]{2}t)re(?=s?$)"), "er"),
    (re.compile(r"(?<=[a-z]{2}en)ce(?=s?$)"), "se"),
    (re.compile(r"(?<=[a-z]{3}am)me(?=s?$)"), ""),
)
"""British endings and their American forms. A word that only looks British is changed on both sides alike."""


@lru_cache(maxsize=65536)
def spelling(word: str) -> str:
    """Return a folded word in the one spelling that words are compared in.

    >>> [spelling(w) for w in ("labour", "organisations", "centre", "programme", "hour", "licence")]
    ['labor', 'organizations', 'center', 'program', 'hour', 'license']
    """
    for pattern, american in _BRITISH:
        word = pattern.sub(american, word)
    return word


@lru_cache(maxsize=4096)
def words(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are compared: folded, possessives cut off.

    A hyphenated word gives its parts; a run of Chinese or Japanese gives its characters.

    >>> words("The vendor's follow-the-sun SLAs, 24/7")
    ('the', 'vendor', 'follow', 'the', 'sun', 'sla', '24', '7')
    """
    found: list[str] = []
    for word in _WORD.findall(fold(_PLURAL_ACRONYM.sub(r"\1", text))):
        for part in _PART.findall(re.sub(r"'s$", "", word)):
            found.extend(_CJK.findall(part) or [spelling(part)])
    return tuple(found)


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


@lru_cache(maxsize=16384)
def terms(text: str) -> tuple[str, ...]:
    """Return the stemmed content words of a text, in order, stop words left out.

    Source of the stemmer: Porter, "Snowball: A language for stemming algorithms", 2001.

    >>> terms("Who owns the code if vendors are in India?")
    ('own', 'code', 'vendor', 'india')
    """
    return tuple(_stemmer().stemWords([w for w in words(text) if w not in STOP_WORDS]))


@lru_cache(maxsize=4096)
def stems(text: str) -> tuple[str, ...]:
    """Return the stems of all words of a text, stop words too, so that phrases can be compared.

    >>> stems("Captive centres and SLAs")
    ('captiv', 'center', 'and', 'sla')
    """
    return tuple(_stemmer().stemWords(list(words(text))))


def strip_invisible(text: str) -> str:
    """Return the text without characters that carry hidden content.

    Zero-width and bidirectional controls, tag characters, control characters other than
    white space, and lone surrogates go; they can hide instructions and break storage.
    """
    hidden = {ord(c): None for c in set(text) if c not in "\n\t" and _is_invisible(c)}
    return text.translate(hidden) if hidden else text


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"}


_MONTHS = "January February March April May June July August September October November December".split()


def day(moment: str) -> str:
    """Return the day of an ISO date or time as one writes it; what is no date stays as it is.

    >>> day("2026-11-03T09:00:00+00:00"), day("2026"), day("")
    ('3 November 2026', '2026', '')
    """
    try:
        when = date.fromisoformat(moment[:10])
    except ValueError:
        return moment
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"
