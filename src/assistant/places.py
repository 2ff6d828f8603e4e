"""Names of the places that laws go by, and the laws whose name tells the place.

Knows plain text only. A place stands for itself and for what it lies in: Florida is in the US,
Germany in the EU.
"""

from __future__ import annotations

import re
from functools import lru_cache

_STATES = (
    "Alabama Alaska Arizona Arkansas California Colorado Connecticut Delaware Florida Georgia Hawaii Idaho Illinois "
    "Indiana Iowa Kansas Kentucky Louisiana Maine Maryland Massachusetts Michigan Minnesota Mississippi Missouri "
    "Montana Nebraska Nevada New-Hampshire New-Jersey New-Mexico New-York North-Carolina North-Dakota Ohio Oklahoma "
    "Oregon Pennsylvania Rhode-Island South-Carolina South-Dakota Tennessee Texas Utah Vermont Virginia "
    "Washington West-Virginia Wisconsin Wyoming"
)
STATES = frozenset(name.replace("-", " ") for name in _STATES.split())

_EU = {
    "Austria": "Austrian",
    "Belgium": "Belgian",
    "Bulgaria": "Bulgarian",
    "Croatia": "Croatian",
    "Cyprus": "Cypriot",
    "Czechia": "Czech|Czech Republic",
    "Denmark": "Danish",
    "Estonia": "Estonian",
    "Finland": "Finnish",
    "France": "French",
    "Germany": "German",
    "Greece": "Greek",
    "Hungary": "Hungarian",
    "Ireland": "Irish",
    "Italy": "Italian",
    "Latvia": "Latvian",
    "Lithuania": "Lithuanian",
    "Luxembourg": "",
    "Malta": "Maltese",
    "Netherlands": "Dutch",
    "Poland": "Polish",
    "Portugal": "Portuguese",
    "Romania": "Romanian",
    "Slovakia": "Slovak",
    "Slovenia": "Slovenian",
    "Spain": "Spanish",
    "Sweden": "Swedish",
}
_OTHERS = {
    "US": "U.S.|United States|USA|America|American|HIPAA|FTC|FCC|HHS|IRS|WARN Act|SOX|Medicare|Medicaid|HIRE Act",
    "EU": "European Union|GDPR|EEA|EU-licensed|DORA article|Europe|European",
    "UK": "U.K.|United Kingdom|Britain|British|England|TUPE|FCA|PRA|SYSC|SS2/21|IR35|UK GDPR",
    "Argentina": "",
    "Australia": "Australian|APRA",
    "Bangladesh": "",
    "Brazil": "Brazilian",
    "Canada": "Canadian",
    "Chile": "",
    "China": "Chinese",
    "Colombia": "Colombian",
    "Costa Rica": "",
    "Egypt": "",
    "India": "Indian|DPDP",
    "Indonesia": "",
    "Israel": "Israeli",
    "Japan": "Japanese",
    "Kenya": "",
    "Malaysia": "",
    "Mexico": "Mexican",
    "Morocco": "",
    "Nigeria": "",
    "Pakistan": "",
    "Philippines": "Philippine|Filipino|Manila",
    "Serbia": "",
    "Singapore": "MAS",
    "South Africa": "",
    "Sri Lanka": "",
    "Switzerland": "Swiss",
    "Turkey": "Turkish",
    "Ukraine": "Ukrainian",
    "Uruguay": "",
    "Vietnam": "Vietnamese",
}

WITHIN = {**dict.fromkeys(STATES, "US"), **dict.fromkeys(_EU, "EU")}
"""The place whose law holds in a place as well."""

REGIMES = frozenset({"US", "EU", "UK"}) | STATES | frozenset(_EU)
"""Places whose law binds those who are at home there; other countries are mostly where work goes."""

_NAMES = {
    name.replace("-", " "): place
    for place, others in [*dict.fromkeys(STATES, "").items(), *_EU.items(), *_OTHERS.items()]
    for name in (place, *filter(None, others.split("|")))
}
_NAMED = re.compile(rf"(?<![\w-])({'|'.join(sorted(map(re.escape, _NAMES), key=len, reverse=True))})(?![\w$])")


@lru_cache(maxsize=8192)
def places_in(text: str) -> frozenset[str]:
    """Return the places that a text names, by name or by a law of theirs.

    >>> sorted(places_in("The GDPR binds a German bank, and HIPAA a hospital in Ohio."))
    ['EU', 'Germany', 'Ohio', 'US']
    """
    return frozenset(_NAMES[found] for found in _NAMED.findall(text))


def with_surroundings(places: frozenset[str]) -> frozenset[str]:
    """Return the places and those they lie in.

    >>> sorted(with_surroundings(frozenset({"Florida", "India"})))
    ['Florida', 'India', 'US']
    """
    return places | {WITHIN[place] for place in places if place in WITHIN}
