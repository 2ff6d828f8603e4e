"""A report that people want to read: one HTML file for a browser, Markdown for a pull request.

The file stands alone: style and plots are within it, it holds no script, and its content policy
forbids every request. All that is shown from questions, answers and documents is escaped.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.evaluation import plots
from assistant.evaluation.compare import Change, Comparison, compare, verdict
from assistant.evaluation.measures import BY_NAME, MEASURES, Measure, summarise
from assistant.evaluation.metrics import cites, holds, points_said, refused
from assistant.evaluation.types import Estimate, EvalResult, EvalRun, Gold, Question, Scores
from assistant.types import Answer, Hit, Sentence

ASSETS = Path(__file__).parent / "assets"

HEADLINES = ("correct", "ndcg@10", "recall@5", "points_said", "citation_recall", "refusal_recall", "p50")
"""Shown large, those that were measured."""

SHOWN_FAILURES = 60
"""More are counted, not shown; a page of hundreds is not read."""
SHOWN_GROUPS = 16
SHOWN_EVIDENCE = 5

OUTCOMES = (
    ("answered rightly", "good"),
    ("refused rightly", "calm"),
    ("refused wrongly", "warn"),
    ("answered wrongly", "bad"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of the report, beside the baseline's where there is one."""

    measure: Measure
    ours: Estimate
    theirs: Estimate | None
    change: Change | None
    """From the baseline to ours."""


def write_report(run: EvalRun, folder: Path, baseline: EvalRun | None = None) -> Path:
    """Write `report.html` and `report.md` into the folder of a run; return the path of the page."""
    page = folder / "report.html"
    page.write_text(report_html(run, baseline), encoding="utf-8")
    (folder / "report.md").write_text(report_markdown(run, baseline), encoding="utf-8")
    return page


