from __future__ import annotations

import hotel
import pytest
from curated import changeable, settled
from fastapi.testclient import TestClient
from kitchen import PAYLOADS, Kitchen

from assistant.settings import Settings
from assistant.types import Conversation, Turn
from assistant.web.curate_page import page
from assistant.web.identity import User
from assistant.web.schemas_curate import ChangedOut, CuratedOut, GapsOut, IndexStatusOut, PassagesOut
from assistant.web.security import PAGE_POLICY
from assistant.web.server import create_app, make_parts

HERE = "http://127.0.0.1:7860"
PORTERS = b"# Night porters\n\nA hotel with fewer than 40 rooms shares its night porter with a neighbour.\n"
QUESTION = "Does a small hotel share its night porter with a neighbour?"


@pytest.fixture(scope="module")
def curated(tmp_path_factory):
    app, live = changeable(tmp_path_factory.mktemp("curated"), max_file_mb=2)
    with TestClient(app, base_url=HERE) as client:
        yield client, live
    live.close()


@pytest.fixture
def api(curated) -> TestClient:
    return curated[0]


def sent(api, *files: tuple[str, bytes]):
    return api.post("/api/documents", files=[("files", file) for file in files])


def problem(response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["detail"]
    return response.status_code, response.json()["type"].removeprefix("urn:problem:")


def cited(live) -> set[str]:
    return {c.passage.document_id for c in live.ask(QUESTION).citations}


def test_the_answers_follow_what_is_added_replaced_removed_and_taken_back(curated) -> None:
    api, live = curated
    assert "porters.md" not in cited(live)

    added = sent(api, ("porters.md", PORTERS), ("broken.pdf", b"%PDF-1.4 no"))
    told = CuratedOut.model_validate(added.json())
    assert (told.taken[0].title, [r.name for r in told.refused]) == ("Night porters", ["broken.pdf"])
    assert told.index.state == "building"
    status = IndexStatusOut.model_validate(settled(api))
    assert (status.state, status.built.added, status.documents) == ("idle", 1, len(hotel.PAGES) + 1)
    assert cited(live) == {"porters.md"}

    shown = PassagesOut.model_validate(api.get("/api/documents/porters.md/passages").json())
    assert "shares its night porter" in shown.passages[0].text

    replaced = api.put("/api/documents/porters.md", files={"file": ("v2.md", PORTERS.replace(b"40", b"50"))})
    CuratedOut.model_validate(replaced.json())
    assert settled(api)["built"]["replaced"] == 1
    assert "50 rooms" in live.document("porters.md").text

    removed = api.delete("/api/documents/porters.md")
    assert ChangedOut.model_validate(removed.json()).change.kind == "removed"
    assert settled(api)["built"]["removed"] == 1
    assert "porters.md" not in cited(live)

    undone = api.post("/api/index/undo")
    assert ChangedOut.model_validate(undone.json()).change.files == ["porters.md"]
    settled(api)
    assert cited(live) == {"porters.md"}


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("x.svg", b"<svg onload=x()>", (415, "wrong-file")),
        ("x.js", b"alert(1)", (415, "wrong-file")),
        ("x.pdf", b"MZ", (415, "wrong-file")),
        ("..%2fx.md", PORTERS, (422, "invalid")),
        ("..\\x.md", PORTERS, (422, "invalid")),
        ("x.txt", b"a" * 2_000_001, (413, "too-large")),
        ("x.txt", b"", (422, "invalid")),
    ],
)
def test_what_is_no_document_is_refused_with_a_reason(api, name: str, data: bytes, expected) -> None:
    before = api.get("/api/documents").json()
    assert problem(sent(api, (name, data))) == expected
    assert api.get("/api/documents").json() == before


def test_a_body_that_is_too_long_is_refused_before_it_is_read(api) -> None:
    assert problem(sent(api, ("x.txt", b"a" * 4_000_000))) == (413, "too-large")
    declared = {"content-type": "multipart/form-data; boundary=x", "content-length": "200000000"}
    assert problem(api.post("/api/documents", content=b"--x", headers=declared)) == (413, "too-large")


def test_a_body_that_is_no_form_is_refused(api) -> None:
    assert problem(api.post("/api/documents", json={"files": []})) == (415, "wrong-file")
    broken = {"content-type": "multipart/form-data"}
    assert problem(api.post("/api/documents", content=b"--x", headers=broken)) == (400, "not-a-form")
    assert problem(api.post("/api/documents", files={"other": ("x.md", PORTERS)})) == (422, "invalid")
    assert problem(sent(api, *[(f"{n}.md", b"x") for n in range(51)])) == (400, "not-a-form")


