"""Text that is made up from a seed, for corpora of any size.

Words come from the embedding model's own vocabulary, which is ordered by how common they are, and are drawn
by Zipf's law; each record also draws from the words of one of many subjects, so that passages have
neighbours, in words and in meaning, as real ones do. The sentences mean nothing: speed is what is measured.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from assistant.index.embedder import find_model

SUBJECTS, OF_SUBJECT = 400, 60
"""How many subjects there are, and how many words belong to each."""
SHARE = 0.5
"""Of the words of a record that are of its subject."""
WORDS = 45
"""Of a record: it makes one passage."""


def vocabulary() -> list[str]:
    """Return some 20,000 English words, the commonest first."""
    stored = json.loads((find_model("") / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    return [word for word in sorted(stored, key=stored.get) if word.isascii() and word.isalpha() and len(word) > 2]


class Writer:
    """Writes texts from a seed."""

    def __init__(self, seed: int) -> None:
        self.chance = np.random.default_rng(seed)
        self.words = np.array(vocabulary())
        weights = 1 / np.arange(1, len(self.words) + 1)
        self.common = np.cumsum(weights / weights.sum())
        self.subjects = self.chance.integers(500, len(self.words), (SUBJECTS, OF_SUBJECT))
        own = 1 / np.arange(1, OF_SUBJECT + 1)
        self.own = np.cumsum(own / own.sum())

    def text(self, words: int = WORDS) -> str:
        """Return sentences on one subject."""
        subject = self.subjects[self.chance.integers(SUBJECTS)]
        ours = subject[np.searchsorted(self.own, self.chance.random(words)).clip(max=OF_SUBJECT - 1)]
        all_ = np.searchsorted(self.common, self.chance.random(words)).clip(max=len(self.words) - 1)
        chosen = self.words[np.where(self.chance.random(words) < SHARE, ours, all_)]
        sentences = (" ".join(chosen[first : first + 15]).capitalize() for first in range(0, words, 15))
        return ". ".join(sentences) + "."


def records(number: int, seed: int = 1) -> Iterator[dict[str, str]]:
    """Yield records as a `.jsonl` corpus has them; each is one document and one passage."""
    writer = Writer(seed)
    for place in range(number):
        yield {"_id": f"r{place}", "title": writer.text(4).rstrip("."), "text": writer.text()}


def write_records(folder: Path, number: int, seed: int = 1) -> list[str]:
    """Write a corpus of so many records and return their texts."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = []
    with (folder / "corpus.jsonl").open("w", encoding="utf-8") as file:
        for record in records(number, seed):
            file.write(json.dumps(record) + "\n")
            texts.append(f"{record['title']}\n{record['text']}")
    return texts


def write_pages(folder: Path, number: int, seed: int = 1) -> None:
    """Write a corpus of Markdown pages, each with three sections."""
    folder.mkdir(parents=True, exist_ok=True)
    writer = Writer(seed)
    for place in range(number):
        sections = "\n\n".join(f"## {writer.text(3)}\n\n{writer.text(60)}" for _ in range(3))
        (folder / f"page-{place}.md").write_text(f"# {writer.text(4)}\n\n{sections}\n", "utf-8")


def questions(number: int, seed: int = 1) -> list[str]:
    """Return questions with words that the records of the same seed hold."""
    writer = Writer(seed)
    begin = ("What is", "How does one choose", "Should we outsource", "Which rules hold for", "What are the risks of")
    return [f"{begin[place % len(begin)]} {writer.text(6).rstrip('.').lower()}?" for place in range(number)]
