"""What a change did: two runs of one set, question by question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from assistant.errors import BadInput
from assistant.evaluation.bootstrap import difference
from assistant.evaluation.measures import BY_NAME, MEASURES, Measure, summarise
from assistant.evaluation.types import Estimate, EvalRun, Question, Scores


@dataclass(frozen=True, slots=True)
class Change:
    """One figure before and after, and the paired difference."""

    measure: Measure
    before: Estimate
    after: Estimate
    difference: Estimate

    @property
    def gain(self) -> float:
        """The difference, positive where it is for the better."""
        return -self.difference.value if self.measure.lower_is_better else self.difference.value

    @property
    def certain(self) -> bool:
        """Whether the interval of the difference leaves zero out."""
        return self.difference.low > 0 or self.difference.high < 0

    @property
    def text(self) -> str:
        """The change as one line."""
        shown, d = self.measure.shown, self.difference
        verb = "rose" if d.value > 0 else "fell" if d.value < 0 else "stayed"
        moved = f"{shown(d.value, signed=True)} [{shown(d.low, signed=True)}, {shown(d.high, signed=True)}]"
        ends = f"from {shown(self.before.value)} to {shown(self.after.value)}"
        return f"{self.measure.name} {verb} {ends}: {moved}, n {d.n}"


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that went from right to wrong, or back."""

    question: Question
    fixed: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side, over the questions that both were asked."""

    before: EvalRun
    after: EvalRun
    questions: tuple[Question, ...]
    changes: tuple[Change, ...]
    flips: tuple[Flip, ...]
    """Broken ones first."""
    differing: dict[str, tuple[Any, Any]]
    """What the runs say of themselves and do not agree on, as name: (before, after)."""
    crashed: tuple[str, ...]
    """Ids of the questions that crash now and did not before."""
    lost: dict[str, tuple[str, ...]]
    """Documents with gold that the index no longer holds, with the ids of their questions."""

    @property
    def regressions(self) -> tuple[str, ...]:
        """What got worse beyond doubt, each as a sentence that names it.

        A figure counts when the interval of its difference leaves zero out; a time never does,
        because it moves with the machine. A new crash and a lost document always count.
        """
        worse = [c.text for c in self.changes if c.gain < 0 and c.certain and not c.measure.seconds]
        if self.crashed:
            worse.append(f"{len(self.crashed)} more crashed: {_named(self.crashed)}")
        worse += [f"the index no longer holds {d}, the gold of {_named(ids)}" for d, ids in self.lost.items()]
        return tuple(worse)


def compare(before: EvalRun, after: EvalRun) -> Comparison:
    """Return what changed between two runs. Raises BadInput if they share no question."""
    questions = tuple(q for q in before.questions if q.id in before.results and q.id in after.results)
    if not questions:
        raise BadInput("the two runs share no question", hint="Compare two runs of the same set.")
    return Comparison(
        before,
        after,
        questions,
        changes=_changes(before, after, questions),
        flips=_flips(before, after, questions),
        differing=_differing(before, after),
        crashed=tuple(q.id for q in questions if after.results[q.id].error and not before.results[q.id].error),
        lost=_lost(before, after),
    )


def below_floor(run: EvalRun, floors: Mapping[str, float]) -> list[str]:
    """Return a sentence for each figure that is worse than its floor, or was not measured.

    Where lower is better, the floor is a ceiling. Raises BadInput for a figure that does not exist.
    """
    refuse_unknown(floors)
    figures = summarise(run.scores)
    failed = []
    for name, floor in floors.items():
        measure, figure = BY_NAME[name], figures.get(name)
        if figure is None:
            failed.append(f"{name} was not measured by this set")
        elif (figure.value > floor) if measure.lower_is_better else (figure.value < floor):
            side = "above" if measure.lower_is_better else "under"
            failed.append(f"{name} is {figure.value:.4g}, {side} {floor:.4g} (n {figure.n})")
    return failed


def refuse_unknown(floors: Mapping[str, float]) -> None:
    """Raise BadInput if a floor is of a figure that does not exist."""
    if unknown := sorted(floors.keys() - BY_NAME.keys()):
        raise BadInput(f"there is no figure {', '.join(unknown)}", hint=f"There are: {', '.join(BY_NAME)}.")


def verdict(scores: Scores) -> bool | None:
    """Return whether a question went well: right as a whole, or a judged document in the first ten."""
    figure = scores.get("correct", scores.get("recall@10"))
    return None if figure is None else figure > 0


def comparison_payload(comparison: Comparison) -> dict[str, Any]:
    """Return the comparison as plain data, for `compare --json`."""
    return {
        "n": len(comparison.questions),
        "figures": {
            c.measure.name: {"before": asdict(c.before), "after": asdict(c.after), "difference": asdict(c.difference)}
            for c in comparison.changes
        },
        "broken": [f.question.id for f in comparison.flips if not f.fixed],
        "fixed": [f.question.id for f in comparison.flips if f.fixed],
        "differing": {name: list(pair) for name, pair in comparison.differing.items()},
        "crashed": list(comparison.crashed),
        "lost": {document: list(ids) for document, ids in comparison.lost.items()},
        "regressions": list(comparison.regressions),
    }


def _changes(before: EvalRun, after: EvalRun, questions: tuple[Question, ...]) -> tuple[Change, ...]:
    old, new = ({q.id: run.scores.get(q.id, {}) for q in questions} for run in (before, after))
    was, now = summarise(old), summarise(new)
    found = []
    for measure in MEASURES:
        if measure.name in was and measure.name in now:
            moved = difference(measure.values(old.values()), measure.values(new.values()), measure.statistic)
            if moved:
                found.append(Change(measure, was[measure.name], now[measure.name], moved))
    return tuple(found)


def _flips(before: EvalRun, after: EvalRun, questions: tuple[Question, ...]) -> tuple[Flip, ...]:
    """Return the questions whose verdict turned; a crash is no verdict, and is told apart."""
    pairs = [(q, verdict(before.scores.get(q.id, {})), verdict(after.scores.get(q.id, {}))) for q in questions]
    turned = [Flip(q, fixed=bool(now)) for q, was, now in pairs if None not in (was, now) and was != now]
    return tuple(sorted(turned, key=lambda flip: flip.fixed))


def _differing(before: EvalRun, after: EvalRun) -> dict[str, tuple[Any, Any]]:
    one, other = _flat(asdict(before.info)), _flat(asdict(after.info))
    names = [n for n in {**one, **other} if n not in {"started", "ended"}]
    return {n: (one.get(n), other.get(n)) for n in names if one.get(n) != other.get(n)}


def _flat(value: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return nested mappings as one, names joined by dots."""
    flat: dict[str, Any] = {}
    for name, one in value.items():
        flat |= _flat(one, f"{prefix}{name}.") if isinstance(one, Mapping) else {f"{prefix}{name}": one}
    return flat


def _lost(before: EvalRun, after: EvalRun) -> dict[str, tuple[str, ...]]:
    held = {document for document, _ in _places(before, found=True)}
    gone: dict[str, list[str]] = {}
    for document, id in _places(after, found=False):
        if document in held:
            gone.setdefault(document, []).append(id)
    return {document: tuple(dict.fromkeys(ids)) for document, ids in gone.items()}


def _places(run: EvalRun, *, found: bool) -> list[tuple[str, str]]:
    """Return (document id, question id) of the gold places that the index held, or did not."""
    return [
        (place.document_id, question.id)
        for question in run.questions
        for gold in question.gold
        for place in gold.places
        if (place.span is not None) == found
    ]


def _named(ids: tuple[str, ...], most: int = 8) -> str:
    rest = len(ids) - most
    return ", ".join(ids[:most]) + (f" and {rest} more" if rest > 0 else "")
