"""An answer as Markdown with [n] marks: what the terminal, the API and exports show.

The words of the corpus are kept as they are but for the characters that Markdown would act on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from assistant.types import Answer, Role, Score, Scorecard, Sentence

PART_TITLES: dict[Role, str] = {
    "bottom line": "",
    "fits": "Why",
    "does not fit": "When it does not",
    "comparison": "Options compared",
    "requirement": "What the rules require",
    "risk": "Risks",
    "cost": "Costs",
    "question": "Questions to ask first",
    "next step": "Next steps",
    "change": "What would change this",
    "background": "What the articles say",
    "definition": "Terms",
    "uncertain": "What is uncertain",
    "caution": "Where the articles overclaim",
}
"""The heading of each part of a decision brief; the lean needs none."""

OURS_MARK = "†"
"""Stands behind a sentence that is marked as judgement; the legend explains it."""

LEGEND = f"{OURS_MARK} Judgement of the guidance's authors, not a sourced fact."

NOT_IN_SOURCES = "not in the sources"

_ACTIVE = re.compile(r"([\\`*_\[\]<>|]|~(?=~)|(?<=~)~|&(?=#?\w+;))")
_LINE_START = re.compile(r"^([ \t]*)((?:#+|[-+])(?=\s|$)|[-=]+(?=[ \t]*$))", re.MULTILINE)
_NUMBERED = re.compile(r"^([ \t]*\d+)([.)])(?=\s|$)", re.MULTILINE)


def escape(text: str) -> str:
    r"""Return text with the characters that Markdown acts on escaped.

    >>> escape("![x](http://e.com) <b>5 | 6</b>")
    '!\\[x\\](http://e.com) \\<b\\>5 \\| 6\\</b\\>'
    """
    return _NUMBERED.sub(r"\1\\\2", _LINE_START.sub(r"\1\\\2", _ACTIVE.sub(r"\\\1", text)))


def marks(sentence: Sentence) -> str:
    """Return the citation marks of a sentence, such as `[1][2]†`."""
    numbers = dict.fromkeys(c.number for c in sentence.citations)
    return "".join(f"[{n}]" for n in numbers) + (OURS_MARK if sentence.judgement else "")


def to_markdown(answer: Answer) -> str:
    """Return the whole answer: what changed, its sentences with [n] marks, tables, what is missing, what it used.

    The scores of a scorecard have a table of their own, `scorecard_blocks`.
    """
    if answer.status == "clarify":
        return "\n".join(["The question can be meant in several ways:", *(f"- {r}" for r in answer.readings)])
    if not answer.shown:
        return refusal(answer)
    blocks = [escape(answer.change)] if answer.change else []
    blocks += decision_blocks(answer.shown) if answer.form == "decision" else plain_blocks(answer.shown)
    if answer.missing:
        blocks.append("Not in the sources: " + "; ".join(escape(part) for part in answer.missing) + ".")
    if answer.facts:
        blocks.append("Facts used: " + "; ".join(f"{f.name}: {escape(f.value)}" for f in answer.facts) + ".")
    if any(s.judgement for s in answer.shown):
        blocks.append(LEGEND)
    return "\n\n".join(blocks)


def refusal(answer: Answer) -> str:
    """Return what a reader sees when the corpus does not answer."""
    why = "; ".join(answer.reasons) or "nothing in the corpus answers this"
    lines = [
        f"I cannot answer this from the corpus: {escape(why)}.",
        f"Searched for: {escape(answer.evidence.query.standalone)}",
    ]
    nearest = list(dict.fromkeys((h.passage.title, h.passage.headings) for h in answer.evidence.hits))[:3]
    if nearest:
        lines.append("Nearest passages: " + "; ".join(escape(" › ".join((t, *h))) for t, h in nearest) + ".")
    lines.append("Rephrase the question, add a document that covers it, or ask whoever keeps the corpus.")
    return "\n\n".join(lines)


def plain_blocks(sentences: Sequence[Sentence]) -> list[str]:
    """Return paragraphs and tables of a fact or a comparison, in order."""
    blocks = []
    for tabular, group in groupby(sentences, key=lambda s: s.cell is not None):
        members = list(group)
        if tabular:
            blocks.append(table(members))
        elif len(members) > 1:
            blocks.append("\n".join(f"- {line(s)}" for s in members))
        else:
            blocks.append(line(members[0]))
    return blocks


def decision_blocks(sentences: Sequence[Sentence]) -> list[str]:
    """Return the parts of a decision brief under their headings; the lean stands first, alone."""
    blocks = []
    for role, group in groupby(sentences, key=lambda s: s.role):
        members = list(group)
        title = PART_TITLES[role]
        cells, prose = [s for s in members if s.cell], [s for s in members if not s.cell]
        if not title:
            blocks.append(" ".join(line(s) for s in prose))
            continue
        body = [table(cells)] if cells else []
        body += ["\n".join(f"- {item}" for item in items(prose))] if prose else []
        blocks.append(f"### {title}\n\n" + "\n\n".join(body))
    return blocks


def items(sentences: Sequence[Sentence]) -> list[str]:
    """Return the lines of a list; a question and what its answer changes are one."""
    lines: list[str] = []
    for sentence in sentences:
        answers = sentence.role == "question" and not sentence.text.endswith("?")
        if answers and lines:
            lines[-1] += f" {line(sentence)}"
        else:
            lines.append(line(sentence))
    return lines


def line(sentence: Sentence) -> str:
    """Return one sentence with its marks."""
    return f"{escape(' '.join(sentence.text.split()))} {marks(sentence)}".rstrip()


def table(cells: Sequence[Sentence]) -> str:
    """Return the cells as a Markdown table, options by criteria; a gap says so."""
    rows = list(dict.fromkeys(s.cell.row for s in cells if s.cell))
    columns = list(dict.fromkeys(s.cell.column for s in cells if s.cell))
    by_place = {(s.cell.row, s.cell.column): line(s) for s in cells if s.cell}
    lines = ["| | " + " | ".join(escape(c) for c in columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for row in rows:
        found = [by_place.get((row, column), NOT_IN_SOURCES) for column in columns]
        lines.append(f"| {escape(row)} | " + " | ".join(found) + " |")
    return "\n".join(lines)


def scorecard_blocks(card: Scorecard) -> list[str]:
    """Return a scorecard: what decides it, and the scores with [n] marks, options best first."""
    scores = {(s.option, s.criterion): s for s in card.scores}
    heads = ["Criterion", "Weight", *card.ranking]
    lines = ["| " + " | ".join(map(escape, heads)) + " |", "|---" * len(heads) + "|"]
    for criterion in card.criteria:
        found = [_score(scores.get((option, criterion.name))) for option in card.ranking]
        lines.append("| " + " | ".join([escape(criterion.name), f"{criterion.weight:g}", *found]) + " |")
    totals = ["ruled out" if option in card.barred else f"{card.total(option):.2f}" for option in card.ranking]
    lines.append("| " + " | ".join(["Total", "", *totals]) + " |")
    said = [escape(line) for line in (card.decides, card.note) if line]
    return [f"### Scorecard: {escape(card.subject)}", *said, "\n".join(lines)]


def _score(score: Score | None) -> str:
    if score is None:
        return NOT_IN_SOURCES
    mark = f" [{score.citation.number}]" if score.citation else OURS_MARK
    return f"{'no' if score.barred else f'{score.value:g}'}{mark}"
