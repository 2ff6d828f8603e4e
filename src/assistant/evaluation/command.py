"""`assistant evaluate` and `assistant compare`, below the command line.

Figures go to stdout, all else to stderr. Each function returns the exit status: 0 done,
1 when a floor was missed or a regression found.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from itertools import zip_longest
from pathlib import Path
from textwrap import wrap
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from assistant.errors import BadInput
from assistant.evaluation.compare import Comparison, below_floor, compare, comparison_payload, refuse_unknown
from assistant.evaluation.export import write_ragas, write_trec_run
from assistant.evaluation.judge import judge_run, open_judge
from assistant.evaluation.measures import MEASURES, summarise
from assistant.evaluation.provenance import describe
from assistant.evaluation.questions import read_questions
from assistant.evaluation.report import comparison_markdown, told, write_report
from assistant.evaluation.run import Progress, evaluate, load_run, score_run
from assistant.evaluation.systems import assistant_task, baseline_task, text_of
from assistant.evaluation.types import EvalResult, EvalRun, QuestionSet, Task

if TYPE_CHECKING:
    from assistant.build import LiveAssistant

RUNS = Path("evals/runs")
"""Where runs go that are given no folder."""

BESIDE = "baseline"
"""Folder of the baseline's run, within the run that it stands beside."""


def evaluate_set(
    live: LiveAssistant,
    path: Path,
    *,
    out: Path | None = None,
    as_json: bool = False,
    workers: int = 1,
    baseline: bool = False,
    resume: bool = False,
    floors: Mapping[str, float] | None = None,
    judge: str = "",
    ragas: Path | None = None,
) -> int:
    """Ask a question set, write run and report, and print the figures.

    Args:
        live: the assistant that is asked; `open_for` opens the one that fits the set.
        path: a question set, or a BEIR folder.
        out: folder of the run; one in `evals/runs` named after time and set if None.
        as_json: print the figures as one JSON object.
        workers: questions asked at once; above 1 the latencies mean little.
        baseline: also ask the baseline, and show it beside ours.
        resume: go on with the run in `out`, or with the last unfinished one of this set.
        floors: figures that must be reached, by name.
        judge: a chat model that also judges the answers, as `provider:model`.
        ragas: a file for the answers in Ragas' columns, also of a set without references.

    Raises BadInput for a set, folder, floor or judge that cannot be used.
    """
    refuse_unknown(floors or {})
    judging = open_judge(judge) if judge else None  # a judge that cannot be had must not cost a run
    question_set = read_questions(path, text_of(live))
    folder = out or (resume and last_unfinished(RUNS, question_set.digest)) or new_folder(RUNS, question_set.name)
    _say_what_is_missing(question_set)

    ask = partial(_ask, live, question_set, workers=workers, resume=resume)
    try:
        run = ask("assistant", assistant_task(live), folder)
        beside = ask("baseline", baseline_task(live, question_set), folder / BESIDE) if baseline else None
    except KeyboardInterrupt:
        _say("\nstopped; what was answered is kept, go on with --resume")
        raise
    if judging:
        run = judge_run(folder, judging, name=judge, progress=_judge_progress)
    status = _publish(folder, run, beside, as_json=as_json, floors=floors or {})
    if ragas:
        _written(ragas, lambda path: write_ragas(run, path))
    return status


def _ask(
    live: LiveAssistant, questions: QuestionSet, system: str, task: Task, out: Path, *, workers: int, resume: bool
) -> EvalRun:
    """Return one system's run of the questions, written to `out` as it goes."""
    info = describe(system, questions, settings=live.settings, index=live.info(), workers=workers)
    again = resume and (out / "run.json").exists()
    shown = question_progress(system)
    return evaluate(questions, task, out, info=info, text_of=text_of(live), resume=again, progress=shown)


def score_again(folder: Path, *, as_json: bool = False, floors: Mapping[str, float] | None = None) -> int:
    """Take the figures of a stored run anew, as after a change of the metrics, and print them."""
    beside = score_run(folder / BESIDE) if (folder / BESIDE).exists() else None
    return _publish(folder, score_run(folder), beside, as_json=as_json, floors=floors or {})


def compare_runs(
    before: Path,
    after: Path,
    *,
    as_json: bool = False,
    floors: Mapping[str, float] | None = None,
    fail_on_regression: bool = False,
    markdown: Path | None = None,
) -> int:
    """Print what changed from one run to the other; 1 if `after` misses a floor or got worse."""
    comparison = compare(load_run(before), load_run(after))
    failed = below_floor(comparison.after, floors or {})
    if fail_on_regression:
        failed += comparison.regressions
    if markdown:
        _written(markdown, lambda path: path.write_text(comparison_markdown(comparison), encoding="utf-8"))
    if as_json:
        click.echo(_json({**comparison_payload(comparison), "failed": failed}))
    else:
        click.echo(comparison_text(comparison))
    return _told_off(failed)


def read_floors(given: Iterable[str]) -> dict[str, float]:
    """Return floors by figure from `metric=value` texts. Raises BadInput for anything else."""
    floors = {}
    for text in given:
        name, _, value = text.partition("=")
        try:
            floors[name.strip()] = float(value)
        except ValueError as error:
            raise BadInput(f"{text!r} is not metric=value", hint="Write it like recall@5=0.9.") from error
    return floors


def new_folder(runs: Path, name: str) -> Path:
    """Return a folder for a run that starts now: time, then the name of the set."""
    return runs / f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{name}"