def report_html(run: EvalRun, baseline: EvalRun | None = None) -> str:
    """Return the report as one HTML page, with the baseline's figures beside ours if it is given."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415  (only a report needs it)
    from markupsafe import Markup  # noqa: PLC0415

    environment = Environment(
        loader=FileSystemLoader(ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["spark"] = lambda estimate, style: Markup(plots.interval(estimate, style))  # noqa: S704  ours
    rows = list(_rows(run, baseline))
    failures, passes = _cases(run, baseline)
    return environment.get_template(
        "report.html.jinja"
    ).render(
        style=Markup((ASSETS / "report.css").read_text("utf-8")),  # noqa: S704  our own file
        run=run,
        baseline=baseline,
        rows=rows,
        headlines=[row for name in HEADLINES for row in rows if row.measure.name == name],
        plots=[(title, note, legend, Markup(svg)) for title, note, legend, svg in _plots(run, baseline)],  # noqa: S704
        failures=failures[:SHOWN_FAILURES],
        hidden=max(0, len(failures) - SHOWN_FAILURES),
        passes=passes,
        info=asdict(run.info),
    )


def report_markdown(run: EvalRun, baseline: EvalRun | None = None, *, most: int = 15) -> str:
    """Return the figures as a Markdown table and the first failures as a list."""
    info = run.info
    state = f"`{info.commit[:10]}`{' with changes' if info.dirty else ''}" if info.commit else "no commit"
    lines = [
        f"### {_plain(info.set_name)}: {len(run.scores)} questions, {len(run.crashed)} crashed",
        "",
        f"{info.system} {info.version}, {state}, generation `{info.index.get('generation', '')}`",
        "",
        "| figure | value [95 %] | n |" + (" baseline | difference [95 %] |" if baseline else ""),
        "|---|---|---|" + ("---|---|" if baseline else ""),
    ]
    for row in _rows(run, baseline):
        shown = row.measure.shown
        cells = [row.measure.title, _with_ends(row.measure, row.ours), str(row.ours.n)]
        if baseline:
            moved = row.change.difference if row.change else None
            cells.append(shown(row.theirs.value) if row.theirs else "")
            cells.append(_with_ends(row.measure, moved, signed=True) if moved else "")
        lines.append(f"| {' | '.join(cells)} |")
    failures, _ = _cases(run, baseline)
    if failures:
        lines += ["", f"<details><summary>{len(failures)} failures</summary>", ""]
        lines += [f"- `{_plain(f['id'])}` {_plain(f['text'])}: {_plain(f['why'])}" for f in failures[:most]]
        lines += [f"- and {len(failures) - most} more"] if len(failures) > most else []
        lines += ["", "</details>"]
    return "\n".join(lines) + "\n"


def comparison_markdown(comparison: Comparison) -> str:
    """Return a comparison for a pull request: what got worse first, then every figure, then the flips."""
    worse = comparison.regressions
    lines = ["### What changed", "", *(f"- **{_plain(text)}**" for text in worse or ("no regression",)), ""]
    lines += ["| figure | before | after | difference [95 %] | n |", "|---|---|---|---|---|"]
    for c in comparison.changes:
        shown, moved = c.measure.shown, _with_ends(c.measure, c.difference, signed=True)
        lines.append(
            f"| {c.measure.title} | {shown(c.before.value)} | {shown(c.after.value)} | {moved} | {c.difference.n} |"
        )
    if comparison.flips:
        lines += ["", "| question | before | after |", "|---|---|---|"]
    for flip in comparison.flips:
        said = [_plain(told(run.results[flip.question.id])) for run in (comparison.before, comparison.after)]
        mark = "fixed" if flip.fixed else "**broken**"
        lines.append(f"| {mark} `{_plain(flip.question.id)}` {_plain(flip.question.text)} | {said[0]} | {said[1]} |")
    return "\n".join(lines) + "\n"


def told(result: EvalResult) -> str:
    """Return what the reader was told, in one line."""
    if result.answer is None:
        return f"crashed: {result.error}"
    said = " ".join(s.text for s in result.answer.shown)
    return textwrap.shorten(f"({result.answer.status}) {said}".strip(), 400, placeholder=" …")


# --- figures ----------------------------------------------------------------------------------


def _rows(run: EvalRun, baseline: EvalRun | None) -> Iterator[Row]:
    ours = summarise(run.scores)
    theirs = summarise(baseline.scores) if baseline else {}
    changes = {c.measure.name: c for c in compare(baseline, run).changes} if baseline else {}
    for measure in MEASURES:
        if measure.name in ours:
            yield Row(measure, ours[measure.name], theirs.get(measure.name), changes.get(measure.name))


def _with_ends(measure: Measure, estimate: Estimate, *, signed: bool = False) -> str:
    value, low, high = (measure.shown(v, signed=signed) for v in (estimate.value, estimate.low, estimate.high))
    return f"{value} [{low}, {high}]"


Plot = tuple[str, str, list[tuple[str, str]], str]
"""Title, what it shows, legend as (name, style), SVG."""


def _plots(run: EvalRun, baseline: EvalRun | None) -> Iterator[Plot]:
    runs = {run.info.system: run, **({baseline.info.system: baseline} if baseline else {})}
    styles = (plots.OURS, plots.THEIRS)
    systems = [plots.Series(name, style) for name, style in zip(runs, styles, strict=False)]
    legend = [(s.name, s.style) for s in systems]
    yield from _by_group(runs, systems, legend)
    seconds = {name: [s["seconds"] for s in one.scores.values()] for name, one in runs.items()}
    if seconds[run.info.system]:
        note = "Share of the questions that were answered within a time; the dots are p50 and p95."
        yield "Latency", note, legend, plots.latency({n: s for n, s in seconds.items() if s}, systems, "Latency")
    bins = _gate_bins(run)
    if any(bins):
        note = "Questions by the confidence of the gate that the corpus answers them. Red is too bold, yellow too shy."
        yield "The gate", note, list(OUTCOMES), plots.gate(bins, OUTCOMES, "Outcomes by confidence")


def _by_group(
    runs: dict[str, EvalRun], systems: Sequence[plots.Series], legend: list[tuple[str, str]]
) -> Iterator[Plot]:
    ours = next(iter(runs.values()))
    measured = Counter(name for scores in ours.scores.values() for name in scores)
    name = max(("correct", "ndcg@10", "recall@5"), key=lambda n: measured[n])
    counts = Counter(tag for q in ours.questions for tag in q.tags if q.id in ours.scores)
    groups = {}
    for tag, _ in counts.most_common(SHOWN_GROUPS):
        ids = {q.id for q in ours.questions if tag in q.tags}
        found = {
            system: summarise({i: s for i, s in one.scores.items() if i in ids}).get(name)
            for system, one in runs.items()
        }
        if any(found.values()):
            groups[tag] = {system: estimate for system, estimate in found.items() if estimate}
    if len(groups) > 1:
        title = BY_NAME[name].title
        note = f"{title} by tag, with 95 % intervals; the number of questions in brackets."
        yield "By group", note, legend, plots.by_group(groups, systems, note)


def _gate_bins(run: EvalRun, bins: int = 10) -> list[Counter[str]]:
    counts: list[Counter[str]] = [Counter() for _ in range(bins)]
    for question in run.questions:
        result = run.results.get(question.id)
        outcome = _outcome(question, result, run.scores.get(question.id, {})) if result else None
        if outcome and result and result.answer:
            counts[min(bins - 1, max(0, int(result.answer.confidence * bins)))][outcome] += 1
    return counts


def _outcome(question: Question, result: EvalResult, scores: Scores) -> str | None:
    """Return the name of the outcome as the gate sees it, or None where the set cannot tell."""
    if result.answer is None or question.expect in {None, "clarify"} or "correct" not in scores:
        return None
    if refused(result.answer):
        return "refused rightly" if question.expect == "abstain" else "refused wrongly"
    return "answered rightly" if scores["correct"] else "answered wrongly"


# --- questions --------------------------------------------------------------------------------


def _cases(run: EvalRun, baseline: EvalRun | None) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return what a reader sees of the failures (crashes first) and of all other questions."""
    failures: list[dict[str, Any]] = []
    passes: list[dict[str, Any]] = []
    for question in run.questions:
        if result := run.results.get(question.id):
            scores = run.scores.get(question.id, {})
            case = _case(question, result, scores, baseline)
            (failures if result.error or _failed(scores) else passes).append(case)
    return sorted(failures, key=lambda case: not case["error"]), passes


