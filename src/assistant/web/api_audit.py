"""The audit log of what is asked over the API: who was told what from where."""

from __future__ import annotations

import logging

from fastapi.concurrency import run_in_threadpool

from assistant.errors import RecordsUnavailable
from assistant.types import Answer
from assistant.web.api_parts import Parts

log = logging.getLogger(__name__)


async def audited(parts: Parts, owner: str, answer: Answer, *, conversation: str = "") -> None:
    """Note an answer in the audit log; one that cannot be noted is given all the same."""

    def add() -> None:
        index, question = parts.live.info(), parts.settings.log_questions
        parts.records.audit.add(owner, answer, index=index, conversation=conversation, question=question)

    try:
        await run_in_threadpool(add)
    except RecordsUnavailable as error:
        log.warning("an answer could not be noted in the audit log: %s", error)
