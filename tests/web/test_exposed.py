"""What holds on every address at once, and while several readers are there: headers, secrets, foreign pages, limits."""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, perf_counter, sleep
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from kitchen import Kitchen
from serving import HERE, hotel_application, kitchen_application, serving

from assistant.build import LiveAssistant
from assistant.settings import Settings
from assistant.web import api_logs
from assistant.web.security import HEADERS
from assistant.web.server import create_app

TOKEN = "a-token-that-all-readers-share"
PROXY = {"proxy_user_header": "X-Forwarded-User", "trusted_proxies": "10.0.0.0/8"}
EVIL = {"Origin": "https://evil.test", "Cookie": "assistant=x"}
ANCESTORS = "https://intranet.example,https://*.corp.example"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The application with its page, served without a sign-on, to be framed by two origins."""
    app = kitchen_application(tmp_path_factory.mktemp("data"), page=True, frame_ancestors=ANCESTORS)
    with contextmanager(serving)(app) as address, httpx.Client(base_url=address, timeout=20) as client:
        yield client


def operations(site: httpx.Client) -> list[tuple[str, str]]:
    """Return method and path of every route of the description, ids filled in."""
    paths = site.get("/api/openapi.json").json()["paths"]
    return [(method.upper(), re.sub(r"\{\w+\}", "x", path)) for path, told in paths.items() for method in told]


PAGE = ["/", "/?embed=1&theme=dark", "/config", "/theme.css", "/gradio_api/info", "/assets/nothing.js", "/nothing",
        "/widget.js", "/curate", "/favicon.ico", "/api/docs", "/api/openapi.json", "/quality/report",
        "/v1/nothing", "/login", "/logout", "/gradio_api/file=/etc/passwd"]  # fmt: skip


def test_every_address_also_where_it_refuses_or_crashes_sends_the_headers_once(site: httpx.Client) -> None:
    crash = {"json": {"question": "crash"}}
    answers = [site.request(method, path) for path in PAGE for method in ("GET", "HEAD", "POST", "DELETE")]
    answers += [site.request(method, path) for method, path in operations(site)]
    answers += [site.post("/mcp", json={}), site.delete("/mcp")]  # to GET it streams without end
    answers += [site.post("/api/ask", **crash), site.post("/v1/chat/completions", **crash)]
    answers += [site.post("/api/ask", content=b"{"), site.get("/", headers={"Host": "evil.test"})]
    assert {200, 400, 403, 404, 405, 415, 422, 500} <= {answer.status_code for answer in answers}
    own = re.escape("frame-ancestors 'self' " + ANCESTORS.replace(",", " "))
    for answer in answers:
        where = f"{answer.request.method} {answer.request.url}"
        for name in (name.decode() for name, _ in HEADERS):
            assert len(answer.headers.get_list(name)) == 1, (where, name)
        assert answer.headers["x-content-type-options"] == "nosniff", where
        assert answer.headers["referrer-policy"] == "no-referrer", where
        assert re.search(rf"({own}|frame-ancestors 'none')(;|$)", answer.headers["content-security-policy"]), where


def test_no_writing_route_takes_anything_from_a_page_of_another_site(site: httpx.Client) -> None:
    writing = [(method, path) for method, path in operations(site) if method != "GET"]
    assert len(writing) > 10
    for method, path in writing:
        told = site.request(method, path, headers=EVIL)
        assert told.status_code == 403, (method, path)
        assert "access-control-allow-origin" not in told.headers


def test_by_default_this_machine_alone_is_listened_to() -> None:
    assert Settings.read({}).host == "127.0.0.1"


# --- several readers --------------------------------------------------------------------------


def test_readers_who_ask_at_the_same_time_never_see_each_others_words(live: LiveAssistant, tmp_path: Path) -> None:
    app = hotel_application(live, tmp_path, rate_per_minute=0, **PROXY)
    with TestClient(app, base_url=HERE, client=("10.0.0.9", 1)) as site:

        def ask(user: str) -> str:
            seen, id = "", None
            for turn in range(4):
                question = f"Which temperature is linen of guest {user}{turn} washed at?"
                body = {"question": question} | ({"conversation_id": id} if id else {"save": True})
                told = site.post("/api/ask", json=body, headers={"X-Forwarded-User": user})
                id = told.json()["conversation_id"]
                seen += told.text
            listed = [
                f"/api/conversations/{id}",
                f"/api/conversations/{id}/export?format=markdown",
                "/api/conversations",
            ]
            return seen + "".join(site.get(path, headers={"X-Forwarded-User": user}).text for path in listed)

        users = [f"marker{letter}" for letter in "pqrs"]
        with ThreadPoolExecutor(4) as pool:
            seen = dict(zip(users, pool.map(ask, users), strict=True))
    for user in users:
        assert f"{user}3" in seen[user]
        assert not [other for other in users if other != user and other in seen[user]]


def test_one_reader_beyond_the_limit_holds_up_none_of_the_other_nine(tmp_path: Path) -> None:
    app = kitchen_application(tmp_path, rate_per_minute=12, at_once=2, **PROXY)
    question = {"question": "What does a caterer cost?"}
    with TestClient(app, base_url=HERE, client=("10.0.0.9", 1)) as site:

        def ask(user: str) -> list[int]:
            times = 40 if user == "user0" else 10
            return [
                site.post("/api/ask", json=question, headers={"X-Forwarded-User": user}).status_code
                for _ in range(times)
            ]

        with ThreadPoolExecutor(10) as pool:
            first, *others = pool.map(ask, [f"user{n}" for n in range(10)])
    assert first == [200] * 12 + [429] * 28
    assert others == [[200] * 10] * 9


def test_a_question_that_is_too_long_costs_nothing(site: httpx.Client) -> None:
    started = perf_counter()
    told = site.post("/api/ask", json={"question": "x" * 10_000})
    assert told.status_code == 422
    assert perf_counter() - started < 2  # 50 ms on an idle machine
    assert site.post("/api/ask", json={"question": "x" * 1_000_001}).status_code == 413


class Endless(Kitchen):
    """Answers a question without end."""

    def stream(self, question: str, conversation: Any = None) -> Iterator[Any]:
        """Yield the beginning of an answer, and its first sentence again and again."""
        *steps, answer = super().stream("What does a caterer cost?")
        yield from steps[:3]
        while True:
            sleep(0.01)
            yield answer.sentences[0]


def test_readers_who_leave_in_the_middle_leave_nothing_behind(tmp_path: Path) -> None:
    app = create_app(Endless(), Settings.read({}, data=tmp_path, at_once=4))
    with contextmanager(serving)(app) as address:

        def leave(_: int) -> str:
            with httpx.stream("POST", f"{address}/api/ask/stream", json={"question": "Should we?"}) as response:
                return next(response.iter_lines())

        assert leave(0) == "event: query"
        threads = threading.active_count()
        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(leave, range(40))) == {"event: query"}
        end = monotonic() + 10
        idle = ("assistant_questions_in_flight 0.0", "assistant_questions_waiting 0.0")
        while not all(line in httpx.get(f"{address}/api/metrics").text for line in idle):
            assert monotonic() < end
            sleep(0.05)
        assert threading.active_count() <= threads + 4  # the threads of the places, which stay


# --- secrets and hostile words ----------------------------------------------------------------

CANARY = "sk-CANARY-0123456789-of-a-secret"
PERSON = "Marker Person 4711"


def test_no_secret_and_no_question_is_in_a_log_an_error_or_what_the_page_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = {
        "llm_model": "m",
        "llm_base_url": f"http://me:{CANARY}@127.0.0.1:9/v1",
        "llm_api_key": CANARY,
        "access_token": CANARY,
        "chroma_token": CANARY,
    }
    app = kitchen_application(tmp_path, page=True, **secrets)
    with TestClient(app, base_url=HERE, raise_server_exceptions=False) as site:
        signed = {"Authorization": f"Bearer {CANARY}"}
        form = dict(re.findall(r'name="(form|next)" value="([^"]*)"', site.get("/login").text))
        assert site.post("/login", data=form | {"token": CANARY}).status_code == 200  # led to the page
        told = [site.get(path, headers=signed) for path in ("/config", "/gradio_api/info", "/api/openapi.json", "/")]
        assert {answer.status_code for answer in told} == {200}
        for question in (f"What does {PERSON} cost?", f"crash {PERSON}", f"error {PERSON}"):
            asked = site.post("/api/ask", json={"question": question, "save": True}, headers=signed)
            told += [asked] if asked.status_code != 200 else []
        id = site.get("/api/conversations", headers=signed).json()["conversations"][0]["id"]
        for form in ("docx", "markdown", "html"):
            told.append(site.get(f"/api/conversations/{id}/export?format={form}", headers=signed))
        told += [site.get("/api/documents/none", headers=signed), site.get("/api/documents")]
    shown = "".join(answer.content.decode("latin-1") + str(answer.headers) for answer in told)
    logged = caplog.text + "".join(map(api_logs.JsonLines().format, caplog.records))
    assert "CANARY" not in shown
    assert "CANARY" not in logged
    assert PERSON not in logged
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"CANARY" in path.read_bytes()]


HOSTILE = 'Is it true?\r\n{"level": "info", "status": 1}\n\x1b[31mred\x07\u202eevil\u2028next'


@pytest.mark.parametrize("form", [api_logs.JsonLines, api_logs.PlainLines])
def test_a_hostile_question_is_one_line_of_the_log_without_control_characters(
    tmp_path: Path, form: type[logging.Formatter], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "assistant.access")
    with TestClient(kitchen_application(tmp_path, log_questions=True), base_url=HERE) as site:
        assert site.post("/api/ask", json={"question": HOSTILE}).status_code == 200
    (record,) = [r for r in caplog.records if r.name == "assistant.access"]
    record.msg = f"{record.msg} {HOSTILE}"
    line = form().format(record)
    assert line.isprintable(), line
    if form is api_logs.JsonLines:
        assert "Is it true?" in json.loads(line)["question"]
