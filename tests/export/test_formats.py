from __future__ import annotations

from dataclasses import replace

import pytest
import samples

from assistant.errors import BadInput
from assistant.export.formats import FORMATS, export, file_name, one_turn
from assistant.records.store import unkept

KEPT = unkept(samples.talk(), index=samples.INDEX)


@pytest.mark.parametrize(("name", "begins"), [("docx", b"PK"), ("markdown", b"# Should"), ("html", b"<!doctype html>")])
def test_each_form_is_what_its_name_says(name: str, begins: bytes) -> None:
    assert export(KEPT, name).startswith(begins)
    assert file_name(KEPT, name) == f"should-we-repair-abroad{FORMATS[name].suffix}"


def test_an_unknown_form_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadInput) as raised:
        export(KEPT, "exe")
    assert "docx, markdown, html" in raised.value.hint


def test_one_turn_goes_out_alone_with_its_own_facts() -> None:
    one = one_turn(KEPT, 2)
    assert (one.title, len(one.turns), one.conversation.facts) == ("What do they charge?", 1, ())
    assert one_turn(KEPT, 1).conversation.facts == samples.FACTS[:2]
    assert b"Mars" not in export(one, "markdown")


@pytest.mark.parametrize("number", [0, 4, -1])
def test_a_turn_that_is_not_there_is_refused(number: int) -> None:
    with pytest.raises(BadInput):
        one_turn(KEPT, number)


@pytest.mark.parametrize("title", ["../../etc/passwd", "誰？", "a" * 300, '"; rm -rf /\r\n'])
def test_no_title_makes_a_dangerous_file_name(title: str) -> None:
    name = file_name(replace(KEPT, title=title), "docx")
    assert name.endswith(".docx")
    assert name.removesuffix(".docx").replace("-", "").isalnum()
    assert len(name) < 70
