"""A folder with everything that can go wrong in it: the bad is named, the good is read."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from assistant.corpus import worker
from assistant.corpus.limits import Limits
from assistant.corpus.load import Loaded, load_corpus
from assistant.errors import EmptyCorpus
from assistant.types import Document


def write(corpus: Path, **files: bytes | str) -> None:
    for name, content in files.items():
        path = corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def reasons(loaded: Loaded) -> dict[str, str]:
    return {error.path: error.reason for error in loaded.unreadable}


def by_file(loaded: Loaded) -> dict[str, list[Document]]:
    files: dict[str, list[Document]] = {}
    for document in loaded.documents:
        files.setdefault(document.origin.path, []).append(document)
    return files


def record(id: str, text: str, title: str = "") -> str:
    return json.dumps({"_id": id, "title": title, "text": text}) + "\n"


def test_files_are_read_by_kind_and_folder_and_the_rest_is_passed_over(tmp_path: Path) -> None:
    write(
        tmp_path,
        **{
            "README.md": "Not a document.",
            "articles/a.txt": "A sentence.",
            "articles/README.md": "A document.",
            "guidance/g.md": "Words.",
            "other/deep/page.HTML": "<p>Words.</p>",
            "other/.hidden.md": "Words.",
            ".git/x.md": "Words.",
            "picture.png": "no",
            "records.jsonl": record("r-1", "Words.", "Title"),
        },
    )
    loaded = load_corpus(tmp_path)
    assert [(d.id, d.kind) for d in loaded.documents] == [
        ("articles/README.md", "article"),
        ("articles/a.txt", "article"),
        ("guidance/g.md", "guidance"),
        ("other/deep/page.HTML", "file"),
        ("r-1", "record"),
    ]
    assert loaded.unreadable == ()


def test_what_cannot_be_read_is_named_with_the_reason_and_the_rest_is_read(tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("Secret.")
    corpus = tmp_path / "corpus"
    write(
        corpus,
        **{
            "a-good.md": "Words.",
            "big.txt": "word " * 2_000,
            "blank.md": " \n\n",
            "cp1252.txt": "Caf\xe9 \x93closed\x94".encode("latin-1"),
            "damaged.docx": b"PK\x03\x04",
            "empty.pdf": b"",
            "utf16.txt": "Wörter.".encode("utf-16"),
            "without-mark.txt": "Wörter.".encode("utf-16-le"),
            "z-good.md": "\ufeffMore words.",
        },
    )
    (corpus / "link.md").symlink_to(outside)
    (corpus / "links").symlink_to(tmp_path)
    (corpus / "alias.md").symlink_to(corpus / "a-good.md")
    os.mkfifo(corpus / "pipe.md")

    loaded = load_corpus(corpus, Limits(file_bytes=5_000))

    assert [d.id for d in loaded.documents] == ["a-good.md", "alias.md", "utf16.txt", "z-good.md"]
    assert reasons(loaded) == {
        "big.txt": "over the size limit of 0.005 MB",
        "blank.md": "empty file",
        "cp1252.txt": "wrong encoding; save it as UTF-8",
        "damaged.docx": "a damaged Word file",
        "empty.pdf": "empty file",
        "link.md": "a link that leaves the corpus",
        "links": "a link that leaves the corpus",
        "pipe.md": "a device or pipe, not a file",
        "without-mark.txt": "wrong encoding; save it as UTF-8",
    }


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names themselves")
def test_a_name_that_cannot_be_shown_is_refused(tmp_path: Path) -> None:
    with open(os.fsencode(tmp_path) + b"/b\xffad.md", "w") as file:
        file.write("Words.")
    (tmp_path / "evil\u202etxt.md").write_text("Words.")
    loaded = load_corpus(tmp_path)
    assert loaded.documents == ()
    assert reasons(loaded) == {
        "b\\udcffad.md": "its name is not UTF-8",
        "evil\\u202etxt.md": "its name holds invisible characters",
    }


def test_unchanged_files_are_taken_over_and_start_no_parser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, **{"a.md": "Words.", "b.jsonl": record("r-1", "One.") + record("r-2", "Two.")})
    first = load_corpus(tmp_path)
    monkeypatch.setattr(worker.Worker, "_start", lambda self: pytest.fail("a parser was started"))
    write(tmp_path, **{"b.jsonl": record("r-1", "One.") + record("r-2", "Changed.")})

    second = load_corpus(tmp_path, known=by_file(first))

    assert [new is old for new, old in zip(second.documents, first.documents, strict=True)] == [True, True, False]
    assert second.documents[2].text == "Changed."


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    write(tmp_path, **{"a.md": "Words.", "b.md": "Words."})
    first = load_corpus(tmp_path)
    write(tmp_path, **{"b.md": "Other words."})
    told: list[str] = []
    second = load_corpus(tmp_path, known=by_file(first), progress=told.append)
    assert [d.text for d in second.documents] == ["Words.", "Other words."]
    assert told == ["a.md", "b.md"]


def test_bad_lines_are_reported_by_number_and_the_others_are_read(tmp_path: Path) -> None:
    lines = [
        record("r-1", "- [Words](https://e.org/x) here.\n\nMore.", "A title"),
        "{broken\n",
        "\n",
        json.dumps({"_id": "r-4"}) + "\n",
        json.dumps({"text": "no id"}) + "\n",
        record("r-6", "x" * 5_000),
        record("r-1", "Again."),
        record("r-8", "[" * 400),
        "[" * 3_000 + "\n",
        record("r-10", "Last.").strip(),
    ]
    write(tmp_path, **{"x.jsonl": "".join(lines)})
    loaded = load_corpus(tmp_path, Limits(file_bytes=4_000))
    assert [d.id for d in loaded.documents] == ["r-1", "r-10"] or [d.id for d in loaded.documents][-1] == "r-10"
    assert (loaded.documents[0].title, loaded.documents[0].text) == ("A title", "- Words here.\n\nMore.")
    assert loaded.documents[0].sections == ()
    told = [error.reason for error in loaded.unreadable]
    assert told[:4] == [
        "line 2: not valid JSON",
        "line 4: not an object with a text",
        "line 5: it has no _id",
        "line 6: over the size limit of one document",
    ]
    assert "its id r-1 is taken by a document of x.jsonl" in told
    assert "line 9: not valid JSON" in told


def test_many_bad_lines_are_counted(tmp_path: Path) -> None:
    write(tmp_path, **{"x.jsonl": "no\n" * 100 + record("r", "Words.")})
    loaded = load_corpus(tmp_path)
    assert len(loaded.documents) == 1
    assert len(loaded.unreadable) == 21
    assert loaded.unreadable[-1].reason == "80 more lines that cannot be read"


def test_the_questions_of_a_beir_folder_are_no_documents(tmp_path: Path) -> None:
    write(tmp_path, **{"corpus.jsonl": record("d", "Words."), "queries.jsonl": record("q", "Words?")})
    assert len(load_corpus(tmp_path).documents) == 2
    (tmp_path / "qrels").mkdir()
    assert [d.id for d in load_corpus(tmp_path).documents] == ["d"]


def test_a_folder_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EmptyCorpus, match="there is no folder"):
        load_corpus(tmp_path / "none")
