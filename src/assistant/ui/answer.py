"""One answer as escaped HTML: the brief, the table, the refusal, and how it was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.markdown import NOT_IN_SOURCES, OURS_MARK, PART_TITLES, to_markdown
from assistant.types import Answer, Citation, Role, Sentence
from assistant.ui.elements import NOTHING, Html, element, join
from assistant.ui.sources import month, place, quote_key

STAGES = {
    "rewrite": "Understanding the question",
    "retrieve": "Searching",
    "compose": "Composing",
    "verify": "Checking against the sources",
    "total": "In all",
}
"""The stages of the line in a reader's words, by their names in `Answer.seconds`."""

LONGEST_TIED = 24
"""A sentence's last word and its first citation stay on one line, unless the word has more characters."""


def body(number: int, answer: Answer) -> Html:
    """Return the answer itself, in the form that its status and the question ask for."""
    if answer.status == "clarify":
        return _readings(answer)
    if answer.status == "abstained":
        return _abstention(answer)
    parts = _brief(number, answer.shown) if answer.form == "decision" else _plain(number, answer.shown)
    if answer.missing:
        parts.append(
            element("p", element("strong", "Not in the sources: "), "; ".join(answer.missing), class_="missing")
        )
    if any(s.judgement for s in answer.shown):
        parts.append(element("p", f"{OURS_MARK} Our judgement, not a sourced fact.", class_="legend"))
    return element("div", *parts, class_=f"answer {answer.form}")


def _brief(number: int, sentences: Sequence[Sentence]) -> list[Html]:
    """Return a decision: the lean in front, then each part under its heading."""
    roles: dict[Role, list[Sentence]] = {}
    for sentence in sentences:
        roles.setdefault(sentence.role, []).append(sentence)
    parts: list[Html] = []
    if lean := roles.pop("bottom line", []):
        parts.append(
            element("div", _sentences(number, lean[:1], "lead"), _sentences(number, lean[1:], ""), class_="lean")
        )
    for role, members in roles.items():
        parts.append(element("section", element("h3", PART_TITLES[role]), *_blocks(number, members)))
    return parts


def _plain(number: int, sentences: Sequence[Sentence]) -> list[Html]:
    """Return a fact or a comparison: the best sentence in front, the others below, then the table."""
    prose = [s for s in sentences if not s.cell]
    parts = []
    if prose and not _is_list(prose):
        parts.append(_sentences(number, prose[:1], "lead"))
        prose = prose[1:]
    return [*parts, *_blocks(number, [*prose, *(s for s in sentences if s.cell)])]


def _is_list(prose: Sequence[Sentence]) -> bool:
    """Return whether the sentences are the items of one list of the corpus: no one of them leads."""
    places = {(c.passage.document_id, c.passage.headings) for s in prose for c in s.citations}
    return len(prose) > 2 and len(places) == 1


def _blocks(number: int, sentences: Sequence[Sentence]) -> list[Html]:
    """Return the table of the cells among the sentences, and the others as a list."""
    cells, prose = [s for s in sentences if s.cell], [s for s in sentences if not s.cell]
    items = (element("li", _sentence(number, s)) for s in prose)
    return ([_table(number, cells)] if cells else []) + ([element("ul", *items)] if prose else [])


def _sentences(number: int, sentences: Sequence[Sentence], kind: str) -> Html:
    if not sentences:
        return NOTHING
    spaced = (part for s in sentences for part in (_sentence(number, s), " "))
    return element("p", *spaced, class_=kind or None)


def _sentence(number: int, sentence: Sentence) -> Html:
    """Return one sentence with its citations, marked where it is judgement."""
    ours = element("abbr", OURS_MARK, title="Our judgement, not a sourced fact", class_="ours")
    first, *others = {c.number: cite(number, c) for c in sentence.citations}.values() or (NOTHING,)
    *words, last = sentence.text.split() or ("",)
    if len(last) > LONGEST_TIED:
        words, last = [*words, last], ""
    tied = element("span", last, ours if sentence.judgement else "", "\u00a0", first, class_="tied")
    return join(" ".join((*words, "")), tied, *others)


def cite(number: int, citation: Citation) -> Html:
    """Return the button that shows the words a sentence rests on."""
    return element(
        "button",
        str(citation.number),
        type="button",
        class_="cite",
        data_cite=quote_key(number, citation.number),
        data_from=place(citation.passage),
        aria_label=f"Source {citation.number}: {place(citation.passage)}",
    )


def _table(number: int, cells: Sequence[Sentence]) -> Html:
    """Return the cells as a table with the longer side downwards; a gap says so."""
    placed = {(s.cell.row, s.cell.column): _sentence(number, s) for s in cells if s.cell}
    rows, columns = list(dict.fromkeys(r for r, _ in placed)), list(dict.fromkeys(c for _, c in placed))
    if len(columns) > len(rows):
        placed = {(column, row): cell for (row, column), cell in placed.items()}
        rows, columns = columns, rows
    gap = element("span", NOT_IN_SOURCES, class_="gap")
    head = element("tr", element("td"), *(element("th", column, scope="col") for column in columns))
    body = (
        element("tr", element("th", row, scope="row"), *(element("td", placed.get((row, c), gap)) for c in columns))
        for row in rows
    )
    table = element("table", element("thead", head), element("tbody", *body))
    return element("div", table, class_="wide", tabindex="0", role="group", aria_label="Table; scrolls sideways")


