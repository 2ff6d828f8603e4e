"""The facts of the case as chips above an answer: what was understood, from which words, and a way to put it right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from assistant.types import Fact, FactName
from assistant.ui.elements import NOTHING, Html, element

EDITED = "Entered by you"


def facts_bar(facts: Sequence[Fact], *, editable: bool) -> Html:
    """Return the chips, each with the words it came from; where `editable`, with ways to change, remove and add."""
    if not facts and not editable:
        return NOTHING
    chips = (_chip(fact, editable) for fact in facts)
    add = element(
        "button",
        "Add a fact" if facts else "Add facts of your case",
        type="button",
        data_fact=True,
        class_="fact-add",
        aria_expanded="false",
    )
    return element(
        "div",
        element("p", "Your case", class_="case-name") if facts else NOTHING,
        element("ul", *chips) if facts else NOTHING,
        add if editable else NOTHING,
        _form() if editable else NOTHING,
        class_="case",
        role="group",
        aria_label="Facts of your case",
    )


def facts_used(facts: Sequence[Fact]) -> Html:
    """Return which facts the answer used, in one line."""
    if not facts:
        return NOTHING
    return element("p", "Facts used: ", "; ".join(f"{f.name}: {f.value}" for f in facts), class_="facts-used")


def _chip(fact: Fact, editable: bool) -> Html:
    said = f"You said: “{fact.words}”" if fact.words else EDITED
    label = (element("span", fact.name, class_="fact-name"), " ", element("span", fact.value, class_="fact-value"))
    if not editable:
        return element("li", element("span", *label, class_="fact", title=said))
    named = {"data_name": fact.name, "data_value": fact.value}
    change = element(
        "button",
        *label,
        type="button",
        class_="fact",
        title=said,
        data_fact=True,
        data_said=said,
        aria_expanded="false",
        **named,
    )
    remove = element(
        "button",
        "×",
        type="button",
        class_="fact-remove",
        data_unfact=True,
        aria_label=f"Remove {fact.name} {fact.value}",
        **named,
    )
    return element("li", change, remove)


def _form() -> Html:
    """Return the fields that page.js fills for the chip that was pressed."""
    names = (element("option", name, value=name) for name in get_args(FactName))
    return element(
        "div",
        element("p", class_="fact-said"),
        element("label", "Fact", element("select", *names, name="name"), class_="fact-kind"),
        element(
            "label",
            "Value",
            element("input", name="value", type="text", maxlength="120", autocomplete="off"),
        ),
        element("button", "Ask again with this", type="button", class_="quiet", data_sendfact=True),
        element("button", "Cancel", type="button", class_="quiet", data_nofact=True),
        class_="fact-form",
        role="group",
        aria_label="Change a fact",
        hidden=True,
    )
