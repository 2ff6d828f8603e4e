"""A run in the forms that other tools read: trec_eval's run file, Ragas' columns."""

from __future__ import annotations

import json
from pathlib import Path

from assistant.evaluation.metrics import answer_text
from assistant.evaluation.types import EvalRun


def write_trec_run(run: EvalRun, path: Path) -> None:
    """Write the documents found, as `query Q0 document rank score tag`, for trec_eval.

    The score is one over the rank: trec_eval orders by score, and ours ties never.
    """
    lines = [
        f"{id} Q0 {document} {rank} {1 / rank:.6f} {run.info.system}\n"
        for id, result in run.results.items()
        for rank, document in enumerate(result.ranking, start=1)
    ]
    path.write_text("".join(lines), encoding="utf-8")


def write_ragas(run: EvalRun, path: Path) -> None:
    """Write the answers as JSON lines in Ragas' columns; a crashed question is left out.

    Read it with `ragas.EvaluationDataset.from_jsonl`.
    """
    rows = [
        {
            "user_input": question.text,
            "response": answer_text(result.answer),
            "retrieved_contexts": [hit.passage.text for hit in result.answer.evidence.hits],
            "reference": question.reference,
        }
        for question in run.questions
        if (result := run.results.get(question.id)) and result.answer
    ]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
