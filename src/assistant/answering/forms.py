"""What kind of answer a question asks for, read from its words alone.

Knows nothing of the corpus. Each pattern is a plain sentence of how people ask; where one
fails, add a question to `evals/questions/` first and the pattern second.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from assistant.types import Form

Expected = Literal["any", "definition", "list", "percentage", "duration", "money", "count", "date", "score"]
"""What the answer must contain to be one; `any` asks for nothing in particular."""

_DECISION = re.compile(
    r"\bshould\s+(we|i|our|my|you|a|an|the|it|they)\b|\bshould\b.*\b(outsourc|offshor|nearshor|in-?house|insourc|hire|move)"
    r"|\b(is|would)\s+(it|that|this|outsourcing|offshoring)\b.*\b(good|bad|right|wise|sensible|make sense|worth)"
    r"|\b(good|bad|right|wise|smart)\s+(idea|move|choice)\b|\bdoes\s+it\s+make\s+sense\b|\bworth\s+(it|outsourcing|offshoring)\b"
    r"|\b(do|would|what\s+do|what\s+would)\s+you\s+(recommend|advise|suggest)\b|\b(your|any)\s+advice\b|\bwhat\s+(should|would)\s+(we|i|you)\s+(do|choose|recommend|advise)\b"
    r"|\bwant(s)?\s+to\s+(outsource|offshore|nearshore|move|cut|replace|reduce|insource)\b"
    r"|^(we|i)('re|\s+are|'m|\s+am)\s+(considering|thinking|planning|wondering|debating)\b|\b(considering|thinking\s+(of|about)|planning|plan)\s+(to\s+)?(outsourc|offshor|nearshor|moving|insourc)"
    r"|\b(outsource|offshore)\s+(it\s+)?or\s+(offshore|outsource|keep|not|insource|automate)\b"
    r"|\bor\s+(replace\s+(it|them)\s+with|use)\s+ai\b|\bkeep\s+.+\bin-?house\b.*\bor\b|\bbuild\s+or\s+buy\b"
    r"|\b(eor|vendor|captive|entity|contractors?)\s+or\s+(an?\s+|our\s+|own\s+|the\s+)*(eor|vendor|captive|entity|contractors?)\b.*\bfor\b",
    re.IGNORECASE,
)
_ASKS_WHAT = re.compile(
    r"(?:^|(?<=[.?!]\s))\s*(and\s+|so\s+)?(what|which|how|when|where|who)\b[^,.?!]*?\bshould\b"
    r"(?!\s+(\w+\s+){1,4}?(do|choose|pick|prefer)\b)(\s+(we|i)\b)?",
    re.IGNORECASE,
)
"""A question for a fact about what to do: what should I add, how long should a pilot run."""
_CASE = re.compile(
    r"\b(we|our|i|my)\b.{0,200}\b(\d[\d,.]*[\s-]*(people|person|employees|engineers|developers|staff|fte|seats|agents|beds?|strong)"
    r"|start-?up|fintech|bank|hospital|clinic|insurer|manufacturer|retailer|agency|nonprofit|company|firm)\b",
    re.IGNORECASE,
)
_COMPARISON = re.compile(
    r"\b(compar(e|ed|ing|ison)|versus|vs\.?|differen(t|ce|ces)|differ|distinguish|trade-?offs?)\b"
    r"|\bhow\s+do(es)?\s+.+\s+(rate|rank|score)\b|\bbetter\b.*\bor\b|\bwhich\s+(one\s+)?is\s+(better|cheaper|safer|faster|riskier)\b"
    r"|\bwhen\s+(does|is|should)\s+each\b|\bwhich\s+of\s+the\s+(two|three)\b|\bcompared\s+(with|to)\b"
    r"|\b(for|of|in)\s+each\s+(model|option|set-?up|case)\b|\bwhich\s+(is|one)\b.*\bor\b",
    re.IGNORECASE,
)
_DEFINITION = re.compile(
    r"^\s*(so\s+|and\s+)?(what\s+(is|are|does)|what's|define|explain\s+what|meaning\s+of|who\s+is)\b(?!.*\b(rate|cost|price|percentage|target|number|difference|differences)\b)"
    r"|\bdefin(e|es|ed|ition)\b|\bwhat\s+does\s+.+\s+mean\b|\bstand\s+for\b",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"\b(list|name|enumerate)\b|\bstep[\s-]by[\s-]step\b|\b(steps|stages|process)\b|\bwhat\s+are\s+(the\s+)?(main\s+|key\s+)?\w+"
    r"|\b(advantages|benefits|disadvantages|drawbacks|challenges|limitations|risks|trends|features|examples|criteria|factors|"
    r"metrics|questions|clauses|tools|laws|activities)\b",
    re.IGNORECASE,
)
_EXPECTED: tuple[tuple[Expected, re.Pattern[str]], ...] = (
    (
        "percentage",
        re.compile(r"\b(what|which)\s+(percentage|percent|share|proportion)\b|\bhow\s+many\s+percent\b", re.I),
    ),
    (
        "duration",
        re.compile(
            r"\bhow\s+(long|fast|quickly|soon|many\s+(days|weeks|months|years|hours))\b(?!.*\bcan\s+this\b)"
            r"|\b(what|which)\s+(notice\s+period|time\s*frame|deadline|duration)\b|\bwithin\s+what\s+time\b",
            re.I,
        ),
    ),
    (
        "money",
        re.compile(
            r"\bhow\s+much\s+(does|do|is|are|will|would|can|could|did|money|should)?.*\b(cost|costs|pay|save|saves|saving|savings|charge|price|spend|fine|fined)\b"
            r"|\b(what|which)\s+(is|are|does|hourly|day|monthly)?.*\b(price|fee|fees|salary|salaries|hourly\s+rate|day\s+rate)\b"
            r"|\bwhat\s+(do|does|did|would|will)\b(?!.{0,60}\b(say|think)\b).*\b(earn|charge|cost|pay)\b|\b(highest|biggest|lowest|maximum|minimum)\s+(\w+\s+)?(fine|penalty|pay|wage)\b"
            r"|\bhow\s+(big|high|large)\s+is\b.*\b(fine|penalty|tax|rate|salary)\b|\bat\s+what\s+rate\b|\bwhat\s+is\s+the\s+(\w+\s+)?tax\s+rate\b",
            re.I,
        ),
    ),
    ("count", re.compile(r"\bhow\s+many\b", re.I)),
    (
        "date",
        re.compile(r"\b(when\s+(does|do|did|will|is|was|must)|what\s+date|which\s+year|by\s+when)\b", re.I),
    ),
    (
        "score",
        re.compile(
            r"\b(what|which)\s+(\w+\s+){0,3}(score|figure|number|target|benchmark)\b|\ba\s+good\s+(\w+\s+){0,3}(score|figure|number|target|rate)\b",
            re.I,
        ),
    ),
)
_CONDITION = re.compile(
    r"\bwhen\b.*\b(better|best|right|wrong|fits?|suits?|sense|worth|choose|use|appropriate|need(ed)?|count|allowed)\b",
    re.I,
)
_HOLDS: dict[Expected, re.Pattern[str]] = {
    "percentage": re.compile(r"\d\s*(%|per\s*cent|percent)|\b(half|third|quarter|two-thirds)\b", re.I),
    "duration": re.compile(
        r"\b(\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|eighteen)([\s–-]+(to|and|or|–)?\s*\d*)?[\s-]*(calendar\s+|working\s+|business\s+)?"
        r"(second|minute|hour|day|week|month|year|quarter|decade)s?\b|\bimmediate|\bwithout\s+(undue|unreasonable)\s+delay\b",
        re.I,
    ),
    "money": re.compile(
        r"[$€£₹¥]\s?\d|\b(usd|eur|gbp|inr|us\$)\b|\d\s*(%|per\s*cent)|\d[\d,.]*\s*(dollars|euros|pounds|crore)",
        re.I,
    ),
    "count": re.compile(r"\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|dozen|none|no)\b", re.I),
    "date": re.compile(
        r"\b(19|20)\d\d\b|\b(january|february|march|april|may|june|july|august|september|october|november|december)\b",
        re.I,
    ),
    "score": re.compile(r"\d"),
}
_ARTICLE = re.compile(
    r"\b(the|this|that|each|both|two|which|smb|hiring|offshore[\s-]hiring|comparison)\s+(\w+[\s-]){0,3}articles?\b|\barticles?\s*(1|2|one|two)\b"
    r"|\bboth\s+(say|sources|agree|claim)\b|\bdo\s+both\b|\b(the|this)\s+(comparison\s+)?table\b|\bthe\s+(conclusion|article's|author|comparison)\b|\bone\s+source\s+says\b",
    re.IGNORECASE,
)
_EACH_SOURCE = re.compile(
    r"\bboth\s+(articles|sources|say|agree|claim)\b|\bdo\s+both\b|\b(the\s+)?two\s+(articles|sources)\b|\bone\s+(source|article)\s+says\b",
    re.IGNORECASE,
)
_STRONG = re.compile(
    r"\b(?:which|who)\b[^?]*?\b(?P<word>cheapest|best|worst|largest|biggest|highest|lowest|fastest|safest)\b"
    r"(?!\s+(case|practice|price|way|possible))",
    re.IGNORECASE,
)
_PREMISE = re.compile(
    r"^\s*(since|because|given\s+that|as|now\s+that|if,?\s+as)\s+(?P<premise>[^,?]+),\s*(?P<rest>.+)$"
    r"|^(?P<said>[^.?]{0,100}\b(article|source|vendor|contract|law)\b[^.?]{0,100}\b(says|claims|states|recommends|removes|means)\b[^.?]{0,200})\.\s*(?P<ask>.+\?)\s*$",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Ask:
    """What a question asks for."""

    form: Form
    expected: Expected = "any"
    listing: bool = False
    """It wants every item of a list, not the best sentence."""
    articles_only: bool = False
    """It asks what the articles say, so nothing else answers it."""
    each_source: bool = False
    """It asks what several sources say, so each has its say."""
    superlative: str = ""
    """A word such as `cheapest` that the answer has to carry, or empty."""
    premise: str = ""
    """What the question takes for granted (`Since …,`), or empty."""

    def holds(self, text: str) -> bool:
        """Return whether `text` contains the kind of thing that the question asks for."""
        return _holds(self.expected, text)


@lru_cache(maxsize=20_000)
def _holds(expected: Expected, text: str) -> bool:
    pattern = _HOLDS.get(expected)
    return pattern is None or bool(pattern.search(text))


def read_question(question: str) -> Ask:
    """Return what the question asks for.

    >>> read_question("Should we outsource payroll?").form
    'decision'
    >>> read_question("What percentage of breaches come from remote work?").expected
    'percentage'
    """
    expected: Expected = next((kind for kind, pattern in _EXPECTED if pattern.search(question)), "any")
    listing = bool(_LIST.search(question))
    if expected == "any" and _DEFINITION.search(question):
        expected = "definition"
    form = _form(question)
    if expected == "date" and (form != "fact" or _CONDITION.search(question)):
        expected = "any"  # "when is each better?" asks for a condition
    superlative = _STRONG.search(question)
    premise = _PREMISE.match(question)
    return Ask(
        form=form,
        expected=expected,
        listing=listing,
        articles_only=bool(_ARTICLE.search(question)),
        each_source=bool(_EACH_SOURCE.search(question)),
        superlative=superlative["word"].lower() if superlative else "",
        premise=(premise["premise"] or premise["said"] or "").strip() if premise else "",
    )


def _form(question: str) -> Form:
    if _DECISION.search(_ASKS_WHAT.sub("", question)):
        return "decision"
    if _COMPARISON.search(question):
        return "comparison"
    described = _CASE.search(question) and len(question.split()) > 12 and "?" not in question
    return "decision" if described else "fact"
