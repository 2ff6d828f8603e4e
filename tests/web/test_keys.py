from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import BadInput
from assistant.records.database import FILE, Database
from assistant.web.keys import Keys


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    """The keys of an empty data folder."""
    return Keys(Database(tmp_path / FILE))


def test_a_key_is_found_by_its_whole_text_alone(keys: Keys) -> None:
    key, text = keys.add("wiki", ["ask"], days=1)
    assert keys.find(text) == key
    for other in (text[:-1], f"{text}x", text.upper(), f"sak-{key.id}-", f"sak-{key.id}", "sak-' OR 1=1-", "", "sak"):
        assert keys.find(other) is None


def test_the_text_of_a_key_is_kept_nowhere(keys: Keys, tmp_path: Path) -> None:
    _, text = keys.add("wiki", ["ask"], days=1)
    secret = text.rpartition("-")[2].encode()
    assert len(text) > 50
    assert not any(secret in file.read_bytes() for file in tmp_path.iterdir())


def test_two_keys_of_one_name_may_be_valid_while_one_takes_over(keys: Keys) -> None:
    (old, text), (new, _) = (keys.add("wiki", ["ask"], days=1) for _ in range(2))
    assert [key.id for key in keys.list()] == sorted([old.id, new.id])
    assert keys.revoke(old.id) == old
    assert keys.find(text) is None
    assert keys.list() == (new,)
    with pytest.raises(BadInput, match="no key"):
        keys.revoke(old.id)


def test_a_key_ends(keys: Keys) -> None:
    key, text = keys.add("wiki", ["ask"], days=1e-9)
    assert key.expired
    assert keys.find(text) is None


@pytest.mark.parametrize(
    ("name", "days"), [("", 1), (" ", 1), ("a\n", 1), ("x" * 61, 1), ("a", 0), ("a", -1), ("a", 9999)]
)
def test_a_key_without_a_name_or_an_end_is_refused(keys: Keys, name: str, days: int) -> None:
    with pytest.raises(BadInput):
        keys.add(name, ["ask"], days=days)
