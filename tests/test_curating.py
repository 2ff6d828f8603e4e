import io
import os
import zipfile
from pathlib import Path

import pytest

from assistant.curating import Curator, checked_name
from assistant.errors import Rejected, UnknownDocument
from assistant.settings import Settings

PAGE = b"# Night porters\n\nA hotel keeps its night porter in-house.\n"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    corpus = tmp_path / "corpus"
    (corpus / "guidance").mkdir(parents=True)
    (corpus / "guidance" / "porter.md").write_bytes(b"# Porter\n\nOld words.\n")
    return Settings.read({}, corpus=corpus, data=tmp_path / "data", max_file_mb=0.2)


@pytest.fixture
def curator(settings: Settings) -> Curator:
    return Curator(settings)


def add(curator: Curator, **files: bytes):
    return curator.add([(name.replace("_", "."), io.BytesIO(data)) for name, data in files.items()], by="ann")


def tree(corpus: Path) -> dict[str, bytes]:
    return {p.relative_to(corpus).as_posix(): p.read_bytes() for p in corpus.rglob("*") if p.is_file()}


def word_file(entries: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return data.getvalue()


def test_a_file_is_taken_and_told_what_was_read_of_it(curator, settings) -> None:
    outcome = add(curator, night_md=PAGE)
    assert [(t.id, t.title) for t in outcome.taken] == [("night.md", "Night porters")]
    assert "keeps its night porter" in outcome.taken[0].beginning
    assert tree(settings.corpus)["night.md"] == PAGE


def test_one_bad_file_does_not_keep_the_others_out(curator, settings) -> None:
    outcome = add(curator, night_md=PAGE, damaged_pdf=b"%PDF-1.7 and nothing more", empty_txt=b" \n")
    assert [t.id for t in outcome.taken] == ["night.md"]
    assert [e.name for e in outcome.refused] == ["empty.txt", "damaged.pdf"]
    assert sorted(tree(settings.corpus)) == ["guidance/porter.md", "night.md"]


@pytest.mark.parametrize(
    "name",
    [
        "../x.md", "/etc/x.md", "a/x.md", "a\\x.md", "c:x.md", "%2e%2e%2fx.md", "x\0.md", "x\n.md", "x\u202edm.md",
        ".x.md", "..", "", "x" * 300 + ".md", "CON.md", "README.md", "x\udc80.md",
    ],
)  # fmt: skip
def test_a_name_that_is_more_than_a_plain_name_is_refused(curator, settings, name: str) -> None:
    before = tree(settings.corpus)
    outcome = curator.add([(name, io.BytesIO(PAGE))], by="ann")
    assert [e.why for e in outcome.refused] == ["content"]
    outcome.refused[0].name.encode()
    assert tree(settings.corpus) == before


def test_the_same_name_in_two_unicode_forms_is_one_name() -> None:
    assert checked_name("Caf\u0065\u0301.md") == checked_name("Caf\u00e9.md")


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("x.svg", b"<svg onload='x()'/>", "kind"),
        ("x.js", b"alert(1)", "kind"),
        ("x.docm", b"PK\x03\x04", "kind"),
        ("x.exe", b"MZ", "kind"),
        ("x.md", b"<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>", "kind"),
        ("x.html", b"\xef\xbb\xbf <svg><script>x()</script></svg>", "kind"),
        ("x.txt", b"#!/bin/sh\nrm -rf ~", "kind"),
        ("x.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "kind"),
        ("x.pdf", PAGE, "kind"),
        ("x.docx", PAGE, "kind"),
        ("x.md", b"%PDF-1.7", "kind"),
        ("x.docx", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "content"),
        ("x.txt", b"", "content"),
        ("x.txt", b"a" * 200_001, "size"),
        ("x.docx", word_file({"word/document.xml": b"0" * 60_000_000}), "content"),
        ("x.docx", word_file({f"{n}.xml": b"" for n in range(2_100)}), "content"),
        ("x.docx", word_file({"inner.zip": word_file({"a": b"b"})}), "content"),
        ("x.jsonl", b"not json\n", "content"),
    ],
)
def test_what_is_not_a_document_of_its_kind_is_refused(curator, settings, name: str, data: bytes, why: str) -> None:
    before = tree(settings.corpus)
    outcome = curator.add([(name, io.BytesIO(data))], by="ann")
    assert (outcome.taken, [e.why for e in outcome.refused]) == ((), [why])
    assert tree(settings.corpus) == before
    assert not list((settings.data / "uploads").iterdir())


