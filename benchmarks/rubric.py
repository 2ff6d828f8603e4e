"""Print the briefs of three decisions and what an adviser would look for in them, met, half met or missing.

    python benchmarks/rubric.py [--corpus FOLDER] [--index FOLDER] [--quiet]

A point is met if the answer shows words for each thing it asks for, half met if it shows them for
at least half. Words can be there without the sense, so a person reads the answers too: this is a
floor against changes, not a judge. Must-have points count 2, should-have 1, at most three extra
ones 1 each; the share is of all that musts and shoulds can give. A gate has to be met whole.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import click

from assistant.build import open_assistant
from assistant.markdown import PART_TITLES, to_markdown
from assistant.settings import Settings
from assistant.types import Answer

Level = Literal["must", "should", "extra"]
WORTH: dict[Level, int] = {"must": 2, "should": 1, "extra": 1}
MOST_EXTRA = 3
PASS = 0.70


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that the answer should say."""

    id: str
    level: Level
    about: str
    wants: tuple[str, ...]
    """Regular expressions, any case; each has to be found in the part `within`."""
    gate: bool = False
    within: str = ""
    """The role of the sentences that are looked at; empty for the whole answer."""

    def share(self, answer: Answer) -> float:
        """Return 1, 0.5 or 0."""
        text = said(answer, self.within)
        found = sum(bool(re.search(want, text, re.I | re.S)) for want in self.wants) / len(self.wants)
        return 1.0 if found == 1 else 0.5 if found >= 0.5 else 0.0


def must(id: str, about: str, *wants: str, gate: bool = False, within: str = "") -> Point:
    return Point(id, "must", about, wants, gate, within)


def should(id: str, about: str, *wants: str, within: str = "") -> Point:
    return Point(id, "should", about, wants, within=within)


def extra(id: str, about: str, *wants: str) -> Point:
    return Point(id, "extra", about, wants)


COMMON = (
    must("C1", "leans at once", r"outsource|keep|neither|yes|no\b", gate=True, within="bottom line"),
    must("C2", "says what would turn the lean", r"\b(flips?|if|reconsider|unless)\b", gate=True, within="change"),
    must("C3", "keeps who apart from where", r"\bwho\b.*\bwhere\b.*(separate|two|differ)"),
    must("C4", "compares options, own staff among them", r"in-house", r"offshore vendor", within="comparison"),
    must("C5", "the duty stays with the client", r"accountab\w+ (stays|for)|stays? accountable"),
    must("C6", "quotes sources and marks judgement", r"."),
    should("C7", "asks back", r"\?", within="question"),
    should("C8", "steps with a time", r"within (two|four) weeks", r"pilot", within="next step"),
    should("C9", "dates what moves", r"as of \w+ \d{4}", within="uncertain"),
    should("C10", "names counsel", r"not legal advice: ask", within="uncertain"),
    should("C11", "total cost", r"total cost", within="cost"),
    extra("C12", "where an article goes too far", r"article", r"but|gives no|no target|does not"),
    extra("C13", "a first step that can be undone", r"pilot.*(stop|exit|kill)"),
)

