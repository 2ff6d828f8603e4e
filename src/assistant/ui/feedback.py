"""What a reader says of the answers.

Ratings are a state of their own beside the conversation: an answer on its way writes the
conversation again with every sentence, and must not undo a press that came meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from assistant.records.store import MOST_REASON
from assistant.types import Rating, Thumb
from assistant.ui.elements import NOTHING, Html, element

Ratings = Mapping[int, Rating]
"""By the number of the turn, from 1."""

UNRATED = Rating()
NO_RATINGS: Ratings = {}


def rated(ratings: Ratings, number: int, thumb: str, reason: str) -> Ratings:
    """Return the ratings with one of them set; an unknown thumb takes it back.

    >>> rated({}, 2, "down", " the old rule ")
    {2: Rating(thumb='down', reason='the old rule')}
    """
    known = cast(Thumb, thumb) if thumb in {"up", "down"} else ""
    return {**ratings, number: Rating(known, reason.strip()[:MOST_REASON] if known == "down" else "")}


def buttons(number: int, rating: Rating, *, save: bool) -> Html:
    """Return what stands under an answer: whether it helped, why not, and a way to keep it all."""
    pressed = {"up": "Helpful", "down": "Not helpful"}
    thumbs = (
        element(
            "button",
            label,
            type="button",
            class_="quiet",
            data_thumb=thumb,
            aria_pressed="true" if rating.thumb == thumb else "false",
        )
        for thumb, label in pressed.items()
    )
    field = element("textarea", rating.reason, rows="1", maxlength=str(MOST_REASON), data_reason=True)
    return element(
        "div",
        *thumbs,
        element("button", "Save conversation", type="button", class_="quiet", data_save=True) if save else NOTHING,
        element("label", "What was wrong with it?", field, class_="reason", hidden=rating.thumb != "down"),
        element("p", class_="kept", role="status"),
        class_="feedback",
        role="group",
        aria_label="Was this answer helpful?",
        data_turn=str(number),
    )


def replied(at: str, said: str = "") -> Html:
    """Return what tells page.js that what it sent as `at` has been done, with what comes back."""
    return element("pre", str(said), data_at=at, hidden=True)
