"""Lines of the log: one JSON object each, or as they have always been."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from assistant.settings import Settings
from assistant.web.api_requests import CURRENT, access


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object on one line, whatever stands in it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": CURRENT.get(),
        }
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class PlainLines(logging.Formatter):
    """Writes a record for a person, with the request that it belongs to."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        id = CURRENT.get()
        return f"assistant: {super().format(record)}" + (f" [request {id}]" if id else "")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the base's name
        """Return the message without what would begin a line or steer a terminal."""
        return "".join(c if c.isprintable() else repr(c)[1:-1] for c in super().formatMessage(record))


def configure(settings: Settings) -> None:
    """Have the process write its log to stderr in the form that is set."""
    as_json = settings.log_format == "json"
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if as_json else PlainLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    access.setLevel(logging.INFO if as_json else logging.WARNING)
