"""Every choice that a deployment can make, read from `ASSISTANT_*` in one place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import SettingsError

PREFIX = "ASSISTANT_"


class Settings(BaseSettings):
    """Every choice that a deployment can make, with the default that we stand behind."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    corpus: Path = Path("corpus")
    """Folder of the documents; the program writes there only with `assistant add`."""
    index: Path = Path("index")
    """Folder of the built index; can be deleted at any time."""
    data: Path = Path("data")
    """Folder of what is written while the assistant serves: conversations, feedback, the audit log, keys."""
    retention_days: int = Field(default=0, ge=0, le=36_500)
    """Conversations and log entries that nothing was added to for longer are deleted; 0 keeps them."""

    chroma_url: str = ""
    """Address of a Chroma server that holds the passages, such as `http://chroma:8000`; empty is the index folder."""
    chroma_token: SecretStr = SecretStr("")
    """What it is shown with each request: a token, or `name:password`; shown and logged nowhere."""
    chroma_token_file: Path | None = None
    """A file that holds it, instead."""

    embedding_model: str = ""
    """A sentence-transformers model's name or folder; empty is the one that is installed with us."""
    reranker_model: str = ""
    """A cross-encoder's name or folder; empty leaves reranking off."""
    entailment_model: str = ""
    """A cross-encoder's name or folder that also checks what a language model writes; empty leaves it to rules."""
    threads: int = Field(default=0, ge=0, le=256)
    """Threads for the embedding model; 0 is one for a question, all cores for a build."""

    top_k: int = Field(default=24, ge=1, le=50)
    """Passages that an answer may rest on."""
    fusion: Literal["convex", "rrf"] = "convex"
    """How dense and sparse rankings become one; measured in evals/LOG.md."""
    dense_weight: float = Field(default=0.5, ge=0, le=1)
    """Share of the dense score in the convex combination; the sparse score has the rest."""

    llm_model: str = ""
    """The language model that writes the answers: `provider:model`, or a plain name with a base URL; empty is none."""
    llm_base_url: str = ""
    """Address of a server that speaks the OpenAI protocol, such as `http://localhost:11434/v1`."""
    llm_api_key: SecretStr = SecretStr("")
    """Its key; shown and logged nowhere."""
    llm_api_key_file: Path | None = None
    """A file that holds the key, instead."""
    llm_temperature: Annotated[float | None, BeforeValidator(lambda value: None if value == "" else value)] = Field(
        default=0, ge=0, le=2
    )
    """How freely the model words its answer; an empty value leaves it to the model's server."""
    llm_first_token_seconds: float = Field(default=15, gt=0)
    """Longest wait for the model's first word."""
    llm_stall_seconds: float = Field(default=8, gt=0)
    """Longest wait between two pieces of its answer."""
    llm_seconds: float = Field(default=30, gt=0)
    """Longest time for its whole answer."""
    llm_max_tokens: int = Field(default=1_200, ge=16)
    """Most tokens that it may write."""
    llm_context_tokens: int = Field(default=8_192, ge=512)
    """What it can read and write together; passages are left out to fit."""
    llm_passages: int = Field(default=12, ge=1, le=50)
    """Most passages that it is given."""
    llm_rewrite: bool = True
    """It also completes follow-up questions, where there is a conversation before them."""

    watch: bool = False
    """While the assistant serves, the index follows what is changed in the corpus folder."""
    max_file_mb: float = Field(default=20, gt=0)
    """A larger file is reported and left out."""
    parse_seconds: float = Field(default=20, gt=0)
    """Longest time that one file may take to parse."""
    parse_memory_mb: int = Field(default=1024, ge=128)
    """Most memory that a parser may use."""

    host: str = "127.0.0.1"
    port: int = Field(default=7860, ge=0, le=65535)
    root_path: str = ""
    """Path prefix under which a proxy serves us, such as `/assistant`."""
    allowed_hosts: str = ""
    """Host names under which others reach us, separated by commas; this machine's own are always allowed."""
    allowed_origins: str = ""
    """Other origins whose pages may ask in their reader's name, such as `https://intranet.example`, by commas."""
    frame_ancestors: str = ""
    """Other origins whose pages may show ours in a frame, separated by commas."""

    access_token: SecretStr = SecretStr("")
    """A secret that all readers share; shown and logged nowhere."""
    access_token_file: Path | None = None
    """A file that holds it, instead."""
    proxy_user_header: str = ""
    """The header in which a trusted proxy names who is signed in, such as `X-Forwarded-User`."""
    proxy_groups_header: str = ""
    """The header in which it names their groups, separated by commas."""
    curator_groups: str = ""
    """Groups whose members are curators, separated by commas."""
    admin_groups: str = ""
    """Groups whose members are admins, separated by commas."""
    trusted_proxies: str = ""
    """Addresses or networks of the proxies whose headers are believed, separated by commas."""
    rate_per_minute: int = Field(default=300, ge=0)
    """Requests that each signed-in user may send in a minute, the page's parts not counted; 0 is no limit."""
    answer_seconds: float = Field(default=30, gt=0)
    """Longest time for an answer on the page and of the API, besides what a language model may take."""
    at_once: int = Field(default=0, ge=0, le=256)
    """Questions of the API that are worked on at the same time; 0 is eight with a language model and two without."""
    waiting: int = Field(default=64, ge=0, le=10_000)
    """Questions of the API that may wait; one more is told that the assistant is busy."""
    log_format: Literal["text", "json"] = "text"
    """`json` writes one line a request to stderr; `text` writes warnings alone."""
    log_questions: bool = False
    """Whether a line of the log has the words of the question."""

    @property
    def patience(self) -> float:
        """Longest time for an answer, in seconds; a language model is asked twice at most."""
        return self.answer_seconds + (2 * self.llm_seconds if self.llm_model else 0)

    @property
    def places(self) -> int:
        """How many questions are worked on at the same time."""
        return self.at_once or (8 if self.llm_model else 2)

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None, **given: Any) -> Settings:
        """Return the settings of the environment, with `given` values on top.

        A value of None in `given` means "not given". Raises SettingsError, naming the setting,
        for a value that cannot be used and for a name that does not exist.
        """
        environ = os.environ if environ is None else environ
        found = {k[len(PREFIX) :].lower(): v for k, v in environ.items() if k.startswith(PREFIX)}
        if unknown := sorted(found.keys() - cls.model_fields.keys()):
            raise SettingsError(
                f"unknown setting: {', '.join(PREFIX + name.upper() for name in unknown)}",
                hint="The settings are listed in docs/usage.md.",
            )
        chosen = {name: value for name, value in given.items() if value is not None}
        try:
            return cls.model_validate({**found, **chosen})
        except ValidationError as error:
            first = error.errors()[0]
            name = PREFIX + str(first["loc"][0]).upper()
            raise SettingsError(
                f"{name} cannot be {first.get('input')!r}: {first['msg']}",
                hint="The settings are listed in docs/usage.md.",
            ) from error
