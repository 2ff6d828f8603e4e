"""Nothing is shown whose citation does not carry it.

A sentence that quotes is checked by identity; a written one needs more and gets it from the
verifier of the generative mode.
"""

from __future__ import annotations

from dataclasses import replace

from assistant.types import Sentence


def verify_quote(sentence: Sentence, /) -> Sentence:
    """Return the sentence, supported if and only if a citation's quote is its text, word for word.

    Every citation must also be an exact slice that lies within its passage.
    """
    sound = bool(sentence.citations) and all(c.passage.span.covers(c.quote) for c in sentence.citations)
    quoted = sound and any(c.text == sentence.text for c in sentence.citations)
    return replace(sentence, support=1.0 if quoted else 0.0, supported=quoted)
