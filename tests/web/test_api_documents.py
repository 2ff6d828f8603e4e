import hotel
import pytest
from kitchen import PAYLOADS, Kitchen

from assistant.types import Span
from assistant.web.api_documents import address, page
from assistant.web.schemas_answer import DocumentOut, DocumentsOut
from assistant.web.security import REPORT_POLICY

LAUNDRY = "guidance/laundry.md"


def test_every_document_of_the_list_can_be_read(hotel_api) -> None:
    listed = hotel_api.get("/api/documents").json()
    DocumentsOut.model_validate(listed)
    assert [d["id"] for d in listed["documents"]] == sorted(hotel.PAGES)
    for document in listed["documents"]:
        shown = hotel_api.get(document["url"])
        assert shown.status_code == 200
        assert shown.json()["title"] == document["title"]


def test_the_text_is_the_one_that_spans_mean(hotel_api, live) -> None:
    shown = hotel_api.get(f"/api/documents/{LAUNDRY}").json()
    DocumentOut.model_validate(shown)
    assert shown["text"] == live.document(LAUNDRY).text
    for section in shown["sections"]:
        assert shown["text"][section["start"] : section["end"]].startswith(section["title"])
    assert "marked" not in shown


def test_a_stretch_is_told_with_where_it_stands(hotel_api) -> None:
    text = hotel_api.get(f"/api/documents/{LAUNDRY}").json()["text"]
    start = text.index("Lost towels")
    marked = hotel_api.get(f"/api/documents/{LAUNDRY}", params={"start": start, "end": start + 11}).json()["marked"]
    assert (marked["text"], marked["headings"]) == ("Lost towels", ["Risks"])


@pytest.mark.parametrize(
    "query", ["start=5", "end=5", "start=5&end=5", "start=9&end=5", "start=0&end=99999", "start=-1&end=2"]
)
def test_a_stretch_that_is_none_is_refused(hotel_api, query: str) -> None:
    response = hotel_api.get(f"/api/documents/{LAUNDRY}?{query}")
    assert (response.status_code, response.json()["type"]) == (422, "urn:problem:invalid")


@pytest.mark.parametrize("id", ["none.md", "../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "a%00b", "%ff", "x" * 3000])
def test_what_is_not_in_the_index_is_not_found(hotel_api, id: str) -> None:
    response = hotel_api.get(f"/api/documents/{id}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert "root:" not in response.text


def test_a_browser_gets_a_page_with_the_words_marked(hotel_api) -> None:
    text = hotel_api.get(f"/api/documents/{LAUNDRY}").json()["text"]
    start = text.index("Lost towels")
    where = address(LAUNDRY, Span(start, start + 11))
    shown = hotel_api.get(where, headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert '<mark id="mark">Lost towels</mark>' in shown.text
    assert where.endswith("#mark")
    assert shown.headers.get_list("content-security-policy") == [REPORT_POLICY]


def test_a_page_shows_hostile_text_as_text() -> None:
    shown = page(Kitchen().hostile, Span(16, 40))
    for payload in PAYLOADS:
        if "<" in payload:
            assert payload not in shown
    assert "<script" not in shown
    assert "<img" not in shown


def test_an_id_becomes_an_address_that_leads_back_to_it(kitchen_api) -> None:
    for document in kitchen_api.get("/api/documents").json()["documents"]:
        assert kitchen_api.get(document["url"]).json()["id"] == document["id"]