# --- when there is no answer ---------------------------------------------------------------


def _abstention(answer: Answer) -> Html:
    """Return why the corpus does not answer, what was searched for, and what to do."""
    why = "; ".join(answer.reasons) or "nothing in the corpus answers this"
    steps = (
        "Rephrase it: name the business function, the country, or the point of the contract.",
        "Add a document that covers it, then ask again.",
        "Ask the people who own the matter: procurement for vendors and prices, legal for law and contracts, "
        "security for data.",
    )
    return element(
        "div",
        element("p", "The sources do not answer this.", class_="lead"),
        element("p", sentence_case(why)),
        element("p", "Searched for: ", element("q", answer.evidence.query.standalone), class_="searched"),
        element("p", "The nearest passages are shown under Sources.") if answer.evidence.hits else NOTHING,
        element("h3", "What you can do"),
        element("ul", *(element("li", step) for step in steps)),
        class_="answer abstained",
    )


def _readings(answer: Answer) -> Html:
    """Return the meanings that the question may have, to choose from."""
    why = element("p", sentence_case("; ".join(answer.reasons))) if answer.reasons else NOTHING
    return element(
        "div",
        element("p", "Which of these do you mean?", class_="lead"),
        why,
        element("div", *(asks(reading, "chip") for reading in answer.readings), class_="readings"),
        class_="answer clarify",
    )


def terms(answer: Answer) -> Html:
    """Return what the terms of the answer mean, folded."""
    meanings = (part for term in answer.terms for part in (element("dt", term.name), element("dd", term.meaning)))
    if not answer.terms:
        return NOTHING
    return element("details", element("summary", "Terms"), element("dl", *meanings), class_="found")


# --- how it was found ------------------------------------------------------------------------


def found(answer: Answer, index: Mapping[str, Any]) -> Html:
    """Return what was searched for, what was read and how long each stage took, folded."""
    query = answer.evidence.query
    documents = {hit.passage.document_id for hit in answer.evidence.hits}
    written = "Written by a language model; each sentence was checked against what it cites."
    rows = {
        "Searched for": query.standalone,
        "Also by the words": ", ".join(query.expansions),
        "Read": f"{len(answer.evidence.hits)} passages of {len(documents)} documents; "
        f"{len({c.passage.id for c in answer.citations})} cited",
        "Sentences": written if answer.mode == "generative" else "Quoted from the sources word for word.",
        "Index": f"{index.get('documents', '?')} documents, {index.get('passages', '?')} passages, "
        f"generation {index.get('generation', '?')}, embedded by {index.get('embedding_model', '?')}",
    }
    facts = [part for name, value in rows.items() if value for part in (element("dt", name), element("dd", value))]
    laps = [
        part
        for stage, name in STAGES.items()
        if stage in answer.seconds
        for part in (element("dt", name), element("dd", f"{answer.seconds[stage] * 1000:.0f} ms"))
    ]
    return element(
        "details",
        element("summary", "How this was found"),
        element("dl", *facts, *_refused(answer)),
        element("dl", *laps, class_="laps") if laps else NOTHING,
        class_="found",
    )


def _refused(answer: Answer) -> list[Html]:
    """Return what a language model wrote and is not shown, each with the reason."""
    drafts = [s for s in answer.refused if s.draft]
    items = (element("li", element("q", s.draft), f" {sentence_case(s.refusal)}" if s.refusal else "") for s in drafts)
    return [element("dt", "Written and not shown"), element("dd", element("ul", *items))] if drafts else []


# --- around it ---


def asks(question: str, kind: str) -> Html:
    """Return a button that asks a question."""
    return element("button", question, type="button", class_=kind, data_ask=question)


def sentence_case(message: str) -> str:
    """Return a message as a sentence."""
    return f"{message[:1].upper()}{message[1:].rstrip('.')}."


def copy_text(answer: Answer) -> str:
    """Return the answer as text with [n] marks and the list of what they refer to."""
    references = (f"[{c.number}] {_reference(c)}" for c in answer.citations)
    return "\n".join([to_markdown(answer), "", "References", *references])


def _reference(citation: Citation) -> str:
    passage = citation.passage
    page = f", page {passage.page}" if passage.page else ""
    dated = f" (checked up to {month(passage.as_of)})" if passage.as_of else ""
    named = f" Rests on {citation.source.title}." if citation.source else ""
    return f"{place(passage)}{page}{dated}: “{' '.join(citation.text.split())}”{named}"


def read_as(answer: Answer, question: str) -> Html:
    """Return what was searched for, where it differs from what was asked."""
    query = answer.evidence.query.standalone
    if " ".join(query.split()).casefold() == " ".join(question.split()).casefold():
        return NOTHING
    return element("p", "Read as: ", element("q", query), class_="read-as")


def follow_ups(answer: Answer) -> Html:
    """Return what could be asked next, to press."""
    chips = (asks(question, "chip") for question in answer.follow_ups)
    if not answer.follow_ups:
        return NOTHING
    return element("div", element("p", "You could ask next"), *chips, class_="follow-ups")
