from __future__ import annotations

import pytest

from assistant.places import places_in, with_surroundings


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("A clinic in Ohio", {"Ohio"}),
        ("The GDPR binds a German bank", {"EU", "Germany"}),
        ("New York and New Jersey", {"New York", "New Jersey"}),
        ("UK GDPR and TUPE", {"UK"}),
        ("US$1.5 million for us", set()),
        ("Indiana is not India", {"Indiana", "India"}),
        ("Measure by DORA metrics", set()),
    ],
)
def test_a_place_is_known_by_its_name_and_by_its_laws(text: str, places: set[str]) -> None:
    assert places_in(text) == places


def test_what_a_place_lies_in_comes_with_it() -> None:
    assert with_surroundings(frozenset({"Poland", "Texas"})) == {"Poland", "EU", "Texas", "US"}
