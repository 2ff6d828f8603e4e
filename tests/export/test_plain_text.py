from __future__ import annotations

from dataclasses import replace

import samples
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.export.paper import clean
from assistant.export.plain_text import to_markdown_document
from assistant.records.store import unkept
from assistant.types import Conversation, Turn

TEXT = st.text(st.characters(), max_size=40) | st.text("<>[]()!*_`|~#+-=.1 \\&;ab\n", max_size=40)


def tokens(markdown: str) -> list[Token]:
    found: list[Token] = []
    for token in MarkdownIt("commonmark", {"html": True}).enable("table").parse(markdown):
        found += [token, *(token.children or ())]
    return found


def written(said: str) -> str:
    cited = samples.said(said, "risk", samples.PRICE)
    answer = replace(samples.decision(), sentences=(cited, *samples.decision().sentences), missing=(said,), change=said)
    return to_markdown_document(unkept(Conversation((Turn(said, answer),)), index={}))


def test_every_mark_has_its_footnote() -> None:
    markdown = to_markdown_document(unkept(samples.talk(), index=samples.INDEX))
    for number in (1, 2, 3, 4):
        assert f"[^{number}]: “" in markdown
        assert markdown.count(f"[^{number}]") >= 2
    assert "[^5]" not in markdown


def test_the_options_and_the_scorecard_are_tables() -> None:
    kinds = [token.type for token in tokens(to_markdown_document(unkept(samples.talk(), index={})))]
    assert kinds.count("table_open") == 2
    assert kinds.count("tr_open") == 6


@settings(deadline=None, max_examples=60)
@given(TEXT)
@example("<img src=x onerror=alert(1)>")
@example("![x](http://e.com) [y](http://e.com) <http://e.com>")
@example("# x")
@example("1. x")
@example("a | `b` | ~~~ **c**")
@example("[^1]: note [1]: http://e.com")
def test_hostile_text_is_text(said: str) -> None:
    found = tokens(written(said))
    plain = tokens(written("words"))
    assert not [
        token for token in found if token.type in {"html_block", "html_inline", "image", "fence", "code_inline"}
    ]
    assert [t.attrGet("href") for t in found if t.type == "link_open"] == [
        t.attrGet("href") for t in plain if t.type == "link_open"
    ]
    shown = [token.content for token in found if token.type == "text"]
    assert clean(said) in "".join(shown)


def test_a_formula_in_a_cell_is_shown_as_text() -> None:
    cells = (replace(s, text="=HYPERLINK(1)") if s.cell else s for s in samples.decision().sentences)
    answer = replace(samples.decision(), sentences=tuple(cells))
    markdown = to_markdown_document(unkept(Conversation((Turn("Why?", answer),)), index={}))
    assert "| '=HYPERLINK(1)" in markdown
