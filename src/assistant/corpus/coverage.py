"""What the guidance covers, as one Markdown page: topics, facts, sources, dates.

Tells an editor where the corpus is thin or old; whether a page keeps the rules is `lint`'s business.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import get_args

import yaml

from assistant.corpus.page import Claim, Page, guidance_pages
from assistant.errors import BadInput
from assistant.types import OURS, Checked

OLDEST = 12
"""How many of the oldest dates are listed."""

_AS_OF = re.compile(r"\bas of (?:\d{1,2} )?([A-Z][a-z]+ \d{4})\b", re.IGNORECASE)
_NOT_USED = re.compile(r"^- (\d+\.\d\d)( \(part\))?: (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic of the research register."""

    number: int
    name: str
    facts: tuple[str, ...]
    """Ids such as `3.04`, in order."""


def coverage(corpus: Path, *, docs: Path = Path("docs")) -> str:
    """Return the coverage of `corpus/guidance` as Markdown.

    The register of facts is `docs/facts-register.yaml` and the reasons for unused ones stand in
    `docs/facts-not-used.md`; without a register the parts about facts are left out. Raises BadInput
    for a register that cannot be read.
    """
    pages = guidance_pages(corpus)
    register = read_register(docs / "facts-register.yaml")
    parts = ["# Coverage of the guidance", "Made by `assistant corpus coverage`; do not edit by hand."]
    if register:
        parts += _topics(pages, register) + _unused(pages, register, read_not_used(docs / "facts-not-used.md"))
    return "\n\n".join([*parts, *_sources(pages), *_dates(pages), *_documents(pages)]) + "\n"


def read_register(path: Path) -> list[Topic]:
    """Return the topics of a register file, by number; empty where there is none.

    Raises BadInput when a topic has no name or its facts are not ranges such as `1-5, 7`.
    """
    if not path.is_file():
        return []
    try:
        given = yaml.safe_load(path.read_text("utf-8"))
        return [
            Topic(int(number), str(topic["name"]), tuple(_ids(int(number), str(topic["facts"]))))
            for number, topic in sorted(given.items())
        ]
    except (yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError) as error:
        hint = "A topic reads: 1: {name: Sourcing models, facts: 1-17}"
        raise BadInput(f"{path} is no register of facts: {error}", hint=hint) from error


def _ids(topic: int, ranges: str) -> Iterable[str]:
    for part in ranges.split(","):
        first, _, last = part.partition("-")
        for number in range(int(first), int(last or first) + 1):
            yield f"{topic}.{number:02}"


def read_not_used(path: Path) -> dict[str, str]:
    """Return the reason for each fact that is left out as a whole, by id."""
    text = path.read_text("utf-8") if path.is_file() else ""
    return {fact: reason for fact, part, reason in _NOT_USED.findall(text) if not part}


def pages_by_fact(pages: Iterable[Page]) -> dict[str, list[Page]]:
    """Return the pages that name each fact id in their front matter."""
    found: dict[str, list[Page]] = {}
    for page in pages:
        for fact in page.meta.get("facts") or ():
            found.setdefault(str(fact), []).append(page)
    return found


def _topics(pages: Sequence[Page], register: Sequence[Topic]) -> list[str]:
    by_fact = pages_by_fact(pages)
    rows = []
    for topic in register:
        used = [fact for fact in topic.facts if fact in by_fact]
        uses = Counter(page.path.stem for fact in used for page in by_fact[fact])
        documents = ", ".join(f"{name} ({n})" for name, n in uses.most_common())
        rows.append((f"{topic.number}. {topic.name}", f"{len(used)} of {len(topic.facts)}", documents or "none"))
    total = sum(len(topic.facts) for topic in register)
    used_total = sum(fact in by_fact for topic in register for fact in topic.facts)
    return [
        "## Topics by documents",
        f"{used_total} of {total} facts are used. The figure behind a document is how many of the topic's facts"
        " it names.",
        _table(("Topic", "Facts used", "Documents"), rows),
    ]


def _unused(pages: Sequence[Page], register: Sequence[Topic], reasons: Mapping[str, str]) -> list[str]:
    by_fact = pages_by_fact(pages)
    known = [fact for topic in register for fact in topic.facts]
    unused = [fact for fact in known if fact not in by_fact]
    rows = [(fact, reasons.get(fact, "**no reason given**")) for fact in unused]
    parts = ["## Facts not used", _table(("Fact", "Reason"), rows) if rows else "None."]
    if unknown := sorted(by_fact.keys() - set(known)):
        parts.append(f"Named in a front matter but not in the register: {', '.join(unknown)}.")
    return parts


def _sources(pages: Sequence[Page]) -> list[str]:
    kinds: dict[str, list[str]] = {kind: [] for kind in get_args(Checked)}
    cited: Counter[str] = Counter()
    volatile = 0
    for page in pages:
        marks = Counter(key for claim in page.claims for key in claim.marks)
        cited[OURS] += marks[OURS]
        for key, source in page.sources.items():
            kind = source.get("checked") if isinstance(source, dict) else None
            if kind in kinds:
                kinds[kind].append(str(source.get("url") or source.get("title")))
                cited[kind] += marks[key]
                volatile += bool(source.get("volatile"))
    rows = [(kind, str(len(set(found))), str(len(found)), str(cited[kind])) for kind, found in kinds.items()]
    rows.append((f"{OURS} (judgement)", "", "", str(cited[OURS])))
    return [
        "## Sources by kind",
        f"An entry is a source in one page's front matter; {volatile} entries are volatile. Sources differ by"
        " their address, or by their title where they have none.",
        _table(("Checked", "Different sources", "Entries", "Marks"), rows),
    ]


def _dates(pages: Sequence[Page]) -> list[str]:
    dated: dict[str, Counter[str]] = {}
    for page in pages:
        for claim in page.claims:
            for month in _AS_OF.findall(claim.text):
                dated.setdefault(_iso_month(month), Counter())[page.path.stem] += 1
    months = sorted(month for month in dated if month)
    rows = [
        (month, str(dated[month].total()), ", ".join(f"{name} ({n})" for name, n in dated[month].most_common()))
        for month in months[:OLDEST]
    ]
    return [
        "## Oldest as-of dates",
        f"The {min(OLDEST, len(months))} oldest months that sentences give with “as of”.",
        _table(("As of", "Sentences", "Documents"), rows) if rows else "None.",
    ]


def _iso_month(text: str) -> str:
    """Return `2026-07` for `July 2026`, and nothing for what is no month."""
    try:
        return datetime.strptime(text, "%B %Y").strftime("%Y-%m")  # noqa: DTZ007
    except ValueError:
        return ""


def _documents(pages: Sequence[Page]) -> list[str]:
    rows = [
        (
            page.path.name,
            str(page.words),
            str(len([c for c in page.claims if _states(c)])),
            str(len(page.sources)),
            str(len(page.meta.get("facts") or ())),
            str(page.meta.get("as_of", "")),
            str(page.meta.get("reviewed", "")),
        )
        for page in sorted(pages, key=lambda page: (str(page.meta.get("as_of", "")), page.path.name))
    ]
    header = ("Document", "Words", "Statements", "Sources", "Facts", "As of", "Reviewed")
    return ["## Documents", "Oldest first.", _table(header, rows)]


def _states(claim: Claim) -> bool:
    """Return whether a claim counts as a statement: no question, and no table row but by its first cell."""
    return claim.column == 0 or (claim.column < 0 and not claim.is_question)


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|---" * len(header) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)])
