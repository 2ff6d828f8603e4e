"""The places that people name, and what a place is to their case: where they are, or where work would sit.

A city counts for its country, in the United States for its state. The table holds the members of
the European Union, the American states and the countries that work is commonly sent to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

Level = Literal["state", "country", "region"]
Part = Literal["home", "work"]
"""Home is where the firm, its customers or its licence are; work is where the work is or would be done."""

_STATES = """Alabama; Alaska; Arizona: Phoenix; Arkansas; California: Californian, San Francisco, Los Angeles, San
Diego, Silicon Valley; Colorado: Denver; Connecticut; Delaware; Florida: Miami, Orlando, Tampa, Jacksonville;
Georgia: Atlanta; Hawaii; Idaho; Illinois: Chicago; Indiana: Indianapolis; Iowa; Kansas; Kentucky; Louisiana: New
Orleans; Maine; Maryland: Baltimore; Massachusetts: Boston; Michigan: Detroit; Minnesota: Minneapolis; Mississippi;
Missouri; Montana; Nebraska; Nevada: Las Vegas; New Hampshire; New Jersey; New Mexico; New York: NYC, Manhattan;
North Carolina; North Dakota; Ohio: Cleveland, Cincinnati; Oklahoma; Oregon; Pennsylvania: Philadelphia, Pittsburgh;
Rhode Island; South Carolina; South Dakota; Tennessee: Nashville; Texas: Texan, Austin, Dallas, Houston, San
Antonio; Utah: Salt Lake City; Vermont; Virginia; Washington: Seattle; Washington DC: Washington D.C., Washington,
DC; West Virginia; Wisconsin: Milwaukee; Wyoming"""

_COUNTRIES = """US: USA, U.S., U.S.A., United States, the States, America, American; UK: U.K., United Kingdom,
Britain, Great Britain, British, England, English, Scotland, Wales, London, Manchester; Germany: German, Berlin,
Munich, Hamburg, Frankfurt; France: French, Paris, Lyon; Spain: Spanish, Madrid, Barcelona; Portugal: Portuguese,
Lisbon, Porto; Italy: Italian, Milan, Rome; Netherlands: the Netherlands, Dutch, Holland, Amsterdam; Belgium:
Belgian, Brussels; Luxembourg; Ireland: Irish, Dublin, Cork; Austria: Austrian, Vienna; Switzerland: Swiss, Zurich,
Zürich, Geneva; Denmark: Danish, Copenhagen; Sweden: Swedish, Stockholm; Finland: Finnish, Helsinki; Norway:
Norwegian, Oslo; Poland: Polish, Warsaw, Kraków, Krakow, Wroclaw, Wrocław, Gdańsk, Gdansk; Czechia: Czech, Czech
Republic, Prague, Brno; Slovakia: Slovak, Bratislava; Slovenia: Slovenian, Ljubljana; Hungary: Hungarian, Budapest;
Romania: Romanian, Bucharest, Cluj; Bulgaria: Bulgarian, Sofia; Greece: Greek, Athens; Croatia: Croatian, Zagreb;
Serbia: Serbian, Belgrade; Estonia: Estonian, Tallinn; Latvia: Latvian, Riga; Lithuania: Lithuanian, Vilnius;
Cyprus; Malta: Maltese; Ukraine: Ukrainian, Kyiv, Kiev, Lviv; Moldova; Belarus; Russia: Russian, Moscow; Turkey:
Turkish, Türkiye, Istanbul; Armenia; Israel: Israeli, Tel Aviv; UAE: Emirates, Dubai, Abu Dhabi; Saudi Arabia:
Saudi; Egypt: Egyptian, Cairo; Morocco: Moroccan, Casablanca; Tunisia; South Africa: South African, Cape Town,
Johannesburg; Kenya: Kenyan, Nairobi; Nigeria: Nigerian, Lagos; Ghana; Rwanda; Mauritius; India: Indian, Bangalore,
Bengaluru, Hyderabad, Pune, Chennai, Mumbai, Delhi, New Delhi, Noida, Gurgaon, Kolkata; Pakistan: Pakistani, Lahore,
Karachi; Bangladesh: Dhaka; Sri Lanka: Sri Lankan, Colombo; Nepal; China: Chinese, Shanghai, Beijing, Shenzhen; Hong
Kong; Macau; Taiwan: Taiwanese; Japan: Japanese, Tokyo; South Korea: Korean, Korea, Seoul; North Korea; Vietnam:
Vietnamese, Hanoi, Ho Chi Minh City; Philippines: the Philippines, Filipino, Philippine, Manila, Cebu; Indonesia:
Indonesian, Jakarta; Malaysia: Malaysian, Kuala Lumpur; Thailand: Thai, Bangkok; Singapore; Australia: Australian,
Sydney, Melbourne; New Zealand: Auckland; Canada: Canadian, Toronto, Vancouver, Montreal; Mexico: Mexican,
Guadalajara, Monterrey, Mexico City; Guatemala; Costa Rica: Costa Rican; Panama; Dominican Republic; Jamaica;
Colombia: Colombian, Bogotá, Bogota, Medellín, Medellin; Venezuela; Ecuador; Peru: Peruvian, Lima; Chile: Chilean,
Santiago; Argentina: Argentinian, Argentine, Buenos Aires; Uruguay: Montevideo; Brazil: Brazilian, São Paulo, Sao
Paulo, Rio de Janeiro; Cuba; Iran; Syria"""

_REGIONS = """EU: E.U., European Union; EEA; Europe: European; Eastern Europe: Eastern European; Western Europe;
Latin America: LATAM, Latin American, South America; Asia: Asian; Southeast Asia; Africa: African; North America;
Middle East: the Middle East"""

_TYPED_LARGE = frozenset(
    "Polish Turkey Georgia Cork Porto Nice Lima Maine Phoenix Columbus Mobile Reading Jordan Riga Sofia Santiago "
    "Manhattan English Austin Houston Jacksonville US America American".split()
)
"""Also words or names of another kind in small letters, or too short to be sure."""

_POSTAL = {
    **{"TX": "Texas", "FL": "Florida", "NY": "New York", "NJ": "New Jersey", "OH": "Ohio", "CA": "California"},
    **{"NC": "North Carolina", "GA": "Georgia", "IL": "Illinois", "WA": "Washington", "TN": "Tennessee"},
    **{"MN": "Minnesota", "WI": "Wisconsin", "AZ": "Arizona"},
}
"""Those that are no common word or abbreviation of another kind."""

_LANGUAGES = frozenset(
    (
        "english german french spanish portuguese italian dutch danish swedish finnish norwegian polish czech "
        "hungarian romanian greek turkish russian ukrainian chinese japanese korean vietnamese thai"
    ).split()
)
_SPOKEN_BEFORE = re.compile(r"(?:\b(?:in|speak\w*|fluent in|write|and|or|into|native)|,) +$", re.I)
_SPOKEN_AFTER = re.compile(r"^(?:[ -](?:speak\w*|language|native|fluent)|\s*[.,?!;]|\s*$|\s+(?:and|or)\b)", re.I)
_NO_PLACE_AFTER = re.compile(
    r"^(?:\$|[’']?s? +(?:dollars?|Eastern|Pacific|Central|Mountain|Standard Time)\b"
    r"|(?: (?-i:[A-Z])[\w&-]*){0,4} (?-i:Act|Directive|Regulation|Bill|Convention|Code)\b|[-–/](?-i:US|U\.S\.|EU|UK)\b)"
)
"""A currency, a clock, a law's name, a treaty between two: none says where anybody is."""
_NO_PLACE_BEFORE = re.compile(r"(?-i:\b(?:EU|US|UK)[-–/]|\bBank of |\bMedicare )$|(?<!\bwe )\b(?:is|are|comes?) from $")