def test_another_document_of_the_same_name_is_a_conflict(api) -> None:
    sent(api, ("twice.md", PORTERS))
    assert problem(sent(api, ("twice.md", PORTERS + b"More.\n"))) == (409, "conflict")
    settled(api)


@pytest.mark.parametrize("id", ["none.md", "%2e%2e%2findex/current", "%2e%2e/%2e%2e/etc/passwd", "a%00b.md"])
def test_what_is_no_document_of_the_corpus_cannot_be_changed(api, id: str) -> None:
    assert problem(api.delete(f"/api/documents/{id}")) == (404, "unknown-document")
    put = api.put(f"/api/documents/{id}", files={"file": ("x.md", PORTERS)})
    assert problem(put) == (404, "unknown-document")
    assert problem(api.get(f"/api/documents/{id}/passages")) == (404, "unknown-document")


def test_a_failed_build_is_told_without_places_and_answers_go_on(tmp_path) -> None:
    app, live = changeable(tmp_path)
    with TestClient(app, base_url=HERE) as api:
        for id in hotel.PAGES:
            assert api.delete(f"/api/documents/{id}").status_code == 200
        status = settled(api)
        assert (status["state"], status["documents"] > 0) == ("failed", True)
        assert "the corpus folder" in status["message"]
        assert str(tmp_path) not in str(status)
        assert "could not be brought up to date" in api.get("/curate").text
    live.close()


@pytest.mark.parametrize("role", ["reader", "curator", "admin"])
def test_curating_needs_the_role(tmp_path, role: str) -> None:
    app = create_app(Kitchen(), Settings.read({}, data=tmp_path, corpus=tmp_path))

    @app.middleware("http")
    async def sign_in(request, call_next):
        request.state.user = User("ann", frozenset({role}))
        return await call_next(request)

    api = TestClient(app, base_url=HERE)
    asked = [
        sent(api, ("x.exe", b"MZ")),
        api.put("/api/documents/x.md", files={"file": ("x.md", b"x")}),
        api.delete("/api/documents/x.md"),
        api.post("/api/index/undo"),
        api.get("/api/gaps"),
    ]
    expected = [403] * 5 if role == "reader" else [415, 404, 404, 409, 200]
    assert [response.status_code for response in asked] == expected
    if role == "reader":
        refused = [api.get(path).status_code for path in ("/curate", "/api/index/status", "/api/documents/x/passages")]
        assert refused == [403] * 3


def test_questions_asked_in_vain_are_what_to_write_next(tmp_path, live) -> None:
    settings = live.settings.model_copy(update={"data": tmp_path})
    parts = make_parts(live, settings)
    for question in ("Who repairs the lift?", "Who repairs our lift?", "<script>x()</script> piano?"):
        answer = live.ask(question)
        asked = Conversation((Turn(question, "", answer),))
        kept = parts.records.save_turn("ann", None, asked, index=live.info())
        parts.records.rate("ann", kept.id, 1, "down", "<b>missing</b>")
    with TestClient(create_app(live, settings, records=parts.records), base_url=HERE) as api:
        told = GapsOut.model_validate(api.get("/api/gaps").json())
        assert told.gaps[0].count == 2
        assert "ann" not in api.get("/api/gaps").text
        shown = api.get("/curate")
    assert shown.headers["content-security-policy"] == PAGE_POLICY
    assert "Who repairs our lift?" in shown.text
    assert "<script>x()" not in shown.text
    assert "<b>missing" not in shown.text
    parts.records.close()


def test_the_page_shows_hostile_names_as_text(live, tmp_path, monkeypatch) -> None:
    parts = make_parts(live, live.settings.model_copy(update={"data": tmp_path}))
    for payload in PAYLOADS:
        shown = page(parts, payload[:200])
        assert f'value="{payload}"' not in shown or not set(payload) & set("<>\"'&")
    assert "unsafe-inline" not in PAGE_POLICY
    assert " style=" not in page(parts)
    assert " onclick=" not in page(parts)


def test_the_list_is_narrowed_by_words_of_title_or_path(api) -> None:
    shown = api.get("/curate", params={"search": "LAUNDRY"}).text
    assert "guidance/laundry.md" in shown
    assert "guidance/kitchen.md" not in shown
    assert "No document has these words" in api.get("/curate", params={"search": "zebra"}).text
    assert api.get("/curate/curate.js").headers["content-type"].startswith("text/javascript")
    assert api.get("/curate/curate.css").headers["content-type"].startswith("text/css")
