"""A conversation about a bicycle shop, invented, with every kind of value that an answer can hold."""

from __future__ import annotations

from dataclasses import replace

from assistant.types import (
    Answer,
    Cell,
    Citation,
    Conversation,
    Criterion,
    Evidence,
    Fact,
    Hit,
    Passage,
    Query,
    Score,
    Scorecard,
    Sentence,
    Source,
    Span,
    Term,
    Turn,
)

INDEX = {"generation": "g-1", "embedding_model": "word-hash", "documents": 2, "passages": 3}

REPAIRS = (
    "Keep the repair of customers' bicycles in the shop. "
    "A workshop abroad needs three weeks for a wheel. "
    "Outside mechanics charge 40 euros an hour."
)
PARTS = "A supplier keeps a stock of spokes. Brake pads wear out within a season."

RULES = Source("rules-7", "Rules for workshops, section 7", "Guild of Mechanics", "https://example.org/7", "primary")


def passage(document_id: str, text: str, start: int = 0, *headings: str, as_of: str = "2026-07-31") -> Passage:
    """A passage that stands at `start` of its document."""
    span = Span(start, start + len(text))
    return Passage(document_id, span, text, headings, None, document_id.title(), "guidance", as_of)


REPAIRS_PASSAGE = passage("repairs", REPAIRS, 100, "Workshop", "Bottom line")
PARTS_PASSAGE = replace(passage("parts", PARTS, 0, "Stock"), page=3, as_of="")


def cite(number: int, passage: Passage, words: str, source: Source | None = None) -> Citation:
    """A citation of these words of the passage."""
    start = passage.span.start + passage.text.index(words)
    return Citation(number, passage, Span(start, start + len(words)), source)


LEAN = cite(1, REPAIRS_PASSAGE, "Keep the repair of customers' bicycles in the shop.")
SLOW = cite(2, REPAIRS_PASSAGE, "A workshop abroad needs three weeks for a wheel.", RULES)
PRICE = cite(3, REPAIRS_PASSAGE, "Outside mechanics charge 40 euros an hour.")
SPOKES = cite(4, PARTS_PASSAGE, "A supplier keeps a stock of spokes.")

FACTS = (
    Fact("jurisdiction", "Florida", "our shop in Florida", 1),
    Fact("size", "6", "", 0, "edited"),
    Fact("industry", "retail", "a shop", 1, "removed"),
)

SCORECARD = Scorecard(
    "bicycle repair",
    ("keep", "outsource"),
    (Criterion("cost", 2.0, "a high score is cheap"), Criterion("speed", 1.0)),
    (
        Score("keep", "cost", 2.0, PRICE),
        Score("keep", "speed", 5.0, None, "size: 6"),
        Score("outsource", "cost", 4.0, None),
        Score("outsource", "speed", 1.0, SLOW),
    ),
    "outsourcing leads unless speed weighs more than cost",
    "the brief leans the other way because of one rule",
)


def said(text: str, role: str = "background", *citations: Citation, **more: object) -> Sentence:
    """A sentence that is shown."""
    return Sentence(text, role, citations, 1.0, True, **more)  # type: ignore[arg-type]


def decision() -> Answer:
    """A decision brief with a lean, a table, judgement, a refused sentence, facts and a scorecard."""
    query = Query("repair bicycles abroad", "Should we repair abroad?", ("mend",), (("our shop", 0.3),), FACTS[:2])
    hits = (Hit(REPAIRS_PASSAGE, 0.7, 1, "hybrid"), Hit(PARTS_PASSAGE, 0.2, 2, "hybrid"))
    sentences = (
        said(LEAN.text, "bottom line", LEAN, judgement=True),
        said(SLOW.text, "risk", SLOW),
        said("40 euros an hour", "comparison", PRICE, cell=Cell("outsource", "cost")),
        said("a stock of spokes", "comparison", SPOKES, cell=Cell("keep", "parts")),
        Sentence("Mechanics sing.", "background", draft="Mechanics sing.", refusal="no source says so"),
        said("Ask which wheels break most.", "question", LEAN),
    )
    return Answer(
        Evidence(query, hits), "decision", "partial", sentences, ("insurance",), ("And the parts?",),
        (Term("spoke", ("ray",), PARTS[:35], "parts", Span(0, 35)),), ("a reason",), ("a reading",), 0.5, "generative",
        "The model was slow.", FACTS[:2], "This changes my earlier answer because the shop is in Florida.", SCORECARD,
        {"total": 0.25},
    )  # fmt: skip


def fact() -> Answer:
    """A short answer with one citation."""
    query = Query("price of mechanics", "What do they charge?")
    hits = (Hit(REPAIRS_PASSAGE, 0.9, 1, "dense"),)
    cited = replace(PRICE, number=1)
    return Answer(Evidence(query, hits), "fact", "answered", (said(PRICE.text, "cost", cited),))


def refusal(question: str = "Does it rain on Mars?") -> Answer:
    """An answer that says it has none."""
    evidence = Evidence(Query(question, question), ())
    return Answer(evidence, "fact", "abstained", reasons=("nothing in the corpus is about Mars",))


def talk() -> Conversation:
    """Three turns: a brief, a fact and a refusal, with the facts as the reader left them."""
    turns = (
        Turn("Should we repair abroad?", decision()),
        Turn("What do they charge?", fact()),
        Turn("Does it rain on Mars?", refusal()),
    )
    return Conversation(turns, FACTS)


def first(turns: int, conversation: Conversation | None = None) -> Conversation:
    """The conversation as it was after so many turns."""
    whole = conversation or talk()
    return replace(whole, turns=whole.turns[:turns])
