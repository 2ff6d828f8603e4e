"""The rules of docs/corpus.md, checked on the files of a corpus.

Each rule is a function from a page to findings; `lint` is all of them over all pages. A finding
names the file and the line, so that an editor can jump there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal, get_args

from assistant.corpus.blocks import ROLES
from assistant.corpus.page import Claim, Grid, Page, cited_keys, digest_pages, guidance_pages
from assistant.corpus.scorecard_lint import scorecard_remarks
from assistant.scorecard_file import DOCUMENT_ID
from assistant.text import words
from assistant.types import OURS, Checked

HEADINGS = tuple(title.capitalize() for title in ROLES)
"""The second-level headings of guidance, in their order."""

GLOSSARY = "glossary.md"
"""The one page that has `Terms`, and that no word limit holds for."""

MOST_WORDS = 40
"""In one sentence."""
ADVISED_PAGE_WORDS = 1200
MOST_PAGE_WORDS = 1400
MOST_QUESTIONS = 4
REVIEW_EVERY = timedelta(days=365)
FEWEST_DUPLICATE_WORDS = 6
"""A shorter sentence or cell may recur."""

OPTIONS_HEADER = ("Option", "When it fits", "For", "Against", "What it costs")
OPTIONS = ("in-house", "onshore vendor", "nearshore vendor", "offshore vendor", "captive centre")
"""What the rows of a playbook's table begin with; more rows may follow."""

PAGE_KEYS = {"title", "topics", "jurisdictions", "as_of", "reviewed", "sources"}
OPTIONAL_KEYS = {"function", "facts"}
DIGEST_KEYS = {"title", "topics", "as_of", "reviewed", "year", "original", "kind"}
OPTIONAL_DIGEST_KEYS = {"publisher", "author", "url"}
SOURCE_KEYS = {"title", "publisher", "checked"}
OPTIONAL_SOURCE_KEYS = {"url", "volatile"}

_BAD_START = re.compile(
    r"[\W_]*(It|They|This|These|Those|That|He|She|Such"
    r"|However|But|And|Also|Therefore|Moreover|Instead|Otherwise)\b"
)
_DATED = re.compile(
    r"\bas of (?:\d{1,2} )?(?:January|February|March|April|May|June|July"
    r"|August|September|October|November|December) \d{4}\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:see|as|listed|described|mentioned|shown|stated|noted|table|list|section) (?:above|below)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"\"([^\"]*)\"|“([^”]*)”")
