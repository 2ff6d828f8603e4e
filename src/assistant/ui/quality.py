"""The quality card in the head of the page: what was measured of this assistant, folded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from assistant.ui.elements import NOTHING, Html, element

Card = Callable[[], "Mapping[str, Any] | None"]
"""Gives the card of `GET /api/quality` as it is now; None if nothing was measured."""

REPORT = "quality/report"
"""Where the server has the report, seen from the page."""


def disclosure(card: Mapping[str, Any] | None) -> Html:
    """Return the measured figures, folded; where there are none, the one sentence that says so."""
    return element(
        "details",
        element("summary", "Measured quality"),
        element("div", *(_figures(card) if card else [_unmeasured()]), class_="measured"),
        class_="quality",
    )


def _unmeasured() -> Html:
    return element("p", "Nothing was measured yet. ", element("code", "assistant evaluate SET"), " does it.")


def _figures(card: Mapping[str, Any]) -> list[Html]:
    """Return what was asked and when, whether it still holds, and each figure with its interval."""
    crashed = f", {card['crashed']} of them crashed" if card["crashed"] else ""
    asked = f"{card['n']} questions of the set {card['set']}{crashed}, asked on {str(card['measured'])[:10]}."
    rows = (_row(figure) for figure in card["figures"].values())
    head = element("tr", *(element("th", name, scope="col") for name in ("Figure", "Value", "95 % interval", "n")))
    link = element("a", "Open the report", href=REPORT, target="_blank", rel="noopener")
    return [
        element("p", asked),
        element("p", element("strong", "Out of date: "), "; ".join(card["reasons"]), ".") if card["stale"] else NOTHING,
        element("table", element("thead", head), element("tbody", *rows)),
        element("p", link) if card["report"] else NOTHING,
    ]


def _row(figure: Mapping[str, Any]) -> Html:
    value, low, high = (_shown(figure[name], figure["unit"]) for name in ("value", "low", "high"))
    cells = (value, f"{low} to {high}", str(figure["n"]))
    title = element("th", figure["title"], scope="row", title=figure["meaning"])
    return element("tr", title, *(element("td", cell) for cell in cells))


def _shown(value: float, unit: str) -> str:
    """Return a figure as people read it.

    >>> _shown(0.8125, "share"), _shown(0.0412, "seconds")
    ('0.812', '41 ms')
    """
    return f"{value * 1000:.0f} ms" if unit == "seconds" else f"{value:.3f}"
