"""Fit the gate's weights on a question set, and say how well its signs tell what the corpus answers.

    python benchmarks/calibrate_gate.py [evals/questions/core.jsonl]

Prints the area under the ROC curve of each sign, the weights that a logistic regression finds, and
what a threshold costs, by five-fold cross-validation. The corpus and the index are those of the
settings. Questions that expect to be asked back are left out: another rule finds them.
"""

import sys
from pathlib import Path

import numpy as np

from assistant.answering.assess import Signs
from assistant.answering.forms import read_question
from assistant.build import open_assistant
from assistant.conversation.history import conversation_from
from assistant.evaluation.questions import read_questions
from assistant.evaluation.systems import text_of
from assistant.settings import Settings
from assistant.types import Evidence

SIGNS = ("similarity", "together", "unknown")
FOLDS, ROUNDS, RATE, DECAY = 5, 8_000, 0.5, 0.003


def collect(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return the signs of every question, (n, signs), and whether the corpus answers it, (n,)."""
    live = open_assistant(Settings.read())
    line = live._current().assistant
    rows, answers = [], []
    for question in read_questions(path, text_of(live)).questions:
        if question.expect == "clarify":
            continue
        history = [{"role": m.role, "text": m.text} if hasattr(m, "role") else m for m in question.history]
        query = line.rewrite(question.text, conversation_from(history))
        evidence = Evidence(query, tuple(line.retrieve(query)))
        signs: Signs = line.assess.signs(evidence, line.assess.rank(evidence, read_question(query.question)))
        rows.append(signs.vector())
        answers.append(question.expect != "abstain")
    live.close()
    return np.array(rows, float), np.array(answers, float)


def fit(signs: np.ndarray, answers: np.ndarray) -> tuple[np.ndarray, float]:
    """Return weights and bias of a logistic regression in which both answers weigh the same."""
    mean, spread = signs.mean(0), signs.std(0) + 1e-9
    scaled = (signs - mean) / spread
    each = np.where(answers == 1, 1.0, (answers == 1).sum() / (answers == 0).sum())
    weights, bias = np.zeros(signs.shape[1]), 0.0
    for _ in range(ROUNDS):
        error = (1 / (1 + np.exp(-(scaled @ weights + bias))) - answers) * each
        weights -= RATE * (scaled.T @ error / len(answers) + DECAY * weights)
        bias -= RATE * float(error.mean())
    weights = weights / spread
    return weights, bias - float(weights @ mean)


def area(scores: np.ndarray, answers: np.ndarray) -> float:
    """Return the area under the ROC curve: the chance that an answerable question scores higher."""
    above = scores[answers == 1][:, None] - scores[answers == 0][None, :]
    return float((above > 0).mean() + 0.5 * (above == 0).mean())


def main() -> None:
    path = Path(sys.argv[1] if len(sys.argv) > 1 else "evals/questions/core.jsonl")
    signs, answers = collect(path)
    print(f"{len(answers)} questions, {int((answers == 0).sum())} that the corpus does not answer")
    for name, column in zip(SIGNS, signs.T, strict=True):
        print(f"  {name:11} alone: area {area(column, answers):.3f}")
    fold = np.random.default_rng(0).integers(0, FOLDS, len(answers))
    scores = np.zeros(len(answers))
    for held in range(FOLDS):
        weights, bias = fit(signs[fold != held], answers[fold != held])
        scores[fold == held] = signs[fold == held] @ weights + bias
    print(f"  together, {FOLDS}-fold: area {area(scores, answers):.3f}")
    confidence = 1 / (1 + np.exp(-scores))
    for kept in (0.98, 0.95, 0.9):
        threshold = np.quantile(confidence[answers == 1], 1 - kept)
        refused = (confidence[answers == 0] < threshold).mean()
        print(f"  threshold {threshold:.2f} keeps {kept:.0%} of the answerable and refuses {refused:.0%} of the others")
    weights, bias = fit(signs, answers)
    print("weights", dict(zip(SIGNS, weights.round(1).tolist(), strict=True)), "bias", round(bias, 1))


if __name__ == "__main__":
    main()
