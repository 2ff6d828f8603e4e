"""The assistant as tools of the Model Context Protocol, over HTTP and over standard input and output."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import CallToolResult, TextContent, ToolAnnotations
from pydantic import BaseModel, Field

from assistant import __version__
from assistant.errors import AssistantError, BadInput
from assistant.markdown import to_markdown
from assistant.payload import answer_payload, search_payload
from assistant.types import Answer
from assistant.web.api_audit import audited
from assistant.web.api_parts import Parts
from assistant.web.identity import LOCAL, User, current_user
from assistant.web.mcp_schemas import DocumentPart, Found, Told
from assistant.web.problems import told
from assistant.web.schemas import History, QuestionText, conversation_of

if TYPE_CHECKING:
    from assistant.build import LiveAssistant

R = TypeVar("R")

INSTRUCTIONS = """\
Answers questions about what to keep in-house, outsource or offshore, from the organisation's own documents. `ask`
gives an answer in which every sentence is carried by a quote; keep its [n] marks when you repeat it. If its status is
`abstained`, the documents do not answer: say so rather than answer yourself. `search` gives passages, `get_document`
the text around one."""

MOST_CHARACTERS_OF_TEXT = 50_000

GUARDED = TransportSecuritySettings(enable_dns_rebinding_protection=False)
"""Names and origins are checked in front of every route, not here again."""

READS: dict[str, Any] = {
    "annotations": ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
}
"""How each tool is: it changes nothing and looks at nothing but the corpus."""


def mcp_server(parts: Parts) -> MCPServer[Any]:
    """Return the server with its three tools."""
    live, desk = parts.live, parts.desk
    before = logging.root.handlers[:]
    server: MCPServer[Any] = MCPServer(
        "sourcing-assistant",
        title="Sourcing assistant",
        instructions=INSTRUCTIONS,
        version=__version__,
        log_level="WARNING",
        subscriptions=False,
    )
    logging.root.handlers[:] = before  # making one sets up the log of the whole process

    @server.tool(title="Ask the sourcing assistant", **READS)
    async def ask(
        ctx: Context, question: QuestionText, history: History | None = None
    ) -> Annotated[CallToolResult, Told]:
        """Answer a sourcing question from the organisation's documents; every sentence is carried by a quote."""
        answer = await _spoken(desk.answer(question, conversation_of(history)))
        await audited(parts, _asker(ctx).name, answer)
        return _result(_told(answer, live), answer_text(answer))

    @server.tool(title="Search the sourcing documents", **READS)
    async def search(
        question: QuestionText, k: Annotated[int, Field(ge=1, le=50)] = 8
    ) -> Annotated[CallToolResult, Found]:
        """Return the passages nearest to a question, best first; an answer needs `ask`."""
        found = search_payload(*await _spoken(desk.work(lambda: live.search(question, k))))
        shown = [
            f"{h['rank']}. {h['title']} ({h['document_id']}, {h['start']}-{h['end']})\n{h['text']}"
            for h in found["hits"]
        ]
        return _result(Found.model_validate(found), "\n\n".join(shown) or "Nothing was found.")

    @server.tool(title="Read a sourcing document", **READS)
    async def get_document(
        document_id: Annotated[str, Field(max_length=1000, description="As in a citation or a hit.")],
        start: Annotated[int, Field(ge=0, description="First character.")] = 0,
        end: Annotated[int | None, Field(ge=1, description="The character after the last one.")] = None,
    ) -> Annotated[CallToolResult, DocumentPart]:
        """Return a document's text, or the stretch of it from `start` to `end`."""
        part = await _spoken(run_in_threadpool(_part, live, document_id, start, end))
        return _result(part, part.text)

    return server


def http_server(parts: Parts) -> MCPServer[Any]:
    """Return the server ready to answer over HTTP, each request on its own."""
    server = mcp_server(parts)
    server.streamable_http_app(stateless_http=True, json_response=True, transport_security=GUARDED)
    return server


def answer_text(answer: Answer) -> str:
    """Return the answer as a model reads it: Markdown with its sources."""
    listed = [f"[{c.number}] {c.passage.title}: “{c.text}” ({c.passage.document_id})" for c in answer.citations]
    return "\n\n".join([to_markdown(answer), *(["Sources:\n" + "\n".join(listed)] if listed else [])])


def _asker(ctx: Context) -> User:
    """Return who called a tool: over HTTP, whoever the request is from."""
    request = ctx.request_context.request
    return current_user(request) if isinstance(request, Request) else LOCAL


def _told(answer: Answer, live: LiveAssistant) -> Told:
    payload = answer_payload(answer, live.info())
    return Told.model_validate({name: payload[name] for name in Told.model_fields})


def _part(live: LiveAssistant, document_id: str, start: int, end: int | None) -> DocumentPart:
    document = live.document(document_id)
    end = min(end or len(document.text), len(document.text), start + MOST_CHARACTERS_OF_TEXT)
    if start >= end:
        raise BadInput(f"the document has {len(document.text)} characters", hint="Give start before end.")
    return DocumentPart(
        id=document.id,
        title=document.title,
        kind=document.kind,
        as_of=document.as_of,
        start=start,
        end=end,
        characters=len(document.text),
        text=document.text[start:end],
    )


def _result(value: BaseModel, text: str) -> CallToolResult:
    content = [TextContent(type="text", text=text)]
    return CallToolResult(content=list(content), structured_content=value.model_dump(mode="json"))


async def _spoken(work: Awaitable[R]) -> R:
    """Return what the work gives; an error of ours becomes words that the model reads."""
    try:
        return await work
    except AssistantError as error:
        raise ToolError(" ".join(f"{part.rstrip('.')}." for part in told(error) if part)) from error
