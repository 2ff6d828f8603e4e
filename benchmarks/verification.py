"""How well claims that their sources carry are told from claims that they do not.

    python benchmarks/verification.py [--scifact FOLDER] [--half tune|held] [--show 20]

(a) SciFact's claims with their abstracts, supported against the rest: the area under the ROC curve of
the verifier's score, beside word overlap's. (b) Our own set, evals/verification/planted.jsonl, in the
line as it is used: each sentence cites the passages of its sources; how many planted errors are
caught and how many true sentences refused, by kind and half. (c) What a sentence costs.
The corpus and the index are those of the settings.
"""

import argparse
import json
import re
import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from time import perf_counter

import numpy as np

from assistant.answering.verify import WrittenVerifier
from assistant.answering.verifying.check import Carrier, check
from assistant.build import open_assistant, read_glossary
from assistant.errors import UnknownDocument
from assistant.evaluation.bootstrap import estimate
from assistant.index.library import Library
from assistant.settings import Settings
from assistant.text import sentences, terms, words
from assistant.types import Citation, Passage, Sentence

ROOT = Path(__file__).parents[1]
PUBLISHED = 0.748
"""Area of word overlap, as published with the pairs."""
KINDS = ("number", "name", "negation", "modality", "jurisdiction", "source", "merged")
DRAWS, SEED = 2_000, 20_260_731


def area(scores: np.ndarray, supported: np.ndarray) -> float:
    """Return the chance that a supported claim scores above another one; a tie counts half."""
    order = np.concatenate([scores[supported], scores[~supported]])
    _, ranks, counts = np.unique(order, return_inverse=True, return_counts=True)
    mean_rank = (np.cumsum(counts) - (counts - 1) / 2)[ranks]
    n = int(supported.sum())
    return float((mean_rank[:n].sum() - n * (n + 1) / 2) / (n * (len(order) - n)))


