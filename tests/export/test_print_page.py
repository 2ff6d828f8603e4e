from __future__ import annotations

from dataclasses import replace

import samples
from bs4 import BeautifulSoup
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.export.paper import clean, web_address
from assistant.export.print_page import to_print_html
from assistant.records.store import unkept
from assistant.types import Conversation, Source, Turn

TEXT = st.text(st.characters(), max_size=40) | st.text("<>\"'&/=!-{}%script ", max_size=40)


def page(*turns: Turn) -> BeautifulSoup:
    conversation = Conversation(turns) if turns else samples.talk()
    return BeautifulSoup(to_print_html(unkept(conversation, index=samples.INDEX)), "lxml")


def shape(soup: BeautifulSoup) -> list[tuple[str, list[str]]]:
    return [(tag.name, sorted(tag.attrs)) for tag in soup.find_all(True)]


def test_every_mark_leads_to_its_note() -> None:
    soup = page()
    leads = {a["href"] for a in soup.select("sup a")}
    assert leads == {f"#{p['id']}" for p in soup.select(".notes p")} == {f"#note-{n}" for n in (1, 2, 3, 4)}


def test_the_page_stands_alone() -> None:
    soup = page()
    assert not soup.find_all(["script", "link", "img", "iframe", "object", "form", "base"])
    assert "default-src 'none'" in soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert {a["href"] for a in soup.find_all("a") if not a["href"].startswith("#")} == {"https://example.org/7"}
    assert "url(" not in str(soup)


def test_it_says_what_the_answer_says() -> None:
    said = " ".join(page().get_text(" ").split())
    for sentence in samples.decision().shown:
        assert sentence.text in said
    assert len(page().find_all("table")) == 2
    assert "generation g-1" in said


@settings(deadline=None, max_examples=40)
@given(TEXT, TEXT)
@example("<script>alert(1)</script>", "javascript:alert(1)")
@example("{{ 7 * 7 }} &lt;b&gt;", "")
def test_hostile_text_is_text(said: str, url: str) -> None:
    def turn(words: str, address: str) -> Turn:
        citation = replace(samples.PRICE, source=Source("k", words, words, address))
        cells = (replace(s, text=words) if s.cell else s for s in samples.decision().sentences)
        sentences = (samples.said(words, "risk", citation), *cells)
        return Turn(f"{words} or not", replace(samples.decision(), sentences=sentences, missing=(words,)))

    found = page(turn(said, url))
    if clean(said) and not web_address(url):
        assert shape(found) == shape(page(turn("words", "")))
    assert clean(said) in " ".join(found.get_text().split())
