"""The list of earlier conversations: to return to, search, rename, share and delete."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.text import day
from assistant.types import Listed
from assistant.ui.elements import NOTHING, Html, element

NONE_YET = "Nothing is kept yet: each answer is added here."
NONE_FOUND = "No conversation holds these words."


def history_head() -> Html:
    """Return the head of the list, with the search box."""
    close = element("button", "×", type="button", class_="close", data_talks=True, aria_label="Close conversations")
    search = element("input", type="search", data_search=True, placeholder="Search", aria_label="Search conversations")
    return element("div", element("div", element("h2", "Conversations"), close, class_="panel-head"), search)


def history_list(listed: Sequence[Listed], *, current: str = "", search: str = "", problem: str = "") -> Html:
    """Return the conversations, the one that was changed last first.

    Args:
        listed: what is kept.
        current: the id of the one on the page.
        search: the words that were searched for.
        problem: why nothing can be listed, or empty.
    """
    if problem or not listed:
        return element("p", problem or (NONE_FOUND if search else NONE_YET), class_="note")
    return element("ul", *(_item(one, one.id == current) for one in listed), class_="talk-list")


def _item(one: Listed, current: bool) -> Html:
    questions = f"{one.turns} question{'' if one.turns == 1 else 's'}"
    opener = element(
        "button",
        element("span", one.title, class_="talk-title"),
        element("span", f"{day(one.updated)} · {questions}", class_="talk-date"),
        type="button",
        class_="talk",
        data_talk=one.id,
        aria_current="true" if current else None,
    )
    more = element(
        "details",
        element("summary", "⋯", aria_label=f"More for {one.title}"),
        element("button", "Rename", type="button", class_="quiet", data_rename=one.id),
        element("button", "Delete", type="button", class_="quiet", data_delete=one.id),
        class_="more",
    )
    return element("li", opener, more if one.id else NOTHING, data_title=one.title)
