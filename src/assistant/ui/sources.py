"""The right-hand panel: a card for every passage that an answer rests on, and the whole document."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from urllib.parse import urlsplit

from assistant.types import Answer, Checked, Citation, Document, Kind, Passage, Source, Span, Turn
from assistant.ui.elements import NOTHING, Html, element, join
from assistant.ui.prose import Quote, document_html, passage_html

KINDS: dict[Kind, str] = {"article": "Article", "guidance": "Guidance", "file": "Document", "record": "Document"}

CHECKED: dict[Checked, str] = {
    "primary": "primary source",
    "secondary": "secondary source",
    "vendor": "the vendor’s own figures",
    "named": "named, not opened by us",
}
"""How far the guidance's authors looked at what a sentence names as its source."""

NEAREST = 3
"""Passages shown when the corpus does not answer."""

MOST_NUMBERS = 4
"""Consecutive numbers that a card shows one by one."""

_MONTHS = "January February March April May June July August September October November December".split()


def quote_key(turn: int, number: int) -> str:
    """Return the name by which citation `number` of a turn finds its words in the panel."""
    return f"t{turn}q{number}"


def sources(turn: int, question: str, answer: Answer) -> Html:
    """Return the cards of one answer: what it cites first, then what else was read."""
    scored = answer.scorecard.citations if answer.scorecard else ()
    cited = _by_passage({c.number: c for c in (*answer.citations, *scored)}.values())
    cards = [_card(turn, passage, citations) for passage, citations in cited]
    used = {passage.id for passage, _ in cited}
    others = [hit.passage for hit in answer.evidence.hits if hit.passage.id not in used]
    if not cited:
        nearest = join(*(_card(turn, passage, ()) for passage in others[:NEAREST]))
        title = element("p", "Nearest passages; they do not answer the question.", class_="note")
        return join(_for(question), title, nearest) if others else NOTHING
    also = element(
        "details",
        element("summary", f"Also read ({len(others)})"),
        *(_card(turn, passage, ()) for passage in others),
        class_="also",
    )
    return join(_for(question), *cards, also if others else NOTHING)


def earlier(turns: Sequence[Turn]) -> Html:
    """Return the cards of earlier answers, the latest first, each turn folded."""
    return join(
        *(
            element(
                "details",
                element("summary", turn.question),
                sources(number, turn.question, turn.answer),
                class_="earlier",
            )
            for number, turn in reversed(list(enumerate(turns, start=1)))
            if turn.answer and turn.answer.evidence.hits
        )
    )


def whole_document(document: Document, spans: Sequence[Span]) -> Html:
    """Return the document to be read in place, with the spans marked; the first is scrolled to."""
    quotes = [Quote(f"d{i}", span) for i, span in enumerate(spans)]
    return _reading(
        document.id,
        spans,
        element("h3", document.title or document.id, class_="title"),
        element("p", _facts(document.kind, document.as_of, None), class_="facts"),
        element("p", document.id, class_="path"),
        element("div", document_html(document, quotes), class_="text"),
    )


def no_document(document_id: str, spans: Sequence[Span], message: str) -> Html:
    """Return what stands in place of a document that cannot be opened."""
    return _reading(document_id, spans, element("p", message, class_="note"))


def _reading(document_id: str, spans: Sequence[Span], *parts: str) -> Html:
    """Return the parts under a way back; what was asked for is named, so that the page knows its own."""
    back = element("button", "‹ Back to the passages", type="button", class_="quiet", data_back=True)
    return element(
        "article", back, *parts, class_="document", tabindex="-1", data_id=document_id, data_spans=_written(spans)
    )


def _written(spans: Sequence[Span]) -> str:
    return " ".join(f"{span.start}-{span.end}" for span in spans)


