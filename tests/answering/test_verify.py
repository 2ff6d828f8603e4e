from __future__ import annotations

from dataclasses import replace

import hotel
import pytest

from assistant.answering.verify import verify_quote
from assistant.corpus.split import passages
from assistant.text import words
from assistant.types import Citation, Sentence, Span

DOCUMENT = hotel.documents()["guidance/laundry.md"]
PASSAGES = passages(DOCUMENT, lambda text: len(words(text)), limit=60)
QUOTE = "Clean and used linen travel in separate carts."


def cited(words: str = QUOTE) -> Citation:
    start = DOCUMENT.text.index(words)
    quote = Span(start, start + len(words))
    return Citation(0, next(p for p in PASSAGES if p.span.covers(quote)), quote)


def test_a_sentence_that_is_its_quote_is_supported_in_full() -> None:
    sentence = verify_quote(Sentence(QUOTE, "requirement", (cited(),)))
    assert (sentence.supported, sentence.support) == (True, 1.0)
    assert replace(sentence, supported=False, support=0.0) == Sentence(QUOTE, "requirement", (cited(),))


@pytest.mark.parametrize(
    "text",
    [
        "Clean and used linen travel in the same cart.",
        "Clean and used linen travel in separate carts",
        QUOTE.lower(),
        f"{QUOTE} ",
        "",
    ],
)
def test_altered_words_are_not_supported(text: str) -> None:
    sentence = verify_quote(Sentence(text, "requirement", (cited(),)))
    assert (sentence.supported, sentence.support) == (False, 0.0)


def test_a_sentence_without_a_citation_is_not_supported() -> None:
    assert not verify_quote(Sentence(QUOTE, "requirement")).supported


def test_a_citation_out_of_its_passage_is_not_supported() -> None:
    elsewhere = next(p for p in PASSAGES if not p.span.overlaps(cited().quote))
    for quote in (cited().quote, Span(cited().quote.start, DOCUMENT.text.index("Risks") + 5)):
        assert not verify_quote(Sentence(QUOTE, "risk", (replace(cited(), passage=elsewhere, quote=quote),))).supported


def test_one_unsound_citation_spoils_the_sound_one_beside_it() -> None:
    unsound = replace(cited(), quote=Span(0, len(DOCUMENT.text)))
    assert not verify_quote(Sentence(QUOTE, "requirement", (cited(), unsound))).supported


def test_a_second_sound_citation_does_no_harm() -> None:
    other = cited("Linen of sick guests is washed at 60 degrees or more.")
    assert verify_quote(Sentence(QUOTE, "requirement", (other, cited()))).supported


def test_what_claims_to_be_supported_is_checked_all_the_same() -> None:
    assert not verify_quote(Sentence("Invented.", "risk", (cited(),), support=1.0, supported=True)).supported
