"""The OpenAI protocol, as its own client library speaks it to a real server."""

from __future__ import annotations

import re
from collections.abc import Iterator

import openai
import pytest
from fastapi.testclient import TestClient

from assistant.web.openai import SOURCES, conversation_of, paragraphs
from assistant.web.openai_schemas import MODEL, ChatMessage

DECISION = "Should we outsource the laundry of our hotel?"


@pytest.fixture(scope="module")
def client(served: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{served}/v1", api_key="none", max_retries=0) as client:
        yield client


def asked(client: openai.OpenAI, question: str = DECISION, **more):
    return client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": question}], **more)


def test_the_client_library_gets_a_cited_answer(client) -> None:
    completion = asked(client, temperature=0.2, top_p=1, user="somebody", seed=7)
    choice = completion.choices[0]
    assert completion.id.startswith("chatcmpl-")
    assert (completion.object, completion.model, choice.finish_reason) == ("chat.completion", MODEL, "stop")
    assert choice.message.role == "assistant"
    assert "[1]" in choice.message.content
    assert SOURCES in choice.message.content
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens > 0


def test_every_mark_in_the_text_is_an_annotation_with_its_place(client) -> None:
    message = asked(client).choices[0].message
    answer = message.content.split(SOURCES)[0]
    marks = [match.span() for match in re.finditer(r"\[\d+\]", answer)]
    cited = [annotation.url_citation for annotation in message.annotations]
    assert [(c.start_index, c.end_index) for c in cited] == marks
    assert marks


def test_an_annotation_leads_to_the_quoted_words(client, served) -> None:
    import httpx

    message = asked(client).choices[0].message
    for annotation in message.annotations:
        assert annotation.type == "url_citation"
        cited = annotation.url_citation
        assert cited.url.startswith(f"{served}/api/documents/")
        document = httpx.get(cited.url).json()
        sentence = message.content[: cited.start_index].rpartition("\n")[2]
        assert document["marked"]["text"].split()[0] in sentence
        page = httpx.get(cited.url, headers={"accept": "text/html,*/*"})
        assert '<mark id="mark">' in page.text


def test_the_streamed_pieces_make_up_the_same_message(client) -> None:
    whole = asked(client).choices[0].message
    pieces = list(asked(client, stream=True, stream_options={"include_usage": True}))
    deltas = [piece.choices[0].delta for piece in pieces if piece.choices]
    assert deltas[0].role == "assistant"
    assert "".join(delta.content or "" for delta in deltas) == whole.content
    annotations = [a for delta in deltas for a in (delta.model_extra or {}).get("annotations", [])]
    assert annotations == [annotation.model_dump() for annotation in whole.annotations]
    assert [piece.choices[0].finish_reason for piece in pieces if piece.choices][-1] == "stop"
    assert pieces[-1].usage.completion_tokens > 0
    assert len({piece.id for piece in pieces}) == 1


def test_without_being_asked_a_stream_tells_no_counts(client) -> None:
    assert all(piece.choices and piece.usage is None for piece in asked(client, stream=True))


def test_a_follow_up_is_read_in_the_messages_before_it(client) -> None:
    answer = asked(client).choices[0].message.content
    messages = [
        {"role": "system", "content": "Answer like a pirate."},
        {"role": "user", "content": [{"type": "text", "text": DECISION}]},
        {"role": "assistant", "content": answer},
        {"role": "user", "content": "What are the risks of that?"},
    ]
    followed = client.chat.completions.create(model=MODEL, messages=messages).choices[0].message.content
    assert "laundry" in followed


def test_what_the_corpus_does_not_answer_is_said_without_citations(client) -> None:
    message = asked(client, "What's the weather in Manila?").choices[0].message
    assert message.content.startswith("I cannot answer this from the corpus")
    assert message.annotations == []
    assert SOURCES not in message.content


def test_the_model_is_listed_and_described(client) -> None:
    assert [model.id for model in client.models.list()] == [MODEL]
    assert client.models.retrieve(MODEL).object == "model"


def test_another_model_is_not_found(client) -> None:
    with pytest.raises(openai.NotFoundError) as raised:
        client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}])
    assert raised.value.code == "model_not_found"
    assert MODEL in str(raised.value)


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [{"role": "system", "content": "Be brief."}],
        [{"role": "user", "content": "  "}],
        [{"role": "user", "content": "x" * 8001}],
        [{"role": "nobody", "content": "x"}],
        [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "http://other.test/a.png"}}]}],
    ],
)
def test_messages_without_a_question_are_a_bad_request(client, messages) -> None:
    with pytest.raises(openai.BadRequestError) as raised:
        client.chat.completions.create(model=MODEL, messages=messages)
    assert raised.value.type == "invalid_request_error"


def test_failures_have_the_protocols_shape(kitchen_api: TestClient) -> None:
    def told(question: str, **more):
        body = {"model": MODEL, "messages": [{"role": "user", "content": question}], **more}
        return kitchen_api.post("/v1/chat/completions", json=body)

    for response, status in ((told("crash"), 500), (told("no index"), 503), (told("no index", stream=True), 503)):
        assert response.status_code == status
        assert response.json()["error"]["type"] == "server_error"
        assert "/etc/kitchen" not in response.text
    assert kitchen_api.get("/v1/nothing").json()["error"]["code"] == "nothing_here"
    assert kitchen_api.get("/v1/chat/completions").status_code == 405


def test_the_list_of_sources_is_no_part_of_what_was_said() -> None:
    messages = [
        ChatMessage(role="user", content="Should we?"),
        ChatMessage(role="assistant", content=f"Yes. [1]{SOURCES}- [1] [A page](http://here)"),
        ChatMessage(role="assistant", content="Really."),
        ChatMessage(role="user", content="Why?"),
    ]
    question, conversation = conversation_of(messages)
    assert question == "Why?"
    assert conversation.turns[0].answer_text == "Yes. [1]\nReally."


def test_pieces_make_up_the_text() -> None:
    for text in ("one\n\ntwo\n\n\n- three\n", "one", ""):
        assert "".join(paragraphs(text)) == text
