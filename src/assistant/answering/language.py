"""In which language a text is, told cheaply: by its script, else by its commonest words."""

from __future__ import annotations

import unicodedata
from collections import Counter

from assistant.text import words

_COMMON = {
    "English": "the of and to is are that for it with as on be this by which or not a an in should we our have what",
    "German": "der die das und ist nicht ein eine mit für auf den dem von zu werden wird sich auch als bei oder wir",
    "French": "le la les des et est une un pour dans que qui sur pas avec par plus vous nous ce sont aux du au ou",
    "Spanish": "el la los las de que y en un una por con para es no se del al como más pero sus son lo debe",
    "Italian": "il la di che è e un una per non con sono del della gli le nel alla più anche dei si ma deve",
    "Portuguese": "o a os as de que e em um uma para não com do da no na por mais dos das se são como deve",
    "Dutch": "de het een en van is dat niet met voor op zijn te aan er door ook als bij naar wordt moet of wij",
}
_WORDS = {name: frozenset(words(common)) for name, common in _COMMON.items()}

FEWEST = 3
"""Common words that a text must hold before its language is told."""

CLEARLY = 1.3
"""How many times more common words it must hold than of the next language."""

_SHARE = 0.4
"""Share of the letters in another script from which the script tells."""


def language(text: str) -> str:
    """Return the language of a text, or the script where that is not Latin; empty where it is in doubt.

    >>> language("Should we keep the payroll of our hospital in-house?")
    'English'
    >>> language("Sollen wir die Lohnabrechnung auslagern, oder ist das nicht klug?")
    'German'
    >>> language("外包的风险是什么")
    'CJK'
    >>> language("Payroll Florida")
    ''
    """
    scripts = Counter(unicodedata.name(c, "?").split()[0] for c in text if c.isalpha())
    for script, count in scripts.most_common(2):
        if script != "LATIN" and count >= _SHARE * scripts.total():
            return script
    said = words(text)
    found = Counter({name: sum(word in common for word in said) for name, common in _WORDS.items()})
    (best, most), (_, next_most) = found.most_common(2)
    return best if most >= FEWEST and most >= CLEARLY * next_most else ""
