"""A small corpus about a hotel, invented, in the format of docs/corpus.md; read and indexed as any other."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from fakes import WordHashEmbedder, make_prepared

from assistant.corpus.worker import parse
from assistant.index.library import Library
from assistant.index.sync import Provenance, write_generation
from assistant.types import Document

LAUNDRY = """---
title: Sending the laundry out
topics: [laundry, linen]
function: laundry
as_of: 2026-07-31
sources:
  hygiene-4:
    {title: "Hygiene rules, section 4", publisher: Health Board, url: "https://example.org/h4", checked: primary}
  survey: {title: "Survey of hotels", publisher: Guild, checked: secondary}
---

## Bottom line

Outsource the laundry of a hotel with fewer than 80 rooms, and keep the stock of linen in-house. [^ours]
Decide anew when the washing contract ends. [^ours]

## When it fits

- A hotel without a drying room fits an outside laundry. [^ours]
- Seasonal hotels send their laundry out, because machines would stand idle in winter. [^survey]

## When it does not

- A spa with daily towels keeps its own laundry. [^ours]

## What the rules require

### Temperature

- Linen of sick guests is washed at 60 degrees or more. [^hygiene-4]
- The washing temperature is logged for each load of the laundry. [^hygiene-4]

### Transport

- Clean and used linen travel in separate carts. [^hygiene-4]

## Risks

- Lost towels are the most frequent quarrel with an outside laundry. [^survey]
- A strike at the laundry leaves beds without sheets within two days. [^ours]

## Costs

- An outside laundry charges 1.20 euros a kilo, and a hotel's own laundry costs 1.90 euros. [^survey]

## Compare

| Option | Price a kilo | Control | Notice |
|---|---|---|---|
| Outside laundry (contract laundry) | 1.20 euros [^survey] | Low control [^ours] | three months [^survey] |
| Rented linen | 1.50 euros [^survey] | Middling control [^ours] | one year [^survey] |
| Own laundry (in-house) | 1.90 euros [^survey] | High control [^ours] | |

## Questions to ask first

- Who owns the linen today? A hotel that rents its linen cannot send it to another laundry. [^ours]
- How many rooms are let in winter? Fewer than 20 let rooms speak for an outside laundry. [^ours]
- Is there a drying room? Without a drying room the laundry goes out. [^ours]
- Who counts the towels? A count before and after settles most quarrels. [^ours]

## Next steps

- Weigh the linen of one week. [^ours]
- Ask three laundries for a price a kilo. [^ours]

## What would change this

- A grant for heat pumps would make the own laundry cheaper. [^ours]
"""

KITCHEN = """---
title: Running the hotel kitchen
topics: [kitchen, catering]
function: kitchen
as_of: 2026-07-31
sources:
  food-9: {title: "Food rules, section 9", publisher: Health Board, checked: primary}
---

## Bottom line

Keep the breakfast kitchen in-house and buy banquets from a caterer. [^ours]

## What the rules require

- Allergens are declared on the menu, whoever cooks. [^food-9]
- A caterer answers a complaint of a guest within 14 days. [^food-9]

## Risks

- A caterer that leaves before a banquet ruins the season. [^ours]
- Lost towels are the most frequent quarrel with an outside laundry too. [^ours]

## Next steps

- Taste the menu of two caterers before the season. [^ours]
"""

GLOSSARY = """---
title: Terms of the house
---

## Terms

| Term | Also written | Meaning |
|---|---|---|
| SLA | service level agreement | A service level agreement (SLA) is a contract's list of measured promises. [^ours] |
| Linen | bedding; sheets | Linen is everything on a bed that is washed. [^ours] |
| Linen pool | pooled linen; shared linen | A linen pool is linen that several hotels rent together. [^ours] |
| MOP law | Maintenance of Premises law | The MOP law is a rule on clean premises. [^ours] |
| MOP score | mopping score | The MOP score is a figure for clean floors. [^ours] |
"""

ARTICLE = """---
title: What hoteliers do with their linen
publisher: The Guild Paper
---

The article looks at linen in forty hotels.

## Three trends in linen

- Hotels rent linen instead of buying it.
- Colours give way to white linen.
- Towels are washed only on request.

## Advantages of rented linen

- Rented linen needs no store room.
- Rented linen is replaced when it is torn.
- Rented linen is paid by the month.

## Renting and buying compared

| Feature | Renting linen (linen pool) | Buying linen |
|---|---|---|
| Risk of stains | Low, the lender pays | High, the hotel pays |
| Upfront cost | None | About 300 euros a room |
| Wear after a year | Middling | Heavy |

## A quarrel

Lost towels are the most frequent quarrel with an outside laundry.
A receptionist in Split said that 12% of the towels never came back.
"""

PAGES = {
    "articles/linen.md": ARTICLE,
    "guidance/glossary.md": GLOSSARY,
    "guidance/kitchen.md": KITCHEN,
    "guidance/laundry.md": LAUNDRY,
}


@cache
def documents() -> dict[str, Document]:
    """The pages as the corpus reader makes them, by id."""
    return {id: read(id, text) for id, text in sorted(PAGES.items())}


def read(id: str, text: str) -> Document:
    """A page as the corpus reader makes it."""
    return parse(text.encode(), id, hashlib.sha256(text.encode()).hexdigest())


def write_corpus(folder: Path) -> Path:
    """Write the pages as files below a folder and return it."""
    for id, text in PAGES.items():
        (folder / id).parent.mkdir(parents=True, exist_ok=True)
        (folder / id).write_text(text, "utf-8")
    return folder


def open_library(folder: Path, *of: Document) -> Library:
    """Write a generation of some documents with real Chroma and the word-hash embedder, and open it."""
    embedder = WordHashEmbedder()
    generation = folder / "20260101T000000000000Z-0badcafe"
    write_generation(generation, make_prepared(*of, tokens=90), embedder, Provenance("c", {}))
    return Library.open(generation, embedder=embedder)