PORTAL = (
    must(
        "P1",
        "buy building and running, keep release and ownership",
        r"building, hosting and running",
        r"keep accountability, release policy and product ownership",
        gate=True,
        within="bottom line",
    ),
    must(
        "P2",
        "what outsourcing a portal can mean",
        r"tethered",
        r"third-party product",
        r"custom build",
        r"running and support",
        gate=True,
    ),
    must(
        "P3",
        "agreements down the chain before data",
        r"BAA must bind the portal vendor",
        r"subcontractors",
        r"encrypted",
        gate=True,
    ),
    must(
        "P4",
        "abroad: no ban, but conditions",
        r"no ban on offshore",
        r"risk analysis",
        r"Medicare Advantage|Medicaid|Florida|Texas",
        gate=True,
    ),
    must("P5", "breach clock", r"60 calendar days", r"notice in hours"),
    must("P6", "release and access stay the provider's", r"release timing and API access", r"information blocking"),
    must("P7", "accessibility, with its dates", r"WCAG 2\.1 AA", r"11 May 2027", r"10 May 2028"),
    must(
        "P8", "security minimums, patients' identity", r"MFA", r"least privilege", r"penetration", r"identity proofing"
    ),
    must("P9", "evidence to ask a vendor for", r"SOC 2 Type 2|HITRUST", r"references", r"certified. is a red flag"),
    should("P10", "terms of the contract", r"residency", r"exit plan"),
    should("P11", "who stays", r"keep .*product ownership", r"escalation|privacy and security officers"),
    should("P12", "measures of outcome", r"activation, task success"),
    should(
        "P13",
        "asks for EHR, build or buy, states and payers",
        r"which EHR",
        r"build, buy",
        r"states and payers",
        within="question",
    ),
    should(
        "P14",
        "maps data, analyses risk, pilots",
        r"maps the portal's data flows",
        r"risk analysis",
        r"pilot",
        within="next step",
    ),
    should("P15", "puts the article's HIPAA claim right", r"HIPAA compliance\W.*(can only support|overstates)"),
    should("P16", "what is only proposed", r"Security Rule rewrite.*proposals?", r"HTI-5", within="uncertain"),
    extra("P17", "how much is at stake", r"Change Healthcare|65%|77%"),
    extra("P18", "language access", r"machine.*translat|translat.*machine"),
)

FINTECH = (
    must(
        "F1",
        "core stays, capacity is bought around it",
        r"neither outsource nor offshore its core algorithm",
        r"surrounding modules",
        gate=True,
        within="bottom line",
    ),
    must("F2", "no captive yet, and when", r"captive centre abroad is too big", r"20 to 30 steady roles", gate=True),
    must(
        "F3",
        "the article's ratings, and the limit of an NDA",
        r"IP-theft risk low for a captive",
        r"does not pass ownership",
    ),
    must(
        "F4",
        "chain of title and a local trap",
        r"IP chain must run unbroken",
        r"Indian copyright assignment|independent developer",
    ),
    must(
        "F5",
        "duties by licence, the own group too",
        r"DORA articles? 28",
        r"SYSC 8",
        r"FTC Safeguards",
        r"PCI DSS",
        r"captive",
        gate=True,
        within="requirement",
    ),
    must("F6", "data abroad", r"GDPR transfer basis", r"28 CFR part 202"),
    must(
        "F7",
        "tax on foreign development",
        r"amortises foreign software development over 15 years",
        r"cash tax|US\$50,000",
    ),
    must("F8", "access", r"client-owned repositories", r"synthetic data", r"MFA"),
    should("F9", "hours and data status of a place", r"11%", r"adequacy"),
    should("F10", "compares kinds of supply, with a price", r"EOR hires", r"Freelance", r"vendor-published"),
    should("F11", "limits of an EOR", r"permanent-establishment", r"18 months", r"Mexico"),
    should("F12", "export control", r"is an export", r"cryptography"),
    should("F13", "what an investor looks at", r"Investors and acquirers"),
    should(
        "F14",
        "asks for licences, core code, training data",
        r"which licences",
        r"which code",
        r"training data",
        within="question",
    ),
    should(
        "F15",
        "classifies, repairs papers, pilots",
        r"classifies code",
        r"assignments",
        r"90-day pilot",
        within="next step",
    ),
    extra("F16", "AI tools", r"AI coding tools"),
    extra("F17", "a bill is a bill", r"HIRE Act .*is a bill, not law"),
)

