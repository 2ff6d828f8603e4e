from __future__ import annotations

from dataclasses import replace

import samples
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.export.compose import write_paper
from assistant.export.paper import Grid, Heading, Items, Line, Paragraph, cell, clean, web_address
from assistant.records.store import unkept
from assistant.types import Answer, Conversation, Kept, Turn


def kept(*turns: Turn) -> Kept:
    return unkept(Conversation(turns) if turns else samples.talk(), index=samples.INDEX)


def lines(answer: Answer) -> list[Line]:
    """Every line that is written of one answer."""
    found: list[Line] = []
    for block in write_paper(kept(Turn("Should we?", answer))).blocks:
        if isinstance(block, Paragraph | Items):
            found += block.lines
        elif isinstance(block, Grid):
            found += [line for row in block.rows for line in row]
    return found


def test_everything_that_is_shown_is_written_with_its_notes() -> None:
    written = lines(samples.decision())
    for sentence in samples.decision().shown:
        (line,) = (line for line in written if line.text == sentence.text)
        assert bool(line.notes) == bool(sentence.citations)
        assert line.judgement == sentence.judgement


def test_what_is_not_shown_is_not_written() -> None:
    assert "sing" not in repr(write_paper(kept()))


def test_a_brief_has_its_parts_in_order_with_the_lean_in_front() -> None:
    blocks = write_paper(kept(Turn("Should we repair abroad?", samples.decision()))).blocks
    titles = [block.text for block in blocks if isinstance(block, Heading)]
    assert titles == ["Risks", "Options compared", "Questions to ask first", "Scorecard: bicycle repair"]
    first = next(i for i, block in enumerate(blocks) if isinstance(block, Heading))
    assert any(isinstance(block, Paragraph) and block.lead for block in blocks[:first])


def test_the_same_words_have_the_same_note_in_every_answer() -> None:
    paper = write_paper(kept())
    assert [note.number for note in paper.notes] == [1, 2, 3, 4]
    assert [note.quote for note in paper.notes] == [
        c.text for c in (samples.LEAN, samples.SLOW, samples.PRICE, samples.SPOKES)
    ]


def test_a_note_says_where_the_words_stand_and_what_they_rest_on() -> None:
    note = write_paper(kept()).notes[1]
    assert note.place == "Repairs › Workshop › Bottom line, as of 31 July 2026"
    assert note.source == ("Rules for workshops, section 7, Guild of Mechanics, https://example.org/7, primary source")


def test_each_source_is_listed_once() -> None:
    assert [line.text for line in write_paper(kept()).sources] == [
        "Repairs (repairs), as of 31 July 2026",
        "Rules for workshops, section 7, Guild of Mechanics, https://example.org/7, primary source",
        "Parts (parts)",
    ]


def test_the_scorecard_is_written_best_first_with_its_total() -> None:
    card = next(b for b in reversed(write_paper(kept()).blocks) if isinstance(b, Grid))
    assert [line.text for line in card.header] == ["", "cost (67%)", "speed (33%)", "Total"]
    assert [[line.text for line in row] for row in card.rows] == [
        ["keep", "2", "5 because of size: 6", "3.0"],
        ["outsource", "4", "1", "3.0"],
    ]
    assert [line.judgement for line in card.rows[0]] == [False, False, True, False]


def test_facts_that_the_reader_removed_are_not_written() -> None:
    assert "retail" not in repr(write_paper(kept()))
    assert "our shop in Florida" in repr(write_paper(kept()))


def test_it_says_what_composed_it_from_what_and_when() -> None:
    about = " ".join(line.text for line in write_paper(kept()).about)
    for word in ("machine", "language model", "†", "version", "generation g-1", "word-hash"):
        assert word in about


def test_an_answer_that_came_from_outside_is_written_as_it_is() -> None:
    assert "So it is." in repr(write_paper(kept(Turn("Why?", answer_text="So it is.\n\nTruly."))))


def test_a_question_with_several_readings_lists_them() -> None:
    asked = replace(samples.refusal(), status="clarify", readings=("the wheel", "the brake"))
    assert [line.text for line in lines(asked)][-2:] == ["the wheel", "the brake"]


@given(st.text(st.characters(), max_size=30))
@example("=1+1")
def test_no_cell_is_a_formula_and_no_text_has_hidden_characters(text: str) -> None:
    written = cell(text)
    assert written == clean(written)
    assert not written.startswith(("=", "@", "\t", "\r"))
    assert written == clean(text) or written == f"'{clean(text)}"


def test_numbers_stay_numbers_and_what_only_begins_like_one_does_not() -> None:
    assert [cell(text) for text in ("-40%", "+1,5", "- 3 people", "-1+cmd|' /C calc'!A0")] == [
        "-40%", "+1,5", "'- 3 people", "'-1+cmd|' /C calc'!A0",
    ]  # fmt: skip


def test_only_web_addresses_become_links() -> None:
    evil = ["javascript:alert(1)", "file:///etc/passwd", "//host/x", "https://a b", 'https://a"onclick=', "data:x", ""]
    assert [web_address(url) for url in evil] == [""] * len(evil)
    assert web_address("https://example.org/a?b=c&d=%20#e") == "https://example.org/a?b=c&d=%20#e"
