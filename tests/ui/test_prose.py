import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st
from kitchen import Kitchen, passage

from assistant.types import Span
from assistant.ui import prose
from assistant.ui.prose import Quote, document_html, marked, passage_html

TEXT = "The cook left. The soup stayed warm."


def stripped(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


spans = st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda p: Span(min(p), max(p)))


@given(st.lists(spans, max_size=4))
def test_marking_changes_no_character_and_marks_exactly_the_quotes(found: list[Span]) -> None:
    shown = marked(TEXT, 10, [Quote(f"q{i}", span) for i, span in enumerate(found)])
    assert stripped(shown) == TEXT
    covered = {i for span in found for i in range(max(span.start, 10), min(span.end, 10 + len(TEXT)))}
    words = "".join(unescape(w) for w in re.findall(r"<mark[^>]*>([^<]*)</mark>", shown))
    assert words == "".join(TEXT[i - 10] for i in sorted(covered))


def test_overlapping_quotes_share_their_marks() -> None:
    shown = marked("abcdef", 0, [Quote("one", Span(0, 4)), Quote("two", Span(2, 6))])
    assert re.findall(r'data-quote="([^"]*)">(\w+)', shown) == [("one", "ab"), ("one two", "cd"), ("two", "ef")]


def test_a_document_has_its_headings_and_tables_and_every_quote_marked() -> None:
    models = Kitchen().models
    table = models.tables[0]
    shown = document_html(models, [Quote("d0", table.rows[0][1])])
    assert "<h4>When it fits</h4>" in shown
    assert "<th>Cost a meal</th>" in shown
    assert '<td><mark data-quote="d0">6 to 8 euros</mark></td>' in shown
    assert stripped(shown).replace(" | ", "") == models.text.replace(" | ", "").replace(" |", "").replace("\n", "")


def test_a_list_item_keeps_its_quote_though_its_bullet_is_drawn() -> None:
    diary = Kitchen().diary
    words = "Waste fell by a third in the first year."
    start = diary.text.index(words)
    shown = passage_html(passage(diary, "A year with a caterer"), [Quote("q", Span(start, start + len(words)))])
    assert f'<p class="item"><mark data-quote="q">{words}</mark></p>' in shown


def test_of_a_very_long_document_the_part_around_the_quote_is_shown(monkeypatch) -> None:
    monkeypatch.setattr(prose, "MOST_SHOWN", 200)
    diary = Kitchen().diary
    start = diary.text.index("On day 50")
    shown = stripped(document_html(diary, [Quote("q", Span(start, start + 9))]))
    assert "On day 50" in shown
    assert "On day 9 " not in shown
    assert "only the part around the quote" in shown
