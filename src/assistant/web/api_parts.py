"""What the routes work with, made once in `server`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.build import LiveAssistant
    from assistant.curating import Curator
    from assistant.records.store import Records
    from assistant.reindexing import Reindexer
    from assistant.settings import Settings
    from assistant.web.api_desk import Desk
    from assistant.web.metrics import Metrics

Card = Callable[[], "dict[str, Any] | None"]
"""Gives the quality card as it is now; None if nothing was measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts that routes share."""

    live: LiveAssistant
    settings: Settings
    records: Records
    desk: Desk
    metrics: Metrics
    curator: Curator
    reindexer: Reindexer
    card: Card
    runs: Path
    """The folder that the card's `report` is in."""
