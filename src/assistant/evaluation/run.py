"""A run: questions are asked once, each result is kept at once, figures are taken afterwards.

A run is a folder:

    run.json         what was run, on what, when
    questions.jsonl  the questions, with the places of their gold in this index
    results.jsonl    one line a question, in the order they were done
    scores.json      the figures; `score_run` makes it anew from the other three
    judgements.jsonl what a judge said, if one was asked

Knows nothing of how an answer comes about: what is asked is any callable.
"""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from time import perf_counter
from typing import Any

from pydantic import TypeAdapter, ValidationError

from assistant.errors import BadInput
from assistant.evaluation.measures import summarise
from assistant.evaluation.metrics import score
from assistant.evaluation.provenance import now
from assistant.evaluation.questions import TextOf
from assistant.evaluation.types import EvalResult, EvalRun, Question, QuestionSet, RunInfo, Scores, Task
from assistant.types import Answer, Evidence

KEPT = 10
"""Passages of the evidence that a result keeps; no figure looks further."""

Progress = Callable[[EvalResult, int, int], None]
"""Called after each question with its result, how many are done, and how many there are."""

_MUST_AGREE = ("system", "mode", "set_digest", "settings", "index", "version", "commit")


def evaluate(
    question_set: QuestionSet,
    ask: Task,
    out: Path,
    *,
    info: RunInfo,
    text_of: TextOf,
    resume: bool = False,
    progress: Progress | None = None,
) -> EvalRun:
    """Ask every question, keep each result in `out` as it comes, and return the scored run.

    `info.workers` questions are asked at once. What raises is kept as an error of its question.
    With `resume`, what `out` already holds is not asked again. Raises BadInput if `out` holds a
    run and `resume` is not set, or if that run is of another set, system, index or code.
    """
    results = out / "results.jsonl"
    _prepare(out, question_set, info, resume=resume)
    done = {r.question_id for r in _read_results(results)}
    waiting = [q for q in question_set.questions if q.id not in done]
    with results.open("a", encoding="utf-8") as file, closing(_ask_all(waiting, ask, text_of, info.workers)) as answers:
        for result in answers:
            file.write(_dump(EvalResult, result))
            file.flush()
            done.add(result.question_id)
            if progress:
                progress(result, len(done), len(question_set.questions))
    update_info(out, ended=now())
    return score_run(out)


def update_info(folder: Path, **said: Any) -> None:
    """Write more into what a stored run says of itself; the names are fields of `RunInfo`."""
    _write_json(folder / "run.json", {**_read_json(folder / "run.json"), **said})


def score_run(folder: Path) -> EvalRun:
    """Take the figures of a stored run anew, write them to `scores.json`, and return the run."""
    run = load_run(folder)
    figures = {name: asdict(estimate) for name, estimate in summarise(run.scores).items()}
    summary = {"n": len(run.scores), "crashed": len(run.crashed), "figures": figures, "questions": run.scores}
    _write_json(folder / "scores.json", summary)
    return run


def load_run(folder: Path) -> EvalRun:
    """Return a stored run, scored. Raises BadInput if the folder does not hold one."""
    try:
        info = _adapter(RunInfo).validate_python(_read_json(folder / "run.json"))
        questions = tuple(_read_lines(folder / "questions.jsonl", Question))
        by_id = {r.question_id: r for r in _read_results(folder / "results.jsonl")}
        judged = {j["question_id"]: j for j in _read_lines(folder / "judgements.jsonl", dict[str, Any])}
    except (OSError, ValueError) as error:
        raise BadInput(f"{folder} holds no run that can be read: {error}", hint="Give the folder of a run.") from error
    results = {q.id: by_id[q.id] for q in questions if q.id in by_id}
    scores = {q.id: score(q, results[q.id]) | _judged(judged.get(q.id)) for q in questions if _answered(results, q)}
    return EvalRun(info, questions, results, scores)


def _answered(results: dict[str, EvalResult], question: Question) -> bool:
    return question.id in results and not results[question.id].error


def _judged(judgement: dict[str, Any] | None) -> Scores:
    named = {"judge_correctness": "correctness", "judge_faithfulness": "faithfulness"}
    found = {name: (judgement or {}).get(key) for name, key in named.items()}
    return {name: float(value) for name, value in found.items() if value is not None}


