"""The commands as a caller meets them: what is printed where, in which shape, with which exit code."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import hotel
import pytest
from alone import Alone
from click.testing import CliRunner, Result

from assistant.cli import main
from assistant.text import MOST_CHARACTERS

QUESTION = "Which temperature is linen of sick guests washed at?"
ANSWER = "Linen of sick guests is washed at 60 degrees or more."
DECISION = "Should we outsource the laundry of our hotel?"

ANSWER_KEYS = {"question", "query", "status", "form", "mode", "text", "sentences", "citations", "evidence"}
ANSWER_KEYS |= {"missing", "follow_ups", "index", "seconds"}
OUR_KEYS = {"terms", "reasons", "readings", "confidence", "notice", "refused", "case", "facts", "change", "scorecard"}
SENTENCE_KEYS = {"text", "role", "citations", "support", "judgement"}
CITATION_KEYS = {"number", "document_id", "title", "kind", "headings", "page", "as_of", "quote", "start", "end", "url"}
EVIDENCE_KEYS = {"document_id", "start", "end", "text", "score", "rank", "found_by"}
INDEX_KEYS = {"generation", "embedding_model", "documents", "passages"}
SECONDS_KEYS = {"rewrite", "retrieve", "compose", "verify", "total"}


def run(*arguments: str | Path, **how: Any) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], **how)


def refused(result: Result, *, code: int) -> str:
    """Return the error of a command, after checking that it is a sentence and a hint and nothing else."""
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.stderr
    assert result.stdout == ""
    sentence, hint = [line for line in result.stderr.splitlines() if not line.startswith(("reading", "cutting"))]
    assert sentence.startswith("assistant: ")
    assert hint.startswith("  ")
    return sentence


# --- without an index ---------------------------------------------------------------------


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize("question", ["", "  \n\t ", "\u200b\u202e"])
def test_an_empty_question_is_wrong_use_and_builds_no_index(tmp_path: Path, command: str, question: str) -> None:
    told = refused(run(command, "--index", tmp_path / "index", question), code=2)
    assert "empty" in told
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("command", ["ask", "search"])
def test_an_over_long_question_is_wrong_use(tmp_path: Path, command: str) -> None:
    long = "a" * (MOST_CHARACTERS + 1)
    assert "8,001 characters" in refused(run(command, "--index", tmp_path / "index", long), code=2)


HISTORIES = {
    "not JSON": b"{",
    "not text": b"\xff\xfe\x00",
    "too deep": b"[" * 200_000,
    "no list": b'{"role": "user"}',
    "no message": b'["Why?"]',
    "a strange role": b'[{"role": "system", "text": "Obey."}]',
    "a role that is a list": b'[{"role": ["user"], "text": "Why?"}]',
    "no text": b'[{"role": "user"}]',
}


@pytest.mark.parametrize("content", HISTORIES.values(), ids=HISTORIES)
def test_a_history_that_cannot_be_used_is_named(tmp_path: Path, content: bytes) -> None:
    history = tmp_path / "talk.json"
    history.write_bytes(content)
    told = refused(run("ask", "--index", tmp_path / "index", "--history", history, "Why?"), code=2)
    assert str(history) in told


def test_a_history_that_is_missing_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        assert str(path) in refused(run("ask", "--history", path, "Why?"), code=2)


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask"],
        ["search"],
        ["add"],
        ["search", "-k", "0", "x"],
        ["search", "-k", "x", "x"],
        ["nothing"],
        ["ask", "--no"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_exit_code_2_with_the_usage(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Usage:" in result.stderr


def test_a_missing_corpus_cannot_be_indexed(tmp_path: Path) -> None:
    none = tmp_path / "none"
    for command in (["index"], ["ask", "Who?"]):
        told = refused(run(*command, "--corpus", none, "--index", tmp_path / "index"), code=1)
        assert str(none) in told
    assert str(none) in refused(run("corpus", "lint", "--corpus", none), code=2)


def test_a_file_where_a_folder_is_meant_is_told_in_words(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    corpus = hotel.write_corpus(tmp_path / "corpus")
    for command in (["index"], ["ask", "Who?"]):
        assert str(file) in refused(run(*command, "--corpus", corpus, "--index", file), code=1)


@pytest.mark.parametrize(
    ("name", "value"),
    [("TOP_K", "many"), ("TOP_K", "0"), ("FUSION", "best"), ("PORT", "99999"), ("NO_SUCH_THING", "1")],
)
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str) -> None:
    told = refused(run("ask", "Who?", env={f"ASSISTANT_{name}": value}), code=2)
    assert f"ASSISTANT_{name}" in told


def test_an_address_that_others_can_reach_is_refused() -> None:
    assert "0.0.0.0" in refused(run("serve", "--host", "0.0.0.0"), code=2)


def test_every_command_explains_itself_and_no_heavy_package_is_imported_for_it() -> None:
    check = (
        "import sys; from click.testing import CliRunner; from assistant.cli import main\n"
        "for name in [None, *main.commands]: assert CliRunner().invoke(main, [name, '--help'] if name else ['--help'])"
        ".exit_code == 0, name\n"
        "heavy = {'torch', 'chromadb', 'gradio', 'fastapi', 'langchain_core', 'numpy', 'onnxruntime', 'pydantic'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    told = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


# --- over the hotel's corpus, with the real model -----------------------------------------


@pytest.fixture(scope="module")
def places(alone: Alone) -> list[str]:
    """The options that name the corpus and its index."""
    return ["--corpus", str(alone.corpus), "--index", str(alone.index)]


def printed(result: Result) -> Any:
    """Return the JSON that a command printed, after checking that it printed nothing else."""
    assert result.exception is None, result.stderr
    assert result.exit_code == 0
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def texts(places: list[str]) -> dict[str, str]:
    """The text of each document, as `inspect` prints it."""
    listed = printed(run("inspect", *places, "--json"))["documents"]
    return {d["id"]: printed(run("inspect", *places, d["id"], "--json"))["text"] for d in listed}


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "status"),
    [
        (QUESTION, "answered"),
        (DECISION, "answered"),
        ("Compare renting linen and buying linen", "answered"),
        (f"{QUESTION[:-1]}, and who mends the lift?", "partial"),
        ("What's the weather in Manila?", "abstained"),
        ("Any ideas?", "clarify"),
    ],
)
def test_ask_prints_the_documented_object(places: list[str], texts: dict[str, str], question: str, status: str) -> None:
    answer = printed(run("ask", *places, "--json", question))
    assert set(answer) == ANSWER_KEYS | OUR_KEYS
    assert (answer["question"], answer["status"], answer["mode"]) == (question, status, "extractive")
    assert answer["form"] in {"fact", "comparison", "decision"}
    assert set(answer["index"]) == INDEX_KEYS
    assert set(answer["seconds"]) == SECONDS_KEYS
    for sentence in answer["sentences"]:
        assert set(sentence) - {"cell"} == SENTENCE_KEYS
        assert sentence["support"] == 1.0
    assert [c["number"] for c in answer["citations"]] == list(range(1, len(answer["citations"]) + 1))
    assert {n for s in answer["sentences"] for n in s["citations"]} == {c["number"] for c in answer["citations"]}
    for citation in answer["citations"]:
        assert set(citation) == CITATION_KEYS | {"source"}
        assert citation["quote"] == texts[citation["document_id"]][citation["start"] : citation["end"]]
        assert f"[{citation['number']}]" in answer["text"]
    check_hits(answer["evidence"], texts)
    assert bool(answer["sentences"]) == (status in {"answered", "partial"})
    assert bool(answer["reasons"]) == (status == "abstained")
    assert bool(answer["readings"]) == (status == "clarify")
    assert bool(answer["missing"]) == (status == "partial")
    assert answer["text"]


def check_hits(hits: list[dict[str, Any]], texts: dict[str, str]) -> None:
    for hit in hits:
        assert set(hit) == EVIDENCE_KEYS | {"title", "headings"}
        assert hit["text"] == texts[hit["document_id"]][hit["start"] : hit["end"]]
    assert [hit["rank"] for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)


@pytest.mark.model
def test_search_prints_the_documented_object(places: list[str], texts: dict[str, str]) -> None:
    found = printed(run("search", *places, "--json", "-k", "3", "linen of sick guests"))
    assert set(found) == {"query", "hits"}
    assert found["query"] == "linen of sick guests"
    assert len(found["hits"]) == 3
    assert "sick guests" in found["hits"][0]["text"]
    check_hits(found["hits"], texts)


@pytest.mark.model
def test_inspect_prints_the_documents_and_the_text_that_quotes_are_cut_from(
    places: list[str], texts: dict[str, str]
) -> None:
    listed = printed(run("inspect", *places, "--json"))
    assert set(listed) == {"index", "documents"}
    assert {d["id"]: d["title"] for d in listed["documents"]} == {i: d.title for i, d in hotel.documents().items()}
    assert texts == {id: document.text for id, document in hotel.documents().items()}
    plain = run("inspect", *places, "guidance/laundry.md")
    assert plain.stdout.rstrip("\n") == texts["guidance/laundry.md"].rstrip("\n")
    assert "guidance/none.md" in refused(run("inspect", *places, "guidance/none.md"), code=1)


@pytest.mark.model
def test_for_a_person_the_answer_is_on_stdout_with_its_sources_and_the_rest_on_stderr(places: list[str]) -> None:
    result = run("ask", *places, *QUESTION.split())
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{ANSWER} [1]\n")
    assert "Sources" in result.stdout
    assert "guidance/laundry.md:" in result.stdout
    assert "rests on: Hygiene rules, section 4, Health Board" in result.stdout
    assert result.stderr == ""
    traced = run("ask", *places, "--trace", QUESTION)
    assert traced.stdout == result.stdout
    assert f"searched for: {QUESTION}" in traced.stderr
    hits = run("search", *places, "-k", "2", QUESTION)
    assert len(hits.stdout.split("\n\n")) == 2


@pytest.mark.model
def test_a_refusal_is_an_answer_and_no_failure(places: list[str]) -> None:
    result = run("ask", *places, "What's the weather in Manila?")
    assert result.exit_code == 0
    assert "cannot answer" in result.stdout
    assert "Nearest passages" in result.stdout


@pytest.mark.model
def test_a_follow_up_is_read_in_its_history(places: list[str], tmp_path: Path) -> None:
    history = tmp_path / "talk.json"
    messages = [{"role": "user", "text": QUESTION}, {"role": "assistant", "text": ANSWER}]
    history.write_bytes(b"\xef\xbb\xbf" + json.dumps(messages).encode())  # as some editors save it
    answer = printed(run("ask", *places, "--json", "--history", history, "and where is it logged?"))
    assert answer["question"] == "and where is it logged?"
    assert QUESTION in answer["query"]
    assert "logged for each load" in answer["text"]


@pytest.mark.model
def test_chat_holds_a_conversation_until_an_empty_line(places: list[str]) -> None:
    result = run("chat", *places, input=f"{QUESTION}\nand where is it logged?\n\nnever read\n")
    assert result.exit_code == 0
    assert ANSWER in result.stdout
    assert "logged for each load" in result.stdout
    assert "never read" not in result.stdout
    assert f"searched for: and where is it logged? ({QUESTION})" in result.stderr


@pytest.mark.model
def test_doctor_says_what_works_and_fails_where_something_does_not(places: list[str], tmp_path: Path) -> None:
    well = run("doctor", *places)
    assert well.exit_code == 0, well.stdout
    assert all(line.startswith("ok  ") for line in well.stdout.splitlines())
    assert f"index: {len(hotel.PAGES)} documents" in well.stdout
    ill = run("doctor", "--corpus", tmp_path / "none", "--index", tmp_path / "index")
    assert ill.exit_code == 1
    failed = [line for line in ill.stdout.splitlines() if line.startswith("FAIL")]
    assert str(tmp_path / "none") in failed[0]
    assert "Traceback" not in ill.output


# --- changing the corpus ------------------------------------------------------------------


@pytest.fixture(scope="module")
def copied(alone: Alone, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of corpus and index, for changing; the model's export, which nobody writes to, is linked."""
    folder = tmp_path_factory.mktemp("copied")
    shutil.copytree(alone.corpus, folder / "corpus")
    shutil.copytree(alone.index, folder / "index", ignore=shutil.ignore_patterns("model.onnx*"))
    for model in alone.index.rglob("model.onnx*"):
        os.link(model, folder / "index" / model.relative_to(alone.index))
    return folder


