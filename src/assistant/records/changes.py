"""What has changed: the corpus under an answer that is kept, and one answer against a later one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from assistant.errors import UnknownDocument
from assistant.stages import DocumentOf
from assistant.text import day
from assistant.types import Answer, Citation, Document, Sentence, Status

K = TypeVar("K")
V = TypeVar("V")

Standing = Literal["same", "moved", "gone"]
"""Of quoted words: at the same place, elsewhere in their document, or no longer in it."""


@dataclass(frozen=True, slots=True)
class Since:
    """How the citations of a kept answer stand in the corpus of today."""

    standings: tuple[tuple[int, Standing], ...]
    """By number of the citation, in order."""
    summary: str
    """One sentence for the reader; empty while every quoted word still stands in its document."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a later answer to the same question says otherwise."""

    status: tuple[Status, Status]
    """Before and after."""
    lean: tuple[str, str]
    """The first sentence of the bottom line before and after; empty where there is none."""
    added: tuple[str, ...]
    """Sentences that are shown only now."""
    gone: tuple[str, ...]
    """Sentences that were shown only before."""
    cited: tuple[Citation, ...]
    """Citations of the later answer whose words the earlier one did not cite."""
    no_longer_cited: tuple[Citation, ...]
    summary: str
    """One sentence for the reader."""

    @property
    def same(self) -> bool:
        """Whether both say and cite the same."""
        parts = (self.added, self.gone, self.cited, self.no_longer_cited)
        return self.status[0] == self.status[1] and not any(parts)


def compare_now(answer: Answer, asked_at: str, document_of: DocumentOf) -> Since:
    """Return where the words that an answer cites stand now.

    Args:
        answer: as it is kept.
        asked_at: when it was given, ISO format.
        document_of: gives the present document, or raises UnknownDocument.
    """
    documents: dict[str, Document | None] = {}
    for citation in answer.citations:
        id = citation.passage.document_id
        documents[id] = documents[id] if id in documents else _found(id, document_of)
    standings = tuple((c.number, standing(c, documents[c.passage.document_id])) for c in answer.citations)
    gone = sum(found == "gone" for _, found in standings)
    noun, verb = "passage" if len(standings) == 1 else "passages", "has" if gone == 1 else "have"
    summary = f"{gone} of {len(standings)} cited {noun} {verb} changed since {day(asked_at)}." if gone else ""
    return Since(standings, summary)


def standing(citation: Citation, document: Document | None) -> Standing:
    """Return where the quoted words stand in a document; None is one that is no longer there."""
    if document is None or not citation.text:
        return "gone"
    if citation.quote.of(document.text) == citation.text:
        return "same"
    return "moved" if _plain(citation.text) in _plain(document.text) else "gone"


def difference(before: Answer, after: Answer) -> Difference:
    """Return what the later answer says and cites otherwise; order and numbers do not matter."""
    old, new = _said(before), _said(after)
    old_cited, new_cited = _cited(before), _cited(after)
    added, gone = _only(new, old), _only(old, new)
    lean = (_lean(before), _lean(after))
    status = (before.status, after.status)
    cited, uncited = _only(new_cited, old_cited), _only(old_cited, new_cited)
    summary = _summary(status, lean, len(added), len(gone), bool(cited or uncited))
    return Difference(status, lean, added, gone, cited, uncited, summary)


def _found(id: str, document_of: DocumentOf) -> Document | None:
    try:
        return document_of(id)
    except UnknownDocument:
        return None


def _plain(text: str) -> str:
    return " ".join(text.split())


def _said(answer: Answer) -> dict[str, str]:
    return {_key(sentence): _plain(sentence.text) for sentence in answer.shown}


def _key(sentence: Sentence) -> str:
    cell = f"{sentence.cell.row} {sentence.cell.column} " if sentence.cell else ""
    return f"{cell}{_plain(sentence.text)}".casefold()


def _cited(answer: Answer) -> dict[tuple[str, str], Citation]:
    return {(c.passage.document_id, _plain(c.text)): c for c in answer.citations}


def _only(these: Mapping[K, V], those: Mapping[K, V]) -> tuple[V, ...]:
    return tuple(value for key, value in these.items() if key not in those)


def _lean(answer: Answer) -> str:
    return next((_plain(s.text) for s in answer.shown if s.role == "bottom line"), "")


def _summary(status: tuple[Status, Status], lean: tuple[str, str], added: int, gone: int, other_sources: bool) -> str:
    if status[0] != status[1] and "abstained" in status:
        return "It is answered now." if status[0] == "abstained" else "It is no longer answered."
    if lean[0].casefold() != lean[1].casefold():
        return "The lean has changed."
    if added or gone:
        counts = " and ".join(f"{_sentences(n)} {what}" for n, what in ((added, "new"), (gone, "gone")) if n)
        return f"The lean is the same; {counts}." if lean[0] else f"{counts}."
    return "It says the same from other passages." if other_sources else "Nothing has changed."


def _sentences(count: int) -> str:
    return f"{count} sentence{'' if count == 1 else 's'}"