def interval(measure: Callable[[np.ndarray], float], groups: np.ndarray) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a measure over row numbers; the rows of one claim are drawn together."""
    rows = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    chance = np.random.default_rng(SEED)
    drawn = (np.concatenate([rows[i] for i in chance.integers(0, len(rows), len(rows))]) for _ in range(DRAWS))
    low, high = np.percentile([measure(draw) for draw in drawn], [2.5, 97.5])
    return float(low), float(high)


def scifact(folder: Path, embed: Callable[[Sequence[str]], np.ndarray]) -> None:
    """Print the areas on the `dev` pairs."""
    texts = {d["_id"]: d for d in map(json.loads, (folder / "corpus.jsonl").read_text("utf-8").splitlines())}
    pairs = [json.loads(line) for line in (folder / "verification.jsonl").read_text("utf-8").splitlines()]
    pairs = [pair for pair in pairs if pair["split"] == "dev"]
    supported = np.array([pair["label"] == "supported" for pair in pairs])
    claims = np.array([pair["claim_id"] for pair in pairs])
    scores: dict[str, list[float]] = defaultdict(list)
    for pair in pairs:
        claim, title, text = pair["claim"], texts[pair["doc_id"]]["title"], texts[pair["doc_id"]]["text"]
        scores["word overlap"].append(_share(words(claim), words(f"{title} {text}")))
        scores["stemmed words without stop words"].append(_share(terms(claim), terms(f"{title} {text}")))
        carriers = [Carrier(span.of(text), title) for span in sentences(text)]
        scores["rules and words, no model"].append(_score(claim, tuple(carriers), None))
        scores["rules and embedding"].append(_score(claim, tuple(carriers), embed))
    print(f"(a) SciFact dev: {len(pairs)} pairs, {int(supported.sum())} supported; area under the ROC curve")
    print(f"    word overlap, as published: {PUBLISHED}")
    final = np.array(scores["rules and embedding"])
    for name, values in scores.items():
        own = np.array(values)
        low, high = interval(lambda rows, own=own: area(own[rows], supported[rows]), claims)
        print(f"    {name:34} {area(own, supported):.3f}  [{low:.3f}, {high:.3f}]")
    for name in ("word overlap", "stemmed words without stop words"):
        other = np.array(scores[name])

        def gain(rows: np.ndarray, other: np.ndarray = other) -> float:
            return area(final[rows], supported[rows]) - area(other[rows], supported[rows])

        low, high = interval(gain, claims)
        print(f"    rules and embedding against {name}: {gain(np.arange(len(pairs))):+.3f}  [{low:+.3f}, {high:+.3f}]")


def _share(claim: Sequence[str], text: Sequence[str]) -> float:
    return len(set(claim) & set(text)) / max(1, len(set(claim)))


@cache
def _score(claim: str, carriers: tuple[Carrier, ...], embed: Callable[[Sequence[str]], np.ndarray] | None) -> float:
    return check(claim, carriers, embed=embed).score


def planted(path: Path, library: Library, verify: WrittenVerifier, half: str, show: int) -> list[float]:
    """Print what is caught and what is refused, by half and kind; returns the milliseconds of each sentence."""
    results: dict[str, list[float]] = defaultdict(list)
    took, gone, shown = [], 0, 0
    for line in map(json.loads, path.read_text("utf-8").splitlines()):
        citations = [_citation(library, place) for place in line["cites"]]
        if half not in {"", line["half"]} or None in citations:
            gone += None in citations
            continue
        sentence = Sentence(line["claim"], "background", tuple(c for c in citations if c), draft=line["claim"])
        started = perf_counter()
        checked = verify(sentence)
        took.append((perf_counter() - started) * 1000)
        refused = not checked.supported or checked.text != sentence.draft
        true = line["label"] == "true"
        group = "true" if true else "planted"
        named = "" if true or line["kind"] in KINDS else "others"
        for kind in (group, f"{group}, by {line['made']}", f"{group}: {named or line['kind']}"):
            results[f"{line['half']} | {kind}"].append(refused)
        if not true and line["kind"] in KINDS:
            results[f"{line['half']} | planted, the seven kinds"].append(refused)
        if refused == true and shown < show:
            shown += 1
            print(f"    {group} {line['kind']}: {line['claim']}\n        {checked.refusal}")
    print(f"\n(b) planted.jsonl: {len(took)} sentences ({gone} left out: their source has changed); share refused")
    for name in sorted(results):
        found = estimate(results[name])
        print(f"    {name:36} n {found.n:4}  {found.value:6.1%}  [{found.low:.1%}, {found.high:.1%}]")
    return took


def _citation(library: Library, place: dict[str, str]) -> Citation | None:
    """Return the passage that holds the place, cited whole as a language model cites it."""
    try:
        text = library.document(place["document"]).text
    except UnknownDocument:
        return None
    start = text.find(place["quote"])
    covering: list[Passage] = [
        p
        for p in library.passages_of(place["document"])
        if p.span.start <= start and start + len(place["quote"]) <= p.span.end
    ]
    return Citation(0, covering[0], covering[0].span) if start >= 0 and covering else None


def main() -> None:
    parser = argparse.ArgumentParser(description=re.split(r"\n", __doc__)[0])
    parser.add_argument("--scifact", type=Path, default=ROOT.parent / "shared" / "benchmarks" / "scifact")
    parser.add_argument("--half", default="", choices=["", "tune", "held"])
    parser.add_argument("--show", type=int, default=0, help="print so many sentences that were judged wrongly")
    asked = parser.parse_args()
    live = open_assistant(Settings.read(llm_model=""))
    library, glossary = live.library, read_glossary(live.library)
    known: dict[str, np.ndarray] = {}

    def embed(texts: Sequence[str]) -> np.ndarray:
        if new := [text for text in dict.fromkeys(texts) if text not in known]:
            known.update(zip(new, library.embedder.encode(new), strict=True))
        return np.array([known[text] for text in texts])

    if asked.scifact.is_dir():
        scifact(asked.scifact, embed)
    else:
        print(f"(a) left out: there is no folder {asked.scifact}")
    verify = WrittenVerifier(library.statements_of, library.document, library.embedder.encode, glossary.widen)
    took = planted(ROOT / "evals" / "verification" / "planted.jsonl", library, verify, asked.half, asked.show)
    half = statistics.quantiles(took, n=20)
    print(f"\n(c) a sentence: median {statistics.median(took):.0f} ms, 95th percentile {half[-1]:.0f} ms, one thread")
    live.close()


if __name__ == "__main__":
    main()
