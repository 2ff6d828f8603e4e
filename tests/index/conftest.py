from __future__ import annotations

from pathlib import Path

import pytest
from fakes import WordHashEmbedder, make_document, make_prepared

from assistant.index.plan import Prepared
from assistant.index.sync import Provenance, write_generation

GENERATION = "20260101T000000000000Z-0badcafe"


@pytest.fixture(scope="session")
def canteen() -> list[Prepared]:
    """Documents about a canteen, one of them records."""
    return make_prepared(
        make_document(
            "guidance/canteen.md",
            "The canteen should be run by a caterer, because cooking is nobody's business here.",
            "A caterer's contract ends with ninety days of notice.",
            "Keep the menu committee in-house, so that taste stays a matter of the staff.",
            title="The canteen",
        ),
        make_document(
            "guidance/laundry.md",
            "Laundry is bought by weight, and a scale belongs to the contract.",
            "Lost aprons are paid by whoever lost them.",
            title="The laundry",
        ),
        make_document("r1", "Soup was sold out on Tuesdays in March.", title="Soup", kind="record"),
    )


@pytest.fixture(scope="session")
def written(canteen: list[Prepared], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a generation of the canteen; not to be changed."""
    folder = tmp_path_factory.mktemp("index") / "generations" / GENERATION
    write_generation(folder, canteen, WordHashEmbedder(), Provenance("c", {"splitter": "1"}))
    return folder
