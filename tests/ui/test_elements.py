from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st
from kitchen import PAYLOADS

from assistant.ui.elements import Html, element, join, text


class Reader(HTMLParser):
    """What a browser would make of it: tags, attributes and text."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment", {}))

    def handle_data(self, data: str) -> None:
        self.text += data


hostile = st.one_of(st.text(), st.sampled_from(PAYLOADS), st.text(st.sampled_from("<>&\"'`$[]()!\n\r#*-|={}\\/ a")))


@given(hostile)
def test_any_text_stays_text_on_one_line(value: str) -> None:
    shown = element("p", value, title=value)
    read = Reader(shown)
    assert [tag for tag, _ in read.tags] == ["p"]
    assert list(read.tags[0][1]) == ["title"]
    assert not set(shown) & set("\n\r\u2028\u2029")
    assert read.text == read.tags[0][1]["title"]
    assert shown.encode("utf-8")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C"], exclude_characters="\u2028\u2029")))
def test_ordinary_text_is_shown_as_it_is(value: str) -> None:
    assert Reader(text(value)).text == value


def test_only_our_own_elements_pass_unescaped() -> None:
    inner = element("b", "<i>")
    assert join(inner, "<i>") == "<b>&lt;i&gt;</b>&lt;i&gt;"
    joined_by_accident = "x" + inner
    assert not isinstance(joined_by_accident, Html)
    assert element("p", joined_by_accident) == "<p>x&lt;b&gt;&amp;lt;i&amp;gt;&lt;/b&gt;</p>"


def test_reading_direction_cannot_be_turned_and_control_characters_are_seen() -> None:
    assert text("\u202egnp.exe\x00\ud800") == "\ufffdgnp.exe\ufffd\ufffd"
