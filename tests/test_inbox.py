from __future__ import annotations

from pathlib import Path

import pytest

from assistant.errors import BadInput
from assistant.inbox import SUFFIXES, add_files

MEGABYTE = 1_000_000


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    (folder / "guidance").mkdir(parents=True)
    (folder / "rent.md").write_text("# Rent\n\nThe rent is paid in May.\n")
    (folder / "guidance" / "tax.md").write_text("# Tax\n\nThe tax is paid in June.\n")
    return folder


def make(folder: Path, name: str, text: str = "# Heat\n\nThe heating is paid in July.\n") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)
    return folder / name


def files_of(corpus: Path) -> dict[str, bytes]:
    return {p.relative_to(corpus).as_posix(): p.read_bytes() for p in corpus.rglob("*") if p.is_file()}


def test_files_are_copied_as_they_are(corpus: Path, tmp_path: Path) -> None:
    files = [make(tmp_path / "in", name) for name in ("heat.md", "heat.TXT", "wärme 2.html")]
    assert add_files(corpus, files, most_bytes=MEGABYTE) == ["heat.md", "heat.TXT", "wärme 2.html"]
    for file in files:
        assert (corpus / file.name).read_bytes() == file.read_bytes()
        assert file.exists()


def test_a_corpus_that_is_not_there_yet_is_made(tmp_path: Path) -> None:
    add_files(tmp_path / "new" / "corpus", [make(tmp_path / "in", "heat.md")], most_bytes=MEGABYTE)
    assert (tmp_path / "new" / "corpus" / "heat.md").exists()


def test_the_same_file_again_changes_nothing(corpus: Path, tmp_path: Path) -> None:
    file = make(tmp_path / "in", "heat.md")
    for _ in range(2):
        assert add_files(corpus, [file], most_bytes=MEGABYTE) == ["heat.md"]


@pytest.mark.parametrize("name", ["rent.md", "guidance/tax.md"])
def test_a_file_of_the_corpus_stays_where_it_is(corpus: Path, name: str) -> None:
    before = files_of(corpus)
    assert add_files(corpus, [corpus / name], most_bytes=MEGABYTE) == [Path(name).name]
    assert files_of(corpus) == before


def test_nothing_of_the_corpus_is_overwritten(corpus: Path, tmp_path: Path) -> None:
    before = files_of(corpus)
    with pytest.raises(BadInput, match=r"another rent\.md") as refused:
        add_files(corpus, [make(tmp_path / "in", "rent.md")], most_bytes=MEGABYTE)
    assert "remove" in refused.value.hint
    assert files_of(corpus) == before


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("sheet.xlsx", "x", "kind"),
        ("noending", "x", "kind"),
        ("empty.md", "", "empty"),
        ("large.md", "x" * 2_000_000, "larger than 1 MB"),
        ("README.md", "x", "not read as a document"),
        (".hidden.md", "x", "not read as a document"),
    ],
)
def test_one_bad_file_and_none_is_copied(corpus: Path, tmp_path: Path, name: str, text: str, wrong: str) -> None:
    before = files_of(corpus)
    files = [make(tmp_path / "in", "heat.md"), make(tmp_path / "in", name, text)]
    with pytest.raises(BadInput, match=wrong) as refused:
        add_files(corpus, files, most_bytes=MEGABYTE)
    assert refused.value.hint
    assert files_of(corpus) == before


def test_a_file_that_is_missing_and_a_folder_are_refused(corpus: Path, tmp_path: Path) -> None:
    for path in (tmp_path / "none.md", tmp_path):
        with pytest.raises(BadInput, match="there is no file"):
            add_files(corpus, [path], most_bytes=MEGABYTE)


def test_two_files_of_one_name_are_refused(corpus: Path, tmp_path: Path) -> None:
    files = [make(tmp_path / "one", "heat.md"), make(tmp_path / "two", "heat.md", "# Other\n")]
    with pytest.raises(BadInput, match="same name"):
        add_files(corpus, files, most_bytes=MEGABYTE)


def test_what_can_be_added_is_what_the_corpus_reads() -> None:
    from assistant.corpus.load import SUFFIXES as READ

    assert SUFFIXES == READ