SUPPORT = (
    must(
        "S1",
        "neither alone; cut, automate, place",
        r"neither offshoring",
        r"cut avoidable contacts",
        r"by complexity",
        gate=True,
        within="bottom line",
    ),
    must(
        "S2",
        "four options",
        r"Automate with AI",
        r"AI-assisted own team",
        r"AI-assisted vendor",
        r"People-only vendor",
        gate=True,
        within="comparison",
    ),
    must("S3", "evidence both ways", r"14 to 15%", r"Klarna", r"Commonwealth Bank"),
    must(
        "S4",
        "measures and whose figures",
        r"first contact resolution",
        r"CSAT",
        r"cost per resolution",
        r"repeat contact",
        r"one benchmarker",
    ),
    must("S5", "demand first", r"sorts contacts by reason, hour, language", r"volume, channel, hour"),
    must(
        "S6",
        "transfers, cards, sector rules, proposals as such",
        r"GDPR data transfer",
        r"PCI DSS",
        r"sector rules",
        r"bill in committee",
        r"FCC proposal",
        gate=True,
    ),
    must("S7", "fraud at the desk, an allegation as such", r"identity checks", r"alleges"),
    must("S8", "all costs, two cases", r"base case and a downside", r"attrition", r"AI usage fees"),
    should("S9", "price per resolution with a floor", r"price per resolution|pay per resolution", r"quality floor"),
    should("S10", "a person reachable, AI disclosed", r"disclosure when AI answers", r"vulnerable"),
    should("S11", "a pilot with control and end", r"8 to 12 weeks", r"control group", r"kill rule"),
    should("S12", "hours and authority of sites", r"follow-the-sun|24/7", r"authority"),
    should("S13", "the people concerned", r"TUPE", r"redeploy|consult"),
    should("S14", "asks for volumes, channels, data", r"volume, channel", r"regulated data", within="question"),
    extra("S15", "the second article's measures", r"offshore-hiring article judges .*CSAT"),
    extra("S16", "owns what it leaves with", r"ownership of the knowledge base"),
)

DECISIONS = (
    ("Should we outsource our patient portal?", PORTAL),
    ("We are a 40-person fintech with a core algorithm. Outsource or offshore?", FINTECH),
    ("Support costs are up 30%. Offshore the call centre or replace it with AI?", SUPPORT),
)


def said(answer: Answer, role: str = "") -> str:
    """Return what the answer shows, or one part of it, rows and columns of its table named."""
    shown = [s for s in answer.shown if not role or s.role == role]
    return "\n".join(f"{s.cell.row}: {s.text}" if s.cell else s.text for s in shown)


def length(answer: Answer) -> int:
    """Return the words that a reader reads: sentences, cells, labels and headings."""
    labels = {label for s in answer.shown if s.cell for label in (s.cell.row, s.cell.column)}
    titles = {PART_TITLES[s.role] for s in answer.shown}
    return sum(len(text.split()) for text in [*labels, *titles, *(s.text for s in answer.shown)])


def score(points: tuple[Point, ...], answer: Answer) -> float:
    """Return the share of what musts and shoulds can give, 0..1."""
    whole = sum(WORTH[p.level] for p in points if p.level != "extra")
    usual = sum(WORTH[p.level] * p.share(answer) for p in points if p.level != "extra")
    extras = sum(p.share(answer) for p in points if p.level == "extra")
    return min(1.0, (usual + min(extras, MOST_EXTRA)) / whole)


@click.command()
@click.option("--corpus", type=click.Path(path_type=Path), default=None)
@click.option("--index", type=click.Path(path_type=Path), default=None)
@click.option("--quiet", is_flag=True, help="Leave the answers out.")
def main(corpus: Path | None, index: Path | None, quiet: bool) -> None:
    """Ask, print, and fail if a gate is missed or a share is below what passes."""
    live = open_assistant(Settings.read(corpus=corpus, index=index))
    passed = True
    for question, own in DECISIONS:
        answer = live.ask(question)
        points = (*COMMON, *own)
        print(f"\n# {question}\n")
        if not quiet:
            print(to_markdown(answer), end="\n\n")
        for point in points:
            mark = {1.0: "met", 0.5: "half", 0.0: "MISSING"}[point.share(answer)]
            print(f"{point.id:4} {point.level:6} {'gate' if point.gate else '':4} {mark:7} {point.about}")
        missed = [p.id for p in points if p.gate and p.share(answer) < 1]
        share = score(points, answer)
        passed = passed and not missed and share >= PASS
        gates = f"gates missed: {', '.join(missed)}" if missed else "every gate met"
        print(f"share {share:.2f}, {gates}, {length(answer)} words, {len(answer.citations)} quotations")
    live.close()
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
