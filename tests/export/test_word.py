from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import docx
import samples
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.export.paper import clean
from assistant.export.word import to_docx
from assistant.records.store import unkept
from assistant.types import Conversation, Kept, Source, Turn

TEXT = st.text(st.characters(), max_size=40)


def kept() -> Kept:
    return replace(unkept(samples.talk(), index=samples.INDEX), updated="2026-11-03T09:00:00.000+00:00")


def opened(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def footnotes(document: Document) -> dict[str, str]:
    """The text of every footnote by its id, separators left out."""
    root = parse_xml(document.part.part_related_by(RELATIONSHIP_TYPE.FOOTNOTES).blob)
    texts = {note.get(qn("w:id")): "".join(t.text or "" for t in note.iter(qn("w:t"))) for note in root}
    return {id: text.strip() for id, text in texts.items() if int(id) > 0}


def references(document: Document) -> list[str]:
    return [mark.get(qn("w:id")) for mark in document.element.iter(qn("w:footnoteReference"))]


def text(document: Document) -> str:
    return "\n".join("".join(t.text or "" for t in p.iter(qn("w:t"))) for p in document.element.iter(qn("w:p")))


def test_every_footnote_is_referred_to_once_and_holds_the_quoted_words() -> None:
    document = opened(to_docx(kept()))
    notes = footnotes(document)
    assert references(document) == list(notes) == ["1", "2", "3", "4"]
    assert notes["2"] == (
        "“A workshop abroad needs three weeks for a wheel.” Repairs › Workshop › Bottom line, as of 31 July 2026. "
        "Source: Rules for workshops, section 7, Guild of Mechanics, https://example.org/7, primary source."
    )


def test_words_that_are_cited_again_refer_back_to_their_footnote() -> None:
    document = opened(to_docx(kept()))
    fields = [field.get(qn("w:instr")) for field in document.element.iter(qn("w:fldSimple"))]
    marks = {mark.get(qn("w:name")) for mark in document.element.iter(qn("w:bookmarkStart"))}
    assert fields
    assert {field.split()[1] for field in fields} <= marks


def test_the_options_and_the_scorecard_are_real_tables_that_repeat_their_head() -> None:
    options, card = opened(to_docx(kept())).tables
    assert [[c.text for c in row.cells] for row in options.rows] == [
        ["", "cost", "parts"],
        ["outsource", "40 euros an hour", "not in the sources"],
        ["keep", "not in the sources", "a stock of spokes"],
    ]
    assert [c.text for c in card.columns[3].cells] == ["Total", "3.0", "3.0"]
    assert all(table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for table in (options, card))


def test_the_document_says_it_all() -> None:
    document = opened(to_docx(kept()))
    styles = {p.style.name: p.text for p in document.paragraphs}
    assert styles["Title"] == "Should we repair abroad?"
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings == ["Should we repair abroad?", "What do they charge?", "Does it rain on Mars?", "Sources",
                        "About this document"]  # fmt: skip
    for sentence in samples.decision().shown:
        assert sentence.text in text(document)
    for words in (
        "Florida",
        "This changes my earlier answer",
        "insurance",
        "generation g-1",
        "by a machine",
        "Size: 6",
    ):
        assert words in text(document)
    assert document.core_properties.title == "Should we repair abroad?"


def test_the_same_conversation_gives_the_same_bytes() -> None:
    assert to_docx(kept()) == to_docx(kept())


def test_only_web_addresses_are_links_and_nothing_is_fetched() -> None:
    evil = replace(samples.RULES, key="evil", url="javascript:alert(1)")
    citations = (samples.cite(1, samples.REPAIRS_PASSAGE, samples.SLOW.text, evil), samples.SLOW)
    answer = replace(samples.fact(), sentences=(samples.said(samples.SLOW.text, "risk", *citations),))
    content = to_docx(unkept(Conversation((Turn("Why?", answer),)), index={}))
    external = [rel.target_ref for rel in opened(content).part.rels.values() if rel.is_external]
    assert external == ["https://example.org/7"]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if "vba" in name.lower() or "embed" in name.lower()]


@settings(deadline=None, max_examples=15)
@given(TEXT, TEXT, TEXT, TEXT)
def test_hostile_text_is_text(question: str, said: str, title: str, url: str) -> None:
    passage = replace(samples.REPAIRS_PASSAGE, title=title, headings=(said,))
    citation = replace(samples.PRICE, passage=passage, source=Source("k", title, said, url))
    answer = replace(
        samples.decision(),
        sentences=(samples.said(said, "risk", citation), *samples.decision().sentences),
        missing=(said,), notice=title, change=said,
    )  # fmt: skip
    document = opened(to_docx(unkept(Conversation((Turn(question, answer),)), index={"generation": title})))
    assert clean(said) in text(document)
    assert any(clean(title) in note for note in footnotes(document).values())