_TERM_WORDS = 4
"""A longer quotation is of a text, not of a term."""
_NO_ADVICE = re.compile(r"\bnot\b.*\b(?:legal|tax)\b.*\badvice\b")
_SOURCE_KEY = re.compile(r"[a-z0-9][a-z0-9.-]*")
_FACT = re.compile(r"\d{1,2}\.\d{2}")
_LEAN = re.compile(
    r"\b(?:outsource|insource|keep|hold|buy|build|automate|hire|use|not yet|never|do not)\b", re.IGNORECASE
)
_OWNER_OR_TIME = re.compile(
    r"\b(?:hours?|days?|weeks?|months?|quarters?|years?|before|within|after|until|during|once|each|every|first"
    r"|owner|officer|manager|director|lead|head|sponsor|counsel|procurement|finance|board|executive|founder"
    r"|buyer|engineer|C[EFIT]O|CISO|team)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One breach of a rule; `str` gives it as `path:line: message`."""

    path: str
    """Below the corpus folder, with `/`."""
    line: int
    message: str
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {'warning: ' if self.level == 'warning' else ''}{self.message}"


Remark = tuple[int, str]
"""A line and what is wrong there."""

Rule = Callable[[Page], Iterator[Remark]]


def lint(corpus: Path, today: date) -> list[Finding]:
    """Return every breach of docs/corpus.md in guidance, digests and scorecards, by path and line.

    `today` decides which reviews are overdue. A corpus without guidance has no findings.
    """
    guidance, digests = guidance_pages(corpus), digest_pages(corpus)
    findings: list[Finding] = []
    for page in guidance:
        findings += _findings(corpus, page, PAGE_RULES, today, PAGE_KEYS, OPTIONAL_KEYS)
        if warning := _rather_long(page):
            findings.append(Finding(_name(corpus, page), *warning, level="warning"))
    for page in digests:
        findings += _findings(corpus, page, DIGEST_RULES, today, DIGEST_KEYS, OPTIONAL_DIGEST_KEYS)
    findings += [Finding(DOCUMENT_ID, line, message) for line, message in scorecard_remarks(corpus)]
    return sorted([*findings, *_duplicates(corpus, [*guidance, *digests])])


def report(findings: Sequence[Finding]) -> str:
    """Return one line a finding, errors and warnings together, and a last line that counts them."""
    errors = sum(f.level == "error" for f in findings)
    counts = f"{errors} errors, {len(findings) - errors} warnings"
    return "\n".join([*map(str, findings), counts])


def failed(findings: Iterable[Finding]) -> bool:
    """Return whether any finding is an error; warnings alone let a corpus pass."""
    return any(f.level == "error" for f in findings)


def _findings(
    corpus: Path, page: Page, rules: Iterable[Rule], today: date, needed: set[str], optional: set[str]
) -> Iterator[Finding]:
    if page.meta_error:
        yield Finding(_name(corpus, page), 1, page.meta_error)
    else:
        for line, message in (*_front_matter(page, needed, optional), *_dates(page, today)):
            yield Finding(_name(corpus, page), line, message)
    for rule in rules:
        for line, message in rule(page):
            yield Finding(_name(corpus, page), line, message)


def _name(corpus: Path, page: Page) -> str:
    return page.path.relative_to(corpus).as_posix()


# --- front matter -------------------------------------------------------------------------


def _front_matter(page: Page, needed: set[str], optional: set[str]) -> Iterator[Remark]:
    yield from _keys(page, page.meta, needed, optional, "front matter")
    for key in ("topics", "jurisdictions", "facts"):
        value = page.meta.get(key, ["-"])
        if not (isinstance(value, list) and value and all(isinstance(v, str) and v.strip() for v in value)):
            yield page.line_of(key), f"{key} must be a list of words, with at least one"
    for fact in page.meta.get("facts") or []:
        if not _FACT.fullmatch(str(fact)):
            yield page.line_of("facts"), f"{fact} is no fact id, such as 3.04"
    if not isinstance(page.meta.get("sources", {}), dict):
        yield page.line_of("sources"), "sources must be a mapping from key to source"
    for key, source in page.sources.items():
        yield from _source(page, str(key), source)


def _keys(page: Page, given: Mapping[str, Any], needed: set[str], optional: set[str], where: str) -> Iterator[Remark]:
    line = page.line_of(where)
    for key in sorted(needed - given.keys()):
        yield line, f"{where} has no {key}"
    for key in sorted(str(k) for k in given.keys() - needed - optional):
        yield line if where in page.sources else page.line_of(key), f"{where} has an unknown key: {key}"
    for key in sorted(given.keys() & (needed | optional)):
        if given[key] is None or given[key] == "":
            yield line if where in page.sources else page.line_of(key), f"{where} has an empty {key}"


def _source(page: Page, key: str, source: Any) -> Iterator[Remark]:
    line = page.line_of(key)
    if not _SOURCE_KEY.fullmatch(key) or key == OURS:
        yield line, f"source key {key} must be of lower-case letters, figures, dots and hyphens, and not {OURS}"
    if not isinstance(source, dict):
        yield line, f"source {key} must have title, publisher and checked"
        return
    yield from _keys(page, source, SOURCE_KEYS, OPTIONAL_SOURCE_KEYS, key)
    if source.get("checked") not in get_args(Checked):
        yield line, f"source {key}: checked must be one of {', '.join(get_args(Checked))}"
    if not str(source.get("url", "https://")).startswith(("https://", "http://")):
        yield line, f"source {key}: url must begin with https:// or http://"
    if not isinstance(source.get("volatile", False), bool):
        yield line, f"source {key}: volatile must be true or false"


def _dates(page: Page, today: date) -> Iterator[Remark]:
    for key in ("as_of", "reviewed"):
        value = page.meta.get(key)
        if value is None:
            continue
        if type(value) is not date:
            yield page.line_of(key), f"{key} must be a date such as 2026-07-31"
        elif value > today:
            yield page.line_of(key), f"{key} lies in the future"
        elif key == "reviewed" and today - value > REVIEW_EVERY:
            yield page.line_of(key), f"review overdue: last read on {value}"


# --- headings and length ------------------------------------------------------------------


def _headings(page: Page) -> Iterator[Remark]:
    reached = -1
    for heading in page.headings:
        if heading.level == 1:
            yield heading.line, "a first-level heading; the title belongs in the front matter"
        if heading.level != 2:
            continue
        if heading.title not in HEADINGS:
            yield heading.line, f"heading is not in the vocabulary: {heading.title}"
            continue
        place = HEADINGS.index(heading.title)
        if place <= reached:
            yield heading.line, f"heading out of order or repeated: {heading.title}"
        if heading.title == "Terms" and page.path.name != GLOSSARY:
            yield heading.line, f"only {GLOSSARY} has the heading Terms"
        reached = max(reached, place)
    for claim in page.claims:
        if not claim.section:
            yield claim.line, "text before the first second-level heading has no role"


def _too_long(page: Page) -> Iterator[Remark]:
    if page.words > MOST_PAGE_WORDS and page.path.name != GLOSSARY:
        yield 1, f"{page.words} words; a page has at most {MOST_PAGE_WORDS}"


def _rather_long(page: Page) -> Remark | None:
    if ADVISED_PAGE_WORDS <= page.words <= MOST_PAGE_WORDS and page.path.name != GLOSSARY:
        return 1, f"{page.words} words; a page should have fewer than {ADVISED_PAGE_WORDS}"
    return None


def _disclaimer(page: Page) -> Iterator[Remark]:
    sections = [h for h in page.headings if h.level == 2]
    if not any(h.title == "What the rules require" for h in sections):
        return
    last = sections[-1]
    # the glossary's last section is a table, and its sentence stands after it
    if not any(_NO_ADVICE.search(c.text) for c in page.under(last.title)):
        yield last.line, "a page that states law ends with one sentence: not legal advice, and whom to ask"


# --- sentences ----------------------------------------------------------------------------


def _wording(page: Page) -> Iterator[Remark]:
    for claim in page.claims:
        if (count := len(claim.text.split())) > MOST_WORDS:
            yield claim.line, f"{count} words in one sentence, at most {MOST_WORDS}: {_start(claim)}"
        if found := _BAD_START.match(claim.text):
            yield claim.line, f"a sentence begins with {found[1]}: {_start(claim)}"
        if found := _ELSEWHERE.search(claim.text):
            yield claim.line, f"a sentence points elsewhere with “{found[0]}”: {_start(claim)}"


def _marks(page: Page) -> Iterator[Remark]:
    row_marks = _row_marks(page)
    for claim in page.claims:
        if claim.mark_inside:
            yield claim.line, f"a mark stands inside the sentence, not after its full stop: {_start(claim)}"
        carried = claim.marks or row_marks.get(claim.block, ()) or claim.is_question
        if _speaks(page, claim) and not carried:
            yield claim.line, f"no source mark: {_start(claim)}"
        for key in claim.marks:
            if key != OURS and key not in page.sources:
                yield claim.line, f"the mark [^{key}] has no source in the front matter"
    for key in sorted(page.sources.keys() - cited_keys(page.claims)):
        yield page.line_of(str(key)), f"source {key} is never cited"


def _row_marks(page: Page) -> dict[int, tuple[str, ...]]:
    """Return the marks that a table row's last cell gives to the whole row, by block."""
    return {c.block: c.marks for c in page.claims if c.column >= 0}


def _speaks(page: Page, claim: Claim) -> bool:
    """Return whether a claim states something: not the first cell of a row, not a list of synonyms."""
    return claim.column != 0 and not (claim.section == "Terms" and claim.column == 1)


def _care(page: Page) -> Iterator[Remark]:
    """Hold sentences to what their sources' `checked` and `volatile` ask for."""
    row_marks = _row_marks(page)
    for claim in page.claims:
        keys = claim.marks or (row_marks.get(claim.block, ()) if _speaks(page, claim) else ())
        found = {k: s for k in keys if isinstance(s := page.sources.get(k), dict)}
        if any(s.get("volatile") for s in found.values()) and not _DATED.search(claim.text):
            yield claim.line, f"what moves needs “as of” with month and year: {_start(claim)}"
        if any(s.get("checked") == "vendor" for s in found.values()) and "vendor-published" not in claim.text.lower():
            yield claim.line, f"a vendor's page needs the words “vendor-published”: {_start(claim)}"
        if found and all(s.get("checked") == "named" for s in found.values()) and _quotes_text(claim):
            yield claim.line, f"a source that was only named is quoted: {_start(claim)}"


def _quotes_text(claim: Claim) -> bool:
    return any(len("".join(quoted).split()) > _TERM_WORDS for quoted in _QUOTED.findall(claim.text))


def _links(page: Page) -> Iterator[Remark]:
    for line, target in page.links:
        if re.match(r"[a-z]+:", target):
            continue
        file = target.partition("#")[0]
        if file and not (page.path.parent / file).is_file():
            yield line, f"link to a page that is not there: {target}"


def _duplicates(corpus: Path, pages: Iterable[Page]) -> Iterator[Finding]:
    first: dict[tuple[str, ...], str] = {}
    for page in pages:
        for claim in page.claims:
            key = words(claim.text)
            if len(key) < FEWEST_DUPLICATE_WORDS:
                continue
            place = f"{_name(corpus, page)}:{claim.line}"
            if (earlier := first.setdefault(key, place)) != place:
                message = f"the same sentence stands in {earlier}: {_start(claim)}"
                yield Finding(_name(corpus, page), claim.line, message)


def _start(claim: Claim) -> str:
    return claim.text if len(claim.text) <= 60 else claim.text[:60].rsplit(" ", 1)[0] + " …"


# --- playbooks ----------------------------------------------------------------------------


def _playbook(page: Page) -> Iterator[Remark]:
    if "function" not in page.meta:
        return
    line = page.line_of("function")
    present = {h.title for h in page.headings if h.level == 2}
    for title in HEADINGS:
        if title not in present and title not in {"Background", "Terms"}:
            yield line, f"a playbook has the heading {title}"
    lean = " ".join(c.text for c in page.under("Bottom line")[:2])
    if lean and not _LEAN.search(lean):
        yield page.under("Bottom line")[0].line, "the first two sentences of a playbook give the lean"
    yield from _options(line, [g for g in page.grids if g.section == "Compare"])
    questions = [c for c in page.under("Questions to ask first") if c.is_question]
    if len(questions) > MOST_QUESTIONS:
        yield questions[MOST_QUESTIONS].line, f"a playbook asks at most {MOST_QUESTIONS} questions"
    for block in _by_block(page.under("Questions to ask first")):
        if not (block[0].is_question and any(not c.is_question for c in block)):
            yield block[0].line, f"a question is followed by how it changes the answer: {_start(block[0])}"
    for block in _by_block(page.under("Next steps")):
        if not _OWNER_OR_TIME.search(" ".join(c.text for c in block)):
            yield block[0].line, f"a next step names an owner or a time: {_start(block[0])}"


def _options(line: int, grids: list[Grid]) -> Iterator[Remark]:
    grid = next((g for g in grids if g.header == OPTIONS_HEADER), None)
    if grid is None:
        yield line, f"a playbook compares its options in a table | {' | '.join(OPTIONS_HEADER)} |"
        return
    for option in OPTIONS:
        if not any(row.lower().startswith(option) for row in grid.first_column):
            yield grid.line, f"the options table has no row {option}"


def _by_block(claims: Iterable[Claim]) -> list[list[Claim]]:
    """Return the claims of each paragraph or list item together."""
    blocks: dict[int, list[Claim]] = {}
    for claim in claims:
        blocks.setdefault(claim.block, []).append(claim)
    return list(blocks.values())


PAGE_RULES: tuple[Rule, ...] = (
    _headings, _too_long, _disclaimer, _wording, _marks, _care, _links, _playbook,
)  # fmt: skip
DIGEST_RULES: tuple[Rule, ...] = (_wording, _links)
