import re

from assistant.web.security import REPORT_POLICY


def test_the_page_shows_every_route_and_loads_nothing(hotel_api) -> None:
    response = hotel_api.get("/api/docs")
    assert response.headers.get_list("content-security-policy") == [REPORT_POLICY]
    for path, methods in hotel_api.get("/api/openapi.json").json()["paths"].items():
        for method in methods:
            assert re.search(rf"{method.upper()}</span> <code>{re.escape(path)}</code>", response.text)
    assert not re.search(r"<(script|link|img|iframe)|src=|url\(", response.text)
    for link in re.findall(r'href="([^"]+)"', response.text):
        assert link == "openapi.json" or f'id="{link[1:]}"' in response.text


def test_every_object_that_is_named_is_described(hotel_api) -> None:
    text = hotel_api.get("/api/openapi.json").text
    described = hotel_api.get("/api/openapi.json").json()["components"]["schemas"]
    assert set(re.findall(r"#/components/schemas/(\w+)", text)) <= set(described)
    assert "HTTPValidationError" not in text
