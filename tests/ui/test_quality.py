from kitchen import measured
from test_elements import Reader

from assistant.ui import quality


def test_each_figure_stands_with_its_interval_and_n() -> None:
    text = Reader(quality.disclosure(measured())).text
    for words in ("Right as a whole", "0.812", "0.700 to 0.900", "40 ms to 50 ms", "40 questions of the set canteen"):
        assert words in text
    assert "Out of date" not in text


def test_a_stale_card_says_why() -> None:
    assert "Out of date: the corpus or its index changed" in Reader(quality.disclosure(measured(stale=True))).text


def test_a_report_that_was_not_written_is_not_linked_to() -> None:
    assert "href" not in quality.disclosure({**measured(), "report": None})


def test_where_nothing_was_measured_the_head_says_so() -> None:
    assert "Nothing was measured yet." in Reader(quality.disclosure(None)).text


def test_the_name_of_a_set_is_text() -> None:
    assert "<b>" not in quality.disclosure({**measured(), "set": "<b>set</b>"})
