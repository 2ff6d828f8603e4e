"""From the settings to a chat model: the only place that knows LangChain's providers.

A model with a base URL is any server that speaks the OpenAI protocol; `provider:model` is any
provider that LangChain's `init_chat_model` knows. Nothing is imported until a model is asked for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from assistant.errors import MissingExtra, SettingsError
from assistant.llm.breaker import Breaker
from assistant.llm.chat import Chat, Limits
from assistant.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

NO_KEY = "none"
"""Sent to a server that asks for no key; the protocol's clients refuse to send nothing."""

CONNECT_SECONDS = 3.0
"""A server on the same network that has not taken the connection by then is not there."""

_LOGIN = re.compile(r"(?<=://)[^/@\s]+@")


def open_chat(settings: Settings) -> Chat:
    """Return the configured chat model, with a circuit breaker of its own.

    Raises SettingsError for settings that name no model, MissingExtra for a package that is not
    installed. The server is not called.
    """
    provider, _, model = settings.llm_model.partition(":")
    spoken = bool(settings.llm_base_url) or (provider == "openai" and bool(model))
    if not settings.llm_base_url and not (provider and model):
        raise SettingsError(
            f"ASSISTANT_LLM_MODEL {settings.llm_model!r} names no provider",
            hint="Write it like openai:gpt-5-mini, or set ASSISTANT_LLM_BASE_URL to the address of a server.",
        )
    opened = _openai(settings) if spoken else _provider(settings, provider, model)
    limits = Limits(settings.llm_first_token_seconds, settings.llm_stall_seconds, settings.llm_seconds)
    return Chat(opened, limits, Breaker(), names_its_end=spoken)


def described(settings: Settings) -> str:
    """Return the model and where it is asked, as it may be shown: without a login or a key."""
    place = f" at {_LOGIN.sub('', settings.llm_base_url)}" if settings.llm_base_url else ""
    return f"{settings.llm_model}{place}"


def api_key(settings: Settings) -> SecretStr:
    """Return the key from the environment or its file; empty if there is none. Raises SettingsError."""
    if settings.llm_api_key_file is None:
        return settings.llm_api_key
    try:
        return SecretStr(settings.llm_api_key_file.read_text("utf-8").strip())
    except (OSError, UnicodeDecodeError) as error:
        told = error.strerror if isinstance(error, OSError) else "it is not text"
        raise SettingsError(
            f"the file of ASSISTANT_LLM_API_KEY_FILE cannot be read: {told}",
            hint="Name a file that holds the key and nothing else, and that this user may read.",
        ) from None


def _openai(settings: Settings) -> BaseChatModel:
    """Return the client of a server that speaks the OpenAI protocol."""
    try:
        from langchain_openai import ChatOpenAI  # noqa: PLC0415  (only who has a model has it)
        from openai import OpenAIError, Timeout  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtra("a language model", "llm") from error
    name = settings.llm_model.removeprefix("openai:")
    key = api_key(settings)
    # a connection that is kept may be gone by the next question, which would then fail without need
    options: dict[str, Any] = {"temperature": settings.llm_temperature, "default_headers": {"Connection": "close"}}
    if settings.llm_base_url:
        # servers other than OpenAI's know max_tokens by its first name alone
        options |= {"base_url": settings.llm_base_url, "extra_body": {"max_tokens": settings.llm_max_tokens}}
        key = key if key.get_secret_value() else SecretStr(NO_KEY)
    else:
        options |= {"max_tokens": settings.llm_max_tokens}
    if key.get_secret_value():
        options["api_key"] = key
    patience = Timeout(settings.llm_seconds, connect=CONNECT_SECONDS)
    try:
        return ChatOpenAI(model=name, timeout=patience, max_retries=0, use_responses_api=False, **options)
    except OpenAIError:
        raise SettingsError("the language model needs a key", hint="Set ASSISTANT_LLM_API_KEY or …_FILE.") from None


def _provider(settings: Settings, provider: str, model: str) -> BaseChatModel:
    """Return a model of any provider that LangChain knows."""
    try:
        from langchain.chat_models import init_chat_model  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtra("a model of this provider", "providers") from error
    # these two every provider knows; the time is kept by us, whatever its client does
    options: dict[str, Any] = {"max_tokens": settings.llm_max_tokens}
    if settings.llm_temperature is not None:
        options["temperature"] = settings.llm_temperature
    if key := api_key(settings).get_secret_value():
        options["api_key"] = key
    try:
        opened: BaseChatModel = init_chat_model(model, model_provider=provider, **options)
    except ImportError:
        package = f"langchain-{provider.replace('_', '-')}"
        raise SettingsError(
            f"models of {provider} need a package that is not installed",
            hint=f"Install the provider's package: pip install {package}",
        ) from None
    except Exception as error:  # each provider has errors of its own, and some quote what they were given
        raise SettingsError(
            f"the language model {settings.llm_model} cannot be opened ({type(error).__name__})",
            hint="See LangChain's page on the provider: its name, the model's name, and where it reads its key.",
        ) from None
    return opened
