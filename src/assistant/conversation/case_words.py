"""How people tell the facts of a case: a table of values and the words that mean them.

Each line is a name, the value in the form that rules compare, and a pattern of what people say.
`{n}` and `{w}` in a value stand for what the group of that name matched; a number in words
becomes digits. Where two lines of one name meet at the same place, the first one counts.
Places have a table of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from assistant.types import FactName

Need = Literal["any", "own", "one"]
"""When a line counts: always; in words about oneself; there or where one such firm is spoken of ("a hospital")."""

_IN_WORDS = {
    word: str(number)
    for number, word in enumerate(
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen".split(), start=2
    )
} | {"one": "1", "a dozen": "12", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "a hundred": "100"}

N = rf"(?P<n>\d[\d,.]*\d|\d|{'|'.join(_IN_WORDS)})"
_CRAFT = r"(?:developer|engineer|programmer|tester|designer|agent|analyst|accountant|recruiter|data scientist)s?"
_ROLE = rf"(?:(?:software|senior|junior|support|full[- ]time|in-house|own|payroll|back-?end|front-?end)\s+){{0,2}}{_CRAFT}"
_MONEY = r"(?P<w>(?:(?:US|CA|AU)?[$€£]|EUR |USD |GBP )\s?\d[\d,.]*\s?(?:k|m|bn|thousand|million)?\b|\d[\d,.]*\s?(?:k|m|million|thousand)?\s?(?:euros|dollars|pounds|USD|EUR|GBP)\b)"
_LENGTH = rf"{N}[\s-](?P<w>day|week|month|quarter|year)s?"
_WORK = r"(?:requirements?|scope|specs?|specifications?|backlog|process(?:es)?|work)"

LINES: tuple[tuple[FactName, str, Need, str], ...] = (
    # function: first those that have a playbook in the guidance
    ("function", "patient portal", "any", r"(?:patient|health)[ -]portals?"),
    ("function", "payroll", "any", r"pay ?roll"),
    (
        "function",
        "it support and infrastructure",
        "any",
        r"(?-i:IT) (?:support|infrastructure|operations|department|services)|tech(?:nical)? support(?= for (?:our )?(?:staff|employees))"
        r"|help[ -]?desk|service[ -]desk|desktop support|(?<=our )(?:infrastructure|network|servers|(?-i:IT))\b|infrastructure operations",
    ),
    (
        "function",
        "customer support",
        "any",
        r"customer[ -](?:support|service|care)|(?:call|contact)[ -]?cent(?:re|er)s?|tech(?:nical)? support"
        r"|support (?:team|agents?|costs?|desk|staff|function|cent(?:re|er)|tickets?|calls|queue)"
        r"|(?:(?<=our )|(?<=outsource )|(?<=outsourcing )|(?<=offshore )|(?<=about )|(?<=move )|(?<=automate )|(?<=for )|(?<=phone )|(?<=chat ))"
        r"support(?! (?:us|you|from)\b)",
    ),
    ("function", "devops and sre", "any", r"dev ?(?:sec)?ops|(?-i:SREs?)|site reliability|platform engineering|cloud operations"),
    ("function", "hr and recruiting", "any", r"recruit(?:ing|ment)|talent acquisition|(?-i:HR)|human resources"),
    (
        "function",
        "finance and accounting",
        "any",
        r"finance and accounting|accounts? (?:payable|receivable)|book-?keeping|accounting|(?-i:F&A)"
        r"|finance (?:function|team|operations|department|back office)|invoicing|invoice processing",
    ),
    ("function", "marketing", "any", r"marketing|(?-i:SEO)"),
    ("function", "mvp", "any", r"MVPs?|minimum viable product"),
    ("function", "research and development", "any", r"(?-i:R ?& ?D)|research (?:and|&) development"),
    (
        "function",
        "data labelling and processing",
        "any",
        r"(?:data|image|video) (?:label+ing|annotation)|data (?:entry|cleaning)|document processing"
        r"|data processing(?! (?:agreement|addendum|terms|contract))",
    ),
    ("function", "claims processing", "any", r"claims? (?:processing|handling|management)"),
    ("function", "kyc and aml", "any", r"(?-i:KYC|AML)(?: (?:and|/) (?-i:KYC|AML))?(?: (?:checks|operations))?"),
    ("function", "testing", "any", r"(?:software |manual |QA )testing|quality assurance|(?-i:QA)"),
    ("function", "security operations", "any", r"security (?:operations|monitoring)(?: cent(?:re|er))?|(?-i:SOC)(?! ?[12]\b)"),
    ("function", "procurement", "any", r"procurement"),
    ("function", "translation", "any", r"translations?(?= (?:work|team|of)\b)|localisation|localization"),
    (
        "function",
        "software product development",
        "any",
        r"(?:software|product|app|application|web|mobile|website)(?: product)? (?:development|engineering)"
        r"|dev(?:eloper|elopment)?s? (?:teams?|work)|engineering (?:teams?|costs?|work|capacity)|(?<=our )(?:mobile )?app\b",
    ),
    # industry
    ("industry", "fintech", "one", r"fin-?techs?"),
    ("industry", "payments", "one", r"payments? (?:company|firm|processor|provider|institution|start-?up|business)"),
    ("industry", "bank", "one", r"(?:(?<!world )(?<!data )(?<!central ))(?:neo|challenger |retail |regional |community |savings )?bank\b|credit union"),
    ("industry", "insurance", "one", r"insurer|insurance (?:company|firm|group|broker|carrier|business)|insur-?tech"),
    ("industry", "asset management", "one", r"(?:asset|wealth|fund) manage(?:r|ment (?:company|firm))|hedge fund|broker-?dealer"),
    ("industry", "hospital", "one", r"(?:hospital|health)(?: (?:network|system|group|trust|chain))|hospital"),
    ("industry", "medtech", "one", r"med-?tech|medical device (?:maker|company|manufacturer|firm)"),
    ("industry", "pharma", "one", r"pharma(?:ceuticals?)?(?: (?:company|firm|maker))?|bio-?tech"),
    (
        "industry",
        "healthcare",
        "one",
        r"health-?care(?: (?:provider|company|organi[sz]ation|start-?up|firm|business|group))?|(?:dental |medical )?(?:clinic|practice)"
        r"|health-?tech|digital health (?:company|start-?up)|health plan",
    ),
    ("industry", "e-commerce", "one", r"e-?commerce|online (?:shop|store|retailer)|web ?shop"),
    ("industry", "retail", "one", r"retailer|retail (?:chain|company|business|group)|supermarket chain"),
    ("industry", "manufacturing", "one", r"manufacturer|manufacturing (?:company|firm|business|group)|machine builder|car ?maker"),
    (
        "industry",
        "public sector",
        "one",
        r"(?:government|federal|state|public) (?:agency|body|department)|public sector|city council|municipality|ministry|(?:city|local) government",
    ),
    ("industry", "defence", "one", r"defen[cs]e (?:contractor|company|supplier|firm)|aerospace (?:company|firm|supplier)"),
    ("industry", "education", "one", r"university|college|school district|ed-?tech|school"),
    ("industry", "legal", "one", r"law firm|legal practice"),
    ("industry", "telecom", "one", r"tele(?:com(?:s|munications)?|co)(?: (?:company|operator|provider|firm))?|mobile operator"),
    ("industry", "energy", "one", r"(?:energy|utility|power|oil and gas|water) (?:company|supplier|firm|utility|provider)|utility"),
    ("industry", "logistics", "one", r"(?:logistics|shipping|freight|trucking)(?: (?:company|firm|provider|business|operator))"),
    ("industry", "hospitality", "one", r"hotel(?: (?:chain|group))?|restaurant chain|airline"),
    ("industry", "nonprofit", "one", r"non-?profit|charity|(?-i:NGO)"),
    ("industry", "media", "one", r"publisher|media (?:company|group|firm)|games? studio|gaming company|newspaper"),
    ("industry", "software", "one", r"(?:software|SaaS)(?: \w+)? ?(?:company|firm|start-?up|business|vendor|scale-?up|maker)|SaaS"),
    # data class
    (
        "data class",
        "health data",
        "any",
        r"(?-i:e?PHI)|protected health information|(?:patients?'?|health|medical|clinical)[ -](?:data|records?|information|files)",
    ),
    (
        "data class",
        "payment card data",
        "any",
        r"(?:payment |credit |debit )?card(?:holder)? (?:data|numbers?|details|payments?)|payments? by phone|phone payments|(?-i:PCI) (?:data|scope)",
    ),
    ("data class", "employee data", "any", r"(?:employees?'?|staff|payroll|HR|salary)[ -](?:data|records|files)"),
    ("data class", "financial data", "any", r"(?:bank account|financial|transaction|account)[ -](?:data|records|details)"),
    ("data class", "children's data", "any", r"(?:children|minors|kids|pupils?|students?)(?:'s|'|s')? (?:personal )?(?:data|records|information)"),
    ("data class", "biometric data", "any", r"(?:biometric|genetic|genomic)s? (?:data|records|information)|fingerprints|face scans"),
    ("data class", "controlled technology", "any", r"(?:export[- ])?controlled (?:technology|technical data|data)|(?-i:ITAR)(?: data)?|classified (?:data|information)"),
    (
        "data class",
        "personal data",
        "any",
        r"personal(?:ly identifiable)? (?:data|information)|(?-i:PII)|(?:consumers?'?|users?'?|customers?'?|members?'?|clients?'?)[ -](?:personal )?(?:data|records|information)",
    ),
    ("data class", "synthetic data", "own", r"(?:only )?(?:synthetic|anonymi[sz]ed|de-identified|fake|dummy) (?:\w+ )?data"),
    # size of the firm, or of the work
    ("size", "{n} people", "any", rf"{N}[\s-](?:person|people|man|staff|employees?|head(?:count)?|FTEs?)\b(?! (?:team|in (?:the|our) team))"),
    ("size", "{n} people", "own", rf"(?:we are|we're|we have|staff of|headcount of|headcount is)(?: about| around| only| just| now)? {N}(?= ?(?:[.,;!]|$|in total|now\b|of us))"),
    ("size", "{n} {w}", "own", rf"(?:need|want|hire|for|about|add|roles for){{1}}(?: about| around)? {N} (?P<w>{_ROLE})"),
    ("size", "{n} beds", "any", rf"{N}[\s-]beds?\b"),
    ("size", "startup", "own", r"start-?up"),
    ("size", "small firm", "own", r"small (?:business|firm|company|team|shop|clinic|practice)|(?-i:SMBs?|SMEs?)"),
    ("size", "mid-sized firm", "own", r"mid-?(?:size|sized|market)(?: (?:business|firm|company|bank|hospital|insurer|retailer|manufacturer))?"),
    ("size", "large firm", "own", r"large (?:business|firm|company|enterprise|group|bank|hospital)|multinational|(?:big |an? |large )enterprise"),
    # core: what is said not to be core stands first
    (
        "core",
        "not core",
        "own",
        r"non-?core|(?:not|isn't|aren't|n't)(?: a| an| the| our| really| part of our| any)? (?:core\b(?: \w+)?|(?:a )?differentiat\w+|what makes us|our secret sauce)"
        r"|internal (?:tools?|app|application|system|dashboard)|commodity(?: work| software| service)?|side project|peripheral|back-?office (?:tools?|work|system)",
    ),
    (
        "core",
        "core",
        "own",
        r"core(?: \w+)? (?:algorithms?|products?|code|codebase|IP|models?|engine|technology|tech|platform|software|system|business|business logic|work|competence|intellectual property)"
        r"|core to (?:our|the) \w+|(?:is|are|as) (?:our )?core\b(?! (?:hours|team|banking))|proprietary (?:\w+ )?(?:algorithms?|models?|code|technology|software)"
        r"|crown jewels?|secret sauce|competitive advantage|(?:what )?differentiates us|our (?:main )?differentiator|makes us different",
    ),
    # scope clarity: what is unclear stands first
    (
        "scope clarity",
        "low",
        "own",
        rf"{_WORK} (?:that )?(?:\w+ )?(?:keeps? (?:on )?(?:changing|moving|shifting)|changes? (?:weekly|daily|monthly|often|constantly|a lot|every \w+|all the time|frequently)|(?:still )?evolv\w+|shifts?\b)"
        rf"|{_WORK} (?:is|are)(?: still| quite| very| rather| pretty| a bit)? (?:not (?:yet )?(?:clear|fixed|stable|documented|defined|settled|well[- ]\w+)|unclear|vague|fuzzy|fluid|open|changing|moving|undefined|unstable|undocumented|in flux)"
        r"|(?:unclear|vague|fuzzy|changing|undefined|moving|evolving|shifting|unstable) (?:requirements|scope|specs?)|undocumented|(?:not|n't|never|poorly|badly)(?: been)?(?: very| really| yet)? (?:well[- ])?documented"
        r"|no (?:clear |written |real |fixed )?(?:specs?|specifications?|requirements|documentation|scope)\b|nothing is (?:documented|written down)"
        r"|(?:do not|don't) (?:yet )?know (?:exactly )?what we (?:want|need)|still (?:exploring|figuring (?:it |this )?out|in discovery)|scope creep",
    ),
    (
        "scope clarity",
        "high",
        "own",
        rf"(?:well|fully|clearly|properly|thoroughly)[- ](?:documented|defined|specified|scoped|understood)|{_WORK} (?:is|are)(?: all| now| very| quite| pretty| already)? (?:clear|fixed|stable|frozen|final|settled|signed off|documented|written|complete)"
        rf"|(?:fixed|clear|stable|frozen|detailed|complete|written|finished) (?:and \w+ )?(?:scope|specs?|specifications?|requirements)|{_WORK} (?:do not|don't|does not|doesn't|hardly|rarely|never) (?:really )?change"
        r"|know exactly what we (?:want|need)|repeatable and documented|bounded (?:scope|project|piece)",
    ),
    # horizon: how long the work lasts
    ("horizon", "{n} {w}s", "own", rf"(?:for|over|during)(?: at least| about| around| only| just)?(?: the)?(?: next| coming| first)? {_LENGTH}(?! (?:ago|now|already))"),
    ("horizon", "{n} {w}s", "own", rf"{_LENGTH}[- ](?:project|programme|program|contract|engagement|horizon|roadmap|term)"),
    ("horizon", "until {w}", "own", r"until (?:the end of )?(?P<w>(?:\w+ )?20\d\d)"),
    ("horizon", "permanent", "own", r"permanent(?:ly)?|for good\b|indefinite(?:ly)?|(?:lasting|steady|ongoing|standing) (?:roles?|work|need|team)|forever"),
    ("horizon", "long term", "own", r"long[- ]term|for years\b|for many years"),
    ("horizon", "short term", "own", r"short[- ]term|one-?off|temporar(?:y|ily)|a single project|just once|stop-?gap"),
    # speed: how soon it must be there
    ("speed", "{n} {w}s", "own", rf"(?:with)?in(?: the next| under| less than| at most)? {_LENGTH}(?:' time)?\b"),
    ("speed", "by {w}", "own", r"(?:by|before)(?: the)?(?: end of)? (?P<w>(?-i:Q[1-4])(?: 20\d\d)?|(?-i:January|February|March|April|May|June|July|August|September|October|November|December|Christmas)(?: 20\d\d)?|(?:next |this )(?:month|quarter|year|summer|spring|autumn|fall|winter)|year[- ]end|20\d\d)"),
    ("speed", "urgent", "own", r"(?-i:ASAP)|asap|as soon as possible|urgent(?:ly)?|right away|immediately|(?:very |really )?fast\b|quickly|yesterday|tight (?:deadline|timeline)"),
    ("speed", "no rush", "own", r"no (?:rush|hurry|deadline|time pressure)|not (?:in a hurry|urgent|in a rush)|(?:take|have) (?:our|plenty of|enough) time"),
    # budget
    ("budget", "cut cost by {n}%", "own", rf"(?:cut|cutting|reduce|reducing|save|saving|lower|lowering|shave|bring down|take)\b(?: \w+){{0,5}}? {N} ?(?:%|percent|per cent)"),
    ("budget", "costs up {n}%", "own", rf"(?:costs?|spend|spending|budget)(?: \w+){{0,2}}? (?:up|risen|rose|grown|grew|increased|went up|gone up)(?: by)? {N} ?(?:%|percent|per cent)"),
    ("budget", "{w}", "own", rf"budgets?\b(?:(?! (?:\d|[$€£]))[^.?!;]){{0,30}} (?:of |is )?(?:about |around |up to )?{_MONEY}"),
    ("budget", "{w}", "own", rf"(?:have|spend|spending|afford|pay|up to|at most|max(?:imum)?(?: of)?|under|below|only)(?: about| around| up to| at most| only| some)? {_MONEY}(?: budget)?"),
    ("budget", "{w}", "own", rf"{_MONEY}(?: a year| per year| annual(?:ly)?| in total)? budget"),
    ("budget", "tight", "own", r"(?:tight|small|limited|low|shoestring) budget|budget is (?:very |quite |really )?(?:tight|small|limited)|no (?:budget|money)\b|(?:short|low) on (?:cash|money)"),
    ("budget", "cut cost", "own", r"(?:cut|cutting|reduce|reducing|save|saving|lower|lowering)(?: (?:our|the|on|some|down|down on))*(?: \w+)? (?:costs?|money|spend|spending)"),
    # team of one's own
    (
        "team",
        "no {w}",
        "own",
        rf"(?:no|without(?: any)?|do not have(?: any)?|don't have(?: any)?|have no|lack|zero)(?: real| dedicated)?(?: own| in-?house| internal| technical)* "
        rf"(?P<w>{_CRAFT}|(?:IT|dev|development|engineering|support|tech|technical) (?:department|team|staff|people)|team|CTO)(?: (?:of our own|in-?house))?",
    ),
    (
        "team",
        "{n} {w}",
        "own",
        rf"(?:(?:we have|we've got|have|our|employ|with|team of|own)(?: about| around| only| just| our own| own)? )?{N} (?P<w>{_ROLE})(?:,? (?:of our own|in-?house))?",
    ),
    ("team", "{n} people", "own", rf"(?:team of(?: about| around)?|(?:our|in-?house|own)(?: \w+)?(?: \w+)? team (?:is|has|are|of)(?: about| only| just)?) {N}\b|"
        rf"our {N.replace('<n>', '<m>')}[- ](?:person|people|strong)(?: \w+)? team"),
    ("team", "{w} team", "own", r"(?:our|we have an?)(?: own| small| existing| present| current| strong| good)? (?P<w>in-?house) (?:team|developers|engineers|staff)"),
)  # fmt: skip

KNOWN_VENDORS = (
    "TCS|Tata Consultancy Services|Infosys|Wipro|HCL(?:Tech)?|Tech Mahindra|Cognizant|Accenture|Capgemini|Genpact|WNS|EXL|Concentrix|"
    "Teleperformance|TaskUs|Foundever|EPAM|Globant|Endava|SoftServe|Luxoft|Thoughtworks|Deloitte|IBM|DXC|NTT Data|Kyndryl|Atos|"
    "Sopra Steria|Serco|Capita|ADP|Paychex|Deel|Remote\\.com|Rippling|Oyster|Toptal|Upwork|Andela|Turing|Fiverr"
)
"""Suppliers of work; a product that is used, such as a database, is none."""

_NAME = r"(?-i:[A-Z][\w&.-]*(?: [A-Z][\w&.-]*){0,2})"
_BUYS = r"(?:we (?:already |currently |now |still )?(?:use|work with|outsource to|contract(?: with)?|are with|have)|we're with|outsourced to|present vendor is|our vendor is|with|at|through|via)"
VENDORS: tuple[tuple[str, str], ...] = (
    ("{w}", rf"{_BUYS} (?-i:(?P<w>{KNOWN_VENDORS}))\b"),
    ("{w}", rf"(?-i:(?P<w>{KNOWN_VENDORS}))(?= (?:runs|does|handles|manages|provides|is our)\b)"),
    ("{w}", rf"our (?:present |current |existing |main |long-standing )?(?:vendor|supplier|provider|outsourcer|contractor|agency|partner)(?: is|,)? (?P<w>{_NAME})"),
    ("{w}", rf"(?P<w>{_NAME}) is our (?:\w+ )?(?:vendor|supplier|provider|outsourcer|partner|agency)"),
    ("{w}", rf"we (?:already |currently |now )?outsource(?:d)? (?:\w+ ){{0,4}}to (?P<w>{_NAME})"),
    ("{w}", rf"we (?:already |currently |now )?(?:use|have) (?P<w>{_NAME}) (?:for|as) (?:our |the )?(?:support|payroll|development|vendor|provider|supplier|IT|testing|call|accounting|hosting)"),
    ("present vendor", r"(?:our|the) (?:present|current|existing|incumbent) (?:vendor|supplier|provider|outsourcer|contractor|agency)|we already (?:outsource|have a (?:vendor|supplier|provider|contractor))|incumbent vendor"),
    ("none", r"(?:we have no|no|don't have an?|do not have an?|without an?) (?:present |current |existing )?(?:vendor|supplier|outsourcer)(?: yet| today| now)?"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table, ready to be looked for."""

    name: FactName
    value: str
    need: Need
    pattern: re.Pattern[str]

    def read(self, text: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
        """Yield the value and the place of each match between two offsets."""
        for match in self.pattern.finditer(text, start, end):
            if match.end() > match.start():
                yield self._value(match), match.start(), match.end()

    def _value(self, match: re.Match[str]) -> str:
        found = match.groupdict()
        number = found.get("n") or found.get("m") or ""
        told = " ".join((found.get("w") or "").split())
        value = self.value.format(n=plain_number(number), w=told)
        return value.replace("1 weeks", "1 week").replace("1 months", "1 month") if number in {"1", "one"} else value


@cache
def rules() -> tuple[Rule, ...]:
    """Return the table, compiled once."""
    lines = [*LINES, *(("vendor", value, "own", pattern) for value, pattern in VENDORS)]
    return tuple(Rule(n, v, need, re.compile(rf"(?<![\w-])(?:{p})(?![\w-]*\w)", re.I)) for n, v, need, p in lines)


def plain_number(said: str) -> str:
    """Return a number in digits.

    >>> plain_number("1,200"), plain_number("six"), plain_number("30")
    ('1200', '6', '30')
    """
    said = said.lower()
    return _IN_WORDS.get(said, said.replace(",", "") if "," in said and len(said.split(",")[-1]) == 3 else said)