def last_unfinished(runs: Path, digest: str) -> Path | None:
    """Return the folder of the last run of this set that it or its baseline did not end, or None."""
    for file in sorted(runs.glob("*/run.json"), reverse=True):
        files = [file, *file.parent.glob(f"{BESIDE}/run.json")]
        told = [json.loads(one.read_text("utf-8")) for one in files]
        if told[0]["set_digest"] == digest and not all(info["ended"] for info in told):
            return file.parent
    return None


# --- what is printed --------------------------------------------------------------------------


def _publish(
    folder: Path, run: EvalRun, baseline: EvalRun | None, *, as_json: bool, floors: Mapping[str, float]
) -> int:
    """Write what is made from a run, print its figures, and return the exit status."""
    failed = below_floor(run, floors)
    page = write_report(run, folder, baseline)
    if any(q.relevant for q in run.questions):
        write_trec_run(run, folder / "run.trec")
    if any(q.reference for q in run.questions):
        write_ragas(run, folder / "ragas.jsonl")
    click.echo(_json({**run_payload(run, baseline), "run": str(folder)}) if as_json else run_text(run, baseline))
    _say(f"report: {page}")
    return _told_off(failed)


def run_payload(run: EvalRun, baseline: EvalRun | None = None) -> dict[str, Any]:
    """Return the figures as plain data: each by its name, `n`, and the intervals.

    `n` counts the questions with judged documents where the set has them, else those answered.
    """
    figures = summarise(run.scores)
    judged = figures.get("ndcg@10")
    payload: dict[str, Any] = {
        "set": run.info.set_name,
        "system": run.info.system,
        "n": judged.n if judged else len(run.scores),
        "crashed": len(run.crashed),
        **{name: round(estimate.value, 6) for name, estimate in figures.items()},
        "intervals": {name: asdict(estimate) for name, estimate in figures.items()},
        "index": run.info.index,
    }
    if baseline:
        payload["baseline"] = run_payload(baseline)
    return payload


def run_text(run: EvalRun, baseline: EvalRun | None = None) -> str:
    """Return the figures as a table for the terminal."""
    ours, theirs = summarise(run.scores), summarise(baseline.scores) if baseline else {}
    lines = [f"{run.info.set_name}: {len(run.scores)} questions, {len(run.crashed)} crashed"]
    lines.append(f"{'':<24}{'value':>9}   {'95 % interval':<18}{'n':>5}" + ("   baseline" if baseline else ""))
    for measure in MEASURES:
        if figure := ours.get(measure.name):
            ends = f"{measure.shown(figure.low)} to {measure.shown(figure.high)}"
            beside = f"{measure.shown(theirs[measure.name].value):>11}" if measure.name in theirs else ""
            lines.append(f"{measure.name:<24}{measure.shown(figure.value):>9}   {ends:<18}{figure.n:>5}{beside}")
    lines += [f"crashed: {r.question_id}: {r.error}" for r in run.crashed]
    return "\n".join(lines)


def comparison_text(comparison: Comparison) -> str:
    """Return a comparison for the terminal: regressions, figures, flips side by side, settings."""
    lines = [f"{len(comparison.questions)} questions in both"]
    lines += [f"WORSE  {text}" for text in comparison.regressions] or ["no regression"]
    lines += ["", *(c.text for c in comparison.changes)]
    for flip in comparison.flips:
        id = flip.question.id
        lines += ["", f"{'fixed' if flip.fixed else 'BROKEN'}  {id}: {flip.question.text}"]
        lines += side_by_side(told(comparison.before.results[id]), told(comparison.after.results[id]))
    if comparison.differing:
        lines += ["", "what differs"]
        lines += [f"  {name}: {was} -> {now}" for name, (was, now) in comparison.differing.items()]
    return "\n".join(lines)


def side_by_side(left: str, right: str, width: int = 56) -> list[str]:
    """Return two texts as two columns.

    >>> side_by_side("one two", "three", width=4)
    ['  one  | thre', '  two  | e']
    """
    pairs = zip_longest(wrap(left, width), wrap(right, width), fillvalue="")
    return [f"  {one:<{width}} | {other}" for one, other in pairs]


def question_progress(system: str) -> Progress:
    """Return a callback that says on stderr how far a run is: one line that moves, or every tenth."""
    started = perf_counter()
    live = sys.stderr.isatty()
    crashed = 0

    def show(result: EvalResult, done: int, total: int) -> None:
        nonlocal crashed
        crashed += bool(result.error)
        tenth = done * 10 // total > (done - 1) * 10 // total
        if not (live or tenth):
            return
        failed = f", {crashed} crashed" if crashed else ""
        line = f"{system}: {done} of {total} questions{failed}, {perf_counter() - started:.0f} s"
        click.echo(f"\r{line}" if live else line, err=True, nl=not live or done == total)

    return show


def _judge_progress(done: int, total: int) -> None:
    if done * 10 // total > (done - 1) * 10 // total:
        _say(f"judge: {done} of {total} answers")


def _written(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file that the caller asked for, and say so. Raises BadInput if it cannot be written."""
    try:
        write(path)
    except OSError as error:
        raise BadInput(f"cannot write {path}: {error.strerror}", hint="Choose another file.") from error
    _say(f"wrote {path}")


def _say_what_is_missing(question_set: QuestionSet) -> None:
    places = [p for q in question_set.questions for g in q.gold for p in g.places]
    for document in sorted({p.document_id for p in places if p.span is None}):
        _say(f"the index has no document {document}, which the set has gold in: it will count as not found")


def _told_off(failed: list[str]) -> int:
    for text in failed:
        _say(f"FAILED  {text}")
    return 1 if failed else 0


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _say(line: str) -> None:
    click.echo(line, err=True)