def month(as_of: str) -> str:
    """Return an ISO date as month and year, or as it is where it is none.

    >>> month("2026-07-31")
    'July 2026'
    """
    try:
        day = date.fromisoformat(as_of)
    except ValueError:
        return as_of
    return f"{_MONTHS[day.month - 1]} {day.year}"


def place(passage: Passage) -> str:
    """Return where a passage stands, in words: title and headings."""
    return " › ".join((passage.title or passage.document_id, *passage.headings))


def _for(question: str) -> Html:
    return element("h3", question, class_="for")


def _by_passage(citations: Iterable[Citation]) -> list[tuple[Passage, list[Citation]]]:
    """Return the citations by passage, in the order in which passages are first cited."""
    groups: dict[str, tuple[Passage, list[Citation]]] = {}
    for citation in citations:
        groups.setdefault(citation.passage.id, (citation.passage, []))[1].append(citation)
    return list(groups.values())


def _card(turn: int, passage: Passage, citations: Sequence[Citation]) -> Html:
    """Return one passage with the quotes of its citations marked."""
    quotes = [Quote(quote_key(turn, c.number), c.quote) for c in citations]
    open_document = element(
        "button",
        "Open the whole document",
        type="button",
        class_="quiet",
        data_open=passage.document_id,
        data_spans=_written([q.span for q in quotes] or [passage.span]),
        data_keys=" ".join(q.key for q in quotes),
    )
    path = " › ".join(passage.headings)
    return element(
        "article",
        element("h4", *_numbers(turn, citations), element("span", passage.title or passage.document_id)),
        element("p", _facts(passage.kind, passage.as_of, passage.page), class_="facts"),
        element("p", path, class_="path") if path else NOTHING,
        element("div", passage_html(passage, quotes), class_="text"),
        _named_sources(citations),
        open_document,
        class_="card",
        tabindex="-1",
        aria_label=f"Passage from {place(passage)}",
    )


def _numbers(turn: int, citations: Sequence[Citation]) -> list[Html]:
    """Return the numbers of a card, each run of several as one: `9–28`."""
    runs: list[list[int]] = []
    for number in (c.number for c in citations):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    shown = [part for run in runs for part in ([run] if len(run) > MOST_NUMBERS else [[n] for n in run])]
    return [
        element(
            "span",
            f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]),
            class_="number",
            data_quote=" ".join(quote_key(turn, n) for n in run),
        )
        for run in shown
    ]


def _facts(kind: Kind, as_of: str, page: int | None) -> Html:
    """Return kind, page and date of a document as one line."""
    parts = [element("span", KINDS[kind], class_=f"kind {kind}")]
    parts += [element("span", f"page {page}")] if page else []
    parts += [element("span", f"checked up to {month(as_of)}")] if as_of else []
    return join(*parts)


def _named_sources(citations: Sequence[Citation]) -> Html:
    """Return what the quoted sentences themselves name as their source."""
    named: dict[str, tuple[Source, list[int]]] = {}
    for citation in citations:
        if citation.source:
            named.setdefault(citation.source.key, (citation.source, []))[1].append(citation.number)
    several = len(citations) > 1
    items = [
        element("li", f"[{', '.join(map(str, numbers))}] " if several else "", _named(source))
        for source, numbers in named.values()
    ]
    return join(element("p", "Rests on", class_="rests"), element("ul", *items, class_="named")) if items else NOTHING


def _named(source: Source) -> Html:
    """Return one named source; its address is a link only where it is a web address."""
    title = element("cite", source.title)
    if is_web_address(source.url):
        title = element("a", title, href=source.url, target="_blank", rel="noopener noreferrer")
    publisher = f", {source.publisher}" if source.publisher else ""
    return join(title, publisher, element("span", f" ({CHECKED[source.checked]})", class_="checked"))


def is_web_address(url: str) -> bool:
    """Return whether a link to `url` can do nothing but open a web page.

    >>> is_web_address("https://example.org/x"), is_web_address("javascript:alert(1)")
    (True, False)
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)