def test_another_file_of_the_same_name_is_not_overwritten(curator, settings) -> None:
    add(curator, night_md=PAGE)
    assert [e.why for e in add(curator, night_md=PAGE + b"More.\n").refused] == ["conflict"]
    assert tree(settings.corpus)["night.md"] == PAGE
    assert [t.id for t in add(curator, night_md=PAGE).taken] == ["night.md"]
    assert curator.last().kind == "added"


def test_a_replaced_document_keeps_its_place_and_comes_back(curator, settings) -> None:
    before = tree(settings.corpus)
    taken = curator.replace("guidance/porter.md", "new name.md", io.BytesIO(PAGE), by="ann")
    assert taken.id == "guidance/porter.md"
    assert tree(settings.corpus) == {"guidance/porter.md": PAGE}
    curator.undo(by="ben")
    assert tree(settings.corpus) == before


def test_a_document_is_replaced_by_one_of_its_kind_that_can_be_read_alone(curator, settings) -> None:
    before = tree(settings.corpus)
    for sent, data in (("x.txt", PAGE), ("x.md", b"\0\0")):
        with pytest.raises(Rejected):
            curator.replace("guidance/porter.md", sent, io.BytesIO(data), by="ann")
    assert tree(settings.corpus) == before


def test_what_is_taken_back_can_be_brought_back(curator, settings) -> None:
    add(curator, a_md=PAGE, b_md=PAGE + b"Two.\n")
    added = tree(settings.corpus)
    curator.remove("a.md", by="ann")
    removed = tree(settings.corpus)
    assert "a.md" not in removed
    assert curator.undo(by="ben").files == ("a.md",)
    assert tree(settings.corpus) == added
    curator.undo(by="ben")
    assert tree(settings.corpus) == removed


def test_the_last_change_survives_a_restart_and_only_it_is_kept(curator, settings) -> None:
    add(curator, a_md=PAGE)
    curator.remove("a.md", by="ann")
    again = Curator(settings)
    assert (again.last().kind, again.last().by) == ("removed", "ann")
    assert len(list((settings.data / "undo").iterdir())) == 1
    again.undo(by="ann")
    assert tree(settings.corpus)["a.md"] == PAGE


def test_an_unfinished_change_is_not_taken_for_one(curator, settings) -> None:
    add(curator, a_md=PAGE)
    (settings.data / "undo" / "000009").mkdir()
    assert curator.last().kind == "added"


def test_without_a_change_there_is_nothing_to_take_back(curator) -> None:
    with pytest.raises(Rejected):
        curator.undo(by="ann")


def test_nothing_outside_the_corpus_can_be_removed_or_replaced(curator, settings, tmp_path) -> None:
    outside = tmp_path / "secret.md"
    outside.write_bytes(PAGE)
    (settings.corpus / "link.md").symlink_to(outside)
    (settings.corpus / "folder").symlink_to(tmp_path)
    (settings.corpus / ".hidden.md").write_bytes(PAGE)
    os.mkfifo(settings.corpus / "pipe.md")
    ids = [
        "../secret.md", str(outside), "guidance/../../secret.md", "link.md", "folder/secret.md", ".hidden.md",
        "pipe.md", "none.md", "", ".", "guidance", "a\0.md", "guidance//porter.md", "x/" * 900 + "x.md",
    ]  # fmt: skip
    for id in ids:
        with pytest.raises(UnknownDocument):
            curator.remove(id, by="ann")
        with pytest.raises(UnknownDocument):
            curator.replace(id, "x.md", io.BytesIO(PAGE), by="ann")
    assert outside.read_bytes() == PAGE


def test_a_corpus_that_cannot_be_written_to_is_told_in_words(curator, settings, monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("assistant.curating._put", refuse)
    with pytest.raises(Rejected, match="read-only file system") as caught:
        add(curator, a_md=PAGE)
    assert caught.value.why == "conflict"
