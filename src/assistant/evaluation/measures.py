"""The figures of a run: which there are, what they mean, which way is better."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from assistant.evaluation.bootstrap import Statistic, Values, estimate, mean, percentile
from assistant.evaluation.types import Estimate, Scores


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of a run: a statistic over one metric of its questions."""

    name: str
    title: str
    meaning: str
    metric: str = ""
    """The metric it folds; empty if it has the same name."""
    statistic: Statistic = mean
    lower_is_better: bool = False
    seconds: bool = False
    """A time: it moves with the machine, so it takes no part in finding regressions."""

    def values(self, scores: Iterable[Scores]) -> Values:
        """Return the metric by question, NaN where it does not apply; shape `(questions,)`."""
        return np.array([s.get(self.metric or self.name, np.nan) for s in scores], dtype=np.float64)

    def shown(self, value: float, *, signed: bool = False) -> str:
        """Return a value as people read it: `0.812`, `41 ms`."""
        sign = "+" if signed else ""
        return f"{value * 1000:{sign}.0f} ms" if self.seconds else f"{value:{sign}.3f}"


MEASURES: tuple[Measure, ...] = (
    Measure("correct", "Right as a whole", "did what the set expects of it"),
    Measure("recall@5", "Recall@5", "gold places (or judged documents) among the first five found"),
    Measure("recall@10", "Recall@10", "the same among the first ten"),
    Measure("ndcg@10", "nDCG@10", "judged documents ranked by their best passage, trec_eval's ndcg_cut"),
    Measure("mrr@10", "MRR@10", "one over the rank of the first that is right"),
    Measure("citation_precision", "Citation precision", "citations that are at a gold place"),
    Measure("citation_recall", "Citation recall", "gold places that are cited"),
    Measure("exact_quotes", "Exact quotes", "citations whose words stand where they claim to"),
    Measure("support", "Support", "shown sentences whose citation carries them, by words"),
    Measure("points_said", "Points said", "points of a good answer that are said"),
    Measure("forbidden_said", "Forbidden said", "answers that say what they must not", lower_is_better=True),
    Measure("refusal_precision", "Refusal precision", "refusals that were right"),
    Measure("refusal_recall", "Refusal recall", "unanswerable questions that were refused"),
    Measure("over_refusal", "Over-refusal", "answerable questions that were not answered", lower_is_better=True),
    Measure("clarified", "Asked back", "questions too open to answer that were asked back about"),
    Measure("premise_corrected", "Premise corrected", "false premises that were contradicted"),
    Measure("follow_up_parity", "Follow-up parity", "citations of the stand-alone form that the follow-up keeps"),
    Measure("written", "Written", "answers in a language model's own words, where one was asked"),
    Measure("drafts_shown", "Drafts shown", "sentences of a language model that are shown as it wrote them"),
    Measure("judge_correctness", "Correctness, judged", "agreement with the reference, by a language model"),
    Measure("judge_faithfulness", "Faithfulness, judged", "faithfulness to the evidence, by a language model"),
    Measure("p50", "Latency p50", "half of the answers took at most this", "seconds", percentile(50), True, True),
    Measure("p95", "Latency p95", "95 % of the answers took at most this", "seconds", percentile(95), True, True),
)

BY_NAME: dict[str, Measure] = {m.name: m for m in MEASURES}


def summarise(scores: Mapping[str, Scores]) -> dict[str, Estimate]:
    """Return every figure that at least one question measures, in the order of `MEASURES`."""
    figures = {m.name: m.values(scores.values()) for m in MEASURES}
    return {
        name: estimate([float(v) for v in values[~np.isnan(values)]], BY_NAME[name].statistic)
        for name, values in figures.items()
        if not np.isnan(values).all()
    }