# --- asking -----------------------------------------------------------------------------------


def _ask_all(questions: Sequence[Question], ask: Task, text_of: TextOf, workers: int) -> Generator[EvalResult]:
    """Yield the results as they are done; an interruption lets those under way finish, no more."""
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="evaluate")
    try:
        for future in as_completed([pool.submit(_ask_one, q, ask, text_of) for q in questions]):
            yield future.result()
    finally:
        pool.shutdown(cancel_futures=True)


def _ask_one(question: Question, ask: Task, text_of: TextOf) -> EvalResult:
    started = perf_counter()
    try:
        answer = ask(question)
        seconds = answer.seconds.get("total") or perf_counter() - started
        alone = ask(replace(question, text=question.standalone, history=())) if question.standalone else None
        return EvalResult(
            question.id,
            _trimmed(answer),
            ranking=tuple(dict.fromkeys(hit.passage.document_id for hit in answer.evidence.hits)),
            standalone=_trimmed(alone) if alone else None,
            inexact=_inexact(answer, text_of),
            seconds=seconds,
        )
    except Exception as error:  # whatever it is, it is this question's result
        return EvalResult(question.id, seconds=perf_counter() - started, error=_told(error))


def _trimmed(answer: Answer) -> Answer:
    return replace(answer, evidence=Evidence(answer.evidence.query, answer.evidence.hits[:KEPT]))


def _inexact(answer: Answer, text_of: TextOf) -> tuple[str, ...]:
    """Return the quotes that are not the words at their place in their document."""
    return tuple(c.text for c in answer.citations if c.quote.of(text_of(c.passage.document_id) or "") != c.text)


def _told(error: Exception) -> str:
    """Return the error in one line, with the place in the code where it arose."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(last.filename).name}:{last.lineno})"


# --- the folder -------------------------------------------------------------------------------


def _prepare(out: Path, question_set: QuestionSet, info: RunInfo, *, resume: bool) -> None:
    """Make the folder of a new run, or make sure that the run in it is this one."""
    if not (out / "run.json").exists():
        out.mkdir(parents=True, exist_ok=True)
        lines = "".join(_dump(Question, q) for q in question_set.questions)
        (out / "questions.jsonl").write_text(lines, encoding="utf-8")
        (out / "results.jsonl").write_bytes(b"")
        _write_json(out / "run.json", asdict(info))
        return
    if not resume:
        raise BadInput(f"{out} already holds a run", hint="Go on with it by --resume, or give another folder.")
    stored, asked = _read_json(out / "run.json"), json.loads(json.dumps(asdict(info)))
    if differing := [name for name in _MUST_AGREE if stored.get(name) != asked[name]]:
        raise BadInput(
            f"the run in {out} was of another {', '.join(n.replace('_', ' ') for n in differing)}",
            hint="Start a new run in another folder.",
        )
    _drop_torn_line(out / "results.jsonl")


def _drop_torn_line(path: Path) -> None:
    """Cut off what an interruption left of a line half written."""
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.rfind(b"\n") + 1])


def _read_results(path: Path) -> list[EvalResult]:
    return list(_read_lines(path, EvalResult))


def _read_lines(path: Path, kind: Any) -> Iterator[Any]:
    """Yield each whole line as `kind`; none if there is no such file."""
    for line in path.read_bytes().split(b"\n")[:-1] if path.exists() else ():
        try:
            yield _adapter(kind).validate_json(line)
        except ValidationError as error:
            raise BadInput(f"{path} was written by another version: {error.errors()[0]['msg']}") from error


def _dump(kind: Any, value: Any) -> str:
    return _adapter(kind).dump_json(value).decode() + "\n"


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    """Return the reader and writer of a type; making one costs more than a question."""
    return TypeAdapter(kind)


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def _write_json(path: Path, value: Any) -> None:
    """Write the file whole or not at all."""
    aside = path.with_suffix(".tmp")
    aside.write_text(json.dumps(value, ensure_ascii=False, indent=1), encoding="utf-8")
    os.replace(aside, path)
