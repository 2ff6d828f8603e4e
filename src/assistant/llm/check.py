"""Whether the configured language model answers, for `assistant doctor`."""

from __future__ import annotations

from time import perf_counter

from assistant.errors import ModelError
from assistant.llm.provider import described, open_chat
from assistant.settings import Settings
from assistant.stages import ChatModel

SYSTEM = "You test a connection."
USER = "Reply with one word: ready"


PASSAGE_TOKENS = 300
"""About how many tokens a passage is with what stands around it."""
FILLER = "The lease of the lift runs for a year and ends in May. "
CHARACTERS_A_TOKEN = 3.2
"""As cautious as the line is when it fits passages into the model's context."""


def check_model(settings: Settings) -> str:
    """Return in one line that the model answers, and how fast, a full prompt too.

    A full prompt is as long as a question with all its passages may become: a server that was started with
    less room than the settings say fails here, and not at a reader's question. Raises ModelError that names
    the model and where it was asked, or what `open_chat` raises.
    """
    chat, name = open_chat(settings), described(settings)
    first, whole = _timed(chat, USER, name)
    room = settings.llm_context_tokens - settings.llm_max_tokens
    tokens = max(0, min(room, settings.llm_passages * PASSAGE_TOKENS) - PASSAGE_TOKENS)
    filler = FILLER * round(tokens * CHARACTERS_A_TOKEN / len(FILLER))
    full, _ = _timed(chat, f"{filler}\n\n{USER}", f"{name}, with a prompt of about {tokens:,} tokens")
    told = f"first word after {first:.1f} s, all after {whole:.1f} s"
    return f"language model {name}: {told}; after a prompt of about {tokens:,} tokens, first word after {full:.1f} s"


def _timed(chat: ChatModel, user: str, name: str) -> tuple[float, float]:
    """Return the seconds to the first word and to the end of a reply. Raises ModelError with the name before it."""
    started, first = perf_counter(), 0.0
    try:
        for piece in chat(SYSTEM, user):
            first = first or (perf_counter() - started if piece else 0.0)
    except ModelError as error:
        if error.kind != "length":  # a model that says too much answers
            raise ModelError(error.kind, f"{name}: {error}", hint=error.hint) from None
    return first, perf_counter() - started
