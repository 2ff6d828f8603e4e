"""Pages that are made to be found: what they may and may not do to the right one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import hotel
import pytest

from assistant.index.library import Library
from assistant.retrieval.hybrid import HybridRetriever
from assistant.text import words
from assistant.types import Query

ASKED = {
    "Which temperature is linen of sick guests washed at?": "60 degrees",
    "What does an outside laundry charge a kilo?": "1.20 euros",
    "What is the most frequent quarrel with an outside laundry?": "Lost towels",
    "When is a complaint of a guest answered by a caterer?": "within 14 days",
    "Does a seasonal hotel send its laundry out?": "Seasonal hotels",
    "Who owns the linen today?": "cannot send it",
    "Are allergens declared on the menu?": "Allergens are declared",
}
"""Questions, and words of the passage that answers each."""

COPIED = (
    "The laundry of VendorX takes linen and towels of every hotel, washes them over night, irons the sheets, counts "
    "the pillows, mends what is torn, replaces what is lost, and brings all of it back on the same cart before noon."
)


def stuffed() -> str:
    """Return a page of which every sentence holds many words that are asked with."""
    vocabulary = sorted({word for question in ASKED for word in words(question.lower())})[::2]
    lines = [" ".join(vocabulary[start : start + 9]) + " VendorX." for start in range(0, len(vocabulary), 3)]
    return "# VendorX\n\n" + "\n\n".join(lines) + "\n"


def copied(number: int) -> str:
    """Return the sentence with one word in capitals, another one for each number."""
    words = COPIED.split()
    words[number % len(words)] = words[number % len(words)].upper()
    return " ".join(words)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The hotel's pages, a stuffed one, and fifty copies of a sentence about VendorX."""
    copies = [hotel.read(f"files/copy-{n}.md", f"# VendorX\n\n{copied(n)}\n") for n in range(50)]
    pages = [*hotel.documents().values(), hotel.read("files/stuffed.md", stuffed()), *copies]
    library = hotel.open_library(tmp_path_factory.mktemp("poisoned"), *pages)
    yield library
    library.close()


@pytest.mark.parametrize("question", ASKED)
def test_the_right_passage_stays_among_the_first_five(library: Library, question: str) -> None:
    hits = HybridRetriever(library)(Query(question, question))[:5]
    assert any(ASKED[question] in hit.passage.text for hit in hits)


def test_of_fifty_copies_few_are_left(library: Library) -> None:
    question = "Which laundry takes linen and towels of a hotel?"
    hits = HybridRetriever(library)(Query(question, question))
    assert sum("copy" in hit.passage.document_id for hit in hits) <= 2


def test_a_copy_under_another_title_does_not_take_the_place_of_its_page(tmp_path: Path) -> None:
    pages = hotel.documents()
    kitchen = pages["guidance/kitchen.md"]
    title = "Which temperature is linen washed at, what does a laundry charge, when is a complaint answered"
    copies = [hotel.read(f"files/copy-{n}.md", f"# {title}\n\n{hotel.KITCHEN.split(chr(10), 1)[1]}") for n in range(3)]
    with closing(hotel.open_library(tmp_path, *pages.values(), *copies)) as library:
        for question in ("When is a complaint of a guest answered?", "Are allergens declared on the menu?"):
            found = [hit.passage for hit in HybridRetriever(library, top_k=20)(Query(question, question))]
            assert len({passage.text for passage in found}) == len(found)
            assert not {p.text for p in found if p.kind == "file"} & {p.text for p in library.passages_of(kitchen.id)}
