"""The values that flow along the line, from a file to an answer.

One type per state, all frozen: a `Passage` has no score, a `Hit` has one. Standard library only.
"""

from assistant.types.answer import Answer, Candidate, Cell, Form, Notice, Sentence, Status
from assistant.types.case import Fact, FactName, FactState
from assistant.types.conversation import Conversation, Outline, Step, Turn
from assistant.types.corpus import (
    OURS,
    Checked,
    Document,
    Kind,
    Mark,
    Origin,
    Passage,
    Piece,
    Role,
    Section,
    Source,
    Span,
    Statement,
    Table,
)
from assistant.types.kept import Kept, KeptTurn, Listed, Rating, Thumb
from assistant.types.question import Citation, Evidence, FoundBy, Hit, Query, Term
from assistant.types.scorecard import Criterion, Score, Scorecard, WhatIf

__all__ = [
    "OURS",
    "Answer",
    "Candidate",
    "Cell",
    "Checked",
    "Citation",
    "Conversation",
    "Criterion",
    "Document",
    "Evidence",
    "Fact",
    "FactName",
    "FactState",
    "Form",
    "FoundBy",
    "Hit",
    "Kept",
    "KeptTurn",
    "Kind",
    "Listed",
    "Mark",
    "Notice",
    "Origin",
    "Outline",
    "Passage",
    "Piece",
    "Query",
    "Rating",
    "Role",
    "Score",
    "Scorecard",
    "Section",
    "Sentence",
    "Source",
    "Span",
    "Statement",
    "Status",
    "Step",
    "Table",
    "Term",
    "Thumb",
    "Turn",
    "WhatIf",
]