_WORK = (
    r"(?:sub-?contractors?|vendors?|suppliers?|providers?|contractors?|freelancers?|developers?|engineers?|agents?|teams?|captives?|"
    r"cent(?:re|er)s?|offshor\w*|nearshor\w*|outsourc\w*|mov(?:e|ing)|relocat\w+|hir(?:e|ing)|sits?|servers?|send(?:ing)?|"
    r"subsidiary|GCC|EOR|people|cheaper|rates|hosted|hosting)"
)
_HOME = (
    r"(?:we|we're|i|company|firm|hospital|bank|fintech|startup|clinic|insurer|retailer|headquarter\w*|HQ|based|operate|licen[cs]e\w*|"
    r"regulated|customers?|clients?|patients?|users?|members?|consumers?|sell(?:ing)?|serve|market|entity|law)"
)
_CUE = re.compile(rf"\b(?:(?P<work>{_WORK})|(?P<home>{_HOME}))\b", re.I)
NEAR = 45
"""Characters before a place in which a word says what the place is to the case."""
_CUE_AFTER = re.compile(
    rf"^(?:'s)? *(?:(?P<work>{_WORK})|(?P<home>{_HOME}|side|regulat\w+|residents|compan\w+))\b", re.I
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place as it is named in a text."""

    value: str
    level: Level
    start: int
    end: int
    part: Part


def places(text: str, start: int, end: int) -> Iterator[Place]:
    """Yield the places named between two offsets, in order; languages, currencies and names of laws are none."""
    for match in _pattern().finditer(text, start, end):
        said = match[0]
        found = _named().get(said.lower()) or _named().get(said.lower().removeprefix("the "))
        if match["postal"]:
            found = (_POSTAL[said], "state")
        if found is None or _is_small(said) or _is_other(text, match):
            continue
        value, level = found
        yield Place(value, level, *match.span(), _part(text, *match.span(), value, level))


def _is_small(said: str) -> bool:
    return (said[0].islower() and said.capitalize() in _TYPED_LARGE) or said in {"us", "Us"}


def _is_other(text: str, match: re.Match[str]) -> bool:
    """Return whether the words stand for something else than a place of the case."""
    before, after = text[max(0, match.start() - 16) : match.start()], text[match.end() : match.end() + 60]
    if _NO_PLACE_AFTER.search(after) or _NO_PLACE_BEFORE.search(before):
        return True
    if match[0].lower() in _LANGUAGES:
        return bool(re.match(r"[ -](?:speak|lang|native)", after, re.I)) or bool(
            _SPOKEN_BEFORE.search(before) and _SPOKEN_AFTER.search(after)
        )
    return False


def _part(text: str, start: int, end: int, value: str, level: Level) -> Part:
    """Return what the nearest word before the place, or the one after it, says of it."""
    if after := _CUE_AFTER.search(text[end : end + 30]):
        return "work" if after["work"] else "home"
    before = re.split(r"[?!;\n]|\.\s", text[max(0, start - NEAR) : start])[-1]
    cues = list(_CUE.finditer(before))
    if cues:
        return "work" if cues[-1]["work"] else "home"
    return "home" if level == "state" or value in {"US", "EU", "UK", "EEA"} else "work"


@cache
def _named() -> dict[str, tuple[str, Level]]:
    """Every name in small letters, with the place that it counts for."""
    levels: tuple[tuple[Level, str], ...] = (("country", _COUNTRIES), ("region", _REGIONS), ("state", _STATES))
    found: dict[str, tuple[str, Level]] = {}
    for level, table in levels:
        for entry in " ".join(table.split()).split("; "):
            value, _, others = entry.partition(": ")
            for name in (value, *re.split(r", (?!DC)", others)):
                if name:
                    found[name.lower()] = (value, level)
    return found


@cache
def _pattern() -> re.Pattern[str]:
    names = sorted(_named(), key=len, reverse=True)
    postal = r"(?-i:(?:(?<=in )|(?<=from )|(?<=, ))(?P<postal>" + "|".join(_POSTAL) + r"))"
    return re.compile(rf"(?<![\w&])(?:{postal}|{'|'.join(map(re.escape, names))})(?!\w)", re.I)
