"""Turn a development set of another form into question sets, ask it, and print what its groups show.

    python benchmarks/dev_questions.py convert DEV.jsonl QUESTIONS.jsonl
    python benchmarks/dev_questions.py measure DEV.jsonl --corpus FOLDER --index FOLDER --out FOLDER

The set has one JSON object a line: `id`, `group`, `q`, `expect`, `ref` and `support`, a list of
`file` and `snippet`; a conversation has `turns` instead, each with `user`, `expect`, `ref` and
`support`. Its texts are not ours to publish: write what is made from them outside the repository.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from assistant.evaluation.bootstrap import estimate
from assistant.evaluation.metrics import cites, holds
from assistant.evaluation.provenance import describe
from assistant.evaluation.questions import read_questions
from assistant.evaluation.report import told, write_report
from assistant.evaluation.run import evaluate
from assistant.evaluation.systems import assistant_task, baseline_task, open_for, text_of
from assistant.evaluation.types import EvalRun, Question
from assistant.settings import Settings

EXPECT = (("decline", "abstain"), ("correct_premise", "correct"), ("clarify", "clarify"))


def rows(source: Path) -> Iterator[dict[str, Any]]:
    """Yield the questions in our own form; each turn of a conversation is one."""
    for line in source.read_text("utf-8").splitlines():
        item = json.loads(line)
        if "turns" not in item:
            yield row(item["id"], item["q"], item, item["group"], [])
            continue
        history: list[dict[str, str]] = []
        for turn in item["turns"]:
            yield row(f"{item['id']}-{turn['turn']}", turn["user"], turn, item["group"], history)
            history = [*history, {"role": "user", "text": turn["user"]}, {"role": "assistant", "text": turn["ref"]}]


def row(id: str, text: str, item: dict[str, Any], group: str, history: list[dict[str, str]]) -> dict[str, Any]:
    expect = next((ours for theirs, ours in EXPECT if item["expect"].startswith(theirs)), "answer")
    gold = [{"document": place["file"], "quote": place["snippet"]} for place in item["support"]]
    return {
        "id": id,
        "text": text,
        "expect": expect,
        "history": history,
        "gold": gold if expect != "abstain" else [],
        "reference": item["ref"],
        "tags": [group],
    }


def write(source: Path, target: Path) -> None:
    target.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows(source)), encoding="utf-8")


def print_groups(run: EvalRun) -> None:
    answered = [q for q in run.questions if q.tags[0][0] in "ABC" and q.gold]
    for title, name in (("gold passage among the first five", "recall@5"), ("gold cited", "citation_recall")):
        figures = [run.scores[q.id][name] for q in answered if q.id in run.scores]
        show(f"A, B, C: {title}, mean over questions", figures)
        show(f"A, B, C: {title}, at least one place", [float(f > 0) for f in figures])
        show(f"A, B, C: {title}, every place", [float(f == 1) for f in figures])
    for question in answered:
        list_missed(question, run)
    for letter, name in (("H", "refusal_recall"), ("J", "refusal_recall"), ("K", "refusal_recall")):
        group = [q for q in run.questions if q.tags[0].startswith(letter)]
        show(f"{letter}: unanswerable refused", [s[name] for q in group if name in (s := run.scores.get(q.id, {}))])
        for question in group:
            if run.scores.get(question.id, {}).get(name) == 0.0:
                print(f"  not refused  {question.id}  {question.text}\n      {told(run.results[question.id])}")
    over = {q.id: run.scores.get(q.id, {}).get("over_refusal") for q in run.questions}
    show("all: answerable not answered", [v for v in over.values() if v is not None])
    for question in run.questions:
        if over[question.id]:
            print(f"  refused  {question.id}  [{question.tags[0][0]}] {question.text}")


def list_missed(question: Question, run: EvalRun) -> None:
    answer = run.results[question.id].answer
    for gold in question.gold if answer else ():
        rank = next((h.rank for h in answer.evidence.hits if holds(h.passage, gold)), None)
        cited = any(cites(c, gold) for c in answer.citations)
        if rank is None or rank > 5 or not cited:
            found = f"rank {rank}" if rank else "not found"
            print(f"  {question.id}  {found}, {'cited' if cited else 'not cited'}  {question.text}")
            print(f"      wanted: {gold.places[0].quote}\n      {told(run.results[question.id])}")


def show(title: str, figures: list[float]) -> None:
    if figures:
        e = estimate(figures)
        print(f"{title}: {e.value:.3f} [{e.low:.3f}, {e.high:.3f}], n {e.n}")


@click.group()
def main() -> None:
    """Convert or measure a development set."""


@main.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
def convert(source: Path, target: Path) -> None:
    """Write SOURCE as a question set to TARGET."""
    write(source, target)


@main.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--corpus", type=click.Path(path_type=Path), required=True)
@click.option("--index", type=click.Path(path_type=Path), required=True)
@click.option("--out", type=click.Path(path_type=Path), required=True)
@click.option("--baseline", is_flag=True)
def measure(source: Path, corpus: Path, index: Path, out: Path, baseline: bool) -> None:
    """Ask SOURCE and print the figures of its groups."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / "development.jsonl"
    write(source, path)
    live = open_for(Settings.read(corpus=corpus, index=index), path, lambda *step: print(*step, file=sys.stderr))
    texts = text_of(live)
    questions = read_questions(path, texts)
    runs = []
    for system in ("assistant", "baseline") if baseline else ("assistant",):
        task = assistant_task(live) if system == "assistant" else baseline_task(live, questions)
        info = describe(system, questions, settings=live.settings, index=live.info(), workers=1)
        runs.append(evaluate(questions, task, out / system, info=info, text_of=texts))
        print(f"== {system}")
        print_groups(runs[-1])
    live.close()
    print(f"report: {write_report(runs[0], out, *runs[1:])}")


if __name__ == "__main__":
    main()
