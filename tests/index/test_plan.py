from __future__ import annotations

from dataclasses import replace

from assistant.index.plan import plan, statement_text, vector_key
from assistant.types import Span, Statement


def test_a_plan_tells_new_changed_unchanged_and_gone_apart() -> None:
    found = plan({"a": b"1", "b": b"1", "c": b"1"}, {"b": b"1", "c": b"2", "d": b"1"})
    assert (found.new, found.changed, found.unchanged, found.gone) == (("d",), ("c",), ("b",), ("a",))
    assert not found.nothing
    assert plan({"a": b"1"}, {"a": b"1"}).nothing


def test_a_vector_has_another_name_for_another_model_or_text() -> None:
    keys = {vector_key("m", "text"), vector_key("n", "text"), vector_key("m", "texts"), vector_key("mt", "ext")}
    assert len(keys) == 4


def test_a_statement_is_embedded_under_its_title_and_headings() -> None:
    statement = Statement("a.md", Span(0, 9), "It costs.", "cost", ("Costs", "Setting up"))
    assert statement_text(statement, "Captives") == "Captives - Costs - Setting up\nIt costs."
    assert statement_text(replace(statement, headings=()), "") == "It costs."