def _failed(scores: Scores) -> bool:
    """Return whether something went wrong for certain, also where the set cannot tell what is right."""
    return verdict(scores) is False or bool(scores.get("over_refusal") or scores.get("forbidden_said"))


def _case(question: Question, result: EvalResult, scores: Scores, baseline: EvalRun | None) -> dict[str, Any]:
    answer = result.answer
    beside = verdict(baseline.scores.get(question.id, {})) if baseline else None
    return {
        "id": question.id,
        "text": question.text,
        "history": question.history,
        "tags": question.tags,
        "expect": question.expect,
        "reference": question.reference,
        "note": question.note,
        "error": result.error,
        "why": _why(question, result, scores),
        "answer": answer,
        "sentences": [(_said(s), sorted({c.number for c in s.citations})) for s in answer.shown] if answer else [],
        "points": _points(question, answer),
        "evidence": _evidence(question, answer),
        "gold": [_gold(gold, answer) for gold in question.gold],
        "judged": _judged(question, result),
        "seconds": result.seconds,
        "baseline": beside,
    }


def _why(question: Question, result: EvalResult, scores: Scores) -> str:
    """Return in a few words what went wrong, or an empty text."""
    if result.answer is None:
        return result.error
    if not _failed(scores):
        return ""
    if question.expect is None:
        return "no judged document among the first ten"
    status = result.answer.status
    if question.expect in {"abstain", "clarify"} or status in {"abstained", "clarify"}:
        return f"expected {_WANTED[question.expect]}, got “{status}”"
    return _what_is_wrong(scores)


def _what_is_wrong(scores: Scores) -> str:
    """Return what is wrong with an answer that was wanted and given."""
    if scores.get("forbidden_said"):
        return "says what it must not"
    if "points_said" in scores:
        return f"says {scores['points_said']:.0%} of the points"
    return "found but not cited" if scores.get("recall@10") else "not found"


_WANTED = {"abstain": "a refusal", "clarify": "a question back", "correct": "a correction", "answer": "an answer"}


def _said(sentence: Sentence) -> str:
    return f"{sentence.cell.row} · {sentence.cell.column}: {sentence.text}" if sentence.cell else sentence.text


def _points(question: Question, answer: Answer | None) -> list[tuple[str, bool]]:
    """Return each point that must be said, and whether it was."""
    if answer is None:
        return [(point[0], False) for point in question.must_say]
    alone = [Question("", "", must_say=(point,)) for point in question.must_say]
    return [(one.must_say[0][0], points_said(one, answer) == 1.0) for one in alone]


def _evidence(question: Question, answer: Answer | None) -> list[dict[str, Any]]:
    relevant = {document for document, grade in question.relevant if grade > 0}

    def shown(hit: Hit) -> dict[str, Any]:
        gold = hit.passage.document_id in relevant or any(holds(hit.passage, one) for one in question.gold)
        return {
            "rank": hit.rank,
            "place": " › ".join((hit.passage.title or hit.passage.document_id, *hit.passage.headings)),
            "text": textwrap.shorten(hit.passage.text, 600 if gold else 160, placeholder=" …"),
            "gold": gold,
        }

    return [shown(hit) for hit in (answer.evidence.hits[:SHOWN_EVIDENCE] if answer else ())]


def _gold(gold: Gold, answer: Answer | None) -> dict[str, Any]:
    """Return a gold place with the rank at which it was found, and whether it was cited."""
    hits = answer.evidence.hits if answer else ()
    return {
        "places": [(place.document_id, place.quote, place.span is not None) for place in gold.places],
        "rank": next((hit.rank for hit in hits if holds(hit.passage, gold)), None),
        "cited": bool(answer) and any(cites(c, gold) for c in (answer.citations if answer else ())),
    }


def _judged(question: Question, result: EvalResult) -> list[tuple[str, int | None]]:
    """Return each relevant document with its rank, or None if it was not found."""
    ranks = {document: rank for rank, document in enumerate(result.ranking, start=1)}
    return [(document, ranks.get(document)) for document, grade in question.relevant if grade > 0]


def _plain(text: str) -> str:
    """Return the text so that Markdown and HTML show it as it is, on one line of a table."""
    one_line = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{c}" if c in "\\`*_[]|#!" else c for c in one_line)
