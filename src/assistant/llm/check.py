"""Whether the configured language model answers, for `assistant doctor`."""

from __future__ import annotations

from time import perf_counter

from assistant.errors import ModelError
from assistant.llm.provider import described, open_chat
from assistant.settings import Settings

SYSTEM = "You test a connection."
USER = "Reply with one word: ready"


def check_model(settings: Settings) -> str:
    """Return in one line that the model answers, and how fast.

    Raises ModelError that names the model and where it was asked, or what `open_chat` raises.
    """
    chat = open_chat(settings)
    started, first = perf_counter(), 0.0
    try:
        for piece in chat(SYSTEM, USER):
            first = first or (perf_counter() - started if piece else 0.0)
    except ModelError as error:
        if error.kind != "length":  # a model that says too much answers
            raise ModelError(error.kind, f"{described(settings)}: {error}", hint=error.hint) from None
    whole = perf_counter() - started
    return f"language model {described(settings)}: first word after {first:.1f} s, all after {whole:.1f} s"
