"""A reply is cut into sentences while it comes: each whole, once, and nothing but text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.drafts import Draft, DraftReader


def drafts(text: str, piece: int = 5) -> list[Draft]:
    reader = DraftReader()
    found = [draft for start in range(0, len(text), piece) for draft in reader.read(text[start : start + piece])]
    return [*found, *reader.end()]


def texts(text: str, piece: int = 5) -> list[str]:
    return [draft.text for draft in drafts(text, piece)]


REPLY = """\
## Bottom line
Keep the linen in-house [1]. Decide anew next year. [2] [3]

## Risks
- **Lost towels** are frequent, e.g. in spas [2, 4].
- The U.S. rule, Art. 5, asks for 60.5 degrees [1-3].
1. A strike leaves beds empty.[5]
"""


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 50, 1000])
def test_a_reply_gives_the_same_drafts_however_it_is_cut(piece: int) -> None:
    assert drafts(REPLY, piece) == [
        Draft("Keep the linen in-house.", (1,), "Bottom line"),
        Draft("Decide anew next year.", (2, 3), "Bottom line"),
        Draft("Lost towels are frequent, e.g. in spas.", (2, 4), "Risks"),
        Draft("The U.S. rule, Art. 5, asks for 60.5 degrees.", (1, 2, 3), "Risks"),
        Draft("A strike leaves beds empty.", (5,), "Risks"),
    ]


def test_a_sentence_is_given_as_soon_as_the_next_one_begins() -> None:
    reader = DraftReader()
    assert not list(reader.read("Linen is washed at night. [1"))
    assert not list(reader.read("]"))
    assert [d.numbers for d in reader.read("[2] T")] == [(1, 2)]
    assert [d.text for d in reader.read("owels are not washed [3]. ")] == []
    assert [d.text for d in reader.end()] == ["Towels are not washed."]


@pytest.mark.parametrize(
    ("written", "text", "numbers"),
    [
        ("Linen is washed at night [Passage 2].", "Linen is washed at night.", (2,)),
        ("Linen is washed at night (passage 2).", "Linen is washed at night.", (2,)),
        ("Linen is washed at night【2†source】.", "Linen is washed at night.", (2,)),
        ("Linen is washed at night [^2].", "Linen is washed at night.", (2,)),
        ("Linen is washed at night [2](http://evil.example/2).", "Linen is washed at night.", (2,)),
        ("Linen (2024) is washed at night [1-900].", "Linen (2024) is washed at night.", (1, 2, 3, 4, 5, 6)),
        ("Linen ![x](http://evil.example/?q=a b) is washed [1].", "Linen is washed.", (1,)),
        ("Linen ![x][ref] is washed [1].", "Linen is washed.", (1,)),
        ("[Linen](javascript:alert(1)) is washed [1].", "Linen) is washed.", (1,)),
        ("Linen is <img src=http://evil.example/a.png> washed [1].", "Linen is washed.", (1,)),
        ("Linen is <b onclick='x'>washed</b> [1].", "Linen is washed.", (1,)),
        ("Linen is washed, see https://evil.example/a?b=c for more [1].", "Linen is washed, see for more.", (1,)),
        ("Linen is washed, see evil.example/a?b=c today [1].", "Linen is washed, see today.", (1,)),
        ("Linen is wa\u200bshed\U000e0041 at \u202enight [1].", "Linen is washed at night.", (1,)),
        ("> Linen is `washed` at *night* [1].", "Linen is washed at night.", (1,)),
        ("Less than <5 % of linen is lost [1].", "Less than <5 % of linen is lost.", (1,)),
        ("Staff work 24/7 and/or at night [1].", "Staff work 24/7 and/or at night.", (1,)),
    ],
)
def test_what_is_not_text_is_gone(written: str, text: str, numbers: tuple[int, ...]) -> None:
    assert [(d.text, d.numbers) for d in drafts(written)] == [(text, numbers)]


@pytest.mark.parametrize(
    "claims_nothing", ["Yes.", "Here are the risks:", "---", "```python", "[ref]: http://evil.example", ""]
)
def test_what_claims_nothing_is_no_draft(claims_nothing: str) -> None:
    assert texts(claims_nothing) == []


def test_a_table_gives_a_sentence_a_cell() -> None:
    header = "| Option | Price | Control |\n|---|---|---|"
    table = f"{header}\n| Outside laundry | 1.20 euros [2] | – |\n| Own | 2 euros [1] | High [3] |"
    assert [(d.text, d.numbers) for d in drafts(table)] == [
        ("Outside laundry, price: 1.20 euros", (2,)),
        ("Own, price: 2 euros", (1,)),
        ("Own, control: High", (3,)),
    ]


@pytest.mark.parametrize("piece", [1, 4, 1000])
def test_what_a_model_thinks_before_its_reply_is_not_said(piece: int) -> None:
    assert texts("<think>The user wants linen. Hm.\nLinen is dear.</think>\nLinen is washed at night.", piece) == [
        "Linen is washed at night."
    ]
    assert texts("<think>The user wants linen. It never ends.", piece) == []


@given(st.text(max_size=300), st.integers(1, 40))
def test_no_text_breaks_the_reader_and_no_draft_holds_a_link(text: str, piece: int) -> None:
    for draft in drafts(text, piece):
        assert draft.text == draft.text.strip() != ""
        assert "](" not in draft.text
        assert "://" not in draft.text
