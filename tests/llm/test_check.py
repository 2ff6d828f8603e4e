"""`assistant doctor` says whether the language model answers, and in plain words what is wrong."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import model_server as fake
import pytest
from model_server import Behaviour, FakeServer

from assistant.doctor import Finding, examine
from assistant.errors import MissingExtra, ModelError, SettingsError
from assistant.llm.check import check_model
from assistant.llm.provider import open_chat
from assistant.settings import Settings

KEY = "sk-CANARY-0123456789"
Serve = Callable[..., FakeServer]


def settings(url: str, **more: object) -> Settings:
    given = {"llm_model": "m", "llm_base_url": url, "llm_api_key": KEY, "llm_first_token_seconds": 0.5, **more}
    return Settings.read({}, **given)


@pytest.mark.parametrize("behaviour", [fake.says("ready"), fake.says("ready and", finish="length")])
def test_a_model_that_answers_is_well(serve: Serve, behaviour: Behaviour) -> None:
    server = serve(behaviour)
    told = check_model(settings(server.url))
    assert told.startswith(f"language model m at {server.url}: first word after 0.")


@pytest.mark.parametrize(
    ("behaviour", "words", "hint"),
    [
        (fake.status(401, f"Incorrect key {KEY}"), "rejects the key", "ASSISTANT_LLM_API_KEY"),
        (fake.status(404), "does not know the model", "ASSISTANT_LLM_MODEL"),
        (fake.status(400, "maximum context length is 16"), "too long", "ASSISTANT_LLM_CONTEXT_TOKENS"),
        (fake.hangs, "did not answer in time", "ASSISTANT_LLM_FIRST_TOKEN_SECONDS"),
        (fake.page, "sent what is no answer", "OpenAI-compatible"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(serve: Serve, behaviour: Behaviour, words: str, hint: str) -> None:
    with pytest.raises(ModelError) as caught:
        check_model(settings(serve(behaviour).url))
    assert words in str(caught.value)
    assert hint in caught.value.hint
    assert "CANARY" not in f"{caught.value!r} {caught.value.hint}"


def test_a_context_that_is_smaller_than_the_settings_say_is_noticed(serve: Serve) -> None:
    server = serve(fake.holds(6_000))
    with pytest.raises(ModelError, match=r"with a prompt of about 3,300 tokens: .* too long") as caught:
        check_model(settings(server.url))
    assert "ASSISTANT_LLM_CONTEXT_TOKENS" in caught.value.hint
    told = check_model(settings(server.url, llm_context_tokens=2_048))
    assert "after a prompt of about 548 tokens, first word after" in told


def test_a_login_in_the_address_is_not_shown() -> None:
    with pytest.raises(ModelError) as caught:
        check_model(settings("http://me:CANARY@127.0.0.1:9/v1"))
    assert str(caught.value) == "m at http://127.0.0.1:9/v1: the language model's server refuses the connection"


def test_the_doctor_looks_at_the_model_once(serve: Serve, tmp_path: Path) -> None:
    server = serve(fake.status(401))
    found = list(examine(settings(server.url, corpus=tmp_path, index=tmp_path / "index")))
    assert [f for f in found if "rejects the key" in f.text and not f.ok]
    assert len(server.requests) == 1


def test_the_doctor_says_that_there_is_no_model(tmp_path: Path) -> None:
    found = list(examine(Settings.read({}, corpus=tmp_path, index=tmp_path / "index")))
    assert Finding(True, "language model: none; answers are the sources' own sentences") in found


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"llm_model": "qwen3"}, "names no provider"),
        ({"llm_model": "openai:gpt-5-mini"}, "needs a key"),
        ({"llm_base_url": "http://localhost:9/v1", "llm_api_key_file": Path("no/such/file")}, "API_KEY_FILE"),
    ],
)
def test_settings_that_name_no_model_are_an_error(
    given: dict[str, object], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(SettingsError, match=words):
        check_model(Settings.read({}, **given))


@pytest.fixture
def langchain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """LangChain's `init_chat_model` as it behaves for three providers, where the package is not installed."""
    (tmp_path / "langchain").mkdir()
    (tmp_path / "langchain" / "__init__.py").touch()
    (tmp_path / "langchain" / "chat_models.py").write_text(
        """
from langchain_core.language_models import GenericFakeChatModel

def init_chat_model(model, *, model_provider, max_tokens, temperature=None, api_key=None):
    if model_provider == "missing":
        raise ImportError("pip install langchain-missing")
    if model_provider == "broken":
        raise ValueError(f"bad key {api_key}")
    return GenericFakeChatModel(messages=iter([f"{model} {max_tokens} {temperature} {api_key}"]))
""",
        "utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)
    kept = {name: sys.modules.pop(name) for name in [*sys.modules] if name.partition(".")[0] == "langchain"}
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == "langchain"]:
        del sys.modules[name]
    sys.modules.update(kept)


@pytest.mark.usefixtures("langchain")
def test_a_provider_of_langchain_is_opened_by_its_name() -> None:
    chat = open_chat(Settings.read({}, llm_model="some:model-1", llm_api_key="k", llm_max_tokens=99))
    assert "".join(chat("system", "user")) == "model-1 99 0.0 k"


@pytest.mark.usefixtures("langchain")
def test_a_provider_that_cannot_be_opened_is_said_in_words_and_without_the_key() -> None:
    with pytest.raises(SettingsError) as caught:
        open_chat(Settings.read({}, llm_model="missing:m"))
    assert caught.value.hint.endswith("pip install langchain-missing")
    with pytest.raises(SettingsError) as caught:
        open_chat(Settings.read({}, llm_model="broken:m", llm_api_key=KEY))
    assert "CANARY" not in f"{caught.value!r}{caught.value.__cause__!r}"


@pytest.mark.skipif(find_spec("langchain") is not None, reason="LangChain is installed here")
def test_without_langchain_what_to_install_is_said() -> None:
    with pytest.raises(MissingExtra) as caught:
        open_chat(Settings.read({}, llm_model="some:model-1"))
    assert "sourcing-assistant[providers]" in caught.value.hint