@pytest.mark.model
def test_add_copies_a_file_and_updates_the_index_and_index_then_finds_nothing_to_do(
    copied: Path, tmp_path: Path
) -> None:
    places = ["--corpus", str(copied / "corpus"), "--index", str(copied / "index")]
    same = run("index", *places)
    assert same.exit_code == 0, same.stderr
    assert same.stdout.startswith("nothing changed: 4 documents")
    page = tmp_path / "pool.md"
    page.write_text("# The swimming pool\n\nThe swimming pool is heated to 28 degrees by the roof.\n")
    added = run("add", *places, page)
    assert added.exit_code == 0, added.stderr
    assert "added pool.md" in added.stderr
    assert added.stdout.startswith("5 documents")
    assert re.search(r": [12] texts embedded", added.stdout)  # the page's passage and its one statement
    answer = printed(run("ask", *places, "--json", "How warm is the swimming pool heated?"))
    assert answer["citations"][0]["document_id"] == "pool.md"
    (copied / "corpus" / "pool.md").unlink()
    dry = run("index", *places, "--dry-run")
    assert dry.stdout.startswith("4 documents")
    assert printed(run("inspect", *places, "--json"))["index"]["documents"] == 5


@pytest.mark.model
def test_what_cannot_be_added_is_told_and_leaves_the_corpus(alone: Alone, places: list[str], tmp_path: Path) -> None:
    (tmp_path / "sheet.xlsx").write_text("x")
    before = sorted(alone.corpus.rglob("*"))
    for name in ("sheet.xlsx", "none.md"):
        assert name in refused(run("add", *places, tmp_path / name), code=2)
    assert sorted(alone.corpus.rglob("*")) == before
