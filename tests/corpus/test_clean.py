from __future__ import annotations

import pytest

from assistant.corpus.clean import CleanText, boilerplate, decode, one_line
from assistant.errors import UnreadableFile
from assistant.types import Span


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_usual_encodings_are_read(encoding: str) -> None:
    assert decode("Größe 面".encode(encoding), "x") == "Größe 面"


@pytest.mark.parametrize(
    ("data", "reason"),
    [(b"\x80abc", "wrong encoding"), (b"a\0b", "wrong encoding"), (b" ", "empty"), ("\u200b".encode(), "empty")],
)
def test_other_bytes_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        decode(data, "x")


def test_a_title_is_one_visible_line() -> None:
    assert one_line(" a\u200b \n\t b\u202e ") == "a b"
    assert len(one_line("word " * 100)) <= 200


def test_marks_are_noted_where_they_stood() -> None:
    raw = "One. [^a] [^b] Two.[^c]"
    clean = CleanText(raw, marks=True)
    span, marks = clean.add([Span(0, len(raw))])
    assert span.of(clean.text) == "One. Two."
    assert [(key, clean.text[:place].strip()) for key, place in marks] == [
        ("a", "One."),
        ("b", "One."),
        ("c", "One. Two."),
    ]


def test_pieces_end_at_pages_and_join_where_nothing_was_changed() -> None:
    raw = "One.\n\nTwo. Three."
    clean = CleanText(raw, page_starts=(0, 11))
    clean.add([Span(0, 4)])
    clean.put("\n\n")
    clean.add([Span(6, len(raw))])
    assert clean.text == raw
    assert [(piece.span, piece.page) for piece in clean.pieces] == [(Span(0, 11), 1), (Span(11, 17), 2)]


def test_the_frame_of_a_page_is_known_by_its_phrases_and_place() -> None:
    body = ["A title", "A long sentence of the page itself."] * 8
    end = [
        "Ready to bake better bread?",
        "About the Author",
        "Mia Weber",
        "Mia Weber is a baker at Ovenfresh.",
        "Share -",
    ]
    lines = [*body, *end, "Leave a Reply"]
    assert boilerplate(lines) == set(range(len(body), len(lines)))


def test_what_only_looks_like_a_frame_stays() -> None:
    lines = [
        "Ready to bake better bread?",
        "Then you need flour, water and salt, and a night of patience.",
        "Author",
        "The author of the old recipe is not known, and the paper is torn.",
        "Want to know more about rye?",
        "Rye is a grain that grows where wheat does not, and it keeps well.",
    ]
    assert boilerplate(lines) == set()
