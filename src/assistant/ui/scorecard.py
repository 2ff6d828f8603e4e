"""The scorecard under a decision brief: what decides it, a chart of the totals, and every number with its source.

Pure functions from a `Scorecard` to escaped HTML; a weight is an `input` with `data-weight`, and
whoever moves one gets the whole section anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from assistant.markdown import OURS_MARK
from assistant.scorecard_file import MOST
from assistant.types import Criterion, Score, Scorecard
from assistant.ui.answer import cite
from assistant.ui.elements import NOTHING, Html, element, join

PARTS = ("#4477aa", "#cc6677", "#2e8b57", "#b8860b", "#7b68b5", "#3a9aa8", "#8a8f98")
"""The colours of the criteria, in their order: at least 3 to 1 on white and on the dark page; `--part-1` … override."""

SCALE = f"The weighted mean of each option's scores, from 0 to {MOST}."

HINT = f"Move a weight and see what leads; {MOST} is the best score. Each score is our reading of the words it cites."

WIDTH, ROW, BAR = 360, 44, 14
"""Of the chart, one option and its bar: user units, pixels on the narrowest page."""


def scorecard_html(card: Scorecard, turn: int) -> Html:
    """Return the scorecard of a turn."""
    return element(
        "section",
        element("h3", f"Scorecard: {card.subject}"),
        element("p", card.decides, class_="decides"),
        element("p", card.note, class_="disagrees") if card.note else NOTHING,
        element("figure", chart(card, turn), legend(card), element("figcaption", SCALE, class_="hint")),
        element(
            "details",
            element("summary", "Weights, scores and what they rest on"),
            element("p", HINT, class_="hint"),
            table(card, turn),
            judgements(card),
        ),
        class_="scorecard",
        data_turn=str(turn),
    )


# --- the chart ------------------------------------------------------------------------------


def chart(card: Scorecard, turn: int) -> Html:
    """Return the totals as bars, best first, each stacked from what the criteria contribute."""
    name, about = f"t{turn}-chart", f"t{turn}-chart-text"
    rows = (_bar(card, option, number) for number, option in enumerate(card.ranking))
    return element(
        "svg",
        element("title", f"Totals of the options, 0 to {MOST}", id=name),
        element("desc", "; ".join(_told(card, option) for option in card.ranking), id=about),
        *rows,
        viewBox=f"0 0 {WIDTH} {ROW * len(card.options)}",
        width="100%",
        role="img",
        aria_labelledby=f"{name} {about}",
        class_="chart",
    )


def _told(card: Scorecard, option: str) -> str:
    return f"{option} {'is ruled out' if option in card.barred else f'{card.total(option):.1f}'}"


def _bar(card: Scorecard, option: str, number: int) -> Html:
    """Return one option: its name and total on a line, its bar below; a bar of the full width is a total of 5."""
    barred = option in card.barred
    line, top = number * ROW + 16, number * ROW + 22
    total = "ruled out" if barred else f"{card.total(option):.1f}"
    return element(
        "g",
        _words(option, x="0", y=str(line)),
        _words(total, x=str(WIDTH), y=str(line), text_anchor="end", font_weight="600"),
        _box(0, WIDTH, top, fill="currentColor", fill_opacity="0.08"),
        *([] if barred else _pieces(card, option, top)),
    )


def _pieces(card: Scorecard, option: str, top: int) -> Iterator[Html]:
    """Yield what each criterion contributes to an option's bar, side by side."""
    scores = {s.criterion: s.value for s in card.scores if s.option == option}
    whole = sum(c.weight for c in card.criteria) or 1.0
    start = 0.0
    for number, criterion in enumerate(card.criteria):
        value = scores.get(criterion.name, 0.0)
        width = criterion.weight * value / whole / MOST * WIDTH
        if width:
            told = f"{criterion.name}: {value:g}, weight {criterion.weight:g}"
            # a hair of the ground between two pieces tells them apart without their colours
            yield _box(start, max(width - 1, 0.5), top, element("title", told), fill=_colour(number))
        start += width


def _box(x: float, width: float, top: int, *children: Html, fill: str, fill_opacity: str | None = None) -> Html:
    return element(
        "rect",
        *children,
        x=f"{x:.1f}",
        y=str(top),
        width=f"{width:.1f}",
        height=str(BAR),
        rx="2",
        fill=fill,
        fill_opacity=fill_opacity,
    )


def _words(words: str, **place: str) -> Html:
    return element("text", words, fill="currentColor", font_size="14", **place)


def _colour(number: int) -> str:
    place = number % len(PARTS)
    return f"var(--part-{place + 1}, {PARTS[place]})"


def legend(card: Scorecard) -> Html:
    """Return which colour is which criterion."""
    swatches = (
        element("svg", element("rect", width="10", height="10", rx="2", fill=_colour(number)), width="10", height="10")
        for number, _ in enumerate(card.criteria)
    )
    items = (element("li", swatch, " ", c.name) for swatch, c in zip(swatches, card.criteria, strict=True))
    return element("ul", *items, class_="legend-parts", aria_hidden="true")


# --- the table ------------------------------------------------------------------------------


def table(card: Scorecard, turn: int) -> Html:
    """Return criteria by options: each weight to be moved, each score with its source, the totals below."""
    scores = {(s.option, s.criterion): s for s in card.scores}
    heads = (element("th", option, scope="col") for option in card.ranking)
    head = element("tr", element("th", "Criterion", scope="col"), element("th", "Weight", scope="col"), *heads)
    body = (
        element(
            "tr",
            element("th", criterion.name, element("small", criterion.about), scope="row"),
            element("td", _weight(criterion)),
            *(_cell(scores.get((option, criterion.name)), turn) for option in card.ranking),
        )
        for criterion in card.criteria
    )
    totals = (element("td", "no" if o in card.barred else f"{card.total(o):.2f}", data_total=o) for o in card.ranking)
    foot = element("tr", element("th", "Total", scope="row"), element("td"), *totals)
    made = element("table", element("thead", head), element("tbody", *body), element("tfoot", foot))
    return element("div", made, class_="wide", tabindex="0", role="group", aria_label="Scores; scrolls sideways")


def _weight(criterion: Criterion) -> Html:
    slider = element(
        "input",
        type="range",
        min="0",
        max=str(MOST),
        step="1",
        value=f"{criterion.weight:g}",
        data_weight=criterion.name,
        aria_label=f"Weight of {criterion.name}",
        aria_valuetext=f"{criterion.weight:g} of {MOST}",
    )
    return join(slider, element("output", f"{criterion.weight:g}"), _because(criterion.because))


def _cell(score: Score | None, turn: int) -> Html:
    """Return a score with the passage that justifies it, or the mark of our judgement."""
    if score is None:
        return element("td")
    ours = element("abbr", OURS_MARK, title=f"Our judgement: {score.reason}", class_="ours")
    source = cite(turn, score.citation) if score.citation else ours
    value = "no" if score.barred else f"{score.value:g}"
    return element("td", f"{value}\u00a0", source, _because(score.because), data_score=f"{score.value:g}")


def _because(fact: str) -> Html:
    return element("small", fact, class_="because") if fact else NOTHING


def judgements(card: Scorecard) -> Html:
    """Return the scores that no passage justifies, each with our reason."""
    ours = [s for s in card.scores if s.citation is None]
    if not ours:
        return NOTHING
    items = (
        element("li", element("strong", f"{s.option}, {s.criterion}: "), s.reason or "no reason given") for s in ours
    )
    return join(
        element("p", f"{OURS_MARK} Our judgement, not a source:", class_="hint"),
        element("ul", *items, class_="reasons"),
    )
