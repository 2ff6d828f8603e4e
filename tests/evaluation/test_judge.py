"""A judge's figures stand beside the others; its words are kept, its failures are none of ours."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fake_assistant import DOCUMENTS, FakeAssistant, question_set, run
from langchain_core.language_models.fake_chat_models import FakeListChatModel, GenericFakeChatModel
from langchain_core.messages import AIMessage

from assistant.errors import BadInput, MissingExtra
from assistant.evaluation.judge import PROMPT, PROMPT_VERSION, judge, judge_run, open_judge
from assistant.evaluation.measures import summarise
from assistant.evaluation.run import load_run, score_run
from assistant.evaluation.types import Question

QUESTION = Question("q", "When does the payroll desk open?", "answer", reference="At seven.")
ANSWER = FakeAssistant(DOCUMENTS)(QUESTION)


def replying(*replies: str) -> FakeListChatModel:
    return FakeListChatModel(responses=list(replies))


def test_a_judged_run_has_its_figures_its_prompt_and_its_version(tmp_path: Path) -> None:
    run(tmp_path, FakeAssistant(DOCUMENTS))
    reply = '{"correctness": 0.5, "faithfulness": 1, "reason": "half of it"}'
    judged = judge_run(tmp_path, replying(reply), name="tiny-1")
    figures = summarise(judged.scores)
    assert figures["judge_faithfulness"].value == 1.0
    assert "judge_correctness" not in figures  # the fake set has no references
    assert judged.info.judge == {"model": "tiny-1", "prompt_version": PROMPT_VERSION, "prompt": PROMPT}
    assert score_run(tmp_path).scores == judged.scores == load_run(tmp_path).scores
    lines = (tmp_path / "judgements.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == len(question_set().questions)
    assert json.loads(lines[0])["reason"] == "half of it"


def test_words_around_the_object_do_not_matter() -> None:
    said = judge(QUESTION, ANSWER, replying('Sure!\n```json\n{"correctness": 1.0, "faithfulness": 0}\n```'))
    assert (said.correctness, said.faithfulness) == (1.0, 0.0)


@pytest.mark.parametrize(
    "reply", ["", "I refuse", "{broken", "[1]", '{"correctness": 7, "faithfulness": "high"}', '{"correctness": true}']
)
def test_a_reply_that_cannot_be_read_is_no_figure(reply: str) -> None:
    said = judge(QUESTION, ANSWER, replying(reply))
    assert (said.correctness, said.faithfulness) == (None, None)


def test_a_model_that_fails_is_told_of_and_the_rest_is_judged() -> None:
    said = judge(QUESTION, ANSWER, GenericFakeChatModel(messages=iter(())))
    assert said.faithfulness is None
    assert said.reason.startswith(("StopIteration", "RuntimeError"))


def test_the_model_gets_the_evidence_as_data_after_the_orders() -> None:
    seen: list[Any] = []

    class Listening(GenericFakeChatModel):
        def _generate(self, messages: Any, *args: Any, **kwargs: Any) -> Any:
            seen.extend(messages)
            return super()._generate(messages, *args, **kwargs)

    judge(QUESTION, ANSWER, Listening(messages=iter([AIMessage("{}")])))
    assert seen[0].content == PROMPT
    given = json.loads(seen[1].content)
    assert given["answer"] == "The payroll desk opens at 7 o'clock."
    assert given["reference"] == "At seven."
    assert len(given["evidence"]) == len(DOCUMENTS)


# --- opening one --------------------------------------------------------------------------------


@pytest.fixture
def langchain(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., Any]], None]:
    """Stands in for the optional package: `langchain(function)` makes it open models by that function."""

    def install(init_chat_model: Callable[..., Any]) -> None:
        module = ModuleType("langchain.chat_models")
        module.init_chat_model = init_chat_model  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "langchain", ModuleType("langchain"))
        monkeypatch.setitem(sys.modules, "langchain.chat_models", module)

    return install


def test_without_langchain_the_line_that_installs_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "langchain", None)
    with pytest.raises(MissingExtra, match="the judge needs") as raised:
        open_judge("ollama:qwen3")
    assert "pip install 'sourcing-assistant[judge]'" in raised.value.hint


def test_a_model_name_may_hold_colons(langchain: Callable[..., None]) -> None:
    langchain(lambda model, model_provider: (model_provider, model))
    assert open_judge("ollama:qwen3:8b") == ("ollama", "qwen3:8b")


@pytest.mark.parametrize("name", ["", "gpt", "ollama:", ":qwen3"])
def test_a_name_without_provider_or_model_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match="names no judge") as raised:
        open_judge(name)
    assert "ollama:qwen3" in raised.value.hint


def test_a_provider_that_is_not_installed_is_named_with_its_package(langchain: Callable[..., None]) -> None:
    def init_chat_model(model: str, model_provider: str) -> Any:
        raise ImportError("no module")

    langchain(init_chat_model)
    with pytest.raises(BadInput) as raised:
        open_judge("google_genai:g")
    assert "pip install langchain-google-genai" in raised.value.hint


def test_whatever_a_provider_raises_is_one_sentence(langchain: Callable[..., None]) -> None:
    def init_chat_model(model: str, model_provider: str) -> Any:
        raise RuntimeError("the key is not set\nTraceback ...")

    langchain(init_chat_model)
    with pytest.raises(BadInput, match=r"the key is not set$"):
        open_judge("openai:x")
